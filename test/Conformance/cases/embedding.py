# ===- cases/embedding.py - rows of tables ------------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""EMBEDDING_LOOKUP in every type form."""

import functools

import numpy as np

import runner
from cases.common import LIMITS, Case, activation_tensor, rng_for
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


def rows():
    for form in FORMS:
        for name, config in TABLES.items():
            yield Case(
                "embedding_lookup",
                f"{form}_{name}",
                functools.partial(_lookup, form, name, config),
            )
