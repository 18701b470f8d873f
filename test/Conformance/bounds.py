# ===- bounds.py - derived error bounds of float results ---------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""How far two correct float32 evaluations of one op may lie apart.

Notation: u = 2^-24 is the unit roundoff of float32 (round to nearest even);
gamma_n = n*u / (1 - n*u) bounds the relative effect of n successive roundings
(Higham, Accuracy and Stability of Numerical Algorithms, lemma 3.1). The golden
output and the tested evaluator each lie within E of the exact result, hence
within 2*E of each other: every function here returns 2*E. An exact result
smaller than the smallest normal number carries an absolute error of at most
2^-150 a rounding, which TINY covers.

Fused activations are clamps, with Lipschitz constant 1: the bound before one
holds after it.
"""

import copy

import numpy as np

from runner import Session
from tflite_writer import serialize

UNIT_ROUNDOFF = 2.0**-24
TINY = 2.0**-146


def gamma(roundings):
    return roundings * UNIT_ROUNDOFF / (1 - roundings * UNIT_ROUNDOFF)


def stored(bound):
    """Rounds a bound up to 8 significant bits: as a float32 it compresses."""
    bound = np.asarray(bound, dtype=np.float64) + TINY
    mantissa, exponent = np.frexp(bound)
    return np.ldexp(np.ceil(mantissa * 256) / 256, exponent).astype(np.float32)


def _magnitude(op, inputs):
    """Sum of |x||w| + |b| at every output, by running the op on absolute values.

    Inputs may be given with any excess; int8 weights are dequantized. All terms
    are positive, so that the float result is within gamma_n of the sum, which
    the factor 1.001 covers for every n < 16000.
    """
    positive = copy.copy(op)
    positive.options = {
        k: v
        for k, v in op.options.items()
        if k not in ("fusedActivationFunction", "asymmetricQuantizeInputs")
    }
    positive.inputs = []
    for tensor in op.inputs:
        is_index = tensor is not None and tensor.scale is None
        is_index = is_index and tensor.dtype != "float32"
        if tensor is None or tensor.data is None or is_index:
            positive.inputs.append(tensor)
            continue
        plain = copy.copy(tensor)
        values = np.abs(np.asarray(tensor.data, dtype=np.float64))
        if tensor.scale is not None:
            scale = np.asarray(tensor.scale, dtype=np.float64)
            if tensor.per_channel:
                along = [1] * values.ndim
                along[tensor.axis] = -1
                scale = scale.reshape(along)
            values = values * scale
        plain.data = values.astype(np.float32)
        plain.dtype, plain.scale = "float32", None
        positive.inputs.append(plain)
    (result,) = Session(serialize(positive)).run([np.abs(x) for x in inputs])
    return result.astype(np.float64) * 1.001


def dot_product(depth):
    """Convolutions and fully connected: `depth` products summed in any order.

    A sum of `depth` rounded products and a bias has at most depth + 1
    roundings on the way from any term to the result: E = gamma_{depth+1} *
    (sum |x||w| + |b|).
    """

    def bound(op, inputs, outputs):
        return [2 * gamma(depth + 1) * _magnitude(op, inputs)]

    return bound


def hybrid_dot_product(rows_axis=0):
    """Float activations quantized at run time, int8 weights.

    The quantization of the input is a fixed sequence of float32 operations and
    the dot product is an integer: both evaluators get the same accumulator.
    What may differ is acc -> float32 (one rounding), the product with the
    input's scale and the weight's scale (each product one rounding, in any
    order, and the input's scale itself one), and the addition of the bias:
    5 roundings, E = gamma_5 * (|acc| s_x s_w + |b|). The quantized value differs
    from the real one by less than one step of the input, s_x <= max|x| / 127
    (symmetric), s_x <= (max x - min x) / 255 <= 2 max|x| / 255 (asymmetric), so
    |acc| s_x s_w <= sum (|x| + max|x| / 127) |w|.
    """

    def bound(op, inputs, outputs):
        (x,) = inputs
        enlarged = np.abs(x) + np.abs(x).max() / np.float32(127)
        return [2 * gamma(5) * _magnitude(op, [enlarged])]

    return bound


def hybrid_products(depth):
    """As hybrid_dot_product, but every product is scaled before it is added.

    A product is an exact integer below 2^16; the product with the weight's scale
    and with the row's round once each, and the row's scale itself once. Then
    `depth` of them and the bias are added in any order: E = gamma_{depth+4} *
    (sum |x| |w| + |b|), with |x| enlarged by a step of its quantization.
    """

    def bound(op, inputs, outputs):
        (x,) = inputs
        enlarged = np.abs(x) + np.abs(x).max() / np.float32(127)
        return [2 * gamma(depth + 4) * _magnitude(op, [enlarged])]

    return bound


def matrix_products(op, inputs, outputs):
    """Products of the matrices in the last two dimensions, in float32.

    Sums of k products in any order: E = gamma_k * |X| |Y|. The hybrid form is
    that of hybrid_dot_product without a bias: E = gamma_4 * |X'| |Y| with |X'|
    enlarged by a step of the quantization of its rows.
    """
    given = iter(inputs)
    x, y = [
        np.abs(np.asarray(next(given) if t.data is None else t.data, np.float64))
        for t in op.inputs
    ]
    if op.options.get("adjX"):
        x = x.swapaxes(-1, -2)
    weights = op.inputs[1]
    roundings = x.shape[-1]
    if weights.scale is not None:
        roundings = 4
        x = x + x.max(axis=-1, keepdims=True) / 127
        scale = np.asarray(weights.scale, np.float64)
        if weights.per_channel:
            along = [1] * y.ndim
            along[weights.axis] = -1
            scale = scale.reshape(along)
        y = y * scale
    if op.options.get("adjY"):
        y = y.swapaxes(-1, -2)
    return [2 * gamma(roundings) * np.matmul(x, y) * 1.001]


def product(count):
    """Product of `count` values in any order: E = gamma_{count} * |y|."""

    def bound(op, inputs, outputs):
        return [2 * gamma(count) * np.abs(outputs[0].astype(np.float64))]

    return bound


def average(count):
    """Mean of at most `count` values, summed in any order, then divided.

    count - 1 additions and one division (or a product with a rounded 1/count,
    one rounding more): E = gamma_{count+1} * mean |x|, and the mean of absolute
    values comes from the op itself.
    """

    def bound(op, inputs, outputs):
        return [2 * gamma(count + 1) * _magnitude(op, inputs)]

    return bound


def total(count):
    """Sum of `count` values in any order: E = gamma_{count} * sum |x|."""

    def bound(op, inputs, outputs):
        return [2 * gamma(count) * _magnitude(op, inputs)]

    return bound


def resize_bilinear(op, inputs, outputs):
    """Four neighbours weighted by the position's distance to them.

    The position s along an axis of n values is (i + 0.5) * scale - 0.5 or
    i * scale with a rounded scale: at most three roundings of numbers up to
    n + 1, hence |ds| <= gamma_3 (n + 1). The interpolant is continuous and
    piecewise linear in s, also across grid points and at the clamped border,
    with slopes of at most the range R of the channel: ds_y R + ds_x R.
    At a given position, the distance f and 1 - f carry at most 2u each, a weight
    of the product of two of them 5u, four terms with |v| <= M 20u M, their
    products and three additions 4u M more. 1.01 covers the products of errors.
    """
    (x,) = inputs
    x = x.astype(np.float64)
    _, height, width, _ = x.shape
    extent = x.max(axis=(1, 2), keepdims=True) - x.min(axis=(1, 2), keepdims=True)
    largest = np.abs(x).max(axis=(1, 2), keepdims=True)
    error = (gamma(3) * (height + 1) + gamma(3) * (width + 1)) * extent
    error += 24 * UNIT_ROUNDOFF * largest
    return [2 * 1.01 * error]


# Errors of the elementary functions in units in the last place (ulp, at most
# 2u of the value). Bounds admit what the glibc manual lists as "Known Maximum
# Errors in Math Functions" for x86_64 and a little more: expf 1, tanhf 2.
# Measured against double precision on every third float with glibc 2.36:
# expf 0.502, tanhf 2.178. LiteRT calls these functions of the system.
EXPF_ULP = 1.0
TANHF_ULP = 2.5


def tanh(op, inputs, outputs):
    """E = TANHF_ULP ulp of the result."""
    (x,) = inputs
    exact = np.abs(np.tanh(x.astype(np.float64)))
    return [2 * TANHF_ULP * 2 * UNIT_ROUNDOFF * exact]


def logistic(op, inputs, outputs):
    """1 / (1 + e^-x) in float32.

    The relative error 2u EXPF_ULP of the exponential enters with a factor
    e^-x / (1 + e^-x) <= 1; the addition and the division round once each:
    gamma_{2 EXPF_ULP + 2}. Kernels replace the formula where it is flat: by 1
    where 1 - y = e^-x / (1 + e^-x) is below u, and by e^x below -9, which is
    off by e^2x / (1 + e^x) <= e^2x. Below -88 the formula itself underflows
    to zero, as e^-x overflows.
    """
    (x,) = inputs
    x = x.astype(np.float64)
    exact = 1 / (1 + np.exp(-x))
    error = gamma(2 * EXPF_ULP + 2) * exact
    error += np.where(x < -9, np.exp(2 * np.minimum(x, 0)), 0)
    error += np.where(x > 16, UNIT_ROUNDOFF, 0)
    error += np.where(x < -88, exact, 0)
    return [2 * error]


def softmax(op, inputs, outputs):
    """exp(beta * (x_i - max)) / sum, along the last axis.

    t_i = beta * (x_i - max) has two roundings: |t_i| gamma_2 absolutely, which
    the exponential turns into the relative error exp(|t_i| gamma_2) - 1, to
    which it adds EXPF_ULP ulp: together d_i. The sum of positive terms has
    the relative error sum p_j d_j + gamma_{n-1}, and the division one
    rounding. First-order products of these small terms are covered by the
    factor 1.001. Where e^t is subnormal its rounding is absolute (2^-150): the
    quotient, the sum being at least 1, is off by no more, which TINY covers.
    """
    (x,) = inputs
    t = x.astype(np.float64)
    t = (t - t.max(axis=-1, keepdims=True)) * op.options["beta"]
    p = np.exp(t)
    p /= p.sum(axis=-1, keepdims=True)
    d = np.expm1(np.abs(t) * gamma(2)) + 2 * UNIT_ROUNDOFF * EXPF_ULP
    of_sum = (p * d).sum(axis=-1, keepdims=True) + gamma(x.shape[-1])
    return [2 * 1.001 * p * (d + of_sum + UNIT_ROUNDOFF)]


def hard_swish(op, inputs, outputs):
    """x * min(6, max(0, x + 3)) / 6.

    Each of the addition, the product and the division rounds once, and a
    product with a rounded 1/6 once more; x + 3 is one rounding of an exact
    sum, so that no cancellation enlarges it: E = gamma_4 |y|.
    """
    (x,) = inputs
    x = x.astype(np.float64)
    return [2 * gamma(4) * np.abs(x * np.clip(x + 3, 0, 6) / 6)]


# logf and powf of glibc: "Known Maximum Errors" 1 ulp each on x86_64.
LOGF_ULP = 1.0
POWF_ULP = 1.0


def log_softmax(op, inputs, outputs):
    """(x_i - max) - log(sum exp(x_j - max)), along the last axis.

    t_i = x_i - max rounds once: u |t_i| absolutely. The exponential turns that
    into the relative error exp(u |t_i|) - 1, to which it adds EXPF_ULP ulp:
    together d_i; the sum has the relative error sum p_j d_j + gamma_{n-1}, which
    is the absolute error of its logarithm, itself off by LOGF_ULP ulp. The last
    difference rounds once. 1.001 covers the products of errors.
    """
    (x,) = inputs
    t = x.astype(np.float64)
    t = t - t.max(axis=-1, keepdims=True)
    e = np.exp(t)
    total_exp = e.sum(axis=-1, keepdims=True)
    d = np.expm1(np.abs(t) * UNIT_ROUNDOFF) + 2 * UNIT_ROUNDOFF * EXPF_ULP
    of_sum = (e / total_exp * d).sum(axis=-1, keepdims=True) + gamma(x.shape[-1])
    log = np.log(total_exp)
    of_log = of_sum + 2 * UNIT_ROUNDOFF * LOGF_ULP * np.abs(log)
    error = UNIT_ROUNDOFF * (np.abs(t) + np.abs(t - log)) + of_log
    return [2 * 1.001 * error]


def l2_normalization(op, inputs, outputs):
    """x / max(sqrt(sum x^2), 1e-6), along the last axis.

    n products and n - 1 additions of positive terms: gamma_n, half of which
    remains after the root; root and division round once each.
    """
    (x,) = inputs
    x = x.astype(np.float64)
    norm = np.maximum(np.sqrt((x * x).sum(axis=-1, keepdims=True)), 1e-6)
    return [2 * gamma(x.shape[-1] / 2 + 2) * np.abs(x / norm)]


def local_response_normalization(op, inputs, outputs):
    """x * (bias + alpha * sum x^2)^-beta over at most 2 * radius channels.

    With bias > 0 and alpha >= 0 nothing cancels: gamma_{m} for the m products
    and m - 1 additions of the sum, gamma_{m+2} for the base, |beta| times that
    for the power, which adds POWF_ULP ulp, and one rounding of the product.
    """
    (x,) = inputs
    x = x.astype(np.float64)
    radius, bias = op.options["radius"], op.options["bias"]
    alpha, beta = op.options["alpha"], op.options["beta"]
    assert bias > 0 and alpha >= 0
    depth = x.shape[-1]
    squares = np.zeros_like(x)
    for c in range(depth):
        window = x[..., max(0, c - radius) : min(depth, c + radius)]
        squares[..., c] = (window * window).sum(axis=-1)
    exact = np.abs(x * (bias + alpha * squares) ** -beta)
    terms = min(2 * radius, depth)
    relative = abs(beta) * gamma(terms + 2) + (2 * POWF_ULP + 1) * UNIT_ROUNDOFF
    return [2 * 1.01 * relative * exact]


def complex_abs(op, inputs, outputs):
    """hypot(re, im): 1 ulp in glibc's list, of the width of the result."""
    (x,) = inputs
    ulp = 2.0**-23 if x.dtype == "complex64" else 2.0**-52
    return [2 * ulp * np.abs(x.astype(np.complex128))]
