# ===- cases/recurrent.py - RNNs and SVDFs ------------------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""SVDF, RNN, UNIDIRECTIONAL_ and BIDIRECTIONAL_SEQUENCE_RNN."""

import functools

import numpy as np

import rnn_bounds
import runner
from cases.common import (
    ACTIVATIONS,
    Case,
    activation_tensor,
    configured_rows,
    rng_for,
)
from tflite_writer import Op, Tensor

# hybrid_uint8: int8 weights under the label that they had at first; a few rows.
FORMS = ("float32", "hybrid", "hybrid_asymmetric", "hybrid_uint8")
LONG = 20

# b: batch, i: inputs, u: units, t: steps.
RNN_CONFIGS = {
    "tanh": dict(b=2, i=4, u=5),
    "none": dict(b=2, i=3, u=4, activation="none"),
    "relu": dict(b=3, i=5, u=3, activation="relu"),
    "relu6": dict(b=1, i=4, u=4, activation="relu6"),
    "relu_n1_to_1": dict(b=2, i=4, u=4, activation="relu_n1_to_1"),
    "sequence": dict(b=2, i=4, u=5, runs=LONG),
}
SEQUENCE_CONFIGS = {
    "tanh": dict(b=2, t=3, i=4, u=4),
    "time_major": dict(b=2, t=4, i=3, u=4, time_major=True),
    "one_step_relu": dict(b=3, t=1, i=4, u=3, activation="relu"),
    "relu6": dict(b=2, t=3, i=4, u=4, activation="relu6"),
    "sequence": dict(b=2, t=2, i=3, u=4, runs=LONG // 2),
}
# "cross": auxiliary weights; "stacked": the backward layer has its own input, a: of
# so many columns.
BIDIRECTIONAL_CONFIGS = {
    "tanh": dict(b=2, t=3, i=4, u=4, v=3),
    "merged": dict(b=2, t=3, i=4, u=4, v=2, merge=True),
    "time_major": dict(b=2, t=4, i=3, u=3, v=4, time_major=True),
    "time_major_merged_relu": dict(
        b=3, t=2, i=3, u=3, v=2, time_major=True, merge=True, activation="relu"
    ),
    "cross": dict(b=2, t=3, i=3, u=4, v=3, a=3, aux="cross"),
    "cross_merged_time_major": dict(
        b=2, t=3, i=3, u=3, v=3, a=3, aux="cross", merge=True, time_major=True
    ),
    "cross_narrow": dict(b=2, t=3, i=4, u=3, v=3, a=2, aux="cross"),
    "stacked": dict(b=2, t=3, i=4, u=4, v=3, a=4, aux="stacked"),
    "stacked_time_major_merged": dict(
        b=2, t=3, i=3, u=3, v=3, a=3, aux="stacked", merge=True, time_major=True
    ),
    "sequence": dict(b=2, t=2, i=3, u=3, v=3, runs=LONG // 2),
}
# f: filters, m: memory, r: rank.
SVDF_CONFIGS = {
    "plain": dict(b=2, i=4, f=4, m=3, r=1),
    "rank_2_bias": dict(b=2, i=3, f=6, m=4, r=2, bias=True),
    "memory_1": dict(b=3, i=4, f=3, m=1, r=1, bias=True),
    "relu": dict(b=2, i=4, f=4, m=4, r=2, bias=True, activation="relu"),
    "sequence": dict(b=2, i=3, f=6, m=5, r=2, bias=True, runs=LONG),
}
SVDF_REAL_CONFIGS = {
    "relu6": dict(b=2, i=4, f=4, m=3, r=1, activation="relu6"),
    "tanh": dict(b=2, i=4, f=4, m=3, r=2, activation="tanh"),
}
# Only for the integer form, whose only activation is RELU.
SVDF_INTEGER_CONFIGS = {
    "zero_point": dict(b=2, i=4, f=4, m=3, r=2, bias=True, output=(1 / 40, 3)),
    "saturating_state": dict(b=2, i=5, f=4, m=3, r=1, state=2.0**-15),
    "saturating_output": dict(b=2, i=4, f=4, m=3, r=2, output=(1 / 900, -128)),
    "high_input_zero_point": dict(b=2, i=4, f=4, m=2, r=1, input=(1 / 64, 127)),
}

# Rows whose constants are drawn from another seed, see cases/lstm.py.
SEEDS = {
    ("RNN", "hybrid_sequence"): 4,
    ("RNN", "hybrid_asymmetric_sequence"): 43,
    ("UNIDIRECTIONAL_SEQUENCE_RNN", "hybrid_time_major"): 1,
    ("UNIDIRECTIONAL_SEQUENCE_RNN", "hybrid_sequence"): 4,
    ("UNIDIRECTIONAL_SEQUENCE_RNN", "hybrid_asymmetric_tanh"): 1,
    ("UNIDIRECTIONAL_SEQUENCE_RNN", "hybrid_asymmetric_sequence"): 61,
    ("BIDIRECTIONAL_SEQUENCE_RNN", "hybrid_asymmetric_cross"): 10,
    ("BIDIRECTIONAL_SEQUENCE_RNN", "hybrid_asymmetric_cross_merged_time_major"): 1,
    ("BIDIRECTIONAL_SEQUENCE_RNN", "hybrid_asymmetric_cross_narrow"): 4,
    ("BIDIRECTIONAL_SEQUENCE_RNN", "hybrid_asymmetric_stacked"): 1,
    ("BIDIRECTIONAL_SEQUENCE_RNN", "hybrid_asymmetric_sequence"): 4,
}

INPUT = (1 / 64, -3)
STATE_SCALE = 2.0**-11
OUTPUT = (1 / 40, -128)


class _Constants:
    def __init__(self, op, form, name):
        seed = f"{name}/{SEEDS[op, name]}" if (op, name) in SEEDS else name
        self.rng = rng_for(op, seed)
        self.form = form

    def weights(self, shape, deviation=0.4):
        """A matrix: float, or symmetric int8 of about the same values."""
        if self.form == "float32":
            return self.floats(shape, deviation)
        scale = deviation * 2 / 127 * (0.75 + 0.5 * self.rng.random_sample())
        data = runner.draw_integers(self.rng, shape, np.int8, (-127, 127))
        dtype = "uint8" if self.form == "hybrid_uint8" else "int8"
        return Tensor(shape, dtype, scale=np.float32(scale), data=data.view(dtype))

    def floats(self, shape, deviation):
        data = self.rng.standard_normal(shape) * deviation
        return Tensor(shape, "float32", data=data.astype(np.float32))


def _state(*shape):
    return Tensor(shape, "float32", variable=True)


def _options(form, config, **others):
    return dict(
        fusedActivationFunction=ACTIVATIONS[config.get("activation", "tanh")],
        asymmetricQuantizeInputs=form == "hybrid_asymmetric",
        **others,
    )


def _layer(make, batch, inputs, units):
    """Input weights, recurrent weights, bias and state."""
    return [
        make.weights((units, inputs)),
        make.weights((units, units)),
        make.floats((units,), 0.3),
        _state(batch, units),
    ]


def _rnn(form, name, config):
    make = _Constants("RNN", form, name)
    batch, inputs, units = (config[key] for key in "biu")
    x = Tensor((batch, inputs), "float32", draw=0.8)
    operands = [x] + _layer(make, batch, inputs, units)
    result = Tensor((batch, units), "float32")
    return Op("RNN", operands, [result], _options(form, config))


def _leading(config):
    leading = (config["b"], config["t"])
    return leading[::-1] if config.get("time_major") else leading


def _sequence_rnn(form, name, config):
    make = _Constants("UNIDIRECTIONAL_SEQUENCE_RNN", form, name)
    batch, inputs, units = (config[key] for key in "biu")
    x = Tensor((*_leading(config), inputs), "float32", draw=0.8)
    operands = [x] + _layer(make, batch, inputs, units)
    result = Tensor((*_leading(config), units), "float32")
    options = _options(form, config, timeMajor=config.get("time_major", False))
    return Op("UNIDIRECTIONAL_SEQUENCE_RNN", operands, [result], options)


def _bidirectional_rnn(form, name, config):
    make = _Constants("BIDIRECTIONAL_SEQUENCE_RNN", form, name)
    batch, inputs, forward, backward = (config[key] for key in "biuv")
    leading, aux = _leading(config), config.get("aux")
    x = Tensor((*leading, inputs), "float32", draw=0.8)
    operands = [x] + _layer(make, batch, inputs, forward)
    of_backward = config["a"] if aux == "stacked" else inputs
    operands += _layer(make, batch, of_backward, backward)
    operands += [None, None, None]
    if aux:
        operands[9] = Tensor((*leading, config["a"]), "float32", draw=0.8)
    if aux == "cross":
        operands[10] = make.weights((forward, config["a"]))
        operands[11] = make.weights((backward, config["a"]))
    columns = [forward, backward]
    if config.get("merge"):
        columns = [sum(columns)]
    options = _options(
        form,
        config,
        timeMajor=config.get("time_major", False),
        mergeOutputs=config.get("merge", False),
    )
    results = [Tensor((*leading, n), "float32") for n in columns]
    return Op("BIDIRECTIONAL_SEQUENCE_RNN", operands, results, options)


def _broken_bidirectional_rnn(form, config):
    """What LiteRT's kernel does wrong to a row."""
    aux, time_major = config.get("aux"), config.get("time_major", False)
    if aux == "stacked" and not time_major:
        return "LiteRT's backward layer reads the forward one's input"
    if form != "float32" and time_major:
        return "LiteRT runs a hybrid time-major sequence once for each of its steps"
    if aux == "cross" and form != "float32" and config["a"] != config["i"]:
        return "LiteRT steps through the auxiliary input by the input's columns"
    return ""


def _svdf_real(form, name, config):
    make = _Constants("SVDF", form, name)
    batch, inputs, filters, memory, rank = (config[key] for key in "bifmr")
    operands = [
        Tensor((batch, inputs), "float32", draw=0.8),
        make.weights((filters, inputs)),
        make.weights((filters, memory)),
        make.floats((filters // rank,), 0.3) if config.get("bias") else None,
        _state(batch, filters * memory),
    ]
    result = Tensor((batch, filters // rank), "float32")
    config = dict(activation="none", **config) if "activation" not in config else config
    return Op("SVDF", operands, [result], _options(form, config, rank=rank))


def _svdf_integer(state, name, config):
    """`state`: the type of the state and of the weights over time."""
    rng = rng_for("SVDF", name)
    batch, inputs, filters, memory, rank = (config[key] for key in "bifmr")
    output_scale, output_zero = config.get("output", OUTPUT)
    state_scale = np.float32(config.get("state", STATE_SCALE))
    time_limit, time_scale = {"int16": (512, 0.5 / 512), "int8": (127, 0.5 / 127)}[
        state
    ]
    time_scale = np.float32(time_scale)
    features = runner.draw_integers(rng, (filters, inputs), np.int8, (-127, 127))
    times = runner.draw_integers(
        rng, (filters, memory), np.dtype(state), (-time_limit, time_limit)
    )
    bias = None
    if config.get("bias"):
        scale = np.float32(time_scale * state_scale)
        limit = int(0.5 / scale)
        data = runner.draw_integers(rng, (filters // rank,), np.int32, (-limit, limit))
        bias = Tensor(data.shape, "int32", scale=scale, data=data)
    operands = [
        activation_tensor("int8", (batch, inputs), *config.get("input", INPUT)),
        Tensor(features.shape, "int8", scale=np.float32(0.7 / 127), data=features),
        Tensor(times.shape, state, scale=time_scale, data=times),
        bias,
        Tensor((batch, filters * memory), state, scale=state_scale, variable=True),
    ]
    result = activation_tensor(
        "int8", (batch, filters // rank), output_scale, output_zero
    )
    options = _options("int8", dict(activation="relu"), rank=rank)
    return Op("SVDF", operands, [result], options)


def _integer_svdf_rows():
    configs = {**SVDF_CONFIGS, **SVDF_INTEGER_CONFIGS}
    for config_name, config in configs.items():
        name = f"int8_state16_{config_name}"
        yield Case(
            "svdf",
            name,
            functools.partial(_svdf_integer, "int16", name, config),
            sequence="runs" in config,
            runs=config.get("runs", 2),
        )
    name = "int8_state8_plain"
    yield Case(
        "svdf",
        name,
        functools.partial(_svdf_integer, "int8", name, SVDF_CONFIGS["plain"]),
        refused="the kernel leaves outputs unwritten",
    )


def rows():
    svdf = {**SVDF_CONFIGS, **SVDF_REAL_CONFIGS}
    yield from configured_rows("svdf", FORMS, svdf, _svdf_real, rnn_bounds.svdf)
    yield from _integer_svdf_rows()
    yield from configured_rows("rnn", FORMS, RNN_CONFIGS, _rnn, rnn_bounds.rnn)
    yield from configured_rows(
        "unidirectional_sequence_rnn",
        FORMS,
        SEQUENCE_CONFIGS,
        _sequence_rnn,
        rnn_bounds.sequence_rnn,
    )
    yield from configured_rows(
        "bidirectional_sequence_rnn",
        FORMS,
        BIDIRECTIONAL_CONFIGS,
        _bidirectional_rnn,
        rnn_bounds.bidirectional_rnn,
        expected=rnn_bounds.expected_bidirectional_rnn,
        find_defect=_broken_bidirectional_rnn,
    )
