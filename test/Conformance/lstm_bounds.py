# ===- lstm_bounds.py - error bounds of float LSTM steps ---------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""The steps of a float or hybrid LSTM on pairs of values and their errors."""

import numpy as np

from bounds import TINY, gamma
from error_pairs import (
    ACTIVATIONS,
    Pair,
    add,
    by_time,
    check_own_share,
    clip,
    logistic,
    matrix,
    product,
    quantize_exact,
    quantize_pair,
    real,
    run_bidirectional,
    stack,
    tanh,
)

# LiteRT's guard in 1 / sqrt(variance + guard).
VARIANCE_GUARD = 1e-8

GATE_PLACES = {"input": 0, "forget": 1, "cell": 2, "output": 3}
AUX_PLACE = 25
PEEPHOLE_PLACES = {"input": 9, "forget": 10, "output": 11}


def _normalize(x):
    """(x - mean) / sqrt(variance + guard), the variance from the differences.

    mean: gamma_{n+1} mean |x|; difference: one rounding more; variance: the
    square has 2 |d| e + e^2, the sum and the division gamma_{n+2}; adding the
    guard, the root and the reciprocal: three roundings of a quotient that is
    largest at the lower end of the variance's interval; then the product.
    """
    n = x.value.shape[-1]

    def mean(values):
        return np.mean(values, axis=-1, keepdims=True)

    center = Pair(mean(x.value), mean(x.error) + gamma(n + 1) * mean(x.largest))
    difference = add(x, Pair(-center.value, center.error))
    variance = mean(difference.value**2)
    error = mean(2 * np.abs(difference.value) * difference.error + difference.error**2)
    error += gamma(n + 2) * mean(difference.largest**2)
    guarded = variance + VARIANCE_GUARD
    inverse = 1 / np.sqrt(guarded)
    at_most = 1 / np.sqrt(guarded - error)
    error = at_most - inverse + gamma(3) * at_most
    return product(difference, Pair(inverse, error))


class _Lstm:
    """The operands of one model and the state of its batch rows."""

    def __init__(self, inputs, options):
        """`inputs`: the operands by their places in UNIDIRECTIONAL_SEQUENCE_LSTM;
        weights for an auxiliary input follow at AUX_PLACE, one gate each."""
        self.operands = [
            None if t is None or t.data is None else real(t) for t in inputs
        ] + [None] * (AUX_PLACE + 4 - len(inputs))
        self.options = options
        self.hybrid = inputs[2].dtype in ("int8", "uint8")
        self.activation = ACTIVATIONS[options["fusedActivationFunction"]]
        self.hidden = Pair(np.zeros(inputs[18].shape))
        self.cell = Pair(np.zeros(inputs[19].shape))

    def _for_matrix(self, state):
        if not self.hybrid:
            return state
        return quantize_pair(state, self.options["asymmetricQuantizeInputs"])

    def _matrix(self, place, x):
        return matrix(self.operands[place], x)

    def _diagonal(self, place, x):
        diagonal = self.operands[place]
        magnitude = np.abs(diagonal)
        return diagonal * x.value, magnitude * x.error, magnitude * x.largest

    def _gate(self, gate, inputs, hidden, cell):
        number = GATE_PLACES[gate]
        bias = self.operands[12 + number]
        coefficients = self.operands[20 + number]
        places = (1 + number, AUX_PLACE + number)
        parts = [self._matrix(place, x) for place, x in zip(places, inputs)]
        if self.operands[5 + number].ndim == 1:
            # Diagonal weights are float32 in the hybrid form, too.
            parts.append(self._diagonal(5 + number, self.hidden))
        else:
            parts.append(self._matrix(5 + number, hidden))
        if gate != "cell" and self.operands[PEEPHOLE_PLACES[gate]] is not None:
            parts.append(self._diagonal(PEEPHOLE_PLACES[gate], cell))
        if coefficients is None:
            parts.append((bias, 0, np.abs(bias)))
        # A product each, the additions, and for hybrid matrices the conversion of
        # the integer, the input's scale, the product of the scales and with it:
        # four more. A dequantized peephole weight: one more.
        n = sum(x.value.shape[-1] for x in inputs) + len(inputs) - 1
        n += hidden.value.shape[-1] + 2 + 5
        value, inherited, magnitude = (sum(column) for column in zip(*parts))
        z = Pair(value, inherited + gamma(n) * magnitude)
        if coefficients is not None:
            z = add(product(_normalize(z), Pair(coefficients)), Pair(bias))
        return self.activation(z) if gate == "cell" else logistic(z)

    def step(self, values):
        """`values`: of the input, and of the auxiliary input where there is one."""
        if self.hybrid:
            asymmetric = self.options["asymmetricQuantizeInputs"]
            x = [quantize_exact(value, asymmetric) for value in values]
        else:
            x = [Pair(value) for value in values]
        hidden = self._for_matrix(self.hidden)
        forget = self._gate("forget", x, hidden, self.cell)
        if self.operands[1] is None:
            take = add(Pair(np.ones(1)), Pair(-forget.value, forget.error))
        else:
            take = self._gate("input", x, hidden, self.cell)
        update = self._gate("cell", x, hidden, self.cell)
        cell = add(product(forget, self.cell), product(take, update))
        self.cell = clip(cell, self.options["cellClip"])
        # The output gate looks at the new cell state.
        output = self._gate("output", x, hidden, self.cell)
        result = product(output, self.activation(self.cell))
        if self.operands[16] is not None:
            result = self._project(result)
        self.hidden = result
        return result

    def _project(self, result):
        value, inherited, magnitude = self._matrix(16, self._for_matrix(result))
        bias = self.operands[17]
        if bias is not None:
            value, magnitude = value + bias, magnitude + np.abs(bias)
        error = inherited + gamma(result.value.shape[-1] + 1 + 5) * magnitude
        return clip(Pair(value, error), self.options["projClip"])

    def run(self, sequences, backward=False):
        """Pairs stacked along the leading axis, which is time."""
        steps = list(zip(*sequences))
        results = [self.step(x) for x in (reversed(steps) if backward else steps)]
        if backward:
            results.reverse()
        return stack(results)


