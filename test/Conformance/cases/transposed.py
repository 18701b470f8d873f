# ===- cases/transposed.py - transposed convolutions -------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""TRANSPOSE_CONV in every type form."""

import functools

import numpy as np
from ai_edge_litert import schema_py_generated as schema

import bounds
from cases.common import (
    ACTIVATIONS,
    PADDINGS,
    Case,
    activation_tensor,
    constant,
    rng_for,
)
from cases.weighted import CONV_FORMS, FORMS, operands
from tflite_writer import Op

# x: input NHWC, k: kernel, n: output channels, out: height and width where they
# are not stride times the input's.
TRANSPOSE_CONV = {
    "3x3_stride2_same": dict(x=(1, 3, 2, 4), k=(3, 3), n=3, stride=(2, 2)),
    "2x3_valid_relu6": dict(
        x=(2, 3, 2, 2), k=(2, 3), n=3, padding="valid", activation="relu6"
    ),
    "stride2x1_valid_relu": dict(
        x=(1, 2, 3, 3),
        k=(3, 2),
        n=2,
        stride=(2, 1),
        padding="valid",
        activation="relu",
    ),
    "odd_output_same": dict(x=(1, 3, 2, 3), k=(4, 3), n=2, stride=(2, 2), out=(5, 3)),
    "holes_relu_n1_to_1": dict(
        x=(1, 2, 3, 2), k=(2, 1), n=3, stride=(3, 2), activation="relu_n1_to_1"
    ),
    "kernel_over_image_same": dict(x=(2, 2, 3, 2), k=(5, 5), n=2),
    "no_bias": dict(x=(1, 2, 2, 3), k=(3, 3), n=2, stride=(2, 2), bias=False),
    "saturating": dict(x=(1, 2, 3, 4), k=(2, 2), n=3, target=400, spread=3),
    "zero_points_low": dict(
        x=(1, 2, 2, 3), k=(3, 3), n=3, stride=(2, 2), zeros=("low", "low")
    ),
    "zero_points_high": dict(
        x=(1, 2, 2, 3), k=(3, 3), n=3, stride=(2, 2), zeros=("high", "high")
    ),
    "scale_spread_relu6": dict(
        x=(1, 2, 2, 3), k=(3, 3), n=6, spread=10, activation="relu6"
    ),
    "requantize_quarter": dict(x=(1, 4, 3, 4), k=(1, 1), n=5, multiplier=0.25),
    "requantize_three_tenths": dict(x=(1, 4, 3, 4), k=(1, 1), n=5, multiplier=0.3),
}


def _transpose_conv(form, name, config):
    rng = rng_for("TRANSPOSE_CONV", name)
    batch, height, width, channels = config["x"]
    kernel, stride = config["k"], config.get("stride", (1, 1))
    padding = config.get("padding", "same")
    size = [n * s for n, s in zip((height, width), stride)]
    if padding == "valid":
        size = [(n - 1) * s + k for n, s, k in zip((height, width), stride, kernel)]
    out_shape = (batch, *config.get("out", size), config["n"])
    shape = (config["n"], *kernel, channels)
    data, weights, bias, out = operands(
        rng, form, config, shape, 0, int(np.prod(shape[1:]))
    )
    options = dict(
        padding=PADDINGS[padding],
        strideH=stride[0],
        strideW=stride[1],
        fusedActivationFunction=ACTIVATIONS[config.get("activation", "none")],
    )
    if form == "int16x8_int32_bias":
        options["quantizedBiasType"] = schema.TensorType.INT32
    inputs = [constant(out_shape, "int32"), weights, data]
    if bias is not None:
        inputs.append(bias)
    output = activation_tensor(FORMS[form][0], out_shape, *out)
    return Op("TRANSPOSE_CONV", inputs, [output], options)


def _bound(form, config):
    depth = int(np.prod(config["k"])) * config["x"][3]
    if form == "float32":
        return bounds.dot_product(depth)
    return bounds.hybrid_products(depth) if form.startswith("hybrid") else None


def _applies(form, name):
    data_type, _, _, per_channel = FORMS[form]
    if name.startswith("requantize"):
        return data_type not in ("float32",)
    if name.startswith("zero_points"):
        return data_type in ("int8", "uint8")
    return per_channel or not name.startswith("scale_spread")


def rows():
    for form in CONV_FORMS:
        for name, config in TRANSPOSE_CONV.items():
            if not _applies(form, name):
                continue
            row = f"{form}_{name}"
            yield Case(
                "transpose_conv",
                row,
                functools.partial(_transpose_conv, form, row, config),
                _bound(form, config),
            )
