"""How far two correct evaluations of a model with a float32 LSTM may lie apart.

LiteRT and mopt compute the functions of an LSTM's gates with different float32
approximations (test/Conformance/error_pairs.py), so that a model in which one stays
float32 has a bound where others have equality. It is derived for what follows the
LSTM in lstm_mnist, FULLY_CONNECTED and SOFTMAX:

  LSTM             every step adds the errors e that lstm_bounds.py derives for one
                   step from an exact state, and carries on those of earlier steps
                   by the derivative J of (hidden, cell) to (hidden, cell): after
                   step T, sum over t of |J_T ... J_(t+1)| e_t, twice, for two
                   evaluations. (The products of |J| that bounds of all orders need
                   grow beyond use in 28 steps; second-order terms are 1e-6 of the
                   first and covered by a hundredth.)
  to integers      d + one step: a value beside d may round either way
  W h + b          |W| d, and 2 gamma_(n+1) (|W| |h| + |b|), or one step
  softmax          p (exp(2 max d) - 1): its logarithm has the slopes 1 - p and -p;
                   and its own roundings (bounds.py), or one step
"""

import pathlib
import sys

import numpy as np
from ai_edge_litert import schema_py_generated as schema

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "../Conformance"))
import bounds  # noqa: E402
import lstm_bounds  # noqa: E402
import tflite_writer as writer  # noqa: E402


class Graph:
    """The tensors and operators of a model that has run."""

    def __init__(self, path, interpreter):
        self.model = schema.ModelT.InitFromPackedBuf(path.read_bytes())
        self.graph = self.model.subgraphs[0]
        self.interpreter = interpreter

    def find(self, name):
        code = getattr(schema.BuiltinOperator, name)
        for operator in self.graph.operators:
            if self.model.operatorCodes[operator.opcodeIndex].builtinCode == code:
                return operator
        return None

    def step(self, index):
        """The scale of an integer tensor, 0 of others."""
        params = self.graph.tensors[index].quantization
        if params is None or params.scale is None or len(params.scale) == 0:
            return 0.0
        return np.asarray(params.scale, np.float64)

    def real(self, index):
        value = self.interpreter.get_tensor(index).astype(np.float64)
        scale = self.step(index)
        if np.size(scale) == 1:
            return value * (scale or 1.0)
        return value * scale.reshape([-1] + [1] * (value.ndim - 1))

    def operand(self, index):
        """An operand of a float32 op, as the conformance table describes it."""
        if index < 0:
            return None
        tensor = self.graph.tensors[index]
        if tensor.isVariable:
            return writer.Tensor(tuple(tensor.shape), "float32", variable=True)
        data = self.interpreter.get_tensor(index)
        scale = self.step(index)
        return writer.Tensor(
            tuple(tensor.shape),
            str(data.dtype),
            scale=scale if np.size(scale) and np.any(scale) else None,
            data=data,
        )


def bound_lstm(op, sequence):
    """Distances of two evaluations of every output of an LSTM, [time, outputs]."""
    model = lstm_bounds._Lstm(op.inputs, op.options)
    cells = model.hidden.value.size

    def step(state, x):
        """The next state, and its own errors."""
        hidden, cell = state[:cells], state[cells:]
        model.hidden = lstm_bounds.Pair(hidden.reshape(1, -1))
        model.cell = lstm_bounds.Pair(cell.reshape(1, -1))
        model.step([x])
        pairs = (model.hidden, model.cell)
        value = np.concatenate([pair.value.ravel() for pair in pairs])
        error = np.concatenate(
            [np.broadcast_to(pair.error, pair.value.shape).ravel() for pair in pairs]
        )
        return value, error

    state = np.zeros(2 * cells)
    carried, errors, distances = [], [], []
    shift = 1e-5
    for x in sequence:
        derivative = np.empty((2 * cells, 2 * cells))
        for i in range(2 * cells):
            moved = shift * (np.arange(2 * cells) == i)
            ahead, behind = step(state + moved, x)[0], step(state - moved, x)[0]
            derivative[:, i] = (ahead - behind) / (2 * shift)
        state, error = step(state, x)
        carried = [derivative @ matrix for matrix in carried] + [np.eye(2 * cells)]
        errors.append(error)
        total = sum(np.abs(m) @ e for m, e in zip(carried, errors))
        distances.append(2 * 1.01 * total[:cells])
    return np.stack(distances)


def find_bound(path, interpreter):
    """The bound of the real output of a model that `interpreter`, which keeps all
    tensors, has run; None where there is no LSTM with float32 weights."""
    graph = Graph(path, interpreter)
    lstm = graph.find("UNIDIRECTIONAL_SEQUENCE_LSTM")
    if lstm is None or graph.step(lstm.inputs[0]) or graph.step(lstm.inputs[2]):
        return None
    op = writer.Op(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        [graph.operand(index) for index in lstm.inputs],
        [],
        vars(lstm.builtinOptions),
    )
    source = interpreter.get_tensor(lstm.inputs[0]).astype(np.float64)
    distance = bound_lstm(op, source.transpose(1, 0, 2))

    layer, softmax = graph.find("FULLY_CONNECTED"), graph.find("SOFTMAX")
    x, weights, bias = (graph.real(index) for index in layer.inputs)
    distance = distance.reshape(x.shape) + graph.step(layer.inputs[0])
    logits = np.abs(weights) @ distance[0] + graph.step(layer.outputs[0])
    if not graph.step(layer.outputs[0]):
        magnitude = np.abs(weights) @ np.abs(x[0]) + np.abs(bias)
        logits = logits + 2 * bounds.gamma(x.shape[-1] + 1) * magnitude

    z = graph.real(softmax.inputs[0])
    p = graph.real(softmax.outputs[0])
    own = graph.step(softmax.outputs[0])
    if not own:
        described = writer.Op("SOFTMAX", [], [], {"beta": softmax.builtinOptions.beta})
        (own,) = bounds.softmax(described, [z], [p])
    return p * np.expm1(2 * logits.max()) + own
