# ===- cases/movement.py - operators that move values ------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""PAD, PADV2, CONCATENATION, RESHAPE, SQUEEZE, EXPAND_DIMS: exact in all forms."""

import functools

import numpy as np

from cases.common import (
    ACTIVATIONS,
    LIMITS,
    Case,
    activation_tensor,
    constant,
    find_refusal,
)
from tflite_writer import NUMPY_TYPES, Op

FORMS = ("float32", "int8", "uint8", "int16", "int32", "int64", "bool")

# before/after per axis.
PAD = {
    "spatial": dict(x=(1, 3, 4, 2), pads=[(0, 0), (1, 2), (3, 0), (0, 0)]),
    "all_axes": dict(x=(2, 1, 2, 3), pads=[(1, 0), (0, 1), (2, 1), (1, 3)]),
    "rank1": dict(x=(5,), pads=[(2, 3)]),
    "rank2_int64_paddings": dict(x=(3, 4), pads=[(1, 0), (0, 2)], pad_type="int64"),
    "rank5": dict(x=(1, 2, 2, 3, 2), pads=[(1, 0), (0, 1), (0, 0), (2, 1), (0, 1)]),
    "nothing": dict(x=(2, 3, 4), pads=[(0, 0), (0, 0), (0, 0)]),
    "zero_point_low": dict(x=(2, 3), pads=[(1, 1), (1, 1)], zero="low"),
    "zero_point_high": dict(x=(2, 3), pads=[(1, 1), (1, 1)], zero="high"),
}
# The value that PADV2 pads with, in the type's own numbers.
PAD_VALUES = {"float32": -2.625, "uint8": 201, "bool": True}
CONCATENATION = {
    "channels": dict(x=[(1, 3, 4, 2), (1, 3, 4, 5)], axis=3),
    "negative_axis_three": dict(x=[(2, 3, 1), (2, 1, 1), (2, 2, 1)], axis=-2),
    "first_axis": dict(x=[(2, 3), (1, 3), (4, 3)], axis=0),
    "rank1_four": dict(x=[(2,), (5,), (1,), (3,)], axis=0),
    "one_input": dict(x=[(2, 3, 4)], axis=1),
    "rank5": dict(x=[(1, 2, 3, 2, 1), (1, 2, 1, 2, 1)], axis=2),
    "constant_operand": dict(x=[(2, 3), (2, 2)], axis=1, constant=1),
    "relu6": dict(x=[(2, 3), (2, 2)], axis=1, activation="relu6"),
    "different_scales": dict(x=[(3, 5), (3, 6), (3, 4)], axis=1, scales=(1, 1.7, 0.4)),
}
RESHAPE = {
    "flatten": dict(x=(2, 3, 4, 2), to=(2, 24), given=[2, -1]),
    "rank4_to_rank4": dict(x=(1, 4, 3, 2), to=(1, 2, 6, 2), given=[1, 2, 6, 2]),
    "scalar_to_rank2": dict(x=(), to=(1, 1), given=[1, 1]),
    "one_element_to_scalar": dict(x=(1, 1), to=(), given=[]),
    "rank5_to_rank1": dict(x=(2, 1, 3, 2, 2), to=(24,), given=[-1]),
    "shape_in_options": dict(x=(3, 4), to=(2, 6), given=[2, 6], options=True),
    "rank2_to_rank6": dict(x=(4, 6), to=(1, 2, 2, 3, 1, 2), given=[1, 2, -1, 3, 1, 2]),
}
SQUEEZE = {
    "all": dict(x=(1, 3, 1, 4), dims=[], to=(3, 4)),
    "one": dict(x=(1, 3, 1, 4), dims=[2], to=(1, 3, 4)),
    "negative": dict(x=(1, 3, 1, 4, 1), dims=[-1, 0], to=(3, 1, 4)),
    "to_scalar": dict(x=(1, 1), dims=[0, 1], to=()),
    "nothing_to_do": dict(x=(2, 3), dims=[], to=(2, 3)),
}
EXPAND_DIMS = {
    "first": dict(x=(3, 4), axis=0, to=(1, 3, 4)),
    "last_negative": dict(x=(3, 4), axis=-1, to=(3, 4, 1)),
    "middle": dict(x=(2, 3, 4), axis=1, to=(2, 1, 3, 4)),
    "negative_middle": dict(x=(2, 3, 4), axis=-3, to=(2, 1, 3, 4)),
    "scalar": dict(x=(), axis=0, to=(1,)),
    "axis_int64": dict(x=(5,), axis=1, to=(5, 1), axis_type="int64"),
    "rank4": dict(x=(1, 2, 3, 2), axis=2, to=(1, 2, 1, 3, 2)),
}
REFUSED = {
    "CONCATENATION": {
        ("int8", "different_scales"): "t->params.scale != output->params.scale",
        **{(form, "relu6"): "params->activation != kTfLiteActNone" for form in FORMS},
    }
}


