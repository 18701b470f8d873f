# ===- rows.py - rows of the table of malformed inputs ------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""What a row is, the models it damages, and arrays without NumPy."""

import dataclasses
import functools
import io
import os
import struct
import subprocess
import tempfile
import zipfile
from typing import Callable, Sequence

from flatbuffer import Flatbuffer


@dataclasses.dataclass
class Row:
    """`setup(folder, models)` writes the damaged files. In `command`, {input} is
    the name of the example model's input. `message` is a regular expression
    that the one error line must match."""

    name: str
    setup: Callable
    command: Sequence[str]
    message: str

    def prepare(self, folder, models):
        self.setup(folder, models)
        return [argument.format(input=models.input_name) for argument in self.command]


class Models:
    """The example model, its quantised form and its data."""

    def __init__(self, bin_folder, source):
        self.bin = bin_folder
        self.source = source
        self.example = os.path.join(source, "examples", "digits")

    @functools.cached_property
    def float_model(self):
        with open(os.path.join(self.example, "digits_fp32.tflite"), "rb") as file:
            return file.read()

    @functools.cached_property
    def input_name(self):
        model = Model(self.float_model)
        return model.tensor(model.graph.vector(SUBGRAPH_INPUTS).get(0, "i")).string(
            TENSOR_NAME
        )

    @functools.cached_property
    def int8_model(self):
        calibration = os.path.join(self.example, "calibration.npz")
        return self._optimise(f"--quantize-int8=calibration={calibration} io=int8")

    def _optimise(self, *passes):
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "model.tflite")
            subprocess.run(
                [
                    os.path.join(self.bin, "mopt-opt"),
                    os.path.join(self.example, "digits_fp32.tflite"),
                    *passes,
                    "-o",
                    output,
                ],
                check=True,
                stderr=subprocess.PIPE,
            )
            with open(output, "rb") as file:
                return file.read()


def write(folder, name, data):
    mode = "w" if isinstance(data, str) else "wb"
    with open(os.path.join(folder, name), mode) as file:
        file.write(data)


def files(**contents):
    """A setup that writes `name_ext=data` as name.ext."""

    def setup(folder, models):
        for name, data in contents.items():
            write(folder, name.replace("_", "."), data)

    return setup


def copy_of_model(folder, models):
    write(folder, "model.tflite", models.float_model)


# ===------------------------------------------------------------------------===//
# Flatbuffers
# ===------------------------------------------------------------------------===//

# Numbers of the fields that rows damage, as in the schema.
MODEL_CODES, MODEL_SUBGRAPHS, MODEL_BUFFERS = 1, 2, 4
MODEL_METADATA, MODEL_SIGNATURES = 6, 7
SUBGRAPH_TENSORS, SUBGRAPH_INPUTS, SUBGRAPH_OUTPUTS, SUBGRAPH_OPERATORS = 0, 1, 2, 3
TENSOR_SHAPE, TENSOR_TYPE, TENSOR_BUFFER, TENSOR_NAME, TENSOR_QUANTIZATION = range(5)
OPERATOR_CODE, OPERATOR_INPUTS, OPERATOR_OUTPUTS, OPERATOR_OPTIONS_TYPE = 0, 1, 2, 3
CODE_DEPRECATED, CODE_BUILTIN = 0, 3
QUANT_SCALE, QUANT_ZERO_POINT, QUANT_DIMENSION = 2, 3, 6
METADATA_BUFFER = 1
SIGNATURE_OUTPUTS, TENSOR_MAP_INDEX = 1, 1


class Model:
    """A flatbuffer with shortcuts to its first subgraph."""

    def __init__(self, data):
        self.buffer = Flatbuffer(data)
        self.root = self.buffer.root()
        self.graph = self.root.vector(MODEL_SUBGRAPHS).table(0)

    def tensor(self, index):
        return self.graph.vector(SUBGRAPH_TENSORS).table(index)

    def operator(self, index):
        return self.graph.vector(SUBGRAPH_OPERATORS).table(index)

    def quantization(self, channels, needs=()):
        """The first quantization with `channels` scales (None: more than one)
        and the fields `needs`."""
        for index in range(len(self.graph.vector(SUBGRAPH_TENSORS))):
            tensor = self.tensor(index)
            if tensor.locate(TENSOR_QUANTIZATION) is None:
                continue
            quantization = tensor.table(TENSOR_QUANTIZATION)
            if quantization.locate(QUANT_SCALE) is None:
                continue
            count = len(quantization.vector(QUANT_SCALE))
            matches = count > 1 if channels is None else count == channels
            if matches and all(quantization.locate(f) is not None for f in needs):
                return quantization
        raise AssertionError("the model has no such quantization")


def damaged(change):
    """A setup that changes the float model in place."""

    def setup(folder, models):
        model = Model(models.float_model)
        change(model)
        write(folder, "model.tflite", bytes(model.buffer.data))

    return setup


def damaged_int8(change):
    """A setup that changes the quantised model in place."""

    def setup(folder, models):
        model = Model(models.int8_model)
        change(model)
        write(folder, "model.tflite", bytes(model.buffer.data))

    return setup


def truncated(fraction):
    def setup(folder, models):
        data = models.float_model
        write(folder, "model.tflite", data[: int(len(data) * fraction)])

    return setup


# ===------------------------------------------------------------------------===//
# Arrays
# ===------------------------------------------------------------------------===//


def npy(descr, shape, data):
    """The bytes of a .npy file, version 1.0."""
    shape_text = "(" + "".join(f"{size}, " for size in shape) + ")"
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape_text}}}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    prefix = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header))
    return prefix + header.encode() + data


def floats(shape, value=0.5):
    count = 1
    for size in shape:
        count *= size
    return npy("<f4", shape, struct.pack("<f", value) * count)


def npz(**arrays):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in arrays.items():
            archive.writestr(name + ".npy", data)
    return stream.getvalue()
