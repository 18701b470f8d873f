# ===- runner.py - runs one-op models with reference kernels -----------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Runs models with LiteRT's reference kernels and draws their inputs."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from tflite_writer import NUMPY_TYPES


class Refused(Exception):
    """LiteRT does not accept or run the model; the text is its own."""


RESOLVERS = {
    "reference": OpResolverType.BUILTIN_REF,
    "builtin": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
}


class Session:
    """One loaded model. Outputs hold `filler` bytes before each run, so that a
    kernel that leaves some unwritten is noticed."""

    def __init__(self, model, kernels="reference", filler=0x55):
        self._filler = filler
        try:
            self._interpreter = Interpreter(
                model_content=model,
                num_threads=1,
                experimental_op_resolver_type=RESOLVERS[kernels],
            )
            self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise Refused(str(error)) from error

    def reset(self):
        self._interpreter.reset_all_variables()

    def run(self, inputs):
        """Returns the outputs; shapes are the ones the kernel decided on."""
        interpreter = self._interpreter
        for detail in interpreter.get_output_details():
            try:
                memory = interpreter.tensor(detail["index"])()
            except ValueError:
                continue  # Allocated by the first run, which decides on its shape.
            memory.reshape(-1).view(np.uint8)[...] = self._filler
            del memory  # The interpreter does not run while it is borrowed.
        for detail, value in zip(interpreter.get_input_details(), inputs):
            interpreter.set_tensor(detail["index"], value)
        try:
            interpreter.invoke()
        except (RuntimeError, ValueError) as error:
            raise Refused(str(error)) from error
        return [
            np.array(interpreter.get_tensor(d["index"]))
            for d in interpreter.get_output_details()
        ]


def draw_integers(rng, shape, dtype, limits=None):
    """Uniform over the range, with both ends present where there is room.

    `limits` may also be "codes": every value of the type in turn, shuffled.
    """
    info = np.iinfo(dtype)
    if isinstance(limits, str):
        codes = np.arange(np.prod(shape, dtype=int)) % (2**info.bits) + info.min
        return rng.permutation(codes).reshape(shape).astype(dtype)
    low, high = limits if limits is not None else (info.min, info.max)
    if info.bits == 64 and limits is None:
        low, high = -(2**62), 2**62
    span = int(high) - int(low)
    # random_sample is frozen in RandomState and 53 bits wide.
    values = np.floor(rng.random_sample(shape) * (span + 1)).astype(object) + low
    values = np.minimum(np.maximum(values, low), high).astype(np.int64)
    flat = values.reshape(-1)
    if flat.size >= 4:
        places = rng.permutation(flat.size)
        ends = max(1, flat.size // 20)
        flat[places[:ends]] = low
        flat[places[ends : 2 * ends]] = high
    return flat.reshape(shape).astype(dtype)


def draw_floats(rng, shape, deviation=1.0):
    """Normal values, one in sixteen of them ten times larger."""
    values = rng.standard_normal(shape) * deviation
    large = rng.random_sample(shape) < 1.0 / 16
    return np.asarray(np.where(large, values * 10, values), dtype=np.float32)


def draw(rng, tensor):
    """Draws one run's value of a graph input."""
    dtype = NUMPY_TYPES[tensor.dtype]
    shape = tuple(tensor.shape)
    if tensor.dtype == "bool":
        return np.asarray(rng.random_sample(shape) < 0.5)
    if np.issubdtype(dtype, np.floating):
        if isinstance(tensor.draw, tuple):
            low, high = tensor.draw
            if low == "positive":
                return np.abs(draw_floats(rng, shape, high)).astype(dtype)
            return (low + rng.random_sample(shape) * (high - low)).astype(dtype)
        if tensor.draw == "whole":
            return np.rint(draw_floats(rng, shape)).astype(dtype)
        deviation = 1.0 if tensor.draw is None else tensor.draw
        return draw_floats(rng, shape, deviation).astype(dtype)
    if np.issubdtype(dtype, np.complexfloating):
        deviation = 1.0 if tensor.draw is None else tensor.draw
        real, imaginary = (draw_floats(rng, shape, deviation) for _ in range(2))
        return (real + 1j * imaginary).astype(dtype)
    return draw_integers(rng, shape, dtype, tensor.draw)
