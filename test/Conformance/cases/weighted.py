# ===- cases/weighted.py - convolutions and fully connected ------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED in every type form."""

import functools

import numpy as np
from ai_edge_litert import schema_py_generated as schema

import bounds
import runner
from cases.common import (
    ACTIVATIONS,
    LIMITS,
    PADDINGS,
    Case,
    activation_tensor,
    constant,
    deviation,
    find_refusal,
    float_constant,
    rng_for,
)
from tflite_writer import NUMPY_TYPES, Op, Tensor

# Type form -> (activation type, weight type, bias type, weights per channel).
FORMS = {
    "float32": ("float32", "float32", "float32", False),
    "int8_per_channel": ("int8", "int8", "int32", True),
    "int8_per_tensor": ("int8", "int8", "int32", False),
    "uint8": ("uint8", "uint8", "int32", False),
    "int16x8_per_channel": ("int16", "int8", "int64", True),
    "int16x8_per_tensor": ("int16", "int8", "int64", False),
    "int16x8_int32_bias": ("int16", "int8", "int32", True),
    # The kernel reads a 32 bit bias for 16 bit weights, whatever its type says.
    "int16x16": ("int16", "int16", "int32", False),
    "hybrid_per_channel": ("float32", "int8", "float32", True),
    "hybrid_per_tensor": ("float32", "int8", "float32", False),
    "hybrid_per_channel_asymmetric": ("float32", "int8", "float32", True),
    "hybrid_per_tensor_asymmetric": ("float32", "int8", "float32", False),
}
CONV_FORMS = [
    "float32",
    "int8_per_channel",
    "int8_per_tensor",
    "uint8",
    "int16x8_per_channel",
    "int16x8_per_tensor",
    "int16x8_int32_bias",
    "hybrid_per_channel",
    "hybrid_per_tensor",
]

