# ===- refresh_small.py - new weights for a package of our own ----------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""usage: refresh_small.py MOPT_TRANSLATE FOLDER

A model of a 3x3 convolution of 3 channels, a depthwise one, a pointwise one of
more channels than a group has, one with a scale for each channel, and a fully
connected layer. Its package is written here; the tool puts the weights of a
second model into it. What it writes is compared with what is written here for
the second model; then come packages and models that do not fit."""

import os
import random
import subprocess
import sys

import package

IN, WEIGHT, OUT = 0.5, 0.0625, 0.25


def numbers(values):
    if isinstance(values, list):
        return "[" + ", ".join(map(numbers, values)) + "]"
    return str(values)


def constant(name, shape, storage, element, values):
    dims = "".join(f"{size}x" for size in shape)
    return (
        f"  %{name} = mopt.const {{value = dense<{numbers(values)}> : "
        f"tensor<{dims}{storage}>}} : () -> tensor<{dims}{element}>\n"
    )


def folded(flat, shape):
    """A flat list as nested lists of `shape`."""
    if len(shape) == 1:
        return flat
    step = len(flat) // shape[0]
    parts = [flat[i : i + step] for i in range(0, len(flat), step)]
    return [folded(part, shape[1:]) for part in parts]


class Model:
    """Layers with random weights: int8, some with a scale for each channel, or
    uint8 with the zero point `zero` + 128."""

    def __init__(self, seed, out_scale=OUT, zero=None, channel_scale=0.125):
        self.rng = random.Random(seed)
        self.is_signed = zero is None
        zero = zero or 0
        if not self.is_signed:
            channel_scale = None
        self.act, out = self.element(IN, -3), self.element(out_scale, 5)
        self.text, self.parameters = "", b""
        self.value, self.type = "x", f"tensor<1x6x6x3x{self.act}>"
        self.input_type = self.type
        self.layer("conv_2d", "c", [5, 3, 3, 3], zero, 5)
        self.layer("depthwise_conv_2d", "d", [1, 3, 3, 5], zero, 5)
        self.layer("conv_2d", "p", [70, 1, 1, 5], zero, 70)
        self.layer("conv_2d", "s", [6, 1, 1, 70], zero, 6, channel_scale)
        self.layer("depthwise_conv_2d", "e", [1, 3, 3, 6], zero, 6, channel_scale)
        self.text += (
            f"  %n = mopt.reshape %{self.value}, %to : ({self.type}, tensor<2xi32>) "
            f"-> tensor<1x216x{self.act}>\n"
        )
        self.value, self.type = "n", f"tensor<1x216x{self.act}>"
        self.layer("fully_connected", "f", [9, 216], zero, 9, output=f"tensor<1x9x{out}")

    def element(self, scale, zero):
        """A type with a signed zero point."""
        kind, offset = ("i8", 0) if self.is_signed else ("u8", 128)
        return f"!quant.uniform<{kind}:f32, {scale}:{zero + offset}>"

    def layer(self, op, name, shape, zero, outputs, scale=None, output=None):
        count = 1
        for size in shape:
            count *= size
        flat = [self.rng.randrange(-127, 128) for _ in range(count)]
        biases = [self.rng.randrange(-5000, 5000) for _ in range(outputs)]
        axis = 3 if op == "depthwise_conv_2d" else 0
        factors = None
        if scale:
            scales = [scale * (i + 1) for i in range(outputs)]
            listed = ", ".join(f"{s:.9e}" for s in scales)
            element = f"!quant.uniform<i8:f32:{axis}, {{{listed}}}>"
            products = ", ".join(f"{IN * s:.9e}" for s in scales)
            bias = f"!quant.uniform<i32:f32:0, {{{products}}}>"
            factors = [IN * s / IN for s in scales]
        else:
            element = self.element(WEIGHT, zero)
            bias = f"!quant.uniform<i32:f32, {IN * WEIGHT}>"
        stored = flat if self.is_signed else [value + 128 for value in flat]
        storage = "i8" if self.is_signed else "ui8"
        self.text += constant(name + "w", shape, storage, element, folded(stored, shape))
        self.text += constant(name + "b", [outputs], "i32", bias, biases)
        result = f"{output}>" if output else f"tensor<1x6x6x{outputs}x{self.act}>"
        dims = "".join(f"{size}x" for size in shape)
        self.text += (
            f'  %{name} = mopt.{op} %{self.value}, %{name}w, %{name}b {{mopt.tensors = '
            f'[#mopt.tensor<name = "{name}">]}} : ({self.type}, tensor<{dims}{element}>, '
            f"tensor<{outputs}x{bias}>) -> {result}\n"
        )
        self.value, self.type = name, result
        if op == "depthwise_conv_2d":
            self.parameters += package.depthwise(
                folded(flat, [9, outputs]), biases, zero, factors
            )
            return
        inputs = shape[-1]
        places = count // outputs // inputs
        self.parameters += package.convolution(
            folded(flat, [outputs, places, inputs]), biases, zero, factors
        )

    def mlir(self):
        return (
            f"func.func @main(%x: {self.input_type} {{mopt.tensor = "
            f'#mopt.tensor<name = "x">}}) -> {self.type} {{\n'
            "  %to = mopt.const {value = dense<[1, 216]> : tensor<2xi32>} : () -> "
            f"tensor<2xi32>\n{self.text}  return %{self.value} : {self.type}\n}}\n"
        )


class Folder:
    def __init__(self, tool, path):
        self.tool, self.path = tool, path
        os.makedirs(path, exist_ok=True)

    def write(self, name, text):
        """The .tflite of a model in MLIR text."""
        source = os.path.join(self.path, name + ".mlir")
        with open(source, "w") as file:
            file.write(text)
        path = os.path.join(self.path, name + ".tflite")
        subprocess.run([self.tool, "--export-tflite", source, "-o", path], check=True)
        return path

    def refresh(self, model, compiled, *flags):
        path = os.path.join(self.path, "out.tflite")
        if os.path.exists(path):
            os.remove(path)
        command = [self.tool, "--to-edgetpu", model, "--refresh-weights=" + compiled]
        result = subprocess.run(
            command + ["-o", path, *flags], capture_output=True, text=True
        )
        if not os.path.exists(path):
            assert result.returncode == 1 and result.stderr.count("error:") == 1, result
            return None, result.stderr
        assert result.returncode == 0, result.stderr
        with open(path, "rb") as file:
            return file.read(), result.stdout


def compiled_text(model, parameters, streamed=b""):
    kind = 8 if model.is_signed else 0
    inputs = [package.layer("x", (6, 6, 3), 125, IN, kind, False)]
    outputs = [package.layer("f", (1, 1, 9), 133, OUT, kind, True)]
    run = package.executable(2, streamed, inputs, outputs)
    cache = package.executable(1, parameters)
    text = package.mlir_model(
        package.options([run, cache]), model.input_type, model.type, ("x", "f")
    )
    return text


def read(path):
    with open(path, "rb") as file:
        return file.read()


def check(folder, old, new):
    """`new` into the package of `old`; returns that and the two models."""
    assert len(old.parameters) == len(new.parameters)
    a, b = (folder.write(n, m.mlir()) for n, m in (("old", old), ("new", new)))
    compiled = folder.write("compiled", compiled_text(old, old.parameters))
    expected = read(folder.write("expected", compiled_text(new, new.parameters)))
    result, text = folder.refresh(a, compiled)
    assert result == read(compiled), "weights that are there already change nothing"
    assert "0 layers of 6 written anew" in text, text
    for flags in [], ["--source=" + a]:
        result, text = folder.refresh(b, compiled, *flags)
        assert result == expected and "6 layers of 6 written anew" in text, text
    return a, b, compiled


def main():
    folder = Folder(*sys.argv[1:])
    # From nothing: all bytes of layers with one scale are known.
    old, new = Model(3, zero=-7), Model(4, zero=-7)
    a, b, compiled = check(folder, old, new)
    expected = read(folder.write("expected", compiled_text(new, new.parameters)))
    empty = folder.write("empty", compiled_text(old, bytes(len(old.parameters))))
    assert folder.refresh(b, empty)[0] == expected

    def refused(message, model, compiled, *flags):
        result, text = folder.refresh(model, compiled, *flags)
        assert result is None and message in text, text
        print("refused:", message)

    other = folder.write("zero", Model(2, zero=-6).mlir())
    refused("has other shapes, scales or zero points", other, compiled, "--source=" + a)

    old, new = Model(1), Model(2)
    a, b, compiled = check(folder, old, new)
    refused("not compiled of the given source: layer 'c'", b, compiled, "--source=" + b)
    other = folder.write("scale", Model(2, channel_scale=0.25).mlir())
    refused("layer 's': channel 0 has another scale", other, compiled)
    other = folder.write("border", Model(2, out_scale=1.0).mlir())
    refused("compiled of another model: its output is", other, compiled)
    longer = folder.write("longer", compiled_text(old, old.parameters + bytes(64)))
    refused("the model's layers take", b, longer)
    sends = folder.write("sends", compiled_text(old, old.parameters, bytes(64)))
    refused("64 bytes of parameters with every inference", b, sends)
    refused("operators instead of one", b, a)


if __name__ == "__main__":
    main()
