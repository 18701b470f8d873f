# ===- error_pairs.py - errors that recurrent cells carry on ------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""How far two correct evaluations of a recurrent cell may lie apart.

The recursion is run in float64 on pairs (v, e): v follows the exact formula and
e bounds the distance of any float32 evaluation from v. Each operation adds the
roundings it makes (see bounds.py for u and gamma) to what it inherits:

  sum of n products     sum |w| e  +  gamma_n sum |w| (|v| + e)
  product of two        |a| e_b + |b| e_a + e_a e_b + u (|a| + e_a) (|b| + e_b)
  logistic, tanh        slope * e + 6 ulp; the slope is the largest within e
  clip                  e (Lipschitz 1), nothing beyond the limit
  quantization          its step where a value may round either way, see below

The golden output and the evaluator's are each within e of v: 2 e is stored.

The elementary functions of LiteRT's recurrent kernels are Eigen's, not the
system's: measured on 8,000,000 floats through its LOGISTIC and TANH kernels, which
use the same ones, 5.92 ulp and 5.30 ulp against double precision (glibc's are
within 2.5).
"""

import numpy as np

from bounds import UNIT_ROUNDOFF, gamma

ELEMENTARY_ULP = 6.0


class Pair:
    """Exact values and the bound of float32 evaluations around them."""

    def __init__(self, value, error=None):
        self.value = np.asarray(value, dtype=np.float64)
        self.error = np.zeros_like(self.value) if error is None else error

    @property
    def largest(self):
        return np.abs(self.value) + self.error


def product(a, b):
    value = a.value * b.value
    error = np.abs(a.value) * b.error + np.abs(b.value) * a.error + a.error * b.error
    return Pair(value, error + UNIT_ROUNDOFF * a.largest * b.largest)


def add(a, b):
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
logistic = _elementary(_sigma, lambda x: _sigma(x) * (1 - _sigma(x)))
tanh = _elementary(np.tanh, lambda x: 1 - np.tanh(x) ** 2)


def _between(low, high):
    """Lipschitz 1, and exact beyond the limits."""
    return lambda x: Pair(np.clip(x.value, low, high), x.error)


# By number in the schema.
ACTIVATIONS = {
    0: lambda x: x,
    1: _between(0, np.inf),
    2: _between(-1, 1),
    3: _between(0, 6),
    4: tanh,
}


def clip(x, limit):
    if limit <= 0:
        return x
    limit = np.float64(np.float32(limit))
    # Where every evaluation is beyond the limit, all give the limit itself.
    error = np.where(np.abs(x.value) - x.error >= limit, 0, x.error)
    return Pair(np.clip(x.value, -limit, limit), error)


def _round_away(x):
    return np.sign(x) * np.floor(np.abs(x) + 0.5)


def quantize_exact(x, asymmetric):
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


def quantize_pair(x, asymmetric):
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


def matrix(weights, x):
    """W x, its inherited error and its sum of magnitudes."""
    magnitude = np.abs(weights)
    return x.value @ weights.T, x.error @ magnitude.T, x.largest @ magnitude.T


def stack(pairs):
    """Along a new leading axis."""
    return Pair(np.stack([p.value for p in pairs]), np.stack([p.error for p in pairs]))


def merge(pairs):
    """Along the last axis."""
    return Pair(
        np.concatenate([p.value for p in pairs], axis=-1),
        np.concatenate([p.error for p in pairs], axis=-1),
    )


def by_time(op, x):
    """A sequence of an op (values or a pair) from or to time-major order."""
    if op.options["timeMajor"]:
        return x
    if isinstance(x, Pair):
        return Pair(np.swapaxes(x.value, 0, 1), np.swapaxes(x.error, 0, 1))
    return np.swapaxes(x, 0, 1)


def check_own_share(what, output, value, error):
    """LiteRT must be within its own share: the derivation is tried here."""
    beyond = np.abs(output - value) > error
    if np.any(beyond):
        raise ValueError(
            f"the derivation of {what} does not hold in {np.sum(beyond)} elements, "
            f"by up to {np.max(np.abs(output - value) / error):.3g} times"
        )


def real(tensor):
    """A constant in double precision, int8 dequantized."""
    data = np.asarray(tensor.data)
    if data.dtype == np.uint8:
        data = data.view(np.int8)  # Only the label differs.
    data = data.astype(np.float64)
    return data if tensor.scale is None else data * np.float64(tensor.scale)


def run_bidirectional(op, forward, backward, crossed, history):
    """The pairs of the last run's outputs. `forward` and `backward` are the layers;
    if `crossed`, both read all inputs, else the first and the last one."""
    for inputs in history:
        sequences = [by_time(op, x) for x in inputs]
        of_forward = sequences if crossed else sequences[:1]
        of_backward = sequences if crossed else sequences[-1:]
        results = [forward.run(of_forward), backward.run(of_backward, backward=True)]
    results = [by_time(op, result) for result in results]
    return [merge(results)] if op.options["mergeOutputs"] else results
