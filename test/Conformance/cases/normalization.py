# ===- cases/normalization.py - vectors that are normalised ------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""LOG_SOFTMAX, L2_NORMALIZATION, LOCAL_RESPONSE_NORMALIZATION."""

import functools

import bounds
from cases.common import Case, activation_tensor
from tflite_writer import Op

# Output parameters that the format fixes.
LOG_SOFTMAX_OUT = {"int8": (16 / 256, 127)}
L2_OUT = {"int8": (1 / 128, 0), "uint8": (1 / 128, 128)}
LOG_SOFTMAX = {
    "rank1": dict(x=(11,), scale=0.05),
    "rank2": dict(x=(3, 7), scale=0.1),
    "rank4": dict(x=(2, 3, 2, 5), scale=0.08),
    "one_class": dict(x=(4, 1), scale=0.08),
    "deep_fine": dict(x=(1, 130), scale=0.004),
    "coarse": dict(x=(2, 9), scale=1.3),
    "flat": dict(x=(1, 300), scale=0.0004),
    "zero_point_low": dict(x=(2, 9), scale=0.05, zero="low"),
}
L2 = {
    "rank1": dict(x=(11,)),
    "rank2": dict(x=(3, 7)),
    "rank4": dict(x=(2, 2, 3, 5)),
    "one_channel": dict(x=(5, 1)),
    "deep": dict(x=(2, 140)),
    "small_values": dict(x=(4, 6), draw=(-1, 1)),
    "zeros": dict(x=(3, 4), draw=(0, 0)),
}
LRN = {
    "radius_1": dict(x=(1, 2, 2, 7), radius=1, bias=1.0, alpha=0.5, beta=0.5),
    "radius_2": dict(x=(2, 1, 3, 6), radius=2, bias=2.0, alpha=1e-4, beta=0.75),
    "radius_beyond": dict(x=(1, 2, 2, 3), radius=9, bias=0.5, alpha=1.0, beta=-0.5),
    "radius_0": dict(x=(1, 1, 2, 4), radius=0, bias=1.5, alpha=1.0, beta=1.0),
}


def _log_softmax(form, config):
    if form == "float32":
        source = activation_tensor(form, config["x"], draw=4.0)
        target = activation_tensor(form, config["x"])
    else:
        zero = config.get("zero", "mid")
        source = activation_tensor(form, config["x"], config["scale"], zero)
        target = activation_tensor(form, config["x"], *LOG_SOFTMAX_OUT[form])
    return Op("LOG_SOFTMAX", [source], [target])


def _l2(form, config):
    if form == "float32":
        draw = 0.0 if config.get("draw") == (0, 0) else None
        source = activation_tensor(form, config["x"], draw=draw)
        target = activation_tensor(form, config["x"])
    else:
        scale, zero = L2_OUT[form]
        draw = config.get("draw")
        if draw:
            draw = (draw[0] + zero, draw[1] + zero)
        source = activation_tensor(form, config["x"], 0.07, zero, draw)
        target = activation_tensor(form, config["x"], scale, zero)
    return Op("L2_NORMALIZATION", [source], [target], {})


def _lrn(config):
    source = activation_tensor("float32", config["x"])
    target = activation_tensor("float32", config["x"])
    options = {key: value for key, value in config.items() if key != "x"}
    return Op("LOCAL_RESPONSE_NORMALIZATION", [source], [target], options)


def _rows(op_name, forms, table, build, bound):
    for form in forms:
        for name, config in table.items():
            if form == "float32" and "zero" in config:
                continue
            yield Case(
                op_name,
                f"{form}_{name}",
                functools.partial(build, form, config),
                bound if form == "float32" else None,
            )


def rows():
    yield from _rows(
        "log_softmax",
        ("float32", "int8"),
        LOG_SOFTMAX,
        _log_softmax,
        bounds.log_softmax,
    )
    yield from _rows(
        "l2_normalization",
        ("float32", "int8", "uint8"),
        L2,
        _l2,
        bounds.l2_normalization,
    )
    for name, config in LRN.items():
        yield Case(
            "local_response_normalization",
            f"float32_{name}",
            functools.partial(_lrn, config),
            bounds.local_response_normalization,
        )
