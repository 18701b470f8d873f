# ===- cases/scans.py - scans along an axis and sortings ---------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""CUMSUM and TOPK_V2."""

import functools

import bounds
from cases.common import LIMITS, Case, activation_tensor, constant
from tflite_writer import Op, Tensor

CUMSUM = {
    "last_axis": dict(x=(3, 5), axis=1),
    "exclusive": dict(x=(2, 4, 3), axis=1, exclusive=True),
    "reverse": dict(x=(2, 3, 2), axis=0, reverse=True),
    "exclusive_reverse_negative_axis": dict(
        x=(2, 3, 4), axis=-2, exclusive=True, reverse=True
    ),
    "rank1": dict(x=(17,), axis=0),
}
# k: how many, draw: integer limits that make ties.
TOPK = {
    "rank1": dict(x=(13,), k=4),
    "rank2": dict(x=(3, 7), k=3),
    "ties": dict(x=(2, 11), k=6, draw=(0, 3)),
    "whole_rank3": dict(x=(2, 2, 5), k=5),
    "int16_indices": dict(x=(2, 6), k=2, indices="int16"),
    "int16_k": dict(x=(2, 6), k=1, k_type="int16"),
    "none": dict(x=(3,), k=0),
}
TOPK_FORMS = (
    "float32",
    "int8",
    "uint8",
    "int16",
    "int8_plain",
    "uint8_plain",
    "int16_plain",
    "int32",
    "int64",
)


def _cumsum(form, config):
    x = Tensor(config["x"], form)
    options = dict(
        exclusive=config.get("exclusive", False), reverse=config.get("reverse", False)
    )
    axis = constant(config["axis"], "int32")
    return Op("CUMSUM", [x, axis], [Tensor(config["x"], form)], options)


def _topk(form, config):
    dtype = form.removesuffix("_plain")
    scale = 0.05 if form in LIMITS else None
    draw = config.get("draw") if form != "float32" else None
    x = activation_tensor(dtype, config["x"], scale, "mid", draw)
    shape = (*config["x"][:-1], config["k"])
    values = activation_tensor(dtype, shape, scale, "mid")
    indices = Tensor(shape, config.get("indices", "int32"))
    k = constant(config["k"], config.get("k_type", "int32"))
    return Op("TOPK_V2", [x, k], [values, indices])


def rows():
    for form in ("float32", "int32", "int64"):
        for name, config in CUMSUM.items():
            length = config["x"][config["axis"]]
            yield Case(
                "cumsum",
                f"{form}_{name}",
                functools.partial(_cumsum, form, config),
                bounds.total(length) if form == "float32" else None,
            )
    for form in TOPK_FORMS:
        for name, config in TOPK.items():
            yield Case(
                "topk_v2", f"{form}_{name}", functools.partial(_topk, form, config)
            )
