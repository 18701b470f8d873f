# ===- cases/elementwise.py - operators of two inputs ------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""ADD, SUB, MUL, MAXIMUM, MINIMUM in every type form.

In float32 each result is one rounded operation: equal to the last bit.
"""

import functools

import numpy as np

import runner
from cases.common import (
    ABORTS,
    ACTIVATIONS,
    LIMITS,
    Case,
    activation_tensor,
    find_refusal,
    rng_for,
)
from tflite_writer import NUMPY_TYPES, Op

# a, b: the shapes; scales: of a, b and the output in steps of int8.
SHAPES = {
    "same_shape": dict(a=(1, 3, 5, 4), b=(1, 3, 5, 4)),
    "rank1": dict(a=(19,), b=(19,)),
    "broadcast_channel": dict(a=(2, 3, 4, 5), b=(5,)),
    "broadcast_first_operand": dict(a=(3, 1), b=(2, 3, 4)),
    "broadcast_both": dict(a=(2, 1, 5), b=(1, 3, 1)),
    "broadcast_scalar": dict(a=(3, 7), b=()),
    "broadcast_rank5": dict(a=(2, 1, 3, 2, 2), b=(1, 3, 1, 2, 2)),
    "constant_operand": dict(a=(2, 3, 3, 4), b=(1, 1, 1, 4), constant=True),
}
ACTIVATED = {
    "relu": dict(a=(2, 3, 4, 3), b=(2, 3, 4, 3), activation="relu"),
    "relu6": dict(a=(2, 3, 4, 3), b=(2, 3, 4, 3), activation="relu6"),
    "relu_n1_to_1_broadcast": dict(
        a=(2, 3, 4, 3), b=(4, 1), activation="relu_n1_to_1"
    ),
}
SCALED = {
    "zero_points_low": dict(a=(3, 4, 5), b=(3, 4, 5), zeros=("low",) * 3),
    "zero_points_high": dict(a=(3, 4, 5), b=(3, 4, 5), zeros=("high",) * 3),
    "zero_points_mixed_broadcast": dict(
        a=(3, 4, 5), b=(4, 1), zeros=("low", "high", "mid")
    ),
    "scales_far_apart": dict(a=(3, 4, 5), b=(3, 4, 5), scales=(0.0004, 1.3, 0.9)),
    "saturating": dict(a=(3, 4, 5), b=(3, 4, 5), scales=(0.9, 0.7, 0.03)),
    # Products, scaled by 1/4 and 0.3, that are often ties or near ones.
    "requantize_quarter": dict(
        a=(12, 15), b=(12, 15), scales=(0.05, 0.5, 0.1), draw=(-24, 24)
    ),
    "requantize_three_tenths": dict(
        a=(12, 15), b=(12, 15), scales=(0.06, 0.5, 0.1), draw=(-24, 24)
    ),
    "fine_output": dict(a=(3, 4, 5), b=(5,), scales=(0.013, 0.007, 0.011)),
}
POWER_OF_TWO = {
    "pot_equal_scales": dict(a=(3, 4, 5), b=(3, 4, 5), scales=(2.0**-4,) * 3),
    "pot_first_smaller_relu": dict(
        a=(3, 4, 5),
        b=(3, 4, 5),
        scales=(2.0**-7, 2.0**-4, 2.0**-4),
        activation="relu",
    ),
    "pot_broadcast": dict(a=(3, 4, 5), b=(5,), scales=(2.0**-4,) * 3),
    "pot_second_smaller": dict(
        a=(3, 4, 5), b=(3, 4, 5), scales=(2.0**-4, 2.0**-9, 2.0**-4)
    ),
}
ARITHMETIC = ("ADD", "SUB", "MUL")
EXTREMA = ("MAXIMUM", "MINIMUM")
FORMS = ("float32", "int8", "uint8", "int16", "int32", "int64", "int16_plain")

# Sums and products of plain integers that do not overflow, which would be
# undefined in C++.
PLAIN_LIMITS = {
    ("ADD", "int32"): 2**30 - 1,
    ("SUB", "int32"): 2**30 - 1,
    ("MUL", "int32"): 46340,
    ("ADD", "int64"): 2**61,
    ("SUB", "int64"): 2**61,
    ("MUL", "int64"): 2**31,
    ("ADD", "int16_plain"): 2**14 - 1,
    ("SUB", "int16_plain"): 2**14 - 1,
    ("MUL", "int16_plain"): 181,
}
REFUSED = {
    "ADD": {("int16", "pot_broadcast"): ABORTS},
    "SUB": {("int16_plain", "*"): ABORTS},
}


def _scales(op_name, form, config):
    if op_name in EXTREMA:
        scales = (0.05,) * 3  # The op needs the same everywhere.
    elif op_name == "MUL":
        scales = config.get("scales", (0.05, 0.03, 0.1))
    else:
        scales = config.get("scales", (0.05, 0.03, 0.07))
    return [s / 256 if form == "int16" else s for s in scales]


def _build(op_name, form, name, config):
    dtype = form.split("_")[0]
    options = {}
    if op_name in ARITHMETIC:
        activation = config.get("activation", "none")
        options["fusedActivationFunction"] = ACTIVATIONS[activation]
    if op_name in ("ADD", "SUB") and dtype == "int16":
        options["potScaleInt16"] = name.startswith("int16_pot")
    shape = np.broadcast_shapes(config["a"], config["b"])
    draw = 4.0 if dtype == "float32" else None
    if form in LIMITS:
        scales = _scales(op_name, form, config)
        zeros = config.get("zeros", ("mid",) * 3)
        if "draw" in config:
            # The product of the int16 scales is 256 times finer than theirs.
            factor = 16 if form == "int16" else 1
            low, high = (end * factor for end in config["draw"])
            middle = 128 if form == "uint8" else 0
            draw = (low + middle, high + middle)
        if op_name in EXTREMA:
            zeros = (zeros[0],) * 3
    else:
        scales, zeros = [None] * 3, ["mid"] * 3
        limit = PLAIN_LIMITS.get((op_name, form))
        if limit:
            draw = (-limit, limit)
    a, b, out = (
        activation_tensor(dtype, s, scale, zero, draw)
        for s, scale, zero in zip((config["a"], config["b"], shape), scales, zeros)
    )
    if config.get("constant"):
        b.data = runner.draw(rng_for(op_name, name), b)
        b.data = b.data.astype(NUMPY_TYPES[dtype])
    return Op(op_name, [a, b], [out], options)


def _configs(op_name, form):
    yield from SHAPES.items()
    if op_name in ARITHMETIC:
        yield from ACTIVATED.items()
    if form in LIMITS:
        for name, config in SCALED.items():
            if form == "int16" and "zeros" in config:
                continue
            if op_name in EXTREMA and "zeros" not in config:
                continue
            yield name, config
    if form == "int16" and op_name in ("ADD", "SUB"):
        yield from POWER_OF_TWO.items()


def rows():
    for op_name in ARITHMETIC + EXTREMA:
        for form in FORMS:
            for config_name, config in _configs(op_name, form):
                name = f"{form}_{config_name}"
                yield Case(
                    op_name.lower(),
                    name,
                    functools.partial(_build, op_name, form, name, config),
                    refused=find_refusal(REFUSED.get(op_name, {}), form, config_name),
                )
