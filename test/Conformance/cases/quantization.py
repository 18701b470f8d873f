# ===- cases/quantization.py - between real and quantized values -------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""QUANTIZE, DEQUANTIZE, FAKE_QUANT: a few rounded operations, exact in all forms."""

import functools

import numpy as np

from cases.common import LIMITS, Case, activation_tensor
from tflite_writer import Op, Tensor

SHAPE = (2, 3, 5, 4)

# From float: the output's type, scale and zero point.
FROM_FLOAT = {
    "int8_mid": ("int8", 0.05, "mid"),
    "int8_low": ("int8", 0.031, "low"),
    "int8_high_saturating": ("int8", 0.004, "high"),
    "uint8_mid": ("uint8", 0.05, "mid"),
    "uint8_low": ("uint8", 0.031, "low"),
    "uint8_high_saturating": ("uint8", 0.004, "high"),
    "int16": ("int16", 0.0007, "mid"),
    "int16_saturating": ("int16", 0.00003, "mid"),
    "int16_power_of_two": ("int16", 2.0**-11, "mid"),
}
# Between integers: both types with scale and zero point.
RESCALED = {
    "int8_to_int8": (("int8", 0.05, "mid"), ("int8", 0.031, 17)),
    "int8_to_int8_same_scale": (("int8", 0.05, -128), ("int8", 0.05, 0)),
    "int8_to_int8_saturating": (("int8", 0.5, "high"), ("int8", 0.021, "low")),
    "int8_to_uint8_shifted": (("int8", 0.05, -3), ("uint8", 0.05, 125)),
    "int8_to_uint8": (("int8", 0.05, "mid"), ("uint8", 0.043, "low")),
    "uint8_to_int8_shifted": (("uint8", 0.05, 125), ("int8", 0.05, -3)),
    "uint8_to_int8": (("uint8", 0.05, "mid"), ("int8", 0.077, "high")),
    "uint8_to_uint8": (("uint8", 0.05, "high"), ("uint8", 0.021, "low")),
    "int16_to_int16": (("int16", 0.0005, 0), ("int16", 0.0003, 0)),
    "int16_to_int16_coarser": (("int16", 0.0005, 0), ("int16", 0.011, 0)),
    "int16_to_int8": (("int16", 0.0005, 0), ("int8", 0.09, "mid")),
    "int16_to_int8_saturating": (("int16", 0.0005, 0), ("int8", 0.02, "high")),
    "int16_to_uint8": (("int16", 0.0005, 0), ("uint8", 0.09, "mid")),
    "int8_to_int16": (("int8", 0.05, "mid"), ("int16", 0.0005, 0)),
    "int8_to_int16_saturating": (("int8", 0.05, "low"), ("int16", 0.0001, 0)),
    "uint8_to_int16": (("uint8", 0.05, "mid"), ("int16", 0.0005, 0)),
    "int16_to_int32": (("int16", 0.0005, 0), ("int32", 0.00001, 0)),
    "int32_to_int8": (("int32", 0.00001, 0), ("int8", 0.05, "mid")),
    "int32_to_int16": (("int32", 0.00001, 0), ("int16", 0.0005, 0)),
    "int32_to_int8_saturating": (("int32", 0.0001, 0), ("int8", 0.02, "low")),
}
TO_FLOAT = {
    "int8_mid": ("int8", 0.05, "mid"),
    "int8_low": ("int8", 0.0031, "low"),
    "int8_high": ("int8", 1.7, "high"),
    "uint8_mid": ("uint8", 0.05, "mid"),
    "uint8_low": ("uint8", 0.0031, "low"),
    "uint8_high": ("uint8", 1.7, "high"),
    "int16": ("int16", 0.0007, "mid"),
    "int16_power_of_two": ("int16", 2.0**-11, "mid"),
    "int16_tiny_scale": ("int16", 3.0e-7, "mid"),
    "int32": ("int32", 0.00017, 0),
}
PER_CHANNEL = {
    "axis0": dict(x=(4, 3, 2, 2), axis=0),
    "axis3": dict(x=(2, 3, 2, 5), axis=3),
    "axis1_rank2": dict(x=(3, 6), axis=1),
}
_NO_INT16_PER_CHANNEL = "Type 7 not supported for per-channel"
REFUSED = {
    "FAKE_QUANT": {
        "float32_narrow_8": "narrow_range FakeQuant is not currently supported"
    },
    "QUANTIZE": {"int16_to_uint8": "output->type == kTfLiteInt8 ||"},
    "DEQUANTIZE": {
        "int32": "is_supported_type was not true",
        "int16_per_channel_axis0": _NO_INT16_PER_CHANNEL,
        "int16_per_channel_axis1_rank2": _NO_INT16_PER_CHANNEL,
        "int16_per_channel_axis3": _NO_INT16_PER_CHANNEL,
    },
}


