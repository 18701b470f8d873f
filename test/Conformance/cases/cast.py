# ===- cases/cast.py - conversions between number types -----------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""CAST of every pair of types that the kernel has, and BITCAST.

Every result is one rounding, or none: equal to the last bit.
"""

import functools

import numpy as np
from ai_edge_litert import schema_py_generated as schema

import runner
from cases.common import Case, rng_for
from tflite_writer import NUMPY_TYPES, Op, Tensor

TYPES = (
    "float32 float16 float64 int8 uint8 int16 uint16 int32 uint32 int64 bool complex64"
).split()
# Floats beyond the range of most integers; one in sixteen ten times larger.
DEVIATIONS = {"float16": 200.0, "float32": 9e4, "float64": 1e10, "complex64": 9e4}
# Arrays have no bfloat16: such an operand is a constant, and never a result.
FROM_BFLOAT16 = ("float32", "float16", "float64", "int8", "int32", "bool")

# From, to, shape of the operand, shape of the result.
BITCASTS = {
    "float32_to_int32": ("float32", "int32", (3, 7), (3, 7)),
    "float32_to_uint8": ("float32", "uint8", (3, 7), (3, 7, 4)),
    "float32_to_int16": ("float32", "int16", (5,), (5, 2)),
    "float32_to_float64": ("float32", "float64", (5, 2), (5,)),
    "int32_to_float32": ("int32", "float32", (3, 7), (3, 7)),
    "int32_to_int64": ("int32", "int64", (3, 2), (3,)),
    "int32_to_int8": ("int32", "int8", (), (4,)),
    "uint8_to_int8": ("uint8", "int8", (3, 7), (3, 7)),
    "uint8_to_int32": ("uint8", "int32", (2, 3, 4), (2, 3)),
    "uint8_to_int64": ("uint8", "int64", (3, 8), (3,)),
    "int16_to_float16": ("int16", "float16", (3, 7), (3, 7)),
    "int16_to_uint32": ("int16", "uint32", (7, 2), (7,)),
    "int16_to_uint8": ("int16", "uint8", (7,), (7, 2)),
    "int64_to_float64": ("int64", "float64", (7,), (7,)),
    "int64_to_int32": ("int64", "int32", (2, 3), (2, 3, 2)),
    "int64_to_int8": ("int64", "int8", (2, 3), (2, 3, 8)),
    "float16_to_uint16": ("float16", "uint16", (7,), (7,)),
    "float16_to_int8": ("float16", "int8", (7,), (7, 2)),
    "float16_to_float32": ("float16", "float32", (7, 2), (7,)),
}


def _type_code(dtype):
    return getattr(schema.TensorType, dtype.upper())


def _cast(name, source, target):
    operand = Tensor((3, 7), source, draw=DEVIATIONS.get(source))
    if source == "bfloat16":
        values = runner.draw_floats(rng_for("cast", name), (3, 7), 90.0)
        bits = (values.view(np.uint32) >> 16).astype(np.uint16)
        operand.data = bits.astype(NUMPY_TYPES[source])
    return Op(
        "CAST",
        [operand],
        [Tensor((3, 7), target)],
        dict(inDataType=_type_code(source), outDataType=_type_code(target)),
    )


def _bitcast(source, target, shape, result):
    draw = (-1000, 1000) if source in ("int32", "int64") else None
    return Op("BITCAST", [Tensor(shape, source, draw=draw)], [Tensor(result, target)])


def rows():
    pairs = [(source, target) for source in TYPES for target in TYPES]
    pairs += [("bfloat16", target) for target in FROM_BFLOAT16]
    for source, target in pairs:
        name = f"{source}_to_{target}"
        yield Case("cast", name, functools.partial(_cast, name, source, target))
    for name, (source, target, shape, result) in BITCASTS.items():
        yield Case(
            "bitcast",
            name,
            functools.partial(_bitcast, source, target, shape, result),
        )
