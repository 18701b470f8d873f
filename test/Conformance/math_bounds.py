# ===- math_bounds.py - bounds of the functions of one and two elements ------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Bounds of mathematical functions, in the notation of bounds.py.

Every bound rests on the errors of the C library's functions in units in the
last place; one ulp is at most 2u of the value. Bounds admit a little more than
what was measured against double precision with glibc 2.36: of every 997th float
expf 0.502, logf 0.762, sinf 0.561, cosf 0.560, expm1f 0.761, erfcf 2.576, of
three million pairs powf 0.502, atan2f 1.424. Both evaluators call these
functions, so that what is left is the roundings around them, and another release
of the library.
"""

import math

import numpy as np

from bounds import TANHF_ULP, UNIT_ROUNDOFF, gamma

LIBM_ULP = 1.0
ATAN2F_ULP = 2.0
ERFCF_ULP = 3.0
# Of Eigen's float32 exponential, as in lstm_bounds.py.
EIGEN_EXP_ULP = 6.0
# Half precision: one rounding, half an ulp of 11 significant bits; below the
# smallest normal number an absolute 2^-25.
HALF_ROUNDOFF = 2.0**-11
HALF_TINY = 2.0**-25

_ERFC = np.vectorize(math.erfc)


def _doubles(inputs):
    return [np.asarray(x, dtype=np.float64) for x in inputs]


def _of_value(function, ulps):
    """E = `ulps` ulp of the result; a half result carries its own rounding.

    The exact value comes from double precision: for a double result it may be
    an ulp off itself.
    """

    def bound(op, inputs, outputs):
        with np.errstate(all="ignore"):
            exact = np.abs(function(*_doubles(inputs)))
        if inputs[0].dtype == np.float64:
            error = 2 * 2.0**-53 * (ulps + 1) * exact
        else:
            error = 2 * UNIT_ROUNDOFF * ulps * exact
        if inputs[0].dtype == np.float16:
            error = error + HALF_ROUNDOFF * exact + HALF_TINY
        return [2 * np.where(np.isfinite(error), error, 0)]

    return bound


exp = _of_value(np.exp, LIBM_ULP)
log = _of_value(np.log, LIBM_ULP)
sin = _of_value(np.sin, LIBM_ULP)
cos = _of_value(np.cos, LIBM_ULP)
pow_ = _of_value(np.power, LIBM_ULP)
atan2 = _of_value(np.arctan2, ATAN2F_ULP)


def _gelu_error(op, x, roundoff):
    """The error of the formula with one rounding `roundoff` a step.

    Exact form: the argument a = x / sqrt(2) carries two roundings (the constant
    and the product), |a| gamma_2, which erfc turns into |a erfc'(a)| gamma_2,
    erfc' = 2 / sqrt(pi) exp(-a^2); erfc itself ERFCF_ULP ulp; 0.5 * x is exact
    and the last product rounds once.

    Approximate form: the argument of tanh has at most seven roundings on any
    path: w = k (x + c x^3) changes by |k| (|x| + |c x^3|) gamma_7, tanh by that
    times 1 - tanh^2; tanh carries TANHF_ULP ulp, the sum with 1 one rounding of
    at most 2 and the last product one.
    """
    scale = roundoff / UNIT_ROUNDOFF
    if not op.options.get("approximate"):
        a = -x / np.sqrt(2.0)
        value = _ERFC(a)
        error = np.abs(a) * 2 / np.sqrt(np.pi) * np.exp(-a * a) * gamma(2) * scale
        error += 2 * roundoff * ERFCF_ULP * value
        return 0.5 * np.abs(x) * (error + roundoff * value)
    k, c = np.sqrt(2 / np.pi), 0.044715
    t = np.tanh(k * (x + c * x**3))
    error = k * (np.abs(x) + c * np.abs(x) ** 3) * gamma(7) * scale * (1 - t * t)
    error += 2 * roundoff * TANHF_ULP * np.abs(t) + roundoff * np.abs(1 + t)
    return 0.5 * np.abs(x) * (error + roundoff * np.abs(1 + t))


def gelu(op, inputs, outputs):
    """See _gelu_error. 1.01 covers the products of errors.

    Half precision: mopt computes in float32 and rounds once; the kernel rounds
    every step to half precision.
    """
    (x,) = _doubles(inputs)
    error = _gelu_error(op, x, UNIT_ROUNDOFF)
    if inputs[0].dtype != np.float16:
        return [2 * 1.01 * error]
    rounding = HALF_ROUNDOFF * np.abs(np.asarray(outputs[0], dtype=np.float64))
    kernel = _gelu_error(op, x, HALF_ROUNDOFF) + HALF_TINY * (1 + np.abs(x))
    return [1.01 * (error + rounding + HALF_TINY + 1.05 * kernel)]


def elu(op, inputs, outputs):
    """e^x - 1 below 0.

    The kernel subtracts 1 from Eigen's exponential: EIGEN_EXP_ULP ulp of e^x and
    a rounding of the difference. mopt: expm1f within 1 ulp, or
    2 t / (1 - t) with t = tanh(x / 2): t carries TANHF_ULP ulp, which the
    quotient, of derivative 2 / (1 - t)^2, turns into at most that much of
    itself and as much again from the denominator; the difference and the
    quotient round once each.
    """
    (x,) = _doubles(inputs)
    below = np.minimum(x, 0)
    value = np.abs(np.expm1(below))
    kernel = 2 * UNIT_ROUNDOFF * EIGEN_EXP_ULP * np.exp(below) + UNIT_ROUNDOFF * value
    own = (4 * TANHF_ULP + 2) * UNIT_ROUNDOFF * value
    return [np.where(x < 0, 1.01 * (kernel + own), 0)]
