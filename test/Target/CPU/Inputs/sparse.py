"""sparse.py FOLDER CPU...: models whose weights have blocks of zeros, N.mlir, as
code for each CPU and by the evaluator, whose inputs and outputs stay in FOLDER as
N.in and N.out. Integers in both arithmetics of requantisation. Floats are small
whole numbers, which every order of summation adds to the same. Says how many of
the kernels leave out zeros. Needs no package."""
import pathlib
import random
import struct
import subprocess
import sys

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
        self.value = f"%s{self.count}"
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


def make_models():
    """What surrounds layers in models: a border that the next op reads, a
    residual addition, strides, dilation, channels that fill no vector."""
    bottleneck = Model(1, "int8", (1, 7, 9, 32))
    bottleneck.layer("conv_2d", 72, (1, 1), options=RELU6)
    bottleneck.layer("depthwise_conv_2d", 72, (3, 3), options=RELU6)
    bottleneck.layer("conv_2d", 32, (1, 1)).add("%x")
    bottleneck.layer("conv_2d", 40, (3, 3), options=strides(2), result=(1, 4, 5, 0))
    bottleneck.layer("conv_2d", 21, (1, 1))
    dilated = Model(2, "int8", (2, 9, 30, 12))
    dilated.layer("conv_2d", 48, (3, 3), options=DILATED, result=(2, 5, 26, 0))
    dilated.layer("conv_2d", 16, (3, 2), block=(48, 2))
    product = Model(3, "int8", (1, 256)).layer("fully_connected", 50)
    products = Model(4, "int8", (3, 96)).layer("fully_connected", 64)
    unsigned = Model(5, "uint8", (1, 6, 50, 32))
    unsigned.layer("conv_2d", 40, (1, 1), options=RELU6)
    unsigned.layer("conv_2d", 24, (3, 3), options=strides(2), result=(1, 3, 25, 0))
    floats = [
        Model(6, "float", (1, 5, 34, 8)).layer("conv_2d", 40, (1, 1), options=RELU6),
        Model(7, "float", (2, 6, 30, 8)).layer("conv_2d", 21, (3, 3)),
        Model(8, "float", (1, 7, 9, 8)).layer(
            "conv_2d", 32, (3, 3), options=strides(2), result=(1, 4, 5, 0)
        ),
        Model(9, "float", (1, 9, 28, 6)).layer(
            "conv_2d", 16, (3, 3), options=DILATED, result=(1, 5, 24, 0)
        ),
        Model(10, "float", (1, 300)).layer("fully_connected", 50),
    ]
    return [bottleneck, dilated, product, products, unsigned, *floats]


def run(model, folder, *options):
    out = folder / "out"
    for old in out.glob("*"):
        old.unlink()
    command = ["mopt-run", model, f"--input=input0={folder}/x.npy", f"--output-dir={out}"]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    [path] = out.iterdir()
    return read_npy(path)


def count_kernels(model, cpu):
    """Of the kernels that could be sparse, how many are."""
    triple = "aarch64-linux-gnu" if cpu.startswith("cortex") else "x86_64-linux-gnu"
    target = f"mcpu={cpu}" + ("" if cpu == "host" else f" triple={triple}")
    text = subprocess.run(
        ["mopt-opt", model, f"--mopt-convert-mopt-to-kernel={target}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    sparse = text.count("kernel.sparse_")
    return f"{sparse} of {sparse + text.count('kernel.conv_2d') + text.count('kernel.float_conv_2d')}"


def main():
    folder = pathlib.Path(sys.argv[1])
    generator = random.Random(0)
    for i, model in enumerate(make_models()):
        path = folder / f"{i}.mlir"
        path.write_text(model.print())
        count = 1
        for size in model.input[0]:
            count *= size
        types = {"int8": "|i1", "uint8": "|u1", "float": "<f4"}
        if model.kind == "float":
            values = [float(generator.randint(-3, 3)) for _ in range(count)]
            data = struct.pack(f"<{count}f", *values)
        else:
            data = generator.randbytes(count)
        write_npy(folder / "x.npy", types[model.kind], model.input[0], data)
        (folder / f"{i}.in").write_bytes(data)
        for mode in ("float",) if model.kind == "float" else ("fixed", "float"):
            option = f"--requantize={mode}"
            expected = run(path, folder, "--device=reference", option)
            (folder / f"{i}.out").write_bytes(expected)
            for cpu in sys.argv[2:]:
                same = run(path, folder, f"--mcpu={cpu}", option) == expected
                print(
                    f"{i} {model.kind} {mode} {cpu}: {count_kernels(path, cpu)} sparse,",
                    "equal" if same else "different",
                )


if __name__ == "__main__":
    main()
