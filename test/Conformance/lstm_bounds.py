# ===- lstm_bounds.py - error bounds of float LSTM steps ---------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""The steps of a float or hybrid LSTM on pairs of values and their errors."""

import numpy as np

from bounds import gamma
from error_pairs import (
    ACTIVATIONS,
    Pair,
    add,
    check_own_share,
    clip,
    logistic,
    product,
    quantize_exact,
    quantize_pair,
    real,
)

# LiteRT's guard in 1 / sqrt(variance + guard).
VARIANCE_GUARD = 1e-8

GATE_PLACES = {"input": 0, "forget": 1, "cell": 2, "output": 3}
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

    def __init__(self, op):
        self.operands = [
            None if t is None or t.data is None else real(t) for t in op.inputs
        ] + [None] * (24 - len(op.inputs))
        self.options = op.options
        self.hybrid = op.inputs[2].dtype in ("int8", "uint8")
        self.activation = ACTIVATIONS[op.options["fusedActivationFunction"]]
        batch = op.inputs[18].shape[0]
        self.hidden = Pair(np.zeros((batch, op.inputs[18].shape[1])))
        self.cell = Pair(np.zeros((batch, op.inputs[19].shape[1])))

    def _for_matrix(self, state):
        if not self.hybrid:
            return state
        return quantize_pair(state, self.options["asymmetricQuantizeInputs"])

    def _matrix(self, place, x):
        """W x, its inherited error and its sum of magnitudes."""
        weights = self.operands[place]
        return (
            x.value @ weights.T,
            x.error @ np.abs(weights).T,
            (x.largest @ np.abs(weights).T),
        )

    def _diagonal(self, place, x):
        diagonal = self.operands[place]
        magnitude = np.abs(diagonal)
        return diagonal * x.value, magnitude * x.error, magnitude * x.largest

    def _gate(self, gate, x, hidden, cell):
        number = GATE_PLACES[gate]
        bias = self.operands[12 + number]
        coefficients = self.operands[20 + number]
        parts = [self._matrix(1 + number, x)]
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
        n = x.value.shape[-1] + hidden.value.shape[-1] + 2 + 5
        value, inherited, magnitude = (sum(column) for column in zip(*parts))
        z = Pair(value, inherited + gamma(n) * magnitude)
        if coefficients is not None:
            z = add(product(_normalize(z), Pair(coefficients)), Pair(bias))
        return self.activation(z) if gate == "cell" else logistic(z)

    def step(self, x):
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


def lstm(op, history, outputs):
    """Bound of the last run; `history` has the inputs since the last reset."""
    model = _Lstm(op)
    time_axis = 0 if op.options["timeMajor"] else 1
    for (inputs,) in history:
        results = []
        for x in np.moveaxis(inputs, time_axis, 0):
            if model.hybrid:
                asymmetric = op.options["asymmetricQuantizeInputs"]
                pair = quantize_exact(x, asymmetric)
            else:
                pair = Pair(x)
            results.append(model.step(pair))
    value = np.moveaxis(np.stack([r.value for r in results]), 0, time_axis)
    error = np.moveaxis(np.stack([r.error for r in results]), 0, time_axis)
    check_own_share("the LSTM", outputs[0], value, error)
    return [2 * error]
