# ===- cases/reductions.py - reductions over axes ----------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""MEAN, SUM, ARG_MAX and ARG_MIN in every type form."""

import functools

import numpy as np

import bounds
from cases.common import LIMITS, Case, activation_tensor, constant, find_refusal
from tflite_writer import Op, Tensor

# x: input, axes as written in the model, keep: keep_dims; scales of input and
# output in steps of int8 and their zero points (quantized forms only).
SHAPES = {
    "spatial_keep_dims": dict(x=(2, 5, 7, 4), axes=[1, 2], keep=True),
    "spatial": dict(x=(1, 5, 4, 6), axes=[1, 2]),
    "last_axis": dict(x=(3, 4, 7), axes=[2]),
    "first_axis_keep_dims": dict(x=(5, 3, 4), axes=[0], keep=True),
    "negative_axes": dict(x=(2, 3, 4, 5), axes=[-1, -3]),
    "repeated_axes": dict(x=(2, 3, 5), axes=[1, -2, 1]),
    "unordered_axes": dict(x=(2, 3, 4, 5), axes=[3, 0]),
    "all_axes": dict(x=(3, 5, 7), axes=[0, 1, 2]),
    "rank1": dict(x=(31,), axes=[0]),
    "rank5": dict(x=(2, 3, 2, 3, 2), axes=[1, 3]),
    "one_element_axis": dict(x=(3, 1, 5), axes=[1]),
}
SCALED = {
    "rescaled_spatial_keep_dims": dict(
        x=(2, 5, 7, 4), axes=[1, 2], keep=True, scales=(0.05, 0.011)
    ),
    "rescaled_last_axis": dict(x=(3, 4, 7), axes=[2], scales=(0.05, 0.083)),
    "saturating": dict(x=(4, 3, 5), axes=[1], scales=(0.5, 0.04)),
    "zero_points_low_high": dict(
        x=(2, 3, 5, 4), axes=[1, 2], scales=(0.05, 0.03), zeros=("low", "high")
    ),
    "zero_points_high_low": dict(
        x=(2, 7, 5), axes=[1], keep=True, scales=(0.05, 0.09), zeros=("high", "low")
    ),
    # Many ties or near ones.
    "requantize_half": dict(x=(60, 3), axes=[1], scales=(0.05, 0.1)),
    "requantize_three_tenths": dict(x=(60, 3), axes=[1], scales=(0.03, 0.1)),
}
SUM_SCALED = {
    "coarse_output_spatial": dict(x=(1, 5, 7, 4), axes=[1, 2], scales=(0.05, 0.9)),
}
FORMS = ("float32", "int8", "uint8", "int16", "int32", "int64")
ARG = {
    "last_axis": dict(x=(3, 4, 7), axis=2),
    "negative_axis": dict(x=(2, 3, 4, 5), axis=-3),
    "first_axis_int64": dict(x=(6, 5), axis=0, out="int64"),
    "rank1": dict(x=(23,), axis=0),
    "one_element_axis": dict(x=(3, 1, 4), axis=1),
    "axis_int64": dict(x=(3, 5), axis=1, axis_type="int64"),
    "ties": dict(x=(4, 31), axis=1, draw=(0, 2)),
    "rank5": dict(x=(2, 3, 2, 3, 2), axis=-2),
}
ARG_FORMS = ("float32", "int8", "uint8", "int16", "int32", "int64", "bool")
_ARG_REFUSED = {
    ("int16", "*"): "Unknown input type: 7",
    ("int64", "*"): "Unknown input type: 4",
    # The version that bool needs is missing from the reference registry only.
    ("bool", "*"): "Didn't find op for builtin opcode",
}
REFUSED = {"ARG_MAX": _ARG_REFUSED, "ARG_MIN": _ARG_REFUSED}


def _reduced(shape, axes, keep):
    axes = {axis % len(shape) for axis in axes}
    if keep:
        return tuple(1 if i in axes else n for i, n in enumerate(shape))
    return tuple(n for i, n in enumerate(shape) if i not in axes)


def _count(config):
    axes = {axis % len(config["x"]) for axis in config["axes"]}
    return int(np.prod([config["x"][axis] for axis in axes]))


def _reduce(op_name, form, config):
    keep = config.get("keep", False)
    zeros = config.get("zeros", ("mid", "mid"))
    scales = config.get("scales", (0.05, 0.05))
    if form == "int16":
        scales = [scale / 256 for scale in scales]
    elif form not in LIMITS:
        scales = (None, None)
    draw = {"int32": (-(2**24), 2**24), "int64": (-(2**40), 2**40)}.get(form)
    source = activation_tensor(form, config["x"], scales[0], zeros[0], draw)
    shape = _reduced(config["x"], config["axes"], keep)
    target = activation_tensor(form, shape, scales[1], zeros[1])
    axes = constant(config["axes"], "int32")
    return Op(op_name, [source, axes], [target], dict(keepDims=keep))


def _arg(op_name, form, config):
    out_type = config.get("out", "int32")
    draw = config.get("draw") if form not in ("float32", "bool") else None
    scale = 0.05 if form in LIMITS else None
    source = activation_tensor(form, config["x"], scale, "mid", draw)
    shape = _reduced(config["x"], [config["axis"]], False)
    axis = constant(config["axis"], config.get("axis_type", "int32"))
    type_code = {"int32": 2, "int64": 4}[out_type]
    options = dict(outputType=type_code)
    return Op(op_name, [source, axis], [Tensor(shape, out_type)], options)


def _kernels(op_name, form, name):
    """Reference SUM of ai-edge-litert 2.3.0 is broken for int8 and int16.

    For int16 it writes nothing, for int8 mostly -1 whatever the input. The uint8
    kernel is sound and computes the same function of shifted numbers. The builtin
    kernels rescale in float32, unlike the reference: they serve for int16 only,
    where the format wants equal scales and there is nothing to rescale.
    """
    if op_name != "SUM" or (form, name) == ("int8", "one_element_axis"):
        return "reference"  # One element is a copy, which int8 gets right.
    return {"int8": "reference uint8", "int16": "builtin"}.get(form, "reference")


def _reduce_rows(op_name, derive):
    for form in FORMS:
        configs = dict(SHAPES)
        if form in LIMITS:
            configs.update(SCALED)
            if op_name == "SUM":
                configs.update(SUM_SCALED)
        for name, config in configs.items():
            if form == "int16" and "zeros" in config:
                continue
            if form == "int16" and op_name == "SUM" and "scales" in config:
                continue
            yield Case(
                op_name.lower(),
                f"{form}_{name}",
                functools.partial(_reduce, op_name, form, config),
                derive(_count(config)) if form == "float32" else None,
                kernels=_kernels(op_name, form, name),
                refused=find_refusal(REFUSED.get(op_name, {}), form, name),
            )


def rows():
    yield from _reduce_rows("MEAN", bounds.average)
    yield from _reduce_rows("SUM", bounds.total)
    for op_name in ("ARG_MAX", "ARG_MIN"):
        for form in ARG_FORMS:
            for name, config in ARG.items():
                yield Case(
                    op_name.lower(),
                    f"{form}_{name}",
                    functools.partial(_arg, op_name, form, config),
                    refused=find_refusal(REFUSED.get(op_name, {}), form, name),
                )
