# ===- cases/common.py - what the rows of every family share -----------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""The row type and the helpers that the op families build their rows with."""

import dataclasses
import functools
import zlib
from typing import Callable, Optional

import numpy as np
from ai_edge_litert import schema_py_generated as schema

import runner
from tflite_writer import NUMPY_TYPES, Tensor

ACTIVATIONS = {
    "none": schema.ActivationFunctionType.NONE,
    "relu": schema.ActivationFunctionType.RELU,
    "relu_n1_to_1": schema.ActivationFunctionType.RELU_N1_TO_1,
    "relu6": schema.ActivationFunctionType.RELU6,
    "tanh": schema.ActivationFunctionType.TANH,
}
PADDINGS = {"same": schema.Padding.SAME, "valid": schema.Padding.VALID}

# The reason of rows that LiteRT does not refuse but dies of.
ABORTS = "LiteRT aborts the process"

# The activation storage of each integer type form.
LIMITS = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767)}


@dataclasses.dataclass
class Case:
    """One row. `bound(op, inputs, outputs)` gives 2*E, see bounds.py."""

    op: str
    name: str
    build: Callable
    bound: Optional[Callable] = None
    # Runs follow one another without a reset of the state.
    sequence: bool = False
    # `bound` gets the inputs of all runs since the last reset.
    bound_takes_history: bool = False
    # A part of LiteRT's own message where it does not take the row.
    refused: str = ""
    # Where LiteRT's reference kernel is broken or not there: "builtin", or "reference uint8"
    # for the uint8 one on int8 numbers shifted by 128.
    kernels: str = "reference"
    # Where LiteRT has no kernel, or none that is right: `expected(op, inputs)`
    # gives the outputs (in a sequence `inputs` is a list, those of every run so
    # far), and `source` says what it is and why LiteRT will not do:
    # "NumPy definition: LiteRT has no int16 kernel".
    expected: Optional[Callable] = None
    source: str = ""
    runs: int = 2

    def __post_init__(self):
        if bool(self.expected) != bool(self.source):
            raise ValueError(f"{self.op}/{self.name}: expected and source go together")
        if self.expected and (self.refused or self.kernels != "reference"):
            raise ValueError(f"{self.op}/{self.name}: two origins of the outputs")


def rng_for(op, name):
    """The source of a row's constants: the row's name is its seed."""
    return np.random.RandomState(zlib.crc32(f"{op}/{name}/constants".encode()))


def constant(values, dtype, **quantization):
    data = np.asarray(values, dtype=NUMPY_TYPES[dtype])
    return Tensor(data.shape, dtype, data=data, **quantization)


def configured_rows(
    op, forms, configs, build, bound, prefix="", expected=None, find_defect=None
):
    """Rows of an op with state: every type form with every configuration.

    `build(form, name, config)` makes the model of a row. Where
    `find_defect(form, config)` tells what LiteRT's kernel does wrong, `expected`
    gives the outputs. A configuration with "runs" is a sequence of that many.
    """
    for form in forms:
        # Only the weights of this form differ from those of hybrid.
        count = 3 if form == "hybrid_uint8" else len(configs)
        for config_name, config in list(configs.items())[:count]:
            name = f"{prefix}{form}_{config_name}"
            defect = find_defect(form, config) if find_defect else ""
            yield Case(
                op,
                name,
                functools.partial(build, form, name, config),
                bound,
                sequence="runs" in config,
                bound_takes_history=True,
                expected=expected if defect else None,
                source=f"NumPy definition: {defect}" if defect else "",
                runs=config.get("runs", 2),
            )


def zero_point_of(dtype, where):
    """`where`: 'mid', 'low' or 'high' end of the type; int16 knows only 0."""
    if dtype == "int16":
        return 0
    low, high = LIMITS[dtype]
    middle = (low + high + 1) // 2
    return {"low": low, "high": high, "mid": middle - 3}[where]


def activation_tensor(dtype, shape, scale=None, zero_point="mid", draw=None):
    """A run-time operand; quantized where the type form has a scale."""
    if dtype not in LIMITS or scale is None:
        return Tensor(shape, dtype, draw=draw)
    if isinstance(zero_point, str):
        zero_point = zero_point_of(dtype, zero_point)
    return Tensor(shape, dtype, scale=scale, zero_point=zero_point, draw=draw)


def deviation(dtype):
    """Standard deviation of values drawn uniformly from the whole type."""
    low, high = LIMITS[dtype]
    return (high - low) / 12.0**0.5


def float_constant(rng, shape, spread=1.0):
    data = runner.draw_floats(rng, shape, spread)
    return Tensor(shape, "float32", data=data)


def find_refusal(table, form, config):
    """`table`: {(form, config) or (form, '*'): text}."""
    return table.get((form, config), table.get((form, "*"), ""))
