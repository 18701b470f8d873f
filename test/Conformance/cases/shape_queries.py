# ===- cases/shape_queries.py - shapes as values, values from nothing -------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""SHAPE, RANK, FILL, RANGE, ZEROS_LIKE, BROADCAST_ARGS."""

import dataclasses

import numpy as np

from ai_edge_litert import schema_py_generated as schema

from cases.common import constant
from cases.forms import configured, indices, plain, tensor
from tflite_writer import NUMPY_TYPES, Op, Tensor

SHAPES = {
    "rank4": dict(x=(1, 3, 4, 2)),
    "rank1_int64": dict(x=(5,), type="int64"),
    "rank3": dict(x=(2, 1, 3)),
}
RANKS = {**SHAPES, "scalar": dict(x=())}


def _shape(form, config):
    dtype = config.get("type", "int32")
    out_type = getattr(schema.TensorType, dtype.upper())
    target = Tensor((len(config["x"]),), dtype)
    return Op("SHAPE", [tensor(form, config["x"])], [target], dict(outType=out_type))


def _expected_shape(op, inputs):
    return [np.asarray(inputs[0].shape, dtype=NUMPY_TYPES[op.outputs[0].dtype])]


def _rank(form, config):
    return Op("RANK", [tensor(form, config["x"])], [Tensor((), "int32")])


FILL = {
    "rank2": dict(to=(3, 4)),
    "rank4_int64": dict(to=(1, 2, 2, 3), type="int64"),
    "rank1": dict(to=(7,)),
    "scalar": dict(to=()),
}


def _fill(form, config):
    dims = indices(np.asarray(config["to"], dtype=int), config.get("type", "int32"))
    return Op("FILL", [dims, tensor(form, ())], [tensor(form, config["to"])])


RANGE = {
    "up": dict(values=(1, 9, 2)),
    "down": dict(values=(5, -6, -3)),
    "one": dict(values=(3, 4, 5)),
    "many_sums": dict(values=(1, 40, 1)),
}
FRACTIONS = {"fractions": dict(values=(0.1, 1.3, 0.1))}


def _range(form, config):
    values = config["values"]
    start, limit, delta = np.asarray(values, dtype=NUMPY_TYPES[form])
    count = int(np.ceil(np.abs((limit - start) / delta)))
    # Come at run time, but always the same: the number of elements hangs on them.
    operands = [Tensor((), form, draw=(value, value)) for value in values]
    return Op("RANGE", operands, [plain(form, (count,))])


ZEROS_LIKE = {
    "rank4": dict(x=(1, 2, 2, 3)),
    "rank1": dict(x=(6,)),
    "scalar": dict(x=()),
}


def _zeros_like(form, config):
    x = config["x"]
    return Op("ZEROS_LIKE", [plain(form, x)], [plain(form, x)])


# Constants, or the limits that a vector of `count` dimensions is drawn from.
BROADCAST_ARGS = {
    "ones": dict(constant=(1, 1, 1), count=3, draw=(2, 9)),
    "shorter": dict(constant=(4, 1), count=4, draw=(4, 4)),
    "longer": dict(constant=(7, 2, 6), count=1, draw=(1, 1)),
    "nothing": dict(constant=(), count=2, draw=(1, 5)),
}


def _broadcast_args(dtype, config):
    given = constant(np.asarray(config["constant"], dtype=int), dtype)
    drawn = Tensor((config["count"],), dtype, draw=config["draw"])
    rank = max(len(config["constant"]), config["count"])
    return Op("BROADCAST_ARGS", [given, drawn], [Tensor((rank,), dtype)])


REFUSED = {
    "ZEROS_LIKE": dict.fromkeys(
        ("float16", "int8", "uint8", "int16", "bool"),
        "ZerosLike only currently supports int64, int32, and float32",
    ),
}


def rows():
    for case in configured("SHAPE", SHAPES, _shape):
        yield dataclasses.replace(
            case,
            expected=_expected_shape,
            source="NumPy definition: LiteRT writes it before the first run",
        )
    table = (
        ("RANK", RANKS, _rank),
        ("FILL", FILL, _fill),
        ("ZEROS_LIKE", ZEROS_LIKE, _zeros_like),
    )
    for op_name, configs, build in table:
        yield from configured(op_name, configs, build, REFUSED.get(op_name))
    numbers = ("float32", "int8", "int16", "int32", "int64")
    refused = {
        form: f"Unknown index output data type: {form.upper()}"
        for form in ("int8", "int16")
    }
    yield from configured("RANGE", RANGE, _range, refused, {"int64"}, numbers)
    yield from configured("RANGE", FRACTIONS, _range, forms=("float32",))
    yield from configured(
        "BROADCAST_ARGS", BROADCAST_ARGS, _broadcast_args, forms=("int32", "int64")
    )
