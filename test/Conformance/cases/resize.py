# ===- cases/resize.py - image resizing --------------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""RESIZE_BILINEAR and RESIZE_NEAREST_NEIGHBOR in every type form."""

import functools

import bounds
from cases.common import Case, activation_tensor, constant, find_refusal
from tflite_writer import Op

CONFIGS = {
    "double": dict(x=(1, 4, 3, 3), to=(8, 6)),
    "odd_up": dict(x=(2, 3, 4, 2), to=(7, 9)),
    "odd_down": dict(x=(1, 9, 7, 2), to=(4, 3)),
    "same_size": dict(x=(1, 3, 5, 2), to=(3, 5)),
    "from_one_pixel": dict(x=(2, 1, 1, 3), to=(3, 4)),
    "to_one_pixel": dict(x=(1, 5, 4, 3), to=(1, 1)),
    "one_up_other_down": dict(x=(1, 3, 9, 2), to=(8, 4)),
}
MODES = {
    "": {},
    "_align_corners": dict(alignCorners=True),
    "_half_pixel": dict(halfPixelCenters=True),
}
FORMS = ("float32", "int8", "uint8", "int16")
REFUSED = {}


def _build(op_name, form, config, options):
    batch, _, _, channels = config["x"]
    scale = {"int16": 0.05 / 256}.get(form, 0.05)
    shape = (batch, *config["to"], channels)
    source, target = (activation_tensor(form, s, scale) for s in (config["x"], shape))
    return Op(op_name, [source, constant(config["to"], "int32")], [target], options)


def rows():
    for op_name in ("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"):
        inexact = op_name == "RESIZE_BILINEAR"
        for form in FORMS:
            for name, config in CONFIGS.items():
                for mode, options in MODES.items():
                    yield Case(
                        op_name.lower(),
                        f"{form}_{name}{mode}",
                        functools.partial(_build, op_name, form, config, options),
                        bounds.resize_bilinear
                        if inexact and form == "float32"
                        else None,
                        refused=find_refusal(
                            REFUSED.get(op_name, {}), form, name + mode
                        ),
                    )
