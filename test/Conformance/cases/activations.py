# ===- cases/activations.py - operators of one input, value by value ---------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Clamps, LEAKY_RELU, HARD_SWISH, LOGISTIC, TANH and SOFTMAX."""

import functools

import bounds
from cases.common import ABORTS, Case, activation_tensor, find_refusal
from tflite_writer import Op

SHAPES = {
    "rank4": (1, 5, 4, 3),
    "rank1": (37,),
    "rank5": (2, 1, 3, 2, 3),
}
FORMS = ("float32", "int8", "uint8", "int16")
QUANTIZED = FORMS[1:]


def _steps(form, scale):
    return scale / 256 if form == "int16" else scale


# Input and output quantization of the quantized rows: (scale in int8 steps,
# zero point) twice. "codes" rows feed every value of an 8 bit type.
CLAMPS = {
    "same_scale": ((0.05, "mid"), (0.05, "mid")),
    "rescaled": ((0.06, "mid"), (0.035, "mid")),
    "coarser": ((0.011, "mid"), (0.09, "mid")),
    "saturating": ((0.4, "mid"), (0.013, "mid")),
    "zero_points_low_high": ((0.05, "low"), (0.04, "high")),
    "zero_points_high_low": ((0.05, "high"), (0.04, "low")),
}
ALPHAS = {
    "alpha_0_1": 0.1,
    "alpha_1_5": 1.5,
    "alpha_negative": -0.25,
    "alpha_zero": 0.0,
}
# Output parameters that the format fixes.
LOGISTIC_OUT = {"int8": (1 / 256, -128), "uint8": (1 / 256, 0), "int16": (1 / 32768, 0)}
TANH_OUT = {"int8": (1 / 128, 0), "uint8": (1 / 128, 128), "int16": (1 / 32768, 0)}
# Input parameters, the scale in int8 steps.
SIGMOIDS = {
    "wide": (0.09, "mid"),
    "narrow": (0.004, "mid"),
    "very_wide": (1.7, "mid"),
    "power_of_two": (0.0625, "mid"),
    "zero_point_low": (0.05, "low"),
    "zero_point_high": (0.05, "high"),
}
SOFTMAX = {
    "rank1": dict(x=(11,), scale=0.05),
    "rank2_beta_half": dict(x=(3, 7), scale=0.1, beta=0.5),
    "rank3_beta_two": dict(x=(2, 3, 5), scale=0.03, beta=2.0),
    "rank4": dict(x=(2, 3, 2, 5), scale=0.08),
    "one_class": dict(x=(4, 1), scale=0.08),
    "deep_fine": dict(x=(1, 130), scale=0.004),
    "coarse": dict(x=(2, 9), scale=1.3),
    "zero_point_low": dict(x=(2, 9), scale=0.05, zero="low"),
    "zero_point_high": dict(x=(2, 9), scale=0.05, zero="high"),
    # The most equal classes whose sum LiteRT's 8 bit kernel lives through.
    "flat_500": dict(x=(1, 500), scale=0.0004, draw=(3, 9)),
    "flat_600": dict(x=(1, 600), scale=0.0004, draw=(3, 9)),
}
_NO_INT16 = {("int16", "*"): "got INT16"}
REFUSED = {
    "RELU_N1_TO_1": _NO_INT16,
    "RELU_0_TO_1": _NO_INT16,
    "HARD_SWISH": _NO_INT16,
    "SOFTMAX": {("int8", "flat_600"): ABORTS, ("uint8", "flat_600"): ABORTS},
}


def _codes(form):
    """Shape and draw of a row that feeds every 8 bit value (or many of 16)."""
    if form == "int16":
        return (4, 150), None
    return (2, 128), "codes"


