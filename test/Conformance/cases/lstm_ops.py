# ===- cases/lstm_ops.py - LSTM of one step and of two directions ---------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""LSTM, full and basic, and BIDIRECTIONAL_SEQUENCE_LSTM; see cases/lstm.py."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

import lstm_bounds
import runner
from cases.common import configured_rows, rng_for
from cases.lstm import Operands, intermediates, layer_operands, make_options, state
from tflite_writer import Op, Tensor

LONG = 20

# b: batch, i: inputs, c: cells, o: outputs (of a projection).
FULL_CONFIGS = {
    "plain": dict(b=2, i=4, c=4),
    "cifg_peephole_clip": dict(b=2, i=3, c=5, cifg=True, peephole=True, cell_clip=0.3),
    "projection_bias_clip": dict(
        b=3, i=4, c=5, o=3, projection_bias=True, projection_clip=0.2
    ),
    "layer_norm": dict(b=2, i=4, c=5, layer_norm=True),
    "everything": dict(
        b=2,
        i=4,
        c=5,
        o=4,
        layer_norm=True,
        peephole=True,
        projection_bias=True,
        cell_clip=1.5,
        projection_clip=0.9,
    ),
    "twenty_operands": dict(b=2, i=3, c=4, short=True),
    "sequence": dict(b=2, i=3, c=4, runs=LONG),
}
FULL_REAL_CONFIGS = {"relu6": dict(b=2, i=4, c=4, activation="relu6")}
FULL_INTEGER_CONFIGS = {
    "projection_peephole": dict(b=3, i=4, c=6, o=4, peephole=True),
    "projection_sequence": dict(b=2, i=3, c=5, o=4, peephole=True, runs=LONG),
    "layer_norm_sequence": dict(b=2, i=4, c=5, layer_norm=True, runs=LONG),
}
# "cross": auxiliary weights; "stacked": the backward layer has its own input.
BIDIRECTIONAL_CONFIGS = {
    "plain": dict(b=2, t=3, i=4, c=3),
    "time_major": dict(b=2, t=3, i=3, c=4, time_major=True),
    "merged": dict(b=2, t=3, i=3, c=3, merge=True),
    "time_major_merged": dict(b=2, t=3, i=3, c=3, time_major=True, merge=True),
    "peephole_cifg": dict(b=2, t=2, i=3, c=4, peephole=True, cifg=True, cell_clip=0.4),
    "projection": dict(
        b=2, t=3, i=3, c=4, o=3, projection_bias=True, projection_clip=0.4, merge=True
    ),
    "peephole_projection_time_major": dict(
        b=2, t=2, i=3, c=4, o=2, peephole=True, time_major=True
    ),
    "cross": dict(b=2, t=3, i=3, c=3, a=3, aux="cross"),
    "cross_time_major_merged": dict(
        b=2, t=3, i=3, c=3, a=3, aux="cross", merge=True, time_major=True
    ),
    "cross_narrow": dict(b=2, t=2, i=4, c=3, a=2, aux="cross"),
    "stacked": dict(b=2, t=3, i=3, c=3, a=3, aux="stacked"),
    "stacked_time_major_merged": dict(
        b=2, t=2, i=3, c=3, a=3, aux="stacked", merge=True, time_major=True
    ),
    "sequence": dict(b=2, t=2, i=3, c=3, runs=LONG // 2),
}
BASIC_CONFIGS = {
    "plain": dict(b=2, i=4, c=3),
    "one_row": dict(b=1, i=3, c=5),
    "sequence": dict(b=2, i=3, c=4, runs=LONG),
}
# weights: scale and zero point.
BASIC_INTEGER_CONFIGS = {
    "low_zero_point": dict(b=2, i=4, c=3, weights=(1 / 100, 0)),
    "saturating": dict(b=3, i=5, c=3, weights=(1 / 8, 131)),
}

# Rows whose constants are drawn from another seed, see cases/lstm.py.
SEEDS = {
    ("BIDIRECTIONAL_SEQUENCE_LSTM", "hybrid_asymmetric_sequence"): 16,
    ("BIDIRECTIONAL_SEQUENCE_LSTM", "hybrid_sequence"): 1,
    ("BIDIRECTIONAL_SEQUENCE_LSTM", "hybrid_stacked"): 1,
    ("BIDIRECTIONAL_SEQUENCE_LSTM", "hybrid_time_major"): 1,
    ("LSTM", "hybrid_asymmetric_everything"): 1,
    ("LSTM", "hybrid_asymmetric_sequence"): 31,
}


def _seed(op, name):
    return f"{name}/{SEEDS[op, name]}" if (op, name) in SEEDS else name


def _full(form, name, config):
    make = Operands("LSTM", form, _seed("LSTM", name), config)
    operands, result = layer_operands(make, config, (config["b"],))
    options = make_options(form, config, kernelType=schema.LSTMKernelType.FULL)
    return Op(
        "LSTM",
        [operands.get(place) for place in range(20 if config.get("short") else 24)],
        [result],
        options,
        intermediates(make, config) if make.integer else [],
    )


def _basic_operands(form, rng, config):
    """Weights, bias, and the types and parameters of the others."""
    inputs, cells = config["i"], config["c"]
    shape = (4 * cells, inputs + cells)
    if form == "float32":
        weights = (rng.standard_normal(shape) * 0.5).astype(np.float32)
        bias = (rng.standard_normal(4 * cells) * 0.3).astype(np.float32)
        plain = dict(dtype="float32")
        return (
            Tensor(shape, "float32", data=weights),
            Tensor(bias.shape, "float32", data=bias),
            dict(plain, draw=0.8),
            plain,
            plain,
        )
    scale, zero_point = config.get("weights", (1 / 90, 137))
    weights = runner.draw_integers(rng, shape, np.uint8)
    bias_scale = np.float32(np.float32(scale) / np.float32(128))
    limit = int(0.5 / bias_scale)
    bias = runner.draw_integers(rng, (4 * cells,), np.int32, (-limit, limit))
    return (
        Tensor(
            shape, "uint8", scale=np.float32(scale), zero_point=zero_point, data=weights
        ),
        Tensor(bias.shape, "int32", scale=bias_scale, data=bias),
        dict(dtype="uint8", scale=2.0**-7, zero_point=128),
        dict(dtype="int16", scale=2.0**-11),
        dict(dtype="int16", scale=2.0**-12),
    )


def _basic(form, name, config):
    rng = rng_for("LSTM", _seed("LSTM", name))
    batch, inputs, cells = (config[key] for key in "bic")
    weights, bias, activation, cell, gates = _basic_operands(form, rng, config)
    operands = [
        Tensor((batch, inputs), **activation),
        Tensor((batch, cells), **activation, variable=True),
        weights,
        bias,
        Tensor((batch, cells), **cell, variable=True),
    ]
    results = [
        Tensor((batch, cells), **activation),
        Tensor((batch, cells), **cell),
        Tensor((batch, inputs + cells), **activation),
        Tensor((batch, 4 * cells), **gates),
    ]
    options = make_options(form, config, kernelType=schema.LSTMKernelType.BASIC)
    return Op("LSTM", operands, results, options)


def _bidirectional(form, name, config):
    op_name = "BIDIRECTIONAL_SEQUENCE_LSTM"
    make = Operands(op_name, form, _seed(op_name, name), config)
    aux, cells = config.get("aux"), config["c"]
    leading = (config["b"], config["t"])
    leading = leading[::-1] if config.get("time_major") else leading
    operands = [None] * 48
    results = []
    for weights, states, aux_weights in ((1, 35, 40), (18, 37, 44)):
        layer, result = layer_operands(make, config, leading)
        operands[0] = operands[0] or layer[0]
        for place in range(1, 18):
            operands[weights + place - 1] = layer.get(place)
        operands[states : states + 2] = layer[18], layer[19]
        if aux == "cross":
            for gate in range(1 if config.get("cifg") else 0, 4):
                operands[aux_weights + gate] = make.weights((cells, config["a"]))
        results.append(result)
    if aux:
        operands[39] = Tensor((*leading, config["a"]), "float32", draw=0.8)
    if config.get("merge"):
        columns = sum(result.shape[-1] for result in results)
        results = [Tensor((*leading, columns), "float32")]
    options = make_options(
        form,
        config,
        timeMajor=config.get("time_major", False),
        mergeOutputs=config.get("merge", False),
    )
    return Op(op_name, operands, results, options)


def _broken_bidirectional(form, config):
    """What LiteRT's kernel does wrong to a row."""
    if config.get("merge") and not config.get("time_major"):
        return "LiteRT's backward layer writes no row but the first of a merged result"
    return ""


def rows():
    real = ("float32", "hybrid", "hybrid_asymmetric", "hybrid_uint8")
    configs = {**FULL_CONFIGS, **FULL_REAL_CONFIGS}
    yield from configured_rows("lstm", real, configs, _full, lstm_bounds.single_step)
    configs = {**FULL_CONFIGS, **FULL_INTEGER_CONFIGS}
    yield from configured_rows("lstm", ("int8x8_16",), configs, _full, None)
    yield from configured_rows(
        "lstm", ("float32",), BASIC_CONFIGS, _basic, lstm_bounds.basic, "basic_"
    )
    configs = {**BASIC_CONFIGS, **BASIC_INTEGER_CONFIGS}
    yield from configured_rows("lstm", ("uint8",), configs, _basic, None, "basic_")
    yield from configured_rows(
        "bidirectional_sequence_lstm",
        real,
        BIDIRECTIONAL_CONFIGS,
        _bidirectional,
        lstm_bounds.bidirectional,
        expected=lstm_bounds.expected_bidirectional,
        find_defect=_broken_bidirectional,
    )
