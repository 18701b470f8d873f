# ===- cases/comparison.py - comparisons, logic, selection, bits --------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""EQUAL to SELECT_V2. No result here is a number that could be inexact."""

import functools

import numpy as np

from cases.common import LIMITS, Case, activation_tensor
from tflite_writer import Op, Tensor

SHAPES = {
    "same_shape": ((3, 13), (3, 13)),
    "broadcast": ((2, 1, 5), (3, 1)),
    "broadcast_scalar": ((4, 7), ()),
    "broadcast_rank5": ((2, 1, 3, 2, 2), (3, 1, 2, 2)),
}
COMPARISONS = ("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL")
PLAIN = ("float32", "float16", "int16_plain", "int32", "int64")
# (scale, zero point) of both operands.
SCALED = {
    "same_scale": ((0.05, "mid"), (0.05, "mid")),
    "scales_differ": ((0.05, "low"), (0.03, "high")),
    "scales_far_apart": ((0.9, "mid"), (0.0004, "low")),
    "scales_powers_of_two": ((0.5, "high"), (0.125, "mid")),
}
SELECTIONS = {
    "same_shape": ((3, 13), (3, 13), (3, 13)),
    "rank5": ((2, 1, 3, 2, 2),) * 3,
    "scalar_condition": ((), (4, 7), (4, 7)),
}
SELECT_ONLY = {"vector_condition": ((4,), (4, 3, 3), (4, 3, 3))}
V2_ONLY = {
    "broadcast_condition": ((3, 1), (2, 3, 5), (2, 3, 5)),
    "broadcast_all": ((2, 1, 1), (3, 1), (5,)),
    "broadcast_values": ((2, 3, 5), (), (1, 3, 1)),
}
SELECTED = (
    "float32 float16 float64 int8 uint8 int16_plain uint16 int32 uint32 int64 uint64"
    " bool int8_quantized int16_quantized"
).split()


def _small(form):
    """Few values, so that equal ones meet."""
    if form.startswith("float"):
        return 1.0
    return None if form == "bool" else (-3, 3)


def _plain(op_name, form, shapes, out=None):
    dtype = form.split("_")[0]
    a, b = (Tensor(shape, dtype, draw=_small(form)) for shape in shapes)
    return Op(op_name, [a, b], [Tensor(_result(*shapes), out or dtype)])


def _result(*shapes):
    return np.broadcast_shapes(*shapes)


def _scaled(op_name, form, pair):
    scale = [s / 256 if form == "int16" else s for s, _ in pair]
    a = activation_tensor(form, (12, 1), scale[0], pair[0][1])
    b = activation_tensor(form, (1, 12), scale[1], pair[1][1])
    return Op(op_name, [a, b], [Tensor((12, 12), "bool")])


def _not_equal(op, inputs):
    return [np.not_equal(*inputs)]


def _comparison_rows():
    for op_name in COMPARISONS:
        forms = PLAIN + (("bool",) if op_name in ("EQUAL", "NOT_EQUAL") else ())
        for form in forms:
            own = {}
            if op_name == "NOT_EQUAL" and form == "int16_plain":
                own["expected"] = _not_equal
                own["source"] = (
                    "NumPy definition: LiteRT writes no result for unquantised int16"
                )
            for name, shapes in SHAPES.items():
                yield Case(
                    op_name.lower(),
                    f"{form}_{name}",
                    functools.partial(_plain, op_name, form, shapes, "bool"),
                    **own,
                )
        for form in LIMITS:
            for name, pair in SCALED.items():
                yield Case(
                    op_name.lower(),
                    f"{form}_{name}",
                    functools.partial(_scaled, op_name, form, pair),
                )


def _logic_rows():
    for op_name in ("LOGICAL_AND", "LOGICAL_OR"):
        for name, shapes in SHAPES.items():
            yield Case(
                op_name.lower(),
                f"bool_{name}",
                functools.partial(_plain, op_name, "bool", shapes),
            )
    for name, shape in {"rank1": (37,), "rank4": (1, 3, 4, 3), "scalar": ()}.items():
        yield Case(
            "logical_not",
            f"bool_{name}",
            lambda shape=shape: Op(
                "LOGICAL_NOT", [Tensor(shape, "bool")], [Tensor(shape, "bool")]
            ),
        )


def _bits(op_name, dtype, shapes):
    a, b = (Tensor(shape, dtype) for shape in shapes)
    if op_name == "RIGHT_SHIFT":
        # Also more bits than there are, and fewer than none.
        b.draw = (0 if dtype[0] == "u" else -3, 40)
    return Op(op_name, [a, b], [Tensor(_result(*shapes), dtype)])


def _bit_rows():
    for op_name in ("BITWISE_XOR", "RIGHT_SHIFT"):
        for dtype in "int8 uint8 int16 uint16 int32 uint32".split():
            for name, shapes in SHAPES.items():
                if name == "broadcast_rank5":
                    continue
                yield Case(
                    op_name.lower(),
                    f"{dtype}_{name}",
                    functools.partial(_bits, op_name, dtype, shapes),
                )


def _select(op_name, form, shapes):
    dtype = form.split("_")[0]
    scale = 0.05 if form.endswith("quantized") else None
    if scale and dtype == "int16":
        scale /= 256
    a, b = (activation_tensor(dtype, shape, scale) for shape in shapes[1:])
    out = activation_tensor(dtype, _result(*shapes[1:]), scale)
    if op_name == "SELECT_V2":
        out.shape = _result(*shapes)
    return Op(op_name, [Tensor(shapes[0], "bool"), a, b], [out])


def _select_rows():
    for op_name, more in (("SELECT", SELECT_ONLY), ("SELECT_V2", V2_ONLY)):
        for form in SELECTED:
            for name, shapes in {**SELECTIONS, **more}.items():
                if name.startswith("broadcast") and form not in (
                    "float32",
                    "int16_plain",
                ):
                    continue
                yield Case(
                    op_name.lower(),
                    f"{form}_{name}",
                    functools.partial(_select, op_name, form, shapes),
                )


def rows():
    yield from _comparison_rows()
    yield from _logic_rows()
    yield from _bit_rows()
    yield from _select_rows()
