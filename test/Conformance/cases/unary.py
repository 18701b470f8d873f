# ===- cases/unary.py - functions of one element ------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""ABS to GELU and PRELU in every type form that the kernels have.

Without a bound the float result is one rounded operation, or a fixed sequence
of them: equal to the last bit.
"""

import functools

import numpy as np

import math_bounds
from cases.common import Case, activation_tensor, constant
from tflite_writer import Op, Tensor

SHAPES = {"rank1": (37,), "rank4": (1, 3, 4, 3), "rank5": (2, 1, 3, 2, 3)}
# Input and output parameters of quantised forms: (scale in int8 steps, zero
# point) twice.
SCALES = {
    "same_scale": ((0.05, "mid"), (0.05, "mid")),
    "rescaled": ((0.06, "mid"), (0.035, "mid")),
    "saturating": ((0.11, "mid"), (0.003, "mid")),
    "zero_points_low_high": ((0.05, "low"), (0.04, "high")),
    "zero_points_high_low": ((0.05, "high"), (0.04, "low")),
}
INT16_SCALES = ("same_scale", "rescaled", "saturating")

# op: its forms and the bound of its float forms; `positive`: no argument below
# zero; `kernels`: where the reference kernels do not have it.
FUNCTIONS = {
    "ABS": dict(
        forms="float32 int8 int16 int16_plain int32",
        # The reference kernels are registered up to version 3.
        builtin_forms=("int16_plain", "int32"),
    ),
    "NEG": dict(forms="float32 float16 int8_plain int16_plain int32 int64"),
    "SIGN": dict(forms="float32 float64 int32"),
    "EXP": dict(forms="float32 int8 int16", bound=math_bounds.exp),
    "LOG": dict(forms="float32 int8 int16", bound=math_bounds.log, positive=True),
    "SQRT": dict(forms="float32 int8 int16", positive=True),
    "RSQRT": dict(forms="float32 int8 int16", positive=True),
    "SQUARE": dict(forms="float32"),
    "SIN": dict(forms="float32 float16", bound=math_bounds.sin),
    "COS": dict(forms="float32 float16", bound=math_bounds.cos),
    "FLOOR": dict(forms="float32 float16"),
    "CEIL": dict(forms="float32", kernels="builtin"),
    "ROUND": dict(forms="float32 float16", kernels="builtin"),
    "ELU": dict(forms="float32 int8", bound=math_bounds.elu, kernels="builtin"),
    "GELU": dict(
        forms="float32 float16 int8 uint8 int16",
        bound=math_bounds.gelu,
        variants={"exact": {}, "approximate": dict(approximate=True)},
    ),
}
# Rows of the positive functions with negative arguments: an error of the kernel.
NEGATIVE = {
    "SQRT": "only defined for non-negative",
    "RSQRT": "only defined for positive",
}
PRELUS = {
    "alpha_channel": dict(x=(2, 3, 3, 4), alpha=(1, 1, 4)),
    "alpha_scalar": dict(x=(3, 13), alpha=(1,)),
    "alpha_full": dict(x=(2, 3, 5), alpha=(2, 3, 5)),
    "alpha_constant": dict(x=(2, 3, 3, 4), alpha=(4,), constant=True),
    "zero_points_low_high": dict(x=(4, 16), alpha=(16,), zeros=("low", "mid", "high")),
    "zero_points_high_low": dict(x=(4, 16), alpha=(16,), zeros=("high", "low", "low")),
}


def _build(op_name, form, shape, pair, options, positive):
    dtype = form.split("_")[0]
    if pair is None:
        draw = 3.0 if form.startswith("float") else None
        if positive:
            draw = ("positive", 3.0)
        return Op(
            op_name,
            [Tensor(shape, dtype, draw=draw)],
            [Tensor(shape, dtype)],
            options,
        )
    (in_scale, in_zero), (out_scale, out_zero) = pair
    if dtype == "int16":
        in_scale, out_scale = in_scale / 256, out_scale / 256
    source = activation_tensor(dtype, shape, in_scale, in_zero)
    if positive and op_name in NEGATIVE:
        # The highest zero point leaves its own value.
        high = {"int8": 127, "int16": 32767}[dtype]
        source.draw = (source.zero_point, high)
    elif dtype != "int16":
        source.draw = "codes"
    return Op(
        op_name,
        [source],
        [activation_tensor(dtype, shape, out_scale, out_zero)],
        options,
    )


def _function_rows():
    for op_name, facts in FUNCTIONS.items():
        for form in facts["forms"].split():
            for variant, options in facts.get("variants", {"": {}}).items():
                quantized = form in ("int8", "uint8", "int16")
                configs = SCALES if quantized else SHAPES
                for config_name, config in configs.items():
                    if form == "int16" and config_name not in INT16_SCALES:
                        continue
                    shape = config
                    if quantized:
                        shape = (4, 60) if form == "int16" else (2, 128)
                    name = "_".join(filter(None, (form, variant, config_name)))
                    kernels = facts.get("kernels", "reference")
                    if form in facts.get("builtin_forms", ()):
                        kernels = "builtin"
                    yield Case(
                        op_name.lower(),
                        name,
                        functools.partial(
                            _build,
                            op_name,
                            form,
                            shape,
                            config if quantized else None,
                            options,
                            facts.get("positive", False),
                        ),
                        facts.get("bound") if form.startswith("float") else None,
                        kernels=kernels,
                    )


def _negative_rows():
    for op_name, refused in NEGATIVE.items():
        yield Case(
            op_name.lower(),
            "int8_negative",
            functools.partial(
                _build, op_name, "int8", (2, 128), SCALES["same_scale"], {}, False
            ),
            refused=refused,
        )


def _prelu(form, config):
    dtype, zeros = form, config.get("zeros", ("mid",) * 3)
    scales = [None] * 3
    if form != "float32":
        step = 1 / 256 if form == "int16" else 1
        scales = [0.05 * step, 0.011, 0.04 * step]
    # The slopes of int16 are int8.
    slopes = "int8" if form == "int16" else dtype
    x, alpha, out = (
        activation_tensor(kind, shape, scale, zero)
        for kind, shape, scale, zero in zip(
            (dtype, slopes, dtype),
            (config["x"], config["alpha"], config["x"]),
            scales,
            zeros,
        )
    )
    if config.get("constant"):
        values = np.linspace(-3, 3, alpha.shape[0])
        if form != "float32":
            low, high = {"int8": (-100, 100), "uint8": (3, 250)}[slopes]
            values = np.linspace(low, high, alpha.shape[0])
        alpha.data = constant(values, slopes).data
    return Op("PRELU", [x, alpha], [out])


def rows():
    yield from _function_rows()
    yield from _negative_rows()
    for form in ("float32", "int8", "uint8", "int16"):
        for name, config in PRELUS.items():
            if "zeros" in config and form not in ("int8", "uint8"):
                continue
            yield Case(
                "prelu", f"{form}_{name}", functools.partial(_prelu, form, config)
            )
