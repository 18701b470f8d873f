# ===- cases/views.py - operators that pick elements at steps ---------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""TRANSPOSE, SLICE, STRIDED_SLICE, SPLIT, SPLIT_V, UNPACK, PACK, TILE,
BROADCAST_TO, REVERSE_V2, SPACE_TO_DEPTH, DEPTH_TO_SPACE: exact in all forms.

Each configuration names the shapes of operands and results; the first three are
rows of every type form, the others of float32 and int8 alone."""

import functools

import numpy as np

from cases.common import constant
from cases.forms import configured, indices, run_time_indices, tensor
from tflite_writer import Op, Tensor

TRANSPOSE = {
    "rank4": dict(x=(2, 3, 4, 2), perm=[0, 3, 1, 2]),
    "rank2": dict(x=(3, 5), perm=[1, 0]),
    "rank3_reverse": dict(x=(2, 3, 4), perm=[2, 1, 0]),
    "rank5": dict(x=(2, 1, 3, 2, 2), perm=[4, 2, 0, 3, 1]),
    "rank6": dict(x=(2, 1, 3, 2, 2, 1), perm=[3, 5, 0, 4, 1, 2]),
    "identity": dict(x=(2, 3, 4), perm=[0, 1, 2]),
    "unit_dimensions": dict(x=(1, 4, 1, 3), perm=[2, 1, 0, 3]),
    "negative": dict(x=(2, 3, 4), perm=[-1, 0, -2]),
}


def _transpose(form, config):
    x = config["x"]
    target = [x[d] for d in config["perm"]]
    return Op(
        "TRANSPOSE", [tensor(form, x), indices(config["perm"])], [tensor(form, target)]
    )


SLICE = {
    "rank4": dict(x=(2, 4, 5, 3), begin=[0, 1, 2, 0], to=(2, 2, 3, 3)),
    "to_end": dict(x=(4, 6), begin=[1, 2], to=(3, 4), size=[-1, -1]),
    "rank1_int64": dict(x=(9,), begin=[3], to=(4,), type="int64"),
    "rank5": dict(x=(2, 1, 3, 2, 4), begin=[1, 0, 1, 0, 1], to=(1, 1, 2, 2, 3)),
    "whole": dict(x=(3, 4), begin=[0, 0], to=(3, 4)),
    "channels": dict(x=(1, 3, 3, 6), begin=[0, 0, 0, 2], to=(1, 3, 3, 3)),
    "begin_at_run_time": dict(x=(5, 4), begin=2, to=(3, 2)),
    "begin_at_run_time_int64": dict(x=(4, 6, 3), begin=1, to=(3, 5, 2), type="int64"),
}


def _slice(form, config):
    dtype = config.get("type", "int32")
    size = config.get("size", config["to"])
    begin = config["begin"]
    # A number: the largest of those that come at run time.
    if isinstance(begin, int):
        begin = run_time_indices((len(size),), begin + 1, dtype)
    else:
        begin = indices(begin, dtype)
    operands = [tensor(form, config["x"]), begin, indices(size, dtype)]
    return Op("SLICE", operands, [tensor(form, config["to"])])


STRIDED_SLICE = {
    "steps": dict(x=(5, 7), b=[1, 0], e=[5, 6], s=[2, 3], to=(2, 2)),
    "negative": dict(x=(5, 7), b=[-1, 5], e=[0, -7], s=[-2, -1], to=(2, 5)),
    "masks": dict(
        x=(4, 5, 3),
        b=[2, 2, 1],
        e=[3, 4, 1],
        s=[1, 1, 1],
        to=(3, 3, 2),
        begin=1,
        end=6,
    ),
    "begin_end_negative_stride": dict(
        x=(4, 5), b=[1, 1], e=[2, 2], s=[-1, -2], to=(4, 3), begin=3, end=3
    ),
    "shrink": dict(
        x=(4, 5, 3), b=[1, -2, 0], e=[2, 4, 3], s=[1, 1, 2], to=(2,), shrink=3
    ),
    "shrink_all": dict(x=(4, 5), b=[2, -1], e=[3, 0], s=[1, 1], to=(), shrink=3),
    "ellipsis": dict(
        x=(2, 3, 4, 5),
        b=[1, 0, 1],
        e=[2, 0, 4],
        s=[1, 1, 2],
        to=(1, 3, 4, 2),
        ellipsis=2,
    ),
    "ellipsis_first": dict(
        x=(2, 3, 6), b=[0, 1], e=[0, 5], s=[1, 2], to=(2, 3, 2), ellipsis=1
    ),
    "ellipsis_shrink": dict(
        x=(2, 3, 4), b=[0, 2], e=[0, 3], s=[1, 1], to=(2, 3), ellipsis=1, shrink=2
    ),
    "new_axis": dict(
        x=(3, 4), b=[0, 0, 1], e=[3, 0, 3], s=[1, 1, 1], to=(3, 1, 2), new_axis=2
    ),
    "new_axis_ellipsis": dict(
        x=(3, 2, 4),
        b=[0, 0, 1],
        e=[0, 0, 4],
        s=[1, 1, 2],
        to=(1, 3, 2, 2),
        new_axis=1,
        ellipsis=2,
    ),
    "new_axis_shrink": dict(
        x=(3, 4), b=[0, 1, 0], e=[0, 2, 4], s=[1, 1, 3], to=(1, 2), new_axis=1, shrink=2
    ),
    "fewer_positions": dict(x=(4, 3, 2), b=[1], e=[4], s=[2], to=(2, 3, 2)),
    "clamped": dict(x=(4, 5), b=[-9, 3], e=[9, 99], s=[3, 1], to=(2, 2)),
    "offset": dict(x=(6, 5), b=[1, 2], e=[3, 2], s=[2, 1], to=(2, 2), offset=True),
    "rank5": dict(
        x=(2, 3, 1, 4, 2),
        b=[0, 2, 0, 1, 0],
        e=[2, 0, 1, 4, 2],
        s=[1, -1, 1, 2, 1],
        to=(2, 2, 1, 2, 2),
    ),
    "row_at_run_time": dict(
        x=(5, 3), b=(-5, 4), e=[0, 3], s=[1, 1], to=(3,), shrink=1, end=3, begin=2
    ),
    "box_at_run_time": dict(
        x=(4, 6, 2), b=(1, 1), e=[3, -7, 2], s=[1, -1, 1], to=(2, 2, 1), begin=0
    ),
    "new_axis_at_run_time": dict(
        x=(4, 3),
        b=(0, 3),
        e=[0, 0, 3],
        s=[1, 1, 2],
        to=(1, 2),
        shrink=2,
        new_axis=1,
        begin=4,
        end=4,
    ),
}


def _strided_slice(form, config):
    operands = [tensor(form, config["x"])]
    operands += [indices(config[key]) for key in "bes"]
    # A pair: the limits of those that come at run time.
    if isinstance(config["b"], tuple):
        operands[1] = Tensor((len(config["e"]),), "int32", draw=config["b"])
    options = dict(
        beginMask=config.get("begin", 0),
        endMask=config.get("end", 0),
        ellipsisMask=config.get("ellipsis", 0),
        newAxisMask=config.get("new_axis", 0),
        shrinkAxisMask=config.get("shrink", 0),
        offset=config.get("offset", False),
    )
    return Op("STRIDED_SLICE", operands, [tensor(form, config["to"])], options)


SPLIT = {
    "channels": dict(x=(1, 2, 3, 6), axis=3, parts=3),
    "first_axis": dict(x=(4, 5), axis=0, parts=2),
    "negative_middle": dict(x=(2, 6, 3), axis=-2, parts=2),
    "one_part": dict(x=(2, 3), axis=1, parts=1),
    "units": dict(x=(4,), axis=0, parts=4),
    "rank5": dict(x=(1, 2, 1, 4, 2), axis=3, parts=2),
}


def _split(form, config):
    target = list(config["x"])
    target[config["axis"]] //= config["parts"]
    operands = [indices(config["axis"]), tensor(form, config["x"])]
    outputs = [tensor(form, target) for _ in range(config["parts"])]
    return Op("SPLIT", operands, outputs, dict(numSplits=config["parts"]))


SPLIT_V = {
    "channels": dict(x=(1, 2, 3, 6), axis=3, sizes=[1, 3, 2]),
    "open": dict(x=(7, 3), axis=0, sizes=[2, -1, 1]),
    "negative_int64": dict(x=(2, 5, 2), axis=-2, sizes=[4, 1], type="int64"),
    "one_part": dict(x=(2, 3), axis=1, sizes=[3]),
    "open_last": dict(x=(2, 2, 5), axis=2, sizes=[1, 1, -1]),
}


def _split_v(form, config):
    sizes = np.asarray(config["sizes"])
    axis = config["axis"]
    real = np.where(sizes < 0, config["x"][axis] - sizes[sizes > 0].sum(), sizes)
    outputs = []
    for size in real:
        target = list(config["x"])
        target[axis] = int(size)
        outputs.append(tensor(form, target))
    operands = [
        tensor(form, config["x"]),
        indices(sizes, config.get("type", "int32")),
        indices(axis),
    ]
    return Op("SPLIT_V", operands, outputs, dict(numSplits=len(sizes)))


UNPACK = {
    "first": dict(x=(3, 4, 2), axis=0),
    "last_negative": dict(x=(4, 3), axis=-1),
    "middle": dict(x=(2, 2, 3, 2), axis=1),
    "to_scalars": dict(x=(3,), axis=0),
    "one": dict(x=(2, 1, 4), axis=1),
}


def _unpack(form, config):
    target = list(config["x"])
    count = target.pop(config["axis"])
    outputs = [tensor(form, target) for _ in range(count)]
    options = dict(num=count, axis=config["axis"])
    return Op("UNPACK", [tensor(form, config["x"])], outputs, options)


PACK = {
    "first": dict(x=(4, 2), axis=0, count=3),
    "last_negative": dict(x=(2, 3), axis=-1, count=2),
    "middle": dict(x=(2, 3, 2), axis=1, count=4),
    "scalars": dict(x=(), axis=0, count=3),
    "one": dict(x=(2, 4), axis=1, count=1),
    "constant_operand": dict(x=(3, 2), axis=2, count=2, constant=1),
}


def _pack(form, config):
    operands = [tensor(form, config["x"]) for _ in range(config["count"])]
    if "constant" in config:
        operand = operands[config["constant"]]
        count = int(np.prod(operand.shape))
        operand.data = constant(np.arange(count).reshape(operand.shape), form).data
    axis = config["axis"]
    target = list(config["x"])
    target.insert(axis if axis >= 0 else axis + len(target) + 1, config["count"])
    options = dict(valuesCount=config["count"], axis=axis)
    return Op("PACK", operands, [tensor(form, target)], options)


TILE = {
    "rank2": dict(x=(2, 3), by=[2, 3]),
    "rank4": dict(x=(1, 2, 2, 3), by=[2, 1, 3, 1]),
    "rank1_int64": dict(x=(5,), by=[3], type="int64"),
    "nothing": dict(x=(2, 3), by=[1, 1]),
    "rank5": dict(x=(1, 2, 1, 2, 2), by=[2, 1, 3, 1, 2]),
}


def _tile(form, config):
    target = [n * m for n, m in zip(config["x"], config["by"])]
    operands = [tensor(form, config["x"])]
    operands.append(indices(config["by"], config.get("type", "int32")))
    return Op("TILE", operands, [tensor(form, target)])


BROADCAST_TO = {
    "rows": dict(x=(1, 4), to=(3, 4)),
    "added_dimensions": dict(x=(3, 1), to=(2, 2, 3, 4)),
    "scalar_int64": dict(x=(), to=(2, 3), type="int64"),
    "same": dict(x=(2, 3), to=(2, 3)),
    "rank5": dict(x=(1, 2, 1, 2, 1), to=(2, 2, 3, 2, 2)),
    "one_element": dict(x=(1,), to=(5,)),
}


def _broadcast_to(form, config):
    operands = [tensor(form, config["x"])]
    operands.append(indices(config["to"], config.get("type", "int32")))
    return Op("BROADCAST_TO", operands, [tensor(form, config["to"])])


REVERSE_V2 = {
    "rank1": dict(x=(7,), axis=[0]),
    "last_negative": dict(x=(2, 3, 4), axis=[-1]),
    "middle": dict(x=(2, 3, 2, 2), axis=[1]),
    "two_axes": dict(x=(2, 3, 4), axis=[0, 1]),
    "two_axes_apart": dict(x=(2, 3, 4), axis=[0, 2]),
    "all": dict(x=(3, 2), axis=[1, 0]),
}


def _reverse_v2(form, config):
    operands = [tensor(form, config["x"]), indices(config["axis"])]
    return Op("REVERSE_V2", operands, [tensor(form, config["x"])])


# The pixels; the depth is that of the side with more pixels.
BLOCKS = {
    "two": dict(x=(1, 4, 6, 1), block=2),
    "three_batch": dict(x=(2, 3, 3, 2), block=3),
    "rows_only_once": dict(x=(1, 2, 4, 3), block=2),
    "one": dict(x=(2, 2, 3, 2), block=1),
}


def _blocks(op_name, form, config):
    batch, height, width, depth = config["x"]
    block = config["block"]
    fine = tensor(form, config["x"])
    coarse = tensor(
        form, (batch, height // block, width // block, depth * block * block)
    )
    source, target = (fine, coarse) if op_name == "SPACE_TO_DEPTH" else (coarse, fine)
    return Op(op_name, [source], [target], dict(blockSize=block))


# The messages of kernels that check their type first.
NOT_A_TYPE = {
    "SPLIT": dict.fromkeys(("float16", "bool"), "is_supported_type was not true"),
    "SPLIT_V": dict.fromkeys(("float16", "bool"), "is_supported_type was not true"),
    "UNPACK": {"int64": "Type 'INT64' is not supported by unpack"},
    "PACK": {
        "float16": "Type 'FLOAT16' is not supported by pack",
        "bool": "Type 'BOOL' is not supported by pack",
    },
    "REVERSE_V2": {"two_axes_apart": "Non-contiguous `axes` not supported"},
    **dict.fromkeys(
        ("SPACE_TO_DEPTH", "DEPTH_TO_SPACE"),
        dict.fromkeys(("float16", "int16", "bool"), "data_type == kTfLiteFloat32"),
    ),
}
BUILTIN = {
    "STRIDED_SLICE": {
        "ellipsis",
        "ellipsis_first",
        "ellipsis_shrink",
        "new_axis",
        "new_axis_ellipsis",
        "new_axis_shrink",
        "new_axis_at_run_time",
        "offset",
    },
    "TILE": {"int8"},
    "DEPTH_TO_SPACE": {"int8"},
}


def rows():
    table = (
        ("TRANSPOSE", TRANSPOSE, _transpose),
        ("SLICE", SLICE, _slice),
        ("STRIDED_SLICE", STRIDED_SLICE, _strided_slice),
        ("SPLIT", SPLIT, _split),
        ("SPLIT_V", SPLIT_V, _split_v),
        ("UNPACK", UNPACK, _unpack),
        ("PACK", PACK, _pack),
        ("TILE", TILE, _tile),
        ("BROADCAST_TO", BROADCAST_TO, _broadcast_to),
        ("REVERSE_V2", REVERSE_V2, _reverse_v2),
        ("SPACE_TO_DEPTH", BLOCKS, functools.partial(_blocks, "SPACE_TO_DEPTH")),
        ("DEPTH_TO_SPACE", BLOCKS, functools.partial(_blocks, "DEPTH_TO_SPACE")),
    )
    for op_name, configs, build in table:
        refused, builtin = NOT_A_TYPE.get(op_name), BUILTIN.get(op_name, ())
        yield from configured(op_name, configs, build, refused, builtin)
