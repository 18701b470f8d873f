"""Chains of layers with drawn weights, as code for CPUs and GPUs beside the
evaluator."""
import math
import pathlib
import random
import struct
import subprocess

from compare import read_npy, write_npy

INT8 = "!quant.uniform<i8:f32, 0.05:-3>"
UINT8 = "!quant.uniform<u8:f32, 0.05:120>"


def tensor(shape, element):
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


class Model:
    """A chain of layers with drawn weights."""

    def __init__(self, seed, kind, shape):
        self.random = random.Random(seed)
        self.kind, self.shape = kind, shape
        self.element = {"int8": INT8, "uint8": UINT8, "float": "f32"}[kind]
        self.input, self.lines, self.count = (shape, self.element), [], 0
        self.value, self.type = "%x", tensor(shape, self.element)

    def draw(self, shape, sparsity, block):
        """A matrix of outputs times the rest, in blocks of zeros."""
        height, width = block
        rows, columns = shape[0], 1
        for size in shape[1:]:
            columns *= size
        zero = 130 if self.kind == "uint8" else 0
        kept = {}

        def pick(row, column):
            at = (row // height, column // width)
            if at not in kept:
                kept[at] = self.random.random() >= sparsity
            if not kept[at]:
                return zero
            low, high = {"int8": (-127, 127), "uint8": (0, 255)}.get(self.kind, (-3, 3))
            return self.random.randint(low, high)

        return [pick(row, column) for row in range(rows) for column in range(columns)]

    def constant(self, name, shape, values, stored, element, code):
        data = struct.pack(f"<{len(values)}{code}", *values).hex().upper()
        self.lines.append(
            f'  {name} = mopt.const {{value = dense<"0x{data}"> : '
            f"{tensor(shape, stored)}}} : () -> {tensor(shape, element)}"
        )
        return tensor(shape, element)

    def layer(self, op, outputs, window=(), sparsity=0.8, block=(16, 4), options="", result=None):
        """Appends a layer; `result` is the shape of the image if it changes."""
        i, self.count = self.count, self.count + 1
        inputs = self.shape[-1]
        shape = (outputs, *window, inputs)
        axis = 0
        if op == "depthwise_conv_2d":
            shape, axis, sparsity = (1, *window, outputs), 3, 0
        values = self.draw(shape, sparsity, block)
        code, stored = {"int8": ("b", "i8"), "uint8": ("B", "ui8"), "float": ("f", "f32")}[self.kind]
        depth = len(values) / outputs * (1 - sparsity)
        scale = 1 / depth**0.5 / 90
        if self.kind == "int8":
            scales = ",".join(f"{scale * (1 + j % 5 / 4):.6f}" for j in range(outputs))
            weight = f"!quant.uniform<i8:f32:{axis}, {{{scales}}}>"
            if op == "fully_connected":
                weight = f"!quant.uniform<i8:f32, {scale:.6f}>"
        else:
            weight = f"!quant.uniform<u8:f32, {scale:.6f}:130>" if code == "B" else "f32"
        kind = self.constant(f"%w{i}", shape, values, stored, weight, code)
        bias = [self.random.randint(-900, 900) for _ in range(outputs)]
        if self.kind == "float":
            bias = [value % 5 for value in bias]
        types = ("i32", "i32", "i") if self.kind != "float" else ("f32", "f32", "f")
        bias_kind = self.constant(f"%b{i}", (outputs,), bias, *types)
        self.shape = (*(result or self.shape)[:-1], outputs)
        made = tensor(self.shape, self.element)
        self.lines.append(
            f"  %y{i} = mopt.{op} {self.value}, %w{i}, %b{i} {{{options}}} : "
            f"({self.type}, {kind}, {bias_kind}) -> {made}"
        )
        self.value, self.type = f"%y{i}", made
        return self

    def add(self, other):
        self.lines.append(
            f"  %s{self.count} = mopt.add {self.value}, {other} : "
            f"({self.type}, {self.type}) -> {self.type}"
        )
        self.value, self.count = f"%s{self.count}", self.count + 1
        return self

    def print(self):
        lines = "\n".join(self.lines)
        return (
            f"func.func @main(%x: {tensor(*self.input)}) -> {self.type} {{\n"
            f"{lines}\n  return {self.value} : {self.type}\n}}\n"
        )


def strides(size):
    return f"stride_h = {size} : i32, stride_w = {size} : i32"


DILATED = "padding = #mopt.padding<VALID>, dilation_h_factor = 2 : i32, dilation_w_factor = 2 : i32"
RELU6 = "fused_activation_function = #mopt.activation<RELU6>"


def run(model, folder, *options):
    out = folder / "out"
    for old in out.glob("*"):
        old.unlink()
    command = ["mopt-run", model, f"--input=input0={folder}/x.npy", f"--output-dir={out}"]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    [path] = out.iterdir()
    return read_npy(path)


def draw_input(model, generator):
    """The type and the bytes of an input. Floats are small whole numbers, which
    every order of summation adds to the same."""
    count = math.prod(model.input[0])
    if model.kind == "float":
        values = [float(generator.randint(-3, 3)) for _ in range(count)]
        return "<f4", struct.pack(f"<{count}f", *values)
    return {"int8": "|i1", "uint8": "|u1"}[model.kind], generator.randbytes(count)


def compare_models(folder, models, cpus, describe, option="--mcpu"):
    """Runs each model for each CPU, or other value of `option` of mopt-run,
    integers in both arithmetics of requantisation, and prints what `describe` says
    of it (its path, number, kind, mode and the CPU) and whether it is equal to the
    evaluator's. Model, input and output stay in `folder` as N.mlir, N.in and
    N.out."""
    folder = pathlib.Path(folder)
    generator = random.Random(0)
    for i, model in enumerate(models):
        path = folder / f"{i}.mlir"
        path.write_text(model.print())
        kind, data = draw_input(model, generator)
        write_npy(folder / "x.npy", kind, model.input[0], data)
        (folder / f"{i}.in").write_bytes(data)
        for mode in ("float",) if model.kind == "float" else ("fixed", "float"):
            requantize = f"--requantize={mode}"
            expected = run(path, folder, "--device=reference", requantize)
            (folder / f"{i}.out").write_bytes(expected)
            for cpu in cpus:
                same = run(path, folder, f"{option}={cpu}", requantize) == expected
                text = describe(path, i, model.kind, mode, cpu)
                print(text, "equal" if same else "different")