def _tensor(form, shape, zero="mid", factor=1.0):
    scale = {"int16": 0.05 / 256}.get(form, 0.05) if form in LIMITS else None
    scale = scale and scale * factor
    return activation_tensor(form, shape, scale, zero)


def _pad(op_name, form, config):
    zero = config.get("zero", "mid")
    shape = [n + sum(p) for n, p in zip(config["x"], config["pads"])]
    source, target = (_tensor(form, s, zero) for s in (config["x"], shape))
    operands = [source, constant(config["pads"], config.get("pad_type", "int32"))]
    if op_name == "PADV2":
        value = constant([PAD_VALUES.get(form, -37)], form)
        value.scale, value.zero_point = source.scale, source.zero_point
        operands.append(value)
    return Op(op_name, operands, [target])


def _concatenation(form, config):
    factors = config.get("scales", (1.0,) * len(config["x"]))
    operands = [
        _tensor(form, shape, factor=factor)
        for shape, factor in zip(config["x"], factors)
    ]
    if "constant" in config:
        operand = operands[config["constant"]]
        data = np.arange(np.prod(operand.shape)).reshape(operand.shape)
        operand.data = data.astype(NUMPY_TYPES[form])
    shape = list(config["x"][0])
    axis = config["axis"]
    shape[axis] = sum(x[axis] for x in config["x"])
    activation = ACTIVATIONS[config.get("activation", "none")]
    options = dict(axis=axis, fusedActivationFunction=activation)
    return Op("CONCATENATION", operands, [_tensor(form, shape)], options)


def _reshape(form, config):
    operands = [_tensor(form, config["x"])]
    options = {}
    if config.get("options"):
        options["newShape"] = np.asarray(config["given"], dtype=np.int32)
    else:
        operands.append(constant(np.asarray(config["given"], np.int32), "int32"))
    return Op("RESHAPE", operands, [_tensor(form, config["to"])], options)


def _squeeze(form, config):
    options = dict(squeezeDims=np.asarray(config["dims"], dtype=np.int32))
    source, target = _tensor(form, config["x"]), _tensor(form, config["to"])
    return Op("SQUEEZE", [source], [target], options)


def _expand_dims(form, config):
    axis = constant(config["axis"], config.get("axis_type", "int32"))
    source, target = _tensor(form, config["x"]), _tensor(form, config["to"])
    return Op("EXPAND_DIMS", [source, axis], [target])


def rows():
    table = (
        ("PAD", PAD, functools.partial(_pad, "PAD")),
        ("PADV2", PAD, functools.partial(_pad, "PADV2")),
        ("CONCATENATION", CONCATENATION, _concatenation),
        ("RESHAPE", RESHAPE, _reshape),
        ("SQUEEZE", SQUEEZE, _squeeze),
        ("EXPAND_DIMS", EXPAND_DIMS, _expand_dims),
    )
    for op_name, configs, build in table:
        for form in FORMS:
            for name, config in configs.items():
                if "zero" in config and form not in ("int8", "uint8"):
                    continue
                # 16 bit tensors are copied whatever their scales: no such model.
                if "scales" in config and form not in ("int8", "uint8"):
                    continue
                yield Case(
                    op_name.lower(),
                    f"{form}_{name}",
                    functools.partial(build, form, config),
                    refused=find_refusal(REFUSED.get(op_name, {}), form, name),
                )
