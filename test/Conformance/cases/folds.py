# ===- cases/folds.py - extremes, products and truths over axes --------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""REDUCE_MAX, REDUCE_MIN, REDUCE_PROD, REDUCE_ANY and REDUCE_ALL."""

import functools

import numpy as np

import bounds
from cases.common import LIMITS, Case, activation_tensor, constant
from tflite_writer import Op

SHAPES = {
    "spatial_keep_dims": dict(x=(2, 3, 3, 2), axes=[1, 2], keep=True),
    "last_axis": dict(x=(3, 5), axes=[1]),
    "first_axis": dict(x=(4, 3), axes=[0]),
    "negative_repeated_axes": dict(x=(2, 3, 4), axes=[-1, 0, 2]),
    "all_axes": dict(x=(2, 3, 3), axes=[0, 1, 2]),
    "rank5": dict(x=(2, 3, 1, 2, 2), axes=[1, 3]),
}
# The second half of a table of forms: integers without parameters.
EXTREME_FORMS = (
    "float32",
    "int8",
    "uint8",
    "int16",
    "int8_plain",
    "uint8_plain",
    "int16_plain",
    "int32",
    "int64",
    "bool",
)
PROD_FORMS = (
    "float32",
    "int8",
    "int16",
    "int8_plain",
    "uint8_plain",
    "int16_plain",
    "int32",
    "int64",
    "bool",
)
# Products: scales of input and result in steps of int8.
SCALED = {
    "rescaled": dict(x=(3, 4), axes=[1], scales=(0.02, 0.5)),
    "large_factor": dict(x=(4, 2), axes=[1], scales=(0.9, 0.001)),
    "saturating": dict(x=(4, 3), axes=[1], scales=(0.05, 0.02)),
    "zero_points_low_high": dict(
        x=(4, 3), axes=[1], scales=(0.01, 0.02), zeros=("low", "high")
    ),
    "one_factor": dict(x=(5, 1), axes=[1], scales=(0.05, 0.03)),
}


def _reduced(shape, axes, keep):
    axes = {axis % len(shape) for axis in axes}
    if keep:
        return tuple(1 if i in axes else n for i, n in enumerate(shape))
    return tuple(n for i, n in enumerate(shape) if i not in axes)


def _fold(op_name, form, config):
    dtype = form.removesuffix("_plain")
    scales = (0.03, 0.03)
    if op_name == "REDUCE_PROD":
        scales = config.get("scales", (0.03, 0.5))
    zeros = config.get("zeros", ("mid", "mid"))
    if dtype == "int16":
        scales, zeros = [scale / 256 for scale in scales], ("mid", "mid")
    if form.endswith("_plain"):
        scales = (None, None)
    shape = _reduced(config["x"], config["axes"], config.get("keep", False))
    source = activation_tensor(dtype, config["x"], scales[0], zeros[0])
    target = activation_tensor(dtype, shape, scales[1], zeros[1])
    axes = constant(config["axes"], "int32")
    options = dict(keepDims=config.get("keep", False))
    return Op(op_name, [source, axes], [target], options)


def _rows_of(op_name, forms, bound=None):
    for form in forms:
        configs = dict(SHAPES)
        if op_name == "REDUCE_PROD" and form in LIMITS:
            configs.update(SCALED)
        for name, config in configs.items():
            if form == "int16" and "zeros" in config:
                continue
            count = int(np.prod(config["x"]))
            yield Case(
                op_name.lower(),
                f"{form}_{name}",
                functools.partial(_fold, op_name, form, config),
                bound(count) if bound and form == "float32" else None,
            )


def rows():
    yield from _rows_of("REDUCE_MAX", EXTREME_FORMS)
    yield from _rows_of("REDUCE_MIN", EXTREME_FORMS)
    yield from _rows_of("REDUCE_PROD", PROD_FORMS, bounds.product)
    yield from _rows_of("REDUCE_ANY", ("bool",))
    yield from _rows_of("REDUCE_ALL", ("bool",))
