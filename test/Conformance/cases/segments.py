# ===- cases/segments.py - reductions of segments -----------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""SEGMENT_SUM and the four UNSORTED_SEGMENT operators."""

import functools

from cases.common import Case, constant
from tflite_writer import Op, Tensor

SORTED = {
    "rank1": dict(x=(7,), ids=[0, 0, 1, 2, 2, 2, 3]),
    "rank2": dict(x=(5, 3), ids=[0, 1, 1, 1, 2]),
    "one_segment_rank3": dict(x=(3, 2, 2), ids=[0, 0, 0]),
}
# The ids are drawn, negative ones among them; ids: how many of the dimensions.
UNSORTED = {
    "rank1": dict(x=(11,), ids=1, count=4),
    "rank2": dict(x=(6, 3), ids=1, count=3),
    "ids_rank2": dict(x=(3, 4, 2), ids=2, count=5),
    "few_rows": dict(x=(2, 3), ids=1, count=6),
}


def _data(form, shape):
    """int32 over the whole type: sums and products wrap around."""
    return Tensor(shape, form)


def _sorted(form, config):
    out_shape = (config["ids"][-1] + 1, *config["x"][1:])
    ids = constant(config["ids"], "int32")
    return Op("SEGMENT_SUM", [_data(form, config["x"]), ids], [_data(form, out_shape)])


def _unsorted(op_name, form, config):
    count, rank = config["count"], config["ids"]
    ids = Tensor(config["x"][:rank], "int32", draw=(-1, count - 1))
    inputs = [_data(form, config["x"]), ids, constant(count, "int32")]
    return Op(op_name, inputs, [_data(form, (count, *config["x"][rank:]))])


def rows():
    for form in ("float32", "int32"):
        for name, config in SORTED.items():
            yield Case(
                "segment_sum",
                f"{form}_{name}",
                functools.partial(_sorted, form, config),
                # The reference registry lacks the operator.
                kernels="builtin",
            )
        for kind in ("SUM", "PROD", "MIN", "MAX"):
            op_name = f"UNSORTED_SEGMENT_{kind}"
            for name, config in UNSORTED.items():
                yield Case(
                    op_name.lower(),
                    f"{form}_{name}",
                    functools.partial(_unsorted, op_name, form, config),
                )
