# ===- lstm_bounds.py - error bounds of float LSTM steps ---------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""How far two correct evaluations of a float or hybrid LSTM may lie apart.

The recursion is run in float64 on pairs (v, e): v follows the exact formula and
e bounds the distance of any float32 evaluation from v. Each operation adds the
roundings it makes (see bounds.py for u and gamma) to what it inherits:

  sum of n products     sum |w| e  +  gamma_n sum |w| (|v| + e)
  product of two        |a| e_b + |b| e_a + e_a e_b + u (|a| + e_a) (|b| + e_b)
  logistic, tanh        slope * e + 6 ulp; the slope is the largest within e
  clip                  e (Lipschitz 1), nothing beyond the limit
  quantization          its step where a value may round either way, see below

The golden output and the evaluator's are each within e of v: 2 e is stored.

The elementary functions of LiteRT's LSTM are Eigen's, not the system's:
measured on 8,000,000 floats through its LOGISTIC and TANH kernels, which use the same
ones, 5.92 ulp and 5.30 ulp against double precision (glibc's are within 2.5).
"""

import numpy as np

from bounds import UNIT_ROUNDOFF, gamma

ELEMENTARY_ULP = 6.0
# LiteRT's guard in 1 / sqrt(variance + guard).
VARIANCE_GUARD = 1e-8

GATE_PLACES = {"input": 0, "forget": 1, "cell": 2, "output": 3}
PEEPHOLE_PLACES = {"input": 9, "forget": 10, "output": 11}


class Pair:
    """Exact values and the bound of float32 evaluations around them."""

    def __init__(self, value, error=None):
        self.value = np.asarray(value, dtype=np.float64)
        self.error = np.zeros_like(self.value) if error is None else error

    @property
    def largest(self):
        return np.abs(self.value) + self.error


def _product(a, b):
    value = a.value * b.value
    error = np.abs(a.value) * b.error + np.abs(b.value) * a.error + a.error * b.error
    return Pair(value, error + UNIT_ROUNDOFF * a.largest * b.largest)


def _sum(a, b):
    error = a.error + b.error
    value = a.value + b.value
    return Pair(value, error + UNIT_ROUNDOFF * (np.abs(value) + error))


def _elementary(function, slope):
    def apply(x):
        value = function(x.value)
        nearest_zero = np.maximum(np.abs(x.value) - x.error, 0)
        inherited = slope(nearest_zero) * x.error
        rounding = 2 * UNIT_ROUNDOFF * ELEMENTARY_ULP * (np.abs(value) + inherited)
        return Pair(value, inherited + rounding)

    return apply


def _sigma(x):
    return 1 / (1 + np.exp(-x))


# Both slopes fall with the distance from zero.
_logistic = _elementary(_sigma, lambda x: _sigma(x) * (1 - _sigma(x)))
_tanh = _elementary(np.tanh, lambda x: 1 - np.tanh(x) ** 2)


def _between(low, high):
    """Lipschitz 1, and exact beyond the limits."""
    return lambda x: Pair(np.clip(x.value, low, high), x.error)


# By number in the schema.
ACTIVATIONS = {1: _between(0, np.inf), 2: _between(-1, 1), 3: _between(0, 6), 4: _tanh}


def _clip(x, limit):
    if limit <= 0:
        return x
    limit = np.float64(np.float32(limit))
    # Where every evaluation is beyond the limit, all give the limit itself.
    error = np.where(np.abs(x.value) - x.error >= limit, 0, x.error)
    return Pair(np.clip(x.value, -limit, limit), error)


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
    difference = _sum(x, Pair(-center.value, center.error))
    variance = mean(difference.value**2)
    error = mean(2 * np.abs(difference.value) * difference.error + difference.error**2)
    error += gamma(n + 2) * mean(difference.largest**2)
    guarded = variance + VARIANCE_GUARD
    inverse = 1 / np.sqrt(guarded)
    at_most = 1 / np.sqrt(guarded - error)
    error = at_most - inverse + gamma(3) * at_most
    return _product(difference, Pair(inverse, error))


def _round_away(x):
    return np.sign(x) * np.floor(np.abs(x) + 0.5)


def _quantize_exact_input(x, asymmetric):
    """The hybrid kernels' int8 input, by their own float32 operations.

    Returns what the integers stand for; every evaluator gets the same ones.
    """
    rows = []
    for row in x.astype(np.float32):
        low, high = np.float32(min(0, row.min())), np.float32(max(0, row.max()))
        if low == high:
            rows.append(np.zeros(row.shape))
            continue
        if asymmetric:
            scale64 = (np.float64(high) - np.float64(low)) / 255
            zero = _zero_point(low, high, scale64)
            inverse = np.float32(1) / np.float32(scale64)
            codes = _round_away((np.float32(zero) + row * inverse).astype(np.float64))
            rows.append((np.clip(codes, -128, 127) - zero) * np.float32(scale64))
        else:
            reach = np.float32(max(-low, high))
            codes = _round_away((row * (np.float32(127) / reach)).astype(np.float64))
            rows.append(np.clip(codes, -127, 127) * (reach / np.float32(127)))
    return Pair(np.stack(rows))


def _zero_point(low, high, scale):
    from_low, from_high = -128 - low / scale, 127 - high / scale
    closer = 128 + abs(low / scale) < 127 + abs(high / scale)
    return np.clip(_round_away(from_low if closer else from_high), -128, 127)


def _quantize(x, asymmetric):
    """As above for a computed state: bounds instead of bits.

    The scale s moves by e_s, and with it and the value's own error the position
    v / s by less than `reach`. Positions so near to a half that they may
    round either way count a whole step s + e_s; the others stand for |q| e_s
    more or less. A zero point that may round either way only matters to values
    at the ends, but is counted for the whole row.
    """
    u = UNIT_ROUNDOFF
    low = np.minimum(x.value.min(-1, keepdims=True), 0)
    high = np.maximum(x.value.max(-1, keepdims=True), 0)
    moved = x.error.max(-1, keepdims=True)
    if asymmetric:
        scale, scale_error = (high - low) / 255, 2 * moved / 255
    else:
        scale, scale_error = np.maximum(-low, high) / 127, moved / 127
    silent = scale == 0  # Exactly zero: the state before the first step.
    scale = np.where(silent, 1, scale)
    scale_error = scale_error + gamma(3) * scale
    position = x.value / scale
    reach = x.error / scale + np.abs(position) * scale_error / (scale - scale_error)
    reach += 4 * u * (np.abs(position) + 128)

    def near_half(at, by):
        return np.abs(np.abs(at) - np.floor(np.abs(at)) - 0.5) <= by

    either_way = near_half(position, reach)
    if asymmetric:
        zero = np.array(
            [
                _zero_point(lo, hi, s)
                for lo, hi, s in zip(low[:, 0], high[:, 0], scale[:, 0])
            ]
        )[:, None]
        codes = np.clip(_round_away(zero + position), -128, 127) - zero
        ends = reach.max(-1, keepdims=True)
        either_way |= near_half(low / scale, ends) | near_half(high / scale, ends)
    else:
        codes = np.clip(_round_away(position), -127, 127)
    error = np.abs(codes) * scale_error + either_way * (scale + scale_error)
    # Kernels skip a vector of zeros: nothing is computed, nothing rounded.
    return Pair(np.where(silent, 0, codes * scale), np.where(silent, 0, error))


class _Lstm:
    """The operands of one model and the state of its batch rows."""

    def __init__(self, op):
        self.operands = [
            None if t is None or t.data is None else _real(t) for t in op.inputs
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
        return _quantize(state, self.options["asymmetricQuantizeInputs"])

    def _matrix(self, place, x):
        """W x, its inherited error and its sum of magnitudes."""
        weights = self.operands[place]
        return x.value @ weights.T, x.error @ np.abs(weights).T, (
            x.largest @ np.abs(weights).T
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
            z = _sum(_product(_normalize(z), Pair(coefficients)), Pair(bias))
        return self.activation(z) if gate == "cell" else _logistic(z)

    def step(self, x):
        hidden = self._for_matrix(self.hidden)
        forget = self._gate("forget", x, hidden, self.cell)
        if self.operands[1] is None:
            take = _sum(Pair(np.ones(1)), Pair(-forget.value, forget.error))
        else:
            take = self._gate("input", x, hidden, self.cell)
        update = self._gate("cell", x, hidden, self.cell)
        cell = _sum(_product(forget, self.cell), _product(take, update))
        self.cell = _clip(cell, self.options["cellClip"])
        # The output gate looks at the new cell state.
        output = self._gate("output", x, hidden, self.cell)
        result = _product(output, self.activation(self.cell))
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
        return _clip(Pair(value, error), self.options["projClip"])


def _real(tensor):
    """A constant in double precision, int8 dequantized."""
    data = np.asarray(tensor.data)
    if data.dtype == np.uint8:
        data = data.view(np.int8)  # Only the label differs.
    data = data.astype(np.float64)
    return data if tensor.scale is None else data * np.float64(tensor.scale)


def lstm(op, history, outputs):
    """Bound of the last run; `history` has the inputs since the last reset."""
    model = _Lstm(op)
    time_axis = 0 if op.options["timeMajor"] else 1
    for (inputs,) in history:
        results = []
        for x in np.moveaxis(inputs, time_axis, 0):
            if model.hybrid:
                asymmetric = op.options["asymmetricQuantizeInputs"]
                pair = _quantize_exact_input(x, asymmetric)
            else:
                pair = Pair(x)
            results.append(model.step(pair))
    value = np.moveaxis(np.stack([r.value for r in results]), 0, time_axis)
    error = np.moveaxis(np.stack([r.error for r in results]), 0, time_axis)
    # The recursion itself is checked here: LiteRT must be within its own share.
    beyond = np.abs(outputs[0] - value) > error
    if np.any(beyond):
        raise ValueError(
            f"the LSTM's derivation does not hold in {np.sum(beyond)} elements, "
            f"by up to {np.max(np.abs(outputs[0] - value) / error):.3g} times"
        )
    return [2 * error]
