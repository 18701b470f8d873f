# ===- cases/dynamic.py - results whose shape the data decides ---------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""WHERE and UNIQUE: exact in all forms."""

from ai_edge_litert import schema_py_generated as schema

from cases.common import Case
from tflite_writer import Op, Tensor

# Draws with many zeros, or many equal values.
DRAWS = {
    "bool": None,
    "float32": "whole",
    "int8": (-1, 1),
    "uint8": (0, 2),
    "int16": (-2, 2),
    "int32": (-1, 1),
    "uint32": (0, 2),
    "int64": (-1, 1),
}
WHERE = {"rank1": (9,), "rank2": (3, 4), "rank4": (2, 1, 3, 2)}
UNIQUE = {"short": (5,), "long": (20,), "one": (1,)}


def where(dtype, shape, scale=None):
    return Op(
        "WHERE",
        [Tensor(shape, dtype, scale, draw=DRAWS[dtype])],
        [Tensor((1, len(shape)), "int64", signature=(-1, len(shape)))],
    )


def unique(dtype, shape, index):
    return Op(
        "UNIQUE",
        [Tensor(shape, dtype, draw=DRAWS[dtype])],
        [Tensor((1,), dtype, signature=(-1,)), Tensor(shape, index)],
        {"idxOutType": getattr(schema.TensorType, index.upper())},
    )


def rows():
    result = []
    for dtype in ("bool", "float32", "int8", "uint8", "int32", "uint32", "int64"):
        for name, shape in WHERE.items():
            result.append(
                Case(
                    "where",
                    f"{dtype}_{name}",
                    lambda dtype=dtype, shape=shape: where(dtype, shape),
                )
            )
    # The kernel looks at stored numbers: zero is where the zero point is 0.
    for name, shape in WHERE.items():
        result.append(
            Case(
                "where",
                f"int8_scaled_{name}",
                lambda shape=shape: where("int8", shape, scale=0.05),
            )
        )
    for dtype in ("float32", "int8", "uint8", "int16", "int32", "int64"):
        for name, shape in UNIQUE.items():
            index = "int64" if name == "long" else "int32"
            result.append(
                Case(
                    "unique",
                    f"{dtype}_{name}_{index}",
                    lambda dtype=dtype, shape=shape, index=index: unique(
                        dtype, shape, index
                    ),
                )
            )
    return result
