# ===- edgetpu-table.py - models that the compiler's results are known of -----===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""usage: edgetpu-table.py MOPT_OPT FOLDER

Predicts the mapping of networks whose compiled models are published: operators
on the chip, operators left, bytes of parameters that the chip keeps. The
networks are written here layer by layer, all weights alike: neither the mapping
nor the sizes depend on them."""

import json
import os
import subprocess
import sys

Q = "!quant.uniform<u8:f32, 0.5:128>"
PROBABILITY = "!quant.uniform<u8:f32, 0.00390625>"
WEIGHT = "!quant.uniform<u8:f32, 0.25:128>"
BIAS = "!quant.uniform<i32:f32, 0.125>"


class Network:
    def __init__(self, size):
        self.lines, self.count = [], 0
        self.input = self.type = self.tensor([1, size, size, 3])
        self.value, self.shape = "%x", [1, size, size, 3]

    @staticmethod
    def tensor(shape, element=Q):
        return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"

    def name(self):
        self.count += 1
        return f"%{self.count}"

    def constant(self, shape, storage, element, value="1"):
        name = self.name()
        dims = "".join(f"{size}x" for size in shape)
        self.lines.append(
            f"{name} = mopt.const {{value = dense<{value}> : tensor<{dims}{storage}>}} "
            f": () -> {self.tensor(shape, element)}"
        )
        return name

    def op(self, text, operands, types, shape, element=Q, attributes=""):
        name = self.name()
        result = self.tensor(shape, element)
        self.lines.append(
            f"{name} = mopt.{text} {', '.join(operands)} {{{attributes}}} : "
            f"({', '.join(types)}) -> {result}"
        )
        self.value, self.type, self.shape = name, result, shape
        return self

    def layer(self, op, filter_shape, outputs, stride, dilation=1, extra=""):
        weights = self.constant(filter_shape, "ui8", WEIGHT)
        biases = self.constant([outputs], "i32", BIAS)
        _, height, width, _ = self.shape
        shape = [1, -(-height // stride), -(-width // stride), outputs]
        types = [self.type, self.tensor(filter_shape, WEIGHT), self.tensor([outputs], BIAS)]
        attributes = (
            f"stride_h = {stride} : i32, stride_w = {stride} : i32, "
            f"dilation_h_factor = {dilation} : i32, dilation_w_factor = {dilation} : i32"
        )
        return self.op(op, [self.value, weights, biases], types, shape, Q, attributes)

    def conv(self, outputs, kernel=1, stride=1):
        return self.layer(
            "conv_2d", [outputs, kernel, kernel, self.shape[3]], outputs, stride
        )

    def depthwise(self, stride=1, dilation=1):
        channels = self.shape[3]
        return self.layer(
            "depthwise_conv_2d", [1, 3, 3, channels], channels, stride, dilation
        )

    def pool(self):
        _, height, width, channels = self.shape
        attributes = (
            f"filter_height = {height} : i32, filter_width = {width} : i32, "
            "padding = #mopt.padding<VALID>"
        )
        return self.op(
            "average_pool_2d", [self.value], [self.type], [1, 1, 1, channels], Q, attributes
        )

    def add(self, other):
        value, kind = other
        return self.op("add", [self.value, value], [self.type, kind], self.shape)

    def resize(self, height, width):
        size = self.constant([2], "i32", "i32", f"[{height}, {width}]")
        shape = [1, height, width, self.shape[3]]
        return self.op(
            "resize_bilinear",
            [self.value, size],
            [self.type, "tensor<2xi32>"],
            shape,
            Q,
            "align_corners = true",
        )

    def classify(self, softmax):
        channels = self.shape[3]
        to = self.constant([2], "i32", "i32", f"[1, {channels}]")
        self.op("reshape", [self.value, to], [self.type, "tensor<2xi32>"], [1, channels])
        if softmax:
            self.op("softmax", [self.value], [self.type], self.shape, PROBABILITY)
        return self

    def mlir(self):
        body = "".join(f"  {line}\n" for line in self.lines)
        return (
            f"func.func @main(%x: {self.input}) -> {self.type} {{\n{body}"
            f"  return {self.value} : {self.type}\n}}\n"
        )


def mobilenet_v1(alpha, size, classes=1001):
    network = Network(size)
    channels = [32, 64, 128, 128, 256, 256] + [512] * 6 + [1024] * 2
    channels = [max(8, int(count * alpha)) for count in channels]
    strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1]
    network.conv(channels[0], 3, 2)
    for count, stride in zip(channels[1:], strides):
        network.depthwise(stride).conv(count)
    network.pool()
    if classes:
        network.conv(classes).classify(softmax=True)
    return network


def inverted_residuals(network, depth, dilate):
    """The body of MobileNet v2; strides after the third become dilations."""

    def scaled(count):
        return int(count * depth)

    blocks = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)]
    blocks += [(6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    network.conv(scaled(32), 3, 2)
    dilation = 1
    for expansion, count, repeats, stride in blocks:
        for i in range(repeats):
            start, inputs = (network.value, network.type), network.shape[3]
            first = stride if i == 0 else 1
            current = dilation
            if dilate and count == 160 and first == 2:
                # The layer that would halve the image keeps it.
                first, dilation = 1, 2
                current = 1
            if expansion > 1:
                network.conv(inputs * expansion)
            network.depthwise(first, current).conv(scaled(count))
            if i > 0:
                network.add(start)
    return network


def mobilenet_v2(classes, softmax):
    network = inverted_residuals(Network(224), 1.0, dilate=False)
    network.conv(1280).pool().conv(classes)
    return network.classify(softmax)


def deeplab(depth):
    """Up to the argument of the maximum, which is no image any more."""
    network = inverted_residuals(Network(513), depth, dilate=True)
    body = (network.value, network.type, network.shape)
    network.pool()
    pooled = (network.value, network.type, network.shape)
    network.value, network.type, network.shape = body
    network.conv(256)
    wide = (network.value, network.type)
    network.value, network.type, network.shape = pooled
    network.conv(256).resize(33, 33)
    network.op("quantize", [network.value], [network.type], network.shape)
    shape = [1, 33, 33, 512]
    network.op(
        "concatenation",
        [network.value, wide[0]],
        [network.type, wide[1]],
        shape,
        Q,
        "axis = 3 : i32",
    )
    network.conv(256).conv(21).resize(33, 33).resize(513, 513)
    axis = network.constant([], "i32", "i32", "3")
    return network.op(
        "arg_max",
        [network.value, axis],
        [network.type, "tensor<i32>"],
        [1, 513, 513],
        "i64",
        "output_type = #mopt.element_type<INT64>",
    )


# Name, network, operators, on the chip, on the CPU, bytes.
TABLE = [
    ("mobilenet_v1_0.25_128", mobilenet_v1(0.25, 128), 31, 31, 566912),
    ("mobilenet_v1_0.5_160", mobilenet_v1(0.5, 160), 31, 31, 1473280),
    ("mobilenet_v1_0.75_192", mobilenet_v1(0.75, 192), 31, 31, 2777600),
    ("mobilenet_v1_1.0_224 extractor", mobilenet_v1(1.0, 224, 0), 28, 28, 3363072),
    ("mobilenet_v2_1.0_224 (2020)", mobilenet_v2(1001, True), 66, 66, 3900864),
    ("mobilenet_v2 inat", mobilenet_v2(965, False), 65, 65, 3900864),
    ("deeplabv3_mnv2_dm05", deeplab(0.5), 72, 64, 766720),
    ("deeplabv3_mnv2", deeplab(1.0), 72, 64, 2337216),
]


def main():
    tool, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    failed = False
    for name, network, operators, mapped, cached in TABLE:
        model = os.path.join(folder, "model.mlir")
        with open(model, "w") as file:
            file.write(network.mlir())
        report = os.path.join(folder, "report.json")
        subprocess.run(
            [tool, model, f"--edgetpu-partition=report={report}"]
            + ["-o", os.path.join(folder, "marked.mlirbc")],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        with open(report) as file:
            facts = json.load(file)
        error = facts["cached_parameter_bytes"] / cached - 1
        print(
            f"{name}: {facts['mapped']} of {facts['operators']} mapped, "
            f"{facts['cached_parameter_bytes']} bytes, {100 * error:+.2f} %"
        )
        counts = (facts["operators"], facts["mapped"])
        failed |= counts != (operators, mapped) or abs(error) > 0.02
    sys.exit(failed)


if __name__ == "__main__":
    main()
