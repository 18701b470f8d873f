# ===- cases/arithmetic.py - division, powers, differences --------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""DIV, FLOOR_DIV, FLOOR_MOD, POW, SQUARED_DIFFERENCE, ATAN2.

Without a bound the float result is a fixed sequence of rounded operations: equal
to the last bit.
"""

import functools

import numpy as np

import math_bounds
from cases.common import ACTIVATIONS, Case, activation_tensor
from tflite_writer import Op, Tensor

SHAPES = {
    "same_shape": ((3, 13), (3, 13)),
    "broadcast": ((2, 1, 5), (3, 1)),
    "broadcast_scalar": ((4, 7), ()),
    "broadcast_first_operand": ((3, 1), (2, 3, 4)),
}
# ATAN2 does not broadcast.
EQUAL_SHAPES = {
    "rank1": ((37,), (37,)),
    "same_shape": ((3, 13), (3, 13)),
    "rank5": ((2, 1, 3, 2, 2), (2, 1, 3, 2, 2)),
}
# op: forms and the bound of its float forms.
OPS = {
    "DIV": dict(forms="float32 int32"),
    "FLOOR_DIV": dict(forms="float32 int8 int16 int32"),
    "FLOOR_MOD": dict(forms="float32 int8 int16 int32 int64"),
    "POW": dict(forms="float32 int32", bound=math_bounds.pow_),
    "SQUARED_DIFFERENCE": dict(forms="float32 int32"),
    "ATAN2": dict(forms="float32 float16 float64", bound=math_bounds.atan2),
}
DIVISIONS = ("DIV", "FLOOR_DIV", "FLOOR_MOD")
# Rows of integers that LiteRT fails on when they run: a part of its message.
ERRORS = {
    "DIV": "data[i] != zero_point",
    "FLOOR_DIV": "Division by 0",
    "FLOOR_MOD": "Division by 0",
    "POW": "does not support negative value",
}
# Scales of a, b, output and the limits of b above its zero point. The last shift of
# the kernel has to go right by 0 to 31 bits: the output must be fine beside s_a / s_b,
# but not too fine.
QUOTIENTS = {
    "fine_output": dict(scales=(0.05, 0.05, 0.03), b=(30, 90)),
    "divisors_below_zero": dict(scales=(0.05, 0.02, 0.05), b=(-120, -3)),
    "saturating": dict(scales=(0.5, 0.02, 0.05), b=(1, 40)),
    "relu6": dict(scales=(0.09, 0.05, 0.03), b=(40, 100), activation="relu6"),
}
INT16_QUOTIENTS = {
    "fine_output": dict(scales=(2e-4, 2e-4, 2.5e-4), a=(-2000, 2000), b=(300, 1000)),
    "divisors_below_zero": dict(
        scales=(2e-4, 2e-4, 2.5e-4), a=(-2000, 2000), b=(-1000, -300)
    ),
    "saturating": dict(scales=(2e-4, 2e-4, 2.5e-4), b=(100, 1000)),
    "relu6": dict(
        scales=(2e-4, 2e-4, 5e-4),
        a=(-2000, 4000),
        b=(300, 1000),
        activation="relu6",
    ),
}
DIFFERENCES = {
    "same_scale": ((0.05, "mid"), (0.05, "mid"), (0.3, "low")),
    "scales_differ": ((0.05, "low"), (0.013, "high"), (0.09, "low")),
    "saturating": ((0.09, "high"), (0.4, "low"), (0.05, "mid")),
}


# Divisors, which must not be 0.
DIVISORS = {"int8": (1, 9), "int16": (1, 300), "int32": (1, 70000), "int64": (1, 70000)}


def _plain(op_name, form, shapes, config):
    a, b = (Tensor(shape, form) for shape in shapes)
    if form.startswith("float"):
        a.draw = b.draw = 3.0
        if op_name == "POW":
            a.draw, b.draw = ("positive", 2.0), 1.0
    elif op_name == "POW":
        a.draw, b.draw = (-9, 9), (0, 9)
    elif op_name in DIVISIONS:
        b.draw = DIVISORS[form]
        if config == "negative_divisor":
            b.draw = tuple(-end for end in reversed(b.draw))
    else:
        a.draw = b.draw = (-20000, 20000)
    if config == "error":
        b.draw = (-1, 1) if op_name == "POW" else (0, 3)
    options = {}
    if config in ACTIVATIONS:
        options["fusedActivationFunction"] = ACTIVATIONS[config]
    return Op(op_name, [a, b], [Tensor(np.broadcast_shapes(*shapes), form)], options)


def _plain_rows():
    for op_name, facts in OPS.items():
        for form in facts["forms"].split():
            is_float = form.startswith("float")
            configs = dict(EQUAL_SHAPES if op_name == "ATAN2" else SHAPES)
            if op_name == "DIV":
                configs["relu"] = configs["relu6"] = SHAPES["same_shape"]
            if not is_float and op_name in DIVISIONS:
                configs["negative_divisor"] = SHAPES["broadcast"]
            if not is_float and op_name in ERRORS:
                configs["error"] = SHAPES["same_shape"]
            for name, shapes in configs.items():
                yield Case(
                    op_name.lower(),
                    f"{form}_{name}",
                    functools.partial(_plain, op_name, form, shapes, name),
                    facts.get("bound") if is_float else None,
                    refused=ERRORS[op_name] if name == "error" else "",
                )


def _quotient(form, config):
    a_scale, b_scale, out_scale = config["scales"]
    middle = 128 if form == "uint8" else 0
    zeros = (0, 0, 0) if form == "int16" else (middle - 3, middle + 2, middle - 7)
    low, high = config["b"]
    a = activation_tensor(form, (12, 1), a_scale, zeros[0], config.get("a"))
    b = activation_tensor(form, (1, 9), b_scale, zeros[1])
    b.draw = (low + zeros[1], high + zeros[1])
    out = activation_tensor(form, (12, 9), out_scale, zeros[2])
    activation = ACTIVATIONS[config.get("activation", "none")]
    return Op("DIV", [a, b], [out], dict(fusedActivationFunction=activation))


def _difference(triple):
    a, b, out = (
        activation_tensor("int8", shape, scale, zero)
        for shape, (scale, zero) in zip(((12, 1), (1, 12), (12, 12)), triple)
    )
    return Op("SQUARED_DIFFERENCE", [a, b], [out])


def rows():
    yield from _plain_rows()
    for form in ("int8", "uint8", "int16"):
        configs = INT16_QUOTIENTS if form == "int16" else QUOTIENTS
        for name, config in configs.items():
            yield Case(
                "div", f"{form}_{name}", functools.partial(_quotient, form, config)
            )
    for name, triple in DIFFERENCES.items():
        yield Case(
            "squared_difference",
            f"int8_{name}",
            functools.partial(_difference, triple),
        )
