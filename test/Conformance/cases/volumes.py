# ===- cases/volumes.py - convolutions of volumes -----------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""CONV_3D and CONV_3D_TRANSPOSE, which LiteRT has for float32 only."""

import functools

import numpy as np

import bounds
from cases.common import ACTIVATIONS, PADDINGS, Case, constant, rng_for
from cases.weighted import operands, out_size
from tflite_writer import Op, Tensor

# x: input NDHWC (the output of a transpose), k: kernel, n: the other channels.
VOLUMES = {
    "2x2x2_same": dict(x=(1, 2, 3, 2, 2), k=(2, 2, 2), n=3),
    "stride_valid_relu": dict(
        x=(1, 4, 3, 5, 2),
        k=(2, 1, 3),
        n=2,
        stride=(2, 1, 2),
        padding="valid",
        activation="relu",
    ),
    "dilation_same_relu6": dict(
        x=(2, 3, 2, 4, 1), k=(2, 2, 3), n=2, dilation=(2, 1, 2), activation="relu6"
    ),
    "dilation_valid_relu_n1_to_1": dict(
        x=(1, 4, 3, 3, 2),
        k=(2, 2, 1),
        n=2,
        dilation=(3, 2, 1),
        padding="valid",
        activation="relu_n1_to_1",
    ),
    "stride_same_no_bias": dict(
        x=(1, 3, 4, 2, 2), k=(3, 2, 2), n=2, stride=(2, 2, 1), bias=False
    ),
    "stride_and_dilation": dict(
        x=(1, 5, 4, 2, 1), k=(2, 2, 1), n=2, stride=(2, 1, 1), dilation=(2, 2, 1)
    ),
}


def _volumes(op_name, name, config):
    rng = rng_for(op_name, name)
    is_transpose = op_name == "CONV_3D_TRANSPOSE"
    kernel, padding = config["k"], config.get("padding", "same")
    stride, dilation = config.get("stride", (1,) * 3), config.get("dilation", (1,) * 3)
    batch, *sizes, channels = config["x"]
    small = [
        out_size(*values, padding) for values in zip(sizes, kernel, stride, dilation)
    ]
    if is_transpose:
        # The filter has the output's channels first.
        shape, axis = (*kernel, channels, config["n"]), 3
        config = dict(config, x=(batch, *small, config["n"]))
        out_shape = (batch, *sizes, channels)
    else:
        shape, axis = (*kernel, channels, config["n"]), 4
        out_shape = (batch, *small, config["n"])
    data, weights, bias, _ = operands(
        rng, "float32", config, shape, axis, int(np.prod(kernel))
    )
    inputs = [data, weights]
    if is_transpose:
        inputs = [constant(out_shape, "int32"), weights, data]
    if bias is not None:
        inputs.append(bias)
    options = dict(
        padding=PADDINGS[padding],
        strideD=stride[0],
        strideH=stride[1],
        strideW=stride[2],
        dilationDFactor=dilation[0],
        dilationHFactor=dilation[1],
        dilationWFactor=dilation[2],
        fusedActivationFunction=ACTIVATIONS[config.get("activation", "none")],
    )
    return Op(op_name, inputs, [Tensor(out_shape, "float32")], options)


def rows():
    for op_name in ("CONV_3D", "CONV_3D_TRANSPOSE"):
        for name, config in VOLUMES.items():
            channels = config["n" if op_name == "CONV_3D_TRANSPOSE" else "x"]
            depth = int(np.prod(config["k"])) * np.ravel(channels)[-1]
            yield Case(
                op_name.lower(),
                f"float32_{name}",
                functools.partial(_volumes, op_name, f"float32_{name}", config),
                bounds.dot_product(int(depth)),
            )
