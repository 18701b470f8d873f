# ===- cases/embedding.py - rows of tables ------------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""EMBEDDING_LOOKUP in every type form, EMBEDDING_LOOKUP_SPARSE."""

import functools

import numpy as np
from ai_edge_litert import schema_py_generated as schema

import runner
from cases.common import LIMITS, Case, activation_tensor, constant, rng_for
from tflite_writer import Op, Tensor

TABLES = {
    "rank2": dict(rows=5, row=(4,), lookup=3),
    "rank3": dict(rows=4, row=(2, 3), lookup=2),
    "repeated": dict(rows=2, row=(5,), lookup=6),
}
FORMS = (
    "float32",
    "int8",
    "uint8",
    "int16",
    "int8_plain",
    "uint8_plain",
    "int32",
    "int64",
    "bool",
    "hybrid_per_tensor",
    "hybrid_per_row",
)


def _lookup(form, name, config):
    rng = rng_for("EMBEDDING_LOOKUP", f"{form}_{name}")
    shape = (config["rows"], *config["row"])
    out_shape = (config["lookup"], *config["row"])
    lookup = Tensor((config["lookup"],), "int32", draw=(0, config["rows"] - 1))
    if form.startswith("hybrid"):
        scale = np.float32(0.02)
        if form == "hybrid_per_row":
            scale = np.float32(0.02 * 2.0 ** (rng.random_sample(shape[0]) * 4 - 2))
        table, out = Tensor(shape, "int8", scale), Tensor(out_shape, "float32")
    else:
        dtype = form.removesuffix("_plain")
        scale = 0.05 if form in LIMITS else None
        table = activation_tensor(dtype, shape, scale, "mid")
        out = activation_tensor(dtype, out_shape, scale, "mid")
    table.data = runner.draw(rng, table)
    return Op("EMBEDDING_LOOKUP", [lookup, table], [out])


# table: the rows, dense: the shape of the sparse tensor. Without indices these
# are drawn, so that runs of equal places come back, and the shape is a run-time
# operand too.
SPARSE = {
    "rank2": dict(
        table=(4, 3),
        dense=(4, 3),
        indices=[(0, 0), (0, 1), (2, 0), (2, 1), (2, 2), (3, 1)],
    ),
    "rank3": dict(
        table=(5, 2, 2),
        dense=(2, 2, 3),
        indices=[(0, 0, 0), (0, 1, 0), (0, 1, 2), (1, 1, 1), (1, 1, 2)],
    ),
    "one_place": dict(table=(3, 4), dense=(6,), indices=[(0,), (2,), (3,), (5,)]),
    "returning": dict(table=(3, 2), dense=(2, 2), count=9),
}


def _sparse(combiner, config):
    """The same order of additions everywhere, so that the floats are exact."""
    table, dense = config["table"], config["dense"]
    count = config.get("count") or len(config["indices"])
    if "indices" in config:
        indices = constant(config["indices"], "int32")
        shape = constant(dense, "int32")
    else:
        indices = Tensor((count, len(dense)), "int32", draw=(0, min(dense) - 1))
        shape = Tensor((len(dense),), "int32", draw=(min(dense), min(dense)))
    inputs = [
        Tensor((count,), "int32", draw=(0, table[0] - 1)),
        indices,
        shape,
        Tensor((count,), "float32"),
        Tensor(table, "float32"),
    ]
    out = Tensor((*dense[:-1], *table[1:]), "float32")
    options = {"combiner": getattr(schema.CombinerType, combiner)}
    return Op("EMBEDDING_LOOKUP_SPARSE", inputs, [out], options)


def rows():
    for combiner in ("SUM", "MEAN", "SQRTN"):
        for name, config in SPARSE.items():
            yield Case(
                "embedding_lookup_sparse",
                f"{combiner.lower()}_{name}",
                functools.partial(_sparse, combiner, config),
            )
    for form in FORMS:
        for name, config in TABLES.items():
            yield Case(
                "embedding_lookup",
                f"{form}_{name}",
                functools.partial(_lookup, form, name, config),
            )
