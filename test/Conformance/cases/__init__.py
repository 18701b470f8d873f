# ===- cases/__init__.py - the one table -------------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""All rows of the conformance table, family by family."""

from cases import (
    activations,
    arithmetic,
    cast,
    comparison,
    complex_numbers,
    control,
    detection,
    dynamic,
    elementwise,
    embedding,
    folds,
    indexing,
    lstm,
    matrix,
    lstm_ops,
    movement,
    normalization,
    pooling,
    quantization,
    recurrent,
    reductions,
    resize,
    scans,
    segments,
    shape_queries,
    transposed,
    unary,
    views,
    volumes,
    weighted,
)

FAMILIES = (
    control,
    detection,
    dynamic,
    weighted,
    pooling,
    elementwise,
    activations,
    complex_numbers,
    normalization,
    quantization,
    reductions,
    movement,
    views,
    indexing,
    shape_queries,
    resize,
    lstm,
    folds,
    matrix,
    lstm_ops,
    recurrent,
    scans,
    transposed,
    unary,
    comparison,
    arithmetic,
    cast,
    embedding,
    segments,
    volumes,
)


def all_rows():
    rows = [case for family in FAMILIES for case in family.rows()]
    keys = [(case.op, case.name) for case in rows]
    if len(set(keys)) != len(keys):
        repeated = {key for key in keys if keys.count(key) > 1}
        raise ValueError(f"rows of the same name: {sorted(repeated)}")
    return rows