def _unary(op_name, form, shape, quantization, options=None, draw=None):
    if form == "float32":
        source = activation_tensor(form, shape, draw=draw)
        return Op(op_name, [source], [activation_tensor(form, shape)], options or {})
    (in_scale, in_zero), (out_scale, out_zero) = quantization
    source = activation_tensor(form, shape, in_scale, in_zero, draw)
    target = activation_tensor(form, shape, out_scale, out_zero)
    return Op(op_name, [source], [target], options or {})


def _row(op_name, form, config_name, bound=None, **arguments):
    refused = REFUSED.get(op_name, {})
    return Case(
        op_name.lower(),
        f"{form}_{config_name}",
        functools.partial(_unary, op_name, form, **arguments),
        bound if form == "float32" else None,
        refused=find_refusal(refused, form, config_name),
    )


def _clamp_pairs(form):
    for name, pair in CLAMPS.items():
        zeros = {zero for _, zero in pair}
        if form == "int16" and zeros != {"mid"}:
            continue
        yield name, tuple((_steps(form, scale), zero) for scale, zero in pair)


def _clamp_rows():
    names = ("RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "HARD_SWISH")
    for op_name in names:
        bound = bounds.hard_swish if op_name == "HARD_SWISH" else None
        options = {}
        for shape_name, shape in SHAPES.items():
            yield _row(
                op_name,
                "float32",
                shape_name,
                bound,
                shape=shape,
                quantization=None,
                options=options,
                draw=3.0,
            )
        for form in QUANTIZED:
            shape, draw = _codes(form)
            for name, pair in _clamp_pairs(form):
                yield _row(
                    op_name,
                    form,
                    name,
                    shape=shape,
                    quantization=pair,
                    options=options,
                    draw=draw,
                )


def _leaky_rows():
    """One product of two floats: equal to the last bit."""
    for alpha_name, alpha in ALPHAS.items():
        options = dict(alpha=alpha)
        yield _row(
            "LEAKY_RELU",
            "float32",
            alpha_name,
            shape=SHAPES["rank4"],
            quantization=None,
            options=options,
            draw=3.0,
        )
        for form in QUANTIZED:
            shape, draw = _codes(form)
            for name, pair in _clamp_pairs(form):
                if name not in ("rescaled", "saturating", "zero_points_low_high"):
                    continue
                yield _row(
                    "LEAKY_RELU",
                    form,
                    f"{alpha_name}_{name}",
                    shape=shape,
                    quantization=pair,
                    options=options,
                    draw=draw,
                )


def _sigmoid_rows():
    ops = (
        ("LOGISTIC", LOGISTIC_OUT, bounds.logistic),
        ("TANH", TANH_OUT, bounds.tanh),
    )
    for op_name, out, bound in ops:
        for shape_name, shape in SHAPES.items():
            yield _row(
                op_name,
                "float32",
                shape_name,
                bound,
                shape=shape,
                quantization=None,
                draw=4.0,
            )
        for form in QUANTIZED:
            shape, draw = _codes(form)
            for name, (scale, zero) in SIGMOIDS.items():
                if form == "int16" and zero != "mid":
                    continue
                yield _row(
                    op_name,
                    form,
                    name,
                    shape=shape,
                    quantization=((_steps(form, scale), zero), out[form]),
                    draw=draw,
                )


def _softmax_rows():
    for form in FORMS:
        for name, config in SOFTMAX.items():
            if "zero" in config and form not in ("int8", "uint8"):
                continue
            quantization = None
            if form != "float32":
                source = (_steps(form, config["scale"]), config.get("zero", "mid"))
                quantization = (source, LOGISTIC_OUT[form])
            yield _row(
                "SOFTMAX",
                form,
                name,
                bounds.softmax,
                shape=config["x"],
                quantization=quantization,
                options=dict(beta=config.get("beta", 1.0)),
                draw=4.0 if form == "float32" else config.get("draw"),
            )


def rows():
    yield from _clamp_rows()
    yield from _leaky_rows()
    yield from _sigmoid_rows()
    yield from _softmax_rows()