def lstm(op, history, outputs):
    """Bound of the last run; `history` has the inputs since the last reset."""
    model = _Lstm(op.inputs, op.options)
    for (inputs,) in history:
        result = by_time(op, model.run([by_time(op, inputs)]))
    check_own_share("the LSTM", outputs[0], result.value, result.error)
    return [2 * result.error]


def single_step(op, history, outputs):
    """The same where a run is a step."""
    model = _Lstm(op.inputs, op.options)
    for (inputs,) in history:
        result = model.step([inputs])
    check_own_share("the LSTM", outputs[0], result.value, result.error)
    return [2 * result.error]


def _direction(op, weights, state, aux):
    """The operands of one direction by place."""
    layer_norm = [None] * 4
    inputs = [op.inputs[0]] + op.inputs[weights : weights + 17]
    inputs += op.inputs[state : state + 2] + layer_norm + [None]
    return _Lstm(inputs + op.inputs[aux : aux + 4], op.options)


def _run_bidirectional(op, history):
    """The pairs of the last run's outputs."""
    crossed = op.inputs[41] is not None
    forward, backward = _direction(op, 1, 35, 40), _direction(op, 18, 37, 44)
    return run_bidirectional(op, forward, backward, crossed, history)


def bidirectional(op, history, outputs):
    pairs = _run_bidirectional(op, history)
    for pair, output in zip(pairs, outputs):
        check_own_share("the LSTM", output, pair.value, pair.error)
    return [2 * pair.error for pair in pairs]


def expected_bidirectional(op, inputs):
    """The outputs of one run that begins with a state of zeros."""
    return [pair.value.astype(np.float32) for pair in _run_bidirectional(op, [inputs])]


def basic(op, history, outputs):
    """LSTM with the kernel BASIC: gates from one matrix, in another order. The
    results are output, cell state, concatenation (exact), gates."""
    weights, bias = real(op.inputs[2]), real(op.inputs[3])
    hidden, cell = (Pair(np.zeros(op.inputs[i].shape)) for i in (1, 4))
    for (x,) in history:
        both = Pair(
            np.concatenate([x, hidden.value], axis=-1),
            np.concatenate([np.zeros_like(x), hidden.error], axis=-1),
        )
        value, inherited, magnitude = matrix(weights, both)
        value, magnitude = value + bias, magnitude + np.abs(bias)
        gates = Pair(value, inherited + gamma(weights.shape[1] + 1) * magnitude)
        take, update, forget, output = (
            Pair(v, e)
            for v, e in zip(
                np.split(gates.value, 4, axis=-1), np.split(gates.error, 4, axis=-1)
            )
        )
        kept = product(logistic(forget), cell)
        cell = add(product(logistic(take), tanh(update)), kept)
        hidden = product(logistic(output), tanh(cell))
    pairs = [hidden, cell, both, gates]
    for pair, output in zip(pairs, outputs):
        check_own_share("the basic LSTM", output, pair.value, pair.error + TINY)
    return [2 * pair.error for pair in pairs]