def _quantized(dtype, scale, zero, shape):
    if dtype == "int32":
        # Products with scale ratios must stay in 32 bits.
        return Tensor(shape, dtype, scale=scale, zero_point=0, draw=(-(2**20), 2**20))
    draw = "codes" if dtype in ("int8", "uint8") else None
    return activation_tensor(dtype, shape, scale, zero, draw)


def _shape_for(dtype):
    return (2, 128) if dtype in ("int8", "uint8") else SHAPE


def _from_float(target):
    source = Tensor(SHAPE, "float32", draw=4.0)
    return Op("QUANTIZE", [source], [_quantized(*target, SHAPE)])


def _rescale(source, target):
    shape = _shape_for(source[0])
    inputs = [_quantized(*source, shape)]
    return Op("QUANTIZE", inputs, [_quantized(*target, shape)])


def _to_float(source):
    shape = _shape_for(source[0])
    inputs = [_quantized(*source, shape)]
    return Op("DEQUANTIZE", inputs, [Tensor(shape, "float32")])

# Ranges whose zero lies inside, at an end and outside.
FAKE_QUANT = {
    "symmetric_8": dict(min=-2.0, max=2.0, numBits=8),
    "narrow_8": dict(min=-1.5, max=1.5, numBits=8, narrowRange=True),
    "positive_4": dict(min=0.3, max=3.0, numBits=4),
    "negative_6": dict(min=-3.0, max=-0.2, numBits=6),
    "wide_16": dict(min=-0.7, max=6.1, numBits=16),
}


def _fake_quant(options):
    source = Tensor((3, 4, 5), "float32", draw=2.0)
    return Op("FAKE_QUANT", [source], [Tensor((3, 4, 5), "float32")], options)


def _half_to_float(shape):
    source = Tensor(shape, "float16", draw=4.0)
    return Op("DEQUANTIZE", [source], [Tensor(shape, "float32")])


def _per_channel(op_name, dtype, config):
    shape, axis = config["x"], config["axis"]
    scales = 0.01 * 1.9 ** np.arange(shape[axis])
    integer = Tensor(
        shape, dtype, scale=scales, axis=axis, zero_point=config.get("zero", 0)
    )
    real = Tensor(shape, "float32", draw=2.0)
    ends = (real, integer) if op_name == "QUANTIZE" else (integer, real)
    return Op(op_name, [ends[0]], [ends[1]])


def _row(op_name, name, build, *arguments):
    return Case(
        op_name.lower(),
        name,
        functools.partial(build, *arguments),
        refused=REFUSED.get(op_name, {}).get(name, ""),
    )


def rows():
    for name, target in FROM_FLOAT.items():
        yield _row("QUANTIZE", f"float32_to_{name}", _from_float, target)
    for name, (source, target) in RESCALED.items():
        yield _row("QUANTIZE", name, _rescale, source, target)
    for name, source in TO_FLOAT.items():
        yield _row("DEQUANTIZE", name, _to_float, source)
    for name, shape in (("rank4", SHAPE), ("rank1", (13,)), ("rank2", (3, 5))):
        yield _row("DEQUANTIZE", f"float16_{name}", _half_to_float, shape)
    for name, options in FAKE_QUANT.items():
        yield _row("FAKE_QUANT", f"float32_{name}", _fake_quant, options)
    for op_name in ("QUANTIZE", "DEQUANTIZE"):
        for dtype in LIMITS:
            for name, config in PER_CHANNEL.items():
                row_name = f"{dtype}_per_channel_{name}"
                yield _row(op_name, row_name, _per_channel, op_name, dtype, config)