# `target`: standard deviation of the outputs in output steps (in tenths of the
# positive range for int16), large values saturate. `spread`: per-channel weight
# scales lie within a factor 2^spread of one another.
# `multiplier`: weights of -3 to 3 whose sums are scaled by this very number, so
# that many results are ties or nearly, where ways of rounding part.
# x: input NHWC, k: kernel, n: output channels.
CONV_2D = {
    "3x3_same": dict(x=(1, 7, 6, 5), k=(3, 3), n=4),
    "stride2_same_relu6": dict(
        x=(2, 7, 5, 3), k=(3, 3), n=5, stride=(2, 2), activation="relu6"
    ),
    "stride2x1_valid_relu": dict(
        x=(1, 8, 7, 3), k=(3, 2), n=3, stride=(2, 1), padding="valid", activation="relu"
    ),
    "dilation2_same_relu_n1_to_1": dict(
        x=(1, 9, 7, 2), k=(3, 3), n=3, dilation=(2, 2), activation="relu_n1_to_1"
    ),
    "dilation3x2_valid": dict(
        x=(1, 9, 8, 2), k=(3, 3), n=3, dilation=(3, 2), padding="valid"
    ),
    "1x1_saturating": dict(x=(1, 5, 4, 7), k=(1, 1), n=6, target=400, spread=3),
    "5x5_same_kernel_over_image": dict(x=(2, 3, 4, 2), k=(5, 5), n=3),
    "group2": dict(x=(1, 5, 5, 4), k=(3, 3), n=6, groups=2),
    "group3_stride2_same": dict(x=(1, 5, 6, 6), k=(3, 3), n=3, groups=3, stride=(2, 2)),
    "zero_points_low": dict(x=(1, 5, 5, 3), k=(3, 3), n=4, zeros=("low", "low")),
    "zero_points_high": dict(x=(1, 5, 5, 3), k=(3, 3), n=4, zeros=("high", "high")),
    "scale_spread_relu6": dict(
        x=(1, 5, 5, 3), k=(3, 3), n=9, spread=10, activation="relu6"
    ),
    "requantize_quarter": dict(x=(1, 8, 7, 4), k=(1, 1), n=5, multiplier=0.25),
    "requantize_three_tenths": dict(x=(1, 8, 7, 4), k=(1, 1), n=5, multiplier=0.3),
    # Shapes that float kernels part: rows of several tiles with both borders,
    # vectors that channels do not fill, windows that hang over on both sides.
    "floats_long_row": dict(x=(1, 2, 37, 2), k=(3, 5), n=3, activation="relu"),
    "floats_37_channels": dict(x=(2, 3, 7, 3), k=(3, 3), n=37, activation="relu6"),
    "floats_137_channels": dict(x=(1, 1, 3, 5), k=(1, 1), n=137),
    "floats_4_channels_long_row": dict(x=(1, 9, 13, 3), k=(2, 2), n=4),
    "floats_stride3x2_same": dict(x=(1, 8, 21, 2), k=(3, 3), n=18, stride=(3, 2)),
    "floats_stride2_pointwise": dict(x=(2, 5, 7, 3), k=(1, 1), n=6, stride=(2, 2)),
    "floats_dilation3x4_same": dict(
        x=(1, 7, 19, 2), k=(3, 3), n=5, dilation=(3, 4), activation="relu_n1_to_1"
    ),
    "floats_dilation1x2_valid": dict(
        x=(1, 3, 17, 3), k=(2, 3), n=17, dilation=(1, 2), padding="valid"
    ),
    "floats_window_over_image": dict(x=(1, 2, 3, 3), k=(4, 7), n=20),
}
# m: channel multiplier.
DEPTHWISE_CONV_2D = {
    "3x3_same": dict(x=(1, 7, 6, 5), k=(3, 3), m=1),
    "stride2_same_relu6": dict(
        x=(2, 7, 5, 3), k=(3, 3), m=1, stride=(2, 2), activation="relu6"
    ),
    "multiplier2_stride2_valid_relu": dict(
        x=(1, 8, 7, 3), k=(3, 3), m=2, stride=(2, 2), padding="valid", activation="relu"
    ),
    "multiplier3_dilation2_same": dict(x=(1, 7, 7, 2), k=(3, 3), m=3, dilation=(2, 2)),
    "dilation2x3_valid_relu_n1_to_1": dict(
        x=(1, 9, 8, 2),
        k=(3, 2),
        m=1,
        dilation=(2, 3),
        padding="valid",
        activation="relu_n1_to_1",
    ),
    "single_channel": dict(x=(1, 5, 4, 1), k=(3, 2), m=1),
    "one_channel_multiplier4": dict(x=(2, 5, 4, 1), k=(2, 3), m=4),
    "saturating": dict(x=(1, 5, 5, 4), k=(3, 3), m=1, target=400, spread=3),
    "zero_points_low": dict(x=(1, 5, 5, 3), k=(3, 3), m=1, zeros=("low", "low")),
    "zero_points_high": dict(x=(1, 5, 5, 3), k=(3, 3), m=2, zeros=("high", "high")),
    "scale_spread_relu6": dict(
        x=(1, 5, 5, 9), k=(3, 3), m=1, spread=10, activation="relu6"
    ),
    "requantize_quarter": dict(x=(1, 8, 7, 5), k=(2, 2), m=1, multiplier=0.25),
    "requantize_three_tenths": dict(x=(1, 8, 7, 5), k=(2, 2), m=1, multiplier=0.3),
    "floats_55_channels": dict(x=(1, 3, 5, 55), k=(3, 3), m=1, activation="relu"),
    "floats_24_channels_stride2": dict(
        x=(2, 5, 6, 24), k=(5, 5), m=1, stride=(2, 2), activation="relu6"
    ),
    "floats_long_row": dict(x=(1, 3, 41, 5), k=(3, 7), m=1),
    "floats_dilation2x3_same": dict(x=(1, 5, 23, 6), k=(3, 3), m=1, dilation=(2, 3)),
    "floats_valid": dict(x=(1, 4, 12, 9), k=(2, 3), m=1, padding="valid"),
    "floats_window_over_image": dict(x=(1, 2, 3, 18), k=(5, 9), m=1),
    "floats_18_columns": dict(x=(1, 2, 20, 4), k=(1, 18), m=1),
}
# k: input features, n: output features.
FULLY_CONNECTED = {
    "batch2": dict(x=(2, 7), k=7, n=5),
    "batch3_relu6": dict(x=(3, 9), k=9, n=4, activation="relu6"),
    "relu_deep": dict(x=(1, 67), k=67, n=8, activation="relu"),
    "relu_n1_to_1": dict(x=(4, 5), k=5, n=6, activation="relu_n1_to_1"),
    "keep_dims_rank4": dict(x=(2, 1, 3, 6), k=6, n=4, keep=True),
    "flattened_rank3": dict(x=(2, 3, 8), k=12, n=5),
    "no_bias": dict(x=(2, 11), k=11, n=4, bias=False),
    "saturating": dict(x=(3, 8), k=8, n=7, target=400, spread=3),
    "zero_points_low": dict(x=(2, 8), k=8, n=6, zeros=("low", "low")),
    "zero_points_high": dict(x=(2, 8), k=8, n=6, zeros=("high", "high")),
    "scale_spread": dict(x=(2, 8), k=8, n=9, spread=10),
    "requantize_quarter": dict(x=(53, 4), k=4, n=5, multiplier=0.25),
    "requantize_three_tenths": dict(x=(53, 4), k=4, n=5, multiplier=0.3),
    "floats_141_outputs": dict(x=(1, 5), k=5, n=141, activation="relu"),
    "floats_31_rows": dict(x=(31, 3), k=3, n=21),
    "floats_one_output": dict(x=(3, 33), k=33, n=1),
}


