# ===- rnn_bounds.py - error bounds of float RNNs and SVDFs -------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""RNN layers and SVDFs on pairs of values and their errors."""

import numpy as np

from bounds import gamma
from error_pairs import (
    ACTIVATIONS,
    Pair,
    by_time,
    check_own_share,
    matrix,
    quantize_exact,
    quantize_pair,
    real,
    run_bidirectional,
    stack,
)

# What a product with int8 weights adds to the roundings of a sum: the integer
# becomes a float, the vector's scale is rounded, it is multiplied with the
# weights' and the sum with that. A dequantized weight: one.
HYBRID_ROUNDINGS = 5


class _Layer:
    """One direction of an RNN, and its state."""

    def __init__(self, op, places, activation):
        """`places`: operands of input weights, recurrent weights, bias, state and,
        or None, auxiliary weights."""
        weights, recurrent, bias, state, aux = (
            None if i is None else op.inputs[i] for i in places
        )
        self.hybrid = weights.dtype != "float32"
        self.asymmetric = op.options["asymmetricQuantizeInputs"]
        self.weights = [real(weights)] + ([] if aux is None else [real(aux)])
        self.recurrent, self.bias = real(recurrent), real(bias)
        self.activation = ACTIVATIONS[activation]
        self.hidden = Pair(np.zeros(state.shape))

    def step(self, inputs):
        """`inputs`: of the weights, and of the auxiliary ones where there are any."""
        parts = [(self.bias, 0, np.abs(self.bias))]
        for weights, x in zip(self.weights, inputs):
            exact = quantize_exact(x, self.asymmetric) if self.hybrid else Pair(x)
            parts.append(matrix(weights, exact))
        hidden = self.hidden
        if self.hybrid:
            hidden = quantize_pair(hidden, self.asymmetric)
        parts.append(matrix(self.recurrent, hidden))
        terms = self.recurrent.shape[1] + sum(w.shape[1] for w in self.weights) + 1
        value, inherited, magnitude = (sum(column) for column in zip(*parts))
        error = inherited + gamma(terms + 1 + HYBRID_ROUNDINGS) * magnitude
        self.hidden = self.activation(Pair(value, error))
        return self.hidden

    def run(self, sequences, backward=False):
        """Pairs stacked along the leading axis, which is time."""
        steps = list(zip(*sequences))
        results = [self.step(x) for x in (reversed(steps) if backward else steps)]
        if backward:
            results.reverse()
        return stack(results)


def _bounds(what, pairs, outputs):
    for pair, output in zip(pairs, outputs):
        check_own_share(what, output, pair.value, pair.error)
    return [2 * pair.error for pair in pairs]


def rnn(op, history, outputs):
    """One step a run; `history` has the inputs since the last reset."""
    layer = _Layer(op, (1, 2, 3, 4, None), op.options["fusedActivationFunction"])
    for (x,) in history:
        result = layer.step([x])
    return _bounds("the RNN", [result], outputs)


def sequence_rnn(op, history, outputs):
    layer = _Layer(op, (1, 2, 3, 4, None), op.options["fusedActivationFunction"])
    for (x,) in history:
        result = layer.run([by_time(op, x)])
    return _bounds("the RNN", [by_time(op, result)], outputs)


def _run_bidirectional(op, history):
    """The pairs of the last run's outputs."""
    activation = op.options["fusedActivationFunction"]
    crossed = op.inputs[10] is not None
    forward = _Layer(op, (1, 2, 3, 4, 10 if crossed else None), activation)
    backward = _Layer(op, (5, 6, 7, 8, 11 if crossed else None), activation)
    return run_bidirectional(op, forward, backward, crossed, history)


def bidirectional_rnn(op, history, outputs):
    return _bounds("the RNN", _run_bidirectional(op, history), outputs)


def expected_bidirectional_rnn(op, inputs):
    """The outputs of one run that begins with a state of zeros."""
    return [pair.value.astype(np.float32) for pair in _run_bidirectional(op, [inputs])]


def svdf(op, history, outputs):
    """The memory holds products of the last inputs with the feature weights; no
    error outlives it."""
    features, times = real(op.inputs[1]), real(op.inputs[2])
    hybrid = op.inputs[1].dtype != "float32"
    filters, memory = times.shape
    rank = op.options["rank"]
    past = []
    for (x,) in history:
        if hybrid:
            pair = quantize_exact(x, op.options["asymmetricQuantizeInputs"])
        else:
            pair = Pair(x)
        value, _, magnitude = matrix(features, pair)
        terms = features.shape[1] + HYBRID_ROUNDINGS
        past.append(Pair(value, gamma(terms) * magnitude))
    silent = Pair(np.zeros((x.shape[0], filters)))
    window = ([silent] * memory + past)[-memory:]
    values = np.stack([p.value for p in window], axis=-1)
    errors = np.stack([p.error for p in window], axis=-1)

    def reduced(products):
        products = products.sum(axis=-1).reshape(x.shape[0], -1, rank)
        return products.sum(axis=-1)

    magnitude = reduced(np.abs(times) * (np.abs(values) + errors))
    value, error = reduced(times * values), reduced(np.abs(times) * errors)
    if op.inputs[3] is not None:
        bias = real(op.inputs[3])
        value, magnitude = value + bias, magnitude + np.abs(bias)
    # Products, sums over memory, rank and bias, and a dequantized weight.
    error = error + gamma(memory + rank + 2) * magnitude
    activation = ACTIVATIONS[op.options["fusedActivationFunction"]]
    return _bounds("the SVDF", [activation(Pair(value, error))], outputs)
