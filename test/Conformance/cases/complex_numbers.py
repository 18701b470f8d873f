# ===- cases/complex_numbers.py - parts of complex numbers -------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""REAL and IMAG, which copy, and COMPLEX_ABS, in both widths."""

import functools

import bounds
from cases.common import Case
from tflite_writer import Op, Tensor

SHAPES = {"rank1": (7,), "rank2": (3, 4), "rank4": (1, 2, 3, 2)}
PARTS = {"complex64": "float32", "complex128": "float64"}


def _part(op_name, dtype, shape):
    return Op(op_name, [Tensor(shape, dtype)], [Tensor(shape, PARTS[dtype])])


def rows():
    for op_name in ("REAL", "IMAG", "COMPLEX_ABS"):
        for dtype in PARTS:
            for name, shape in SHAPES.items():
                yield Case(
                    op_name.lower(),
                    f"{dtype}_{name}",
                    functools.partial(_part, op_name, dtype, shape),
                    bounds.complex_abs if op_name == "COMPLEX_ABS" else None,
                )
