# ===- outliers.py - a model that plain quantization ruins --------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Gives one tensor of ResNet-8 outlier channels: two output channels of the
second convolution are scaled by 200, and the third one's weights for them by
1/200. A ReLU is between, so the float model computes what it did, but one scale
for all channels leaves most of them a level or two.

usage: outliers.py resnet8_fp32.tflite OUTPUT"""

import sys

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

CHANNELS, FACTOR = [3, 11], 200.0

with open(sys.argv[1], "rb") as file:
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(file.read()))
graph = model.subgraphs[0]
CONV_2D = schema.BuiltinOperator.CONV_2D
convolutions = [
    op
    for op in graph.operators
    if model.operatorCodes[op.opcodeIndex].builtinCode == CONV_2D
]
first, second = convolutions[1], convolutions[2]
assert second.inputs[0] == first.outputs[0]


def change(tensor, scale):
    """Multiplies the constant `tensor` by `scale`, which is broadcast."""
    tensor = graph.tensors[tensor]
    buffer = model.buffers[tensor.buffer]
    values = np.frombuffer(bytes(buffer.data), np.float32).reshape(tensor.shape)
    buffer.data = np.frombuffer((values * scale).astype(np.float32).tobytes(), np.uint8)


scale = np.ones(graph.tensors[first.inputs[1]].shape[0], np.float32)
scale[CHANNELS] = FACTOR
change(first.inputs[1], scale[:, None, None, None])
change(first.inputs[2], scale)
change(second.inputs[1], 1 / scale)

builder = flatbuffers.Builder(1 << 20)
builder.Finish(model.Pack(builder), b"TFL3")
with open(sys.argv[2], "wb") as file:
    file.write(builder.Output())
