# ===- cases/indexing.py - operators that pick and place by index -----------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""GATHER, GATHER_ND, SCATTER_ND, ONE_HOT, SPARSE_TO_DENSE, MATRIX_DIAG,
MATRIX_SET_DIAG, REVERSE_SEQUENCE, DYNAMIC_UPDATE_SLICE, MIRROR_PAD,
SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND."""

import dataclasses
import functools

from ai_edge_litert import schema_py_generated as schema

from cases.common import Case, constant, rng_for
from cases.forms import configured, indices, plain, run_time_indices, tensor
from tflite_writer import NUMPY_TYPES, Op, Sparsity, Tensor

GATHER = {
    "first": dict(x=(5, 3), at=(4,), axis=0),
    "last_negative_int64": dict(x=(2, 3, 6), at=(4,), axis=-1, type="int64"),
    "matrix_of_positions": dict(x=(2, 4, 3), at=(2, 3), axis=1),
    "int16_positions": dict(x=(4, 2), at=(3,), axis=0, type="int16"),
    "scalar_position": dict(x=(3, 4), at=(), axis=1),
    "batch_dims": dict(x=(2, 3, 4), at=(2, 3), axis=1, batch=1),
    "batch_dims_later_axis": dict(x=(2, 2, 3, 4), at=(2, 3), axis=2, batch=1),
    "batch_dims_negative": dict(x=(2, 3, 4, 2), at=(2, 3, 2), axis=2, batch=-1),
    "constant_positions": dict(x=(5, 3), at=(4,), axis=0, constant=[4, 0, 0, 2]),
}


def _gather(form, config):
    x, at, axis = config["x"], config["at"], config["axis"]
    axis = axis if axis >= 0 else axis + len(x)
    batch = config.get("batch", 0)
    positive = batch if batch >= 0 else batch + len(at)
    dtype = config.get("type", "int32")
    positions = run_time_indices(at, x[axis], dtype)
    if "constant" in config:
        positions = indices(config["constant"], dtype)
    target = x[:axis] + at[positive:] + x[axis + 1 :]
    options = dict(axis=config["axis"], batchDims=batch)
    return Op("GATHER", [tensor(form, x), positions], [tensor(form, target)], options)


GATHER_ND = {
    "elements": dict(x=(3, 4), at=(5,), depth=2),
    "rows_int64": dict(x=(4, 3, 2), at=(2, 2), depth=1, type="int64"),
    "vectors": dict(x=(2, 3, 2, 4), at=(3,), depth=3),
    "one_tuple": dict(x=(3, 3), at=(), depth=2),
    "whole": dict(x=(2, 3), at=(2,), depth=0),
    "int16_indices": dict(x=(5, 2), at=(3,), depth=1, type="int16"),
}


def _gather_nd(form, config):
    x, depth = config["x"], config["depth"]
    size = min(x[:depth], default=1)
    at = run_time_indices(config["at"] + (depth,), size, config.get("type", "int32"))
    target = config["at"] + x[depth:]
    return Op("GATHER_ND", [tensor(form, x), at], [tensor(form, target)])


SCATTER_ND = {
    "elements": dict(to=(9,), at=(4,), depth=1),
    "rows": dict(to=(4, 3), at=(2, 2), depth=1),
    "matrix": dict(to=(3, 4), at=(5,), depth=2),
    "repeated": dict(to=(2, 2), at=(12,), depth=2),
    "one_tuple": dict(to=(2, 3, 2), at=(1,), depth=2),
}


def _scatter_nd(form, config, scale=None):
    to, depth = config["to"], config["depth"]
    at = run_time_indices(config["at"] + (depth,), min(to[:depth]))
    updates = Tensor(config["at"] + to[depth:], form, scale)
    return Op("SCATTER_ND", [at, updates, indices(to)], [Tensor(to, form, scale)])


def _scaled_scatter_nd():
    """Stored numbers are added: the zero point is 0."""
    for name, config in SCATTER_ND.items():
        yield Case(
            "scatter_nd",
            f"int8_scaled_{name}",
            functools.partial(_scatter_nd, "int8", config, scale=0.05),
        )


ONE_HOT = {
    "last": dict(x=(2, 3), depth=4, axis=-1),
    "first_int64": dict(x=(5,), depth=3, axis=0, type="int64"),
    "middle_out_of_range": dict(x=(2, 3), depth=3, axis=1, draw=(-2, 5)),
    "scalar": dict(x=(), depth=5, axis=-1),
}
ON_OFF = {"float32": (1.5, -0.25), "bool": (True, False), "uint8": (200, 3)}


def _one_hot(form, config):
    x = run_time_indices(config["x"], config["depth"], config.get("type", "int32"))
    x.draw = config.get("draw", x.draw)
    on, off = ON_OFF.get(form, (7, -100))
    axis = config["axis"]
    target = list(config["x"])
    target.insert(axis if axis >= 0 else len(target), config["depth"])
    operands = [x, indices(config["depth"]), constant(on, form), constant(off, form)]
    return Op("ONE_HOT", operands, [plain(form, target)], dict(axis=axis))


SPARSE_TO_DENSE = {
    "vector": dict(to=(8,), at=(3,), values=(3,)),
    "matrix_one_value": dict(to=(3, 4), at=(5, 2), values=()),
    "rank4_int64": dict(to=(2, 3, 2, 2), at=(4, 4), values=(4,), type="int64"),
    "scalar_index": dict(to=(5,), at=(1,), values=(1,)),
    "repeated": dict(to=(2, 2), at=(9, 2), values=(9,)),
}


def _sparse_to_dense(form, config):
    to = config["to"]
    dtype = config.get("type", "int32")
    at = run_time_indices(config["at"], min(to), dtype)
    operands = [at, indices(to, dtype), plain(form, config["values"])]
    operands.append(constant(True if form == "bool" else 3, form))
    return Op("SPARSE_TO_DENSE", operands, [plain(form, to)])


MATRIX_DIAG = {
    "vector": dict(x=(4,)),
    "matrix": dict(x=(2, 3)),
    "rank3": dict(x=(2, 1, 3)),
}


def _matrix_diag(form, config):
    x = config["x"]
    return Op("MATRIX_DIAG", [plain(form, x)], [plain(form, x + x[-1:])])


MATRIX_SET_DIAG = {
    "square": dict(x=(3, 3)),
    "wide": dict(x=(2, 2, 4)),
    "tall": dict(x=(2, 1, 4, 3)),
}


def _matrix_set_diag(form, config):
    x = config["x"]
    diagonal = x[:-2] + (min(x[-2:]),)
    operands = [plain(form, x), plain(form, diagonal)]
    return Op("MATRIX_SET_DIAG", operands, [plain(form, x)])


REVERSE_SEQUENCE = {
    "batch_first": dict(x=(3, 5, 2), sequence=1, batch=0),
    "batch_last_int64": dict(x=(4, 2, 3), sequence=0, batch=2, type="int64"),
    "matrix": dict(x=(6, 4), sequence=0, batch=1),
    "constant_lengths": dict(x=(3, 4), sequence=1, batch=0, lengths=[0, 4, 1]),
}


def _reverse_sequence(form, config):
    x = config["x"]
    size, count = x[config["sequence"]], x[config["batch"]]
    # A length may be the whole size.
    lengths = run_time_indices((count,), size + 1, config.get("type", "int32"))
    if "lengths" in config:
        lengths = indices(config["lengths"])
    options = dict(seqDim=config["sequence"], batchDim=config["batch"])
    operands = [tensor(form, x), lengths]
    return Op("REVERSE_SEQUENCE", operands, [tensor(form, x)], options)


DYNAMIC_UPDATE_SLICE = {
    "rows": dict(x=(5, 3), update=(2, 3)),
    "box_int64": dict(x=(3, 4, 2), update=(1, 2, 2), type="int64"),
    "clamped": dict(x=(4, 5), update=(2, 3), draw=(-3, 9)),
    "whole": dict(x=(2, 3), update=(2, 3)),
    "element": dict(x=(7,), update=(1,)),
    "constant_start": dict(x=(4, 4), update=(2, 2), start=[1, 2]),
}


def _dynamic_update_slice(form, config):
    x = config["x"]
    start = run_time_indices((len(x),), min(x), config.get("type", "int32"))
    start.draw = config.get("draw", start.draw)
    if "start" in config:
        start = indices(config["start"])
    operands = [tensor(form, x), tensor(form, config["update"]), start]
    return Op("DYNAMIC_UPDATE_SLICE", operands, [tensor(form, x)])


MIRROR_PAD = {
    "reflect": dict(x=(3, 4), pads=[(2, 1), (0, 3)]),
    "symmetric": dict(x=(3, 4), pads=[(3, 1), (0, 4)], symmetric=True),
    "reflect_int64": dict(x=(5,), pads=[(4, 2)], type="int64"),
    "reflect_rank4": dict(x=(1, 3, 2, 2), pads=[(0, 0), (1, 2), (1, 1), (1, 0)]),
    "symmetric_rank3": dict(x=(2, 2, 3), pads=[(1, 2), (0, 0), (3, 3)], symmetric=True),
    "nothing": dict(x=(2, 3), pads=[(0, 0), (0, 0)]),
}


def _mirror_pad(form, config):
    target = [n + sum(p) for n, p in zip(config["x"], config["pads"])]
    operands = [tensor(form, config["x"])]
    operands.append(indices(config["pads"], config.get("type", "int32")))
    modes = schema.MirrorPadMode
    mode = modes.SYMMETRIC if config.get("symmetric") else modes.REFLECT
    return Op("MIRROR_PAD", operands, [tensor(form, target)], dict(mode=mode))


# The fine tensor; `border` are paddings or crops.
BATCH_BLOCKS = {
    "plain": dict(x=(1, 4, 2, 2), block=[2, 2], border=[(0, 0), (0, 0)]),
    "border": dict(x=(2, 3, 4, 1), block=[2, 3], border=[(1, 0), (0, 2)]),
    "rank3": dict(x=(2, 5, 2), block=[3], border=[(2, 2)]),
    "one_block_dimension": dict(x=(1, 3, 4, 3), block=[1, 2], border=[(0, 1), (1, 1)]),
    "ones": dict(x=(2, 2, 2, 1), block=[1, 1], border=[(0, 0), (0, 0)]),
}


def _batch_blocks(op_name, form, config):
    fine = config["x"]
    coarse = list(fine)
    for i, block in enumerate(config["block"]):
        coarse[i + 1] = (fine[i + 1] + sum(config["border"][i])) // block
        coarse[0] *= block
    shapes = [fine, coarse] if op_name == "SPACE_TO_BATCH_ND" else [coarse, fine]
    source, target = (tensor(form, shape) for shape in shapes)
    operands = [source, indices(config["block"]), indices(config["border"])]
    return Op(op_name, operands, [target])


DENSIFY = {
    "rows": dict(x=(4, 5), order=[0, 1], compressed=[False, True]),
    "columns": dict(x=(4, 5), order=[1, 0], compressed=[False, True]),
    "blocks": dict(
        x=(4, 8), order=[0, 1, 2], compressed=[False, True, False], blocks={1: 4}
    ),
    "both": dict(x=(6, 3), order=[0, 1], compressed=[True, True]),
}
DENSIFY_FORMS = ("float32", "float16", "int8")


def _densify(form, config):
    rng = rng_for("DENSIFY", f"{form}{config['x']}")
    values = rng.randint(-100, 100, size=config["x"])
    values *= rng.random_sample(config["x"]) < 0.3
    source, target = tensor(form, config["x"]), tensor(form, config["x"])
    source.data = values.astype(NUMPY_TYPES[form])
    blocks = config.get("blocks", {})
    source.sparsity = Sparsity(config["order"], config["compressed"], blocks)
    return Op("DENSIFY", [source], [target])


REFUSED = {
    "GATHER_ND": {"whole": "gather_nd index out of bounds"},
    "SCATTER_ND": {
        "float16": "Updates of type 'FLOAT16' are not supported by scatter_nd",
        "int16": "Updates of type 'INT16' are not supported by scatter_nd",
    },
    "ONE_HOT": {
        "float16": "Unknown output data type: FLOAT16",
        "int16": "(ONE_HOT) failed to invoke",
    },
    "SPARSE_TO_DENSE": dict.fromkeys(
        ("float16", "int16", "bool"), "values->type == kTfLiteInt32"
    ),
    "REVERSE_SEQUENCE": {
        form: f"Type '{form.upper()}' is not supported by reverse_sequence"
        for form in ("float16", "int8", "bool")
    },
}
# The kernels of diagonals take other types for float32 and write beyond the end.
DIAGONAL_FORMS = ("float32", "int8", "uint8", "int16", "int32", "int64")


def rows():
    table = (
        ("GATHER", GATHER, _gather),
        ("GATHER_ND", GATHER_ND, _gather_nd),
        ("SCATTER_ND", SCATTER_ND, _scatter_nd),
        ("ONE_HOT", ONE_HOT, _one_hot),
        ("SPARSE_TO_DENSE", SPARSE_TO_DENSE, _sparse_to_dense),
        ("REVERSE_SEQUENCE", REVERSE_SEQUENCE, _reverse_sequence),
        ("DYNAMIC_UPDATE_SLICE", DYNAMIC_UPDATE_SLICE, _dynamic_update_slice),
        ("MIRROR_PAD", MIRROR_PAD, _mirror_pad),
        (
            "SPACE_TO_BATCH_ND",
            BATCH_BLOCKS,
            functools.partial(_batch_blocks, "SPACE_TO_BATCH_ND"),
        ),
        (
            "BATCH_TO_SPACE_ND",
            BATCH_BLOCKS,
            functools.partial(_batch_blocks, "BATCH_TO_SPACE_ND"),
        ),
    )
    for op_name, configs, build in table:
        yield from configured(op_name, configs, build, REFUSED.get(op_name))
    yield from _scaled_scatter_nd()
    for op_name, configs, build in (
        ("MATRIX_DIAG", MATRIX_DIAG, _matrix_diag),
        ("MATRIX_SET_DIAG", MATRIX_SET_DIAG, _matrix_set_diag),
    ):
        yield from configured(op_name, configs, build, forms=DIAGONAL_FORMS)
    for case in configured("DENSIFY", DENSIFY, _densify, forms=DENSIFY_FORMS):
        # The kernel writes its output in the first run only.
        yield dataclasses.replace(case, runs=1)
