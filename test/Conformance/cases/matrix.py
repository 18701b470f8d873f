# ===- cases/matrix.py - products of matrices ---------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""BATCH_MATMUL in every type form."""

import functools

import numpy as np

import bounds
import runner
from cases.common import LIMITS, Case, activation_tensor, deviation, rng_for
from tflite_writer import Op, Tensor

# Type form -> types of the operands and the result, columns with own scales.
FORMS = {
    "float32": ("float32", "float32", "float32", False),
    "int8": ("int8", "int8", "int8", False),
    "int16": ("int16", "int16", "int16", False),
    "int16x8": ("int16", "int8", "int16", False),
    # Sums of the products of stored values: the kernel knows no zero points here.
    "int8_to_int32": ("int8", "int8", "int32", False),
    "hybrid_per_tensor": ("float32", "int8", "float32", False),
    "hybrid_per_channel": ("float32", "int8", "float32", True),
    "hybrid_per_tensor_asymmetric": ("float32", "int8", "float32", False),
    "hybrid_per_channel_asymmetric": ("float32", "int8", "float32", True),
}
# x and y as written, adj: which are transposed, constant: y is.
PRODUCTS = {
    "matrices": dict(x=(3, 4), y=(4, 5)),
    "batches_adj_y": dict(x=(2, 3, 4), y=(2, 5, 4), adj="y"),
    "broadcast_adj_x": dict(x=(2, 1, 4, 3), y=(3, 4, 2), adj="x"),
    "broadcast_x_adj_both": dict(x=(5, 2), y=(3, 4, 5), adj="xy"),
    "rank5": dict(x=(1, 2, 1, 2, 3), y=(2, 1, 2, 3, 2)),
    "constant": dict(x=(2, 3, 5), y=(5, 4), constant=True),
    "constant_adj_y": dict(x=(3, 5), y=(4, 5), adj="y", constant=True),
}
SCALED = {
    "zero_points_low": dict(x=(3, 4), y=(4, 5), zeros=("low", "low", "high")),
    "zero_points_high": dict(x=(3, 4), y=(4, 5), zeros=("high", "high", "low")),
    "saturating": dict(x=(4, 3), y=(3, 5), target=400),
    "requantize_half": dict(x=(11, 2), y=(2, 9), multiplier=0.5),
    "requantize_three_tenths": dict(x=(11, 2), y=(2, 9), multiplier=0.3),
}


def _out_shape(config):
    adjoint = config.get("adj", "")
    batch = np.broadcast_shapes(config["x"][:-2], config["y"][:-2])
    rows = config["x"][-1 if "x" in adjoint else -2]
    return (*batch, rows, config["y"][-2 if "y" in adjoint else -1])


def _weights(rng, form, name, config):
    """The int8 operand of a hybrid product; a constant, but for one row."""
    shape, axis = config["y"], len(config["y"]) - 1
    axis -= "y" in config.get("adj", "")
    scale = np.float32(0.01)
    if FORMS[form][3]:
        exponents = rng.random_sample(shape[axis]) * 2 - 1
        scale = np.float32(0.01 * 2.0**exponents)
    data = runner.draw_integers(rng, shape, np.int8, (-127, 127))
    if name == "matrices" and not form.endswith("asymmetric"):
        data = None
    return Tensor(shape, "int8", scale, 0, axis, data, draw=(-127, 127))


def _batch_matmul(form, name, config):
    rng = rng_for("BATCH_MATMUL", f"{form}_{name}")
    x_type, y_type, out_type, _ = FORMS[form]
    zeros = config.get("zeros", ("mid",) * 3)
    out_shape = _out_shape(config)
    adjoint = config.get("adj", "")
    options = dict(adjX="x" in adjoint, adjY="y" in adjoint)
    if form.startswith("hybrid"):
        options["asymmetricQuantizeInputs"] = form.endswith("asymmetric")
        x, out = Tensor(config["x"], "float32"), Tensor(out_shape, "float32")
        return Op(
            "BATCH_MATMUL", [x, _weights(rng, form, name, config)], [out], options
        )
    scales, draw = (0.05, 0.05, 0.05), None
    if x_type in LIMITS:
        depth = config["x"][-2 if "x" in adjoint else -1]
        steps = config.get("target", 55) / 74 * deviation(x_type)
        sums = deviation(x_type) * deviation(y_type) * depth**0.5
        scales = (0.05, 0.04, 0.002 * sums / steps)
        if "multiplier" in config:
            scales, draw = (0.5, config["multiplier"], 0.5), (-9, 9)
    y_zero = 0 if form == "int16x8" else zeros[1]
    x = activation_tensor(x_type, config["x"], scales[0], zeros[0], draw)
    y = activation_tensor(y_type, config["y"], scales[1], y_zero, draw)
    if config.get("constant"):
        y.data = runner.draw(rng, y)
    out = activation_tensor(out_type, out_shape, scales[2], zeros[2])
    return Op("BATCH_MATMUL", [x, y], [out], options)


def _quantize_row(row):
    """A row in int8 steps with the zero point taken off, and its scale, as
    docs/Numerics.md has it for asymmetric quantization at run time."""
    low, high = min(row.min(), np.float32(0)), max(row.max(), np.float32(0))
    if low == high:
        return np.zeros(row.shape, np.int64), np.float32(1)
    scale = np.float32((high - low) / np.float32(255))
    from_low = -128 - np.float64(low) / np.float64(scale)
    from_high = 127 - np.float64(high) / np.float64(scale)
    low_loss = 128 + abs(np.float64(low) / np.float64(scale))
    high_loss = 127 + abs(np.float64(high) / np.float64(scale))
    zero = from_low if low_loss < high_loss else from_high
    zero = np.clip(np.copysign(np.floor(np.abs(zero) + 0.5), zero), -128, 127)
    real = np.float32(zero) + row * (np.float32(1) / scale)
    steps = np.copysign(np.floor(np.abs(real) + np.float32(0.5)), real)
    return (np.clip(steps, -128, 127) - zero).astype(np.int64), scale


def _asymmetric_product(op, inputs):
    """The hybrid form with a constant y that is not transposed."""
    (x,), y = inputs, op.inputs[1]
    shape = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    x = np.broadcast_to(x, (*shape, *x.shape[-2:]))
    weights = np.broadcast_to(y.data, (*shape, *y.shape[-2:]))
    out = np.zeros((*shape, x.shape[-2], weights.shape[-1]), np.float32)
    for at in np.ndindex(*out.shape[:-1]):
        steps, scale = _quantize_row(x[at])
        sums = (steps @ weights[at[:-1]].astype(np.int64)).astype(np.float32)
        out[at] = sums * (np.asarray(y.scale, np.float32) * scale)
    return [out]


_UNWRITTEN = (
    "NumPy definition: the kernel reads sums that it did not make where the batches "
    "of both operands repeat"
)


def rows():
    for form in FORMS:
        configs = dict(PRODUCTS)
        if FORMS[form][2] in LIMITS:
            configs.update(SCALED)
        for name, config in configs.items():
            if form.startswith("int16") and "zeros" in config:
                continue
            is_float = FORMS[form][2] == "float32"
            broken = form.endswith("asymmetric") and name == "rank5"
            yield Case(
                "batch_matmul",
                f"{form}_{name}",
                functools.partial(_batch_matmul, form, name, config),
                bounds.matrix_products if is_float else None,
                expected=_asymmetric_product if broken else None,
                source=_UNWRITTEN if broken else "",
            )