def _scales(rng, form, config, channels, depth):
    """Input, weight and output scales that put outputs where `target` says."""
    data_type, weight_type, _, per_channel = FORMS[form]
    if "multiplier" in config:
        shape = (channels,) if per_channel else ()
        return 0.05, np.full(shape, config["multiplier"], np.float32), 0.05
    if data_type == "float32":
        in_scale, out_scale, wanted = 1.0, 1.0, 1.0
        accumulated = 73.0 * depth**0.5
    else:
        steps = deviation(data_type) / 74.0
        in_scale, out_scale = 0.047 / steps, 0.05 / steps
        wanted = config.get("target", 55) * out_scale * steps
        accumulated = in_scale * deviation(data_type) * 73.0 * depth**0.5
        if weight_type == "int16":
            accumulated *= 256
    weight_scale = wanted / accumulated
    if per_channel:
        spread = config.get("spread", 1)
        exponents = (rng.random_sample(channels) - 0.5) * spread
        weight_scale = weight_scale * 2.0**exponents
    return in_scale, np.float32(weight_scale), out_scale


def _weights(rng, form, config, shape, axis, scale):
    _, weight_type, _, _ = FORMS[form]
    zero_point = 131 if weight_type == "uint8" else 0
    if "multiplier" in config:
        dtype = NUMPY_TYPES[weight_type]
        data = runner.draw_integers(rng, shape, np.int16, (-3, 3)) + zero_point
        data = data.astype(dtype)
        return Tensor(shape, weight_type, scale, zero_point, axis, data)
    if weight_type == "float32":
        return float_constant(rng, shape, 0.5)
    if weight_type == "uint8":
        data = runner.draw_integers(rng, shape, np.uint8)
        return Tensor(shape, "uint8", scale, zero_point, data=data)
    limit = 127 if weight_type == "int8" else 32767
    dtype = np.int8 if weight_type == "int8" else np.int16
    data = runner.draw_integers(rng, shape, dtype, (-limit, limit))
    return Tensor(shape, weight_type, scale=scale, axis=axis, data=data)


def _bias(rng, form, config, channels, in_scale, weight_scale, depth):
    data_type, weight_type, bias_type, _ = FORMS[form]
    if bias_type == "float32":
        return float_constant(rng, (channels,), 0.5)
    size = deviation(data_type) * (73 if weight_type != "int16" else 18000)
    size = 50 if "multiplier" in config else int(size * depth**0.5)
    if bias_type == "int32":
        size = min(size, 2**30)
    dtype = np.int32 if bias_type == "int32" else np.int64
    data = runner.draw_integers(rng, (channels,), dtype, (-size, size))
    scale = np.float32(in_scale) * weight_scale
    return Tensor((channels,), bias_type, scale=scale, data=data)


def operands(rng, form, config, weight_shape, axis, depth):
    """Input, weights, bias and the output's scale and zero point."""
    data_type = FORMS[form][0]
    channels = weight_shape[axis]
    in_scale, weight_scale, out_scale = _scales(rng, form, config, channels, depth)
    zeros = config.get("zeros", ("mid", "mid"))
    data = activation_tensor(data_type, config["x"], in_scale, zeros[0])
    weights = _weights(rng, form, config, weight_shape, axis, weight_scale)
    bias = None
    if config.get("bias", True):
        bias = _bias(rng, form, config, channels, in_scale, weight_scale, depth)
    return data, weights, bias, (out_scale, zeros[1])


