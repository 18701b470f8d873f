# ===- cases/pooling.py - average and max pooling ----------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""AVERAGE_POOL_2D and MAX_POOL_2D in every type form."""

import functools

import bounds
from cases.common import ACTIVATIONS, PADDINGS, Case, activation_tensor, find_refusal
from tflite_writer import Op

# x: input NHWC, k: window.
CONFIGS = {
    "2x2_stride2_valid": dict(x=(1, 7, 6, 5), k=(2, 2), stride=(2, 2)),
    "3x3_same_relu": dict(x=(2, 5, 4, 3), k=(3, 3), padding="same", activation="relu"),
    "3x2_stride2x1_same_relu6": dict(
        x=(1, 7, 5, 3), k=(3, 2), stride=(2, 1), padding="same", activation="relu6"
    ),
    "2x3_valid_relu_n1_to_1": dict(
        x=(1, 5, 7, 2), k=(2, 3), stride=(1, 2), activation="relu_n1_to_1"
    ),
    "global": dict(x=(2, 5, 7, 4), k=(5, 7)),
    "window_over_image_same": dict(x=(1, 3, 2, 3), k=(5, 5), padding="same"),
    "zero_point_low_relu6": dict(
        x=(1, 5, 5, 3), k=(2, 2), zero="low", activation="relu6"
    ),
    "zero_point_high_relu": dict(
        x=(1, 5, 5, 3), k=(2, 2), zero="high", activation="relu"
    ),
}
FORMS = ("float32", "int8", "uint8", "int16")
REFUSED = {}


def _build(op_name, form, config):
    batch, height, width, channels = config["x"]
    stride = config.get("stride", (1, 1))
    padding = config.get("padding", "valid")
    kernel = config["k"]

    def out(size, window, step):
        return -(-(size if padding == "same" else size - window + 1) // step)

    shape = (
        batch,
        out(height, kernel[0], stride[0]),
        out(width, kernel[1], stride[1]),
        channels,
    )
    scale = {"int16": 0.05 / 256}.get(form, 0.05)
    zero = config.get("zero", "mid")
    options = dict(
        padding=PADDINGS[padding],
        strideH=stride[0],
        strideW=stride[1],
        filterHeight=kernel[0],
        filterWidth=kernel[1],
        fusedActivationFunction=ACTIVATIONS[config.get("activation", "none")],
    )
    data = activation_tensor(form, config["x"], scale, zero, draw=_draw(form))
    return Op(
        op_name, [data], [activation_tensor(form, shape, scale, zero)], options
    )


def _draw(form):
    return 3.0 if form == "float32" else None


def rows():
    for op_name in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
        for form in FORMS:
            for config_name, config in CONFIGS.items():
                if "zero" in config and form not in ("int8", "uint8"):
                    continue
                inexact = form == "float32" and op_name == "AVERAGE_POOL_2D"
                count = config["k"][0] * config["k"][1]
                yield Case(
                    op_name.lower(),
                    f"{form}_{config_name}",
                    functools.partial(_build, op_name, form, config),
                    bounds.average(count) if inexact else None,
                    refused=find_refusal(REFUSED, form, config_name),
                )