def out_size(size, kernel, stride, dilation, padding):
    if padding == "same":
        return -(-size // stride)
    return -(-(size - (kernel - 1) * dilation) // stride)


def _image_op(op_name, form, name, config):
    """CONV_2D and DEPTHWISE_CONV_2D."""
    rng = rng_for(op_name, name)
    stride = config.get("stride", (1, 1))
    dilation = config.get("dilation", (1, 1))
    padding = config.get("padding", "same")
    kernel = config["k"]
    batch, height, width, channels = config["x"]
    options = dict(
        padding=PADDINGS[padding],
        strideH=stride[0],
        strideW=stride[1],
        dilationHFactor=dilation[0],
        dilationWFactor=dilation[1],
        fusedActivationFunction=ACTIVATIONS[config.get("activation", "none")],
    )
    if op_name == "DEPTHWISE_CONV_2D":
        options["depthMultiplier"] = config["m"]
        out_channels = channels * config["m"]
        shape, axis = (1, *kernel, out_channels), 3
        depth = kernel[0] * kernel[1]
    else:
        out_channels = config["n"]
        group_channels = channels // config.get("groups", 1)
        shape, axis = (out_channels, *kernel, group_channels), 0
        depth = kernel[0] * kernel[1] * group_channels
        if form == "int16x8_int32_bias":
            options["quantizedBiasType"] = schema.TensorType.INT32
    data, weights, bias, out = operands(rng, form, config, shape, axis, depth)
    out_shape = (
        batch,
        out_size(height, kernel[0], stride[0], dilation[0], padding),
        out_size(width, kernel[1], stride[1], dilation[1], padding),
        out_channels,
    )
    output = activation_tensor(FORMS[form][0], out_shape, *out)
    return Op(op_name, [data, weights, bias], [output], options)


def _fully_connected(form, name, config):
    rng = rng_for("FULLY_CONNECTED", name)
    depth, units = config["k"], config["n"]
    options = dict(
        fusedActivationFunction=ACTIVATIONS[config.get("activation", "none")]
    )
    if config.get("keep"):
        options["keepNumDims"] = True
        out_shape = (*config["x"][:-1], units)
    else:
        out_shape = (int(np.prod(config["x"])) // depth, units)
    if form.endswith("asymmetric"):
        options["asymmetricQuantizeInputs"] = True
    if form == "int16x8_int32_bias":
        options["quantizedBiasType"] = schema.TensorType.INT32
    shape = (units, depth)
    data, weights, bias, out = operands(rng, form, config, shape, 0, depth)
    output = activation_tensor(FORMS[form][0], out_shape, *out)
    inputs = [data, weights] + ([bias] if bias is not None else [])
    return Op("FULLY_CONNECTED", inputs, [output], options)


def _bound(form, depth):
    if form == "float32":
        return bounds.dot_product(depth)
    if form.startswith("hybrid"):
        return bounds.hybrid_dot_product()
    return None


# What LiteRT's reference kernels do not take: (form, configuration) -> text.
# Float activations with one weight scale: not for grouped convolutions, and for
# depthwise ones only where there is one output channel.
_PER_CHANNEL_ONLY = "affine_quantization->scale->size != filter->dims->data"
CONV_REFUSED = {
    ("hybrid_per_tensor", "group2"): _PER_CHANNEL_ONLY,
    ("hybrid_per_tensor", "group3_stride2_same"): _PER_CHANNEL_ONLY,
}
DEPTHWISE_REFUSED = {
    ("hybrid_per_tensor", "*"): _PER_CHANNEL_ONLY,
    ("hybrid_per_tensor", "single_channel"): "",
}
FULLY_CONNECTED_REFUSED = {}

# Configurations about zero points or weight scales, which the form does not
# have, would only repeat other rows.
_ABOUT_ZERO_POINTS = {"zero_points_low", "zero_points_high"}
_ABOUT_SCALES = {"scale_spread", "scale_spread_relu6"}


def _applies(form, config):
    data_type, _, _, per_channel = FORMS[form]
    if config.startswith("floats"):
        return form == "float32"
    if config.startswith("requantize"):
        return data_type != "float32"
    if config in _ABOUT_ZERO_POINTS:
        return data_type in ("int8", "uint8")
    if config in _ABOUT_SCALES:
        return per_channel
    return True


def rows():
    image_ops = (
        ("CONV_2D", CONV_2D, CONV_FORMS, CONV_REFUSED),
        ("DEPTHWISE_CONV_2D", DEPTHWISE_CONV_2D, CONV_FORMS, DEPTHWISE_REFUSED),
    )
    for op_name, configs, forms, refused in image_ops:
        for form in forms:
            if op_name == "DEPTHWISE_CONV_2D" and form == "int16x8_int32_bias":
                continue  # The op has no option for it.
            for config_name, config in configs.items():
                if not _applies(form, config_name):
                    continue
                name = f"{form}_{config_name}"
                depth = config["k"][0] * config["k"][1]
                if op_name == "CONV_2D":
                    depth *= config["x"][3] // config.get("groups", 1)
                yield Case(
                    op_name.lower(),
                    name,
                    functools.partial(_image_op, op_name, form, name, config),
                    _bound(form, depth),
                    refused=find_refusal(refused, form, config_name),
                )
    for form in FORMS:
        for config_name, config in FULLY_CONNECTED.items():
            if not _applies(form, config_name):
                continue
            name = f"{form}_{config_name}"
            yield Case(
                "fully_connected",
                name,
                functools.partial(_fully_connected, form, name, config),
                _bound(form, config["k"]),
                refused=find_refusal(FULLY_CONNECTED_REFUSED, form, config_name),
            )
