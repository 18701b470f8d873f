"""bf16.py FOLDER: layers of drawn floats compiled with --compute=bf16 differ from the
evaluator by no more than the bound of docs/CPU.md. Needs no package.

With u = 2^-8, the unit roundoff of bfloat16, both factors of a product carry at
most u, and the float32 sum of n of them and a bias gamma_{n+1} = (n+1)v / (1 -
(n+1)v), v = 2^-24 (its roundings are to nearest, and what is subnormal is taken for
0): with S = sum |x||w| + |b|, computed by the evaluator on absolute values,

    |difference| <= ((1 + u)^2 - 1 + (1 + (1 + u)^2) gamma) S + (2n + 2) 2^-126 s

where s = 1 + the largest |x| or |w|. Clamps keep it.
"""
import pathlib
import random
import struct
import subprocess
import sys

from compare import read_npy, write_npy
from floats import dense


def make_model(op, image, weights, shape, bias, activation, options):
    height, width, channels = image
    outputs = len(bias)
    stride = 2 if "stride_h" in options else 1
    x = f"tensor<1x{height}x{width}x{channels}xf32>"
    y = f"tensor<1x{-(-height // stride)}x{-(-width // stride)}x{outputs}xf32>"
    if op == "fully_connected":
        x = f"tensor<{height * width}x{channels}xf32>"
        y = f"tensor<{height * width}x{outputs}xf32>"
    w = "tensor<" + "x".join(map(str, shape)) + "xf32>"
    b = f"tensor<{outputs}xf32>"
    return f"""func.func @main(%x: {x}) -> {y} {{
  %w = {dense(shape, weights)}
  %b = {dense((outputs,), bias)}
  %y = mopt.{op} %x, %w, %b {{fused_activation_function = #mopt.activation<{activation}>{options}}} : ({x}, {w}, {b}) -> {y}
  return %y : {y}
}}
"""


def run(folder, name, x, shape, *options):
    write_npy(folder / "x.npy", "<f4", shape, struct.pack(f"<{len(x)}f", *x))
    out = folder / "out"
    for old in out.glob("*"):
        old.unlink()
    command = ["mopt-run", folder / name, f"--input=input0={folder}/x.npy"]
    command += [f"--output-dir={out}", *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    [path] = out.iterdir()
    data = read_npy(path)
    return struct.unpack(f"<{len(data) // 4}f", data)


def main():
    folder = pathlib.Path(sys.argv[1])
    strides = ", stride_h = 2 : i32, stride_w = 2 : i32"
    cases = [
        ("conv_2d", (5, 19, 3), (3, 3), 21, "RELU6", ""),
        ("conv_2d", (6, 5, 7), (3, 3), 33, "NONE", strides),
        ("conv_2d", (4, 6, 40), (1, 1), 24, "RELU", ""),
        ("fully_connected", (1, 1, 67), (1, 1), 50, "NONE", ""),
        ("conv_2d", (5, 5, 1), (3, 3), 8, "NONE", ""),
    ]
    generator = random.Random(1)
    draw = lambda count: [generator.gauss(0, 1) for _ in range(count)]
    for i, (op, image, kernel, outputs, activation, options) in enumerate(cases):
        height, width, channels = image
        shape = (outputs, *kernel, channels)
        if op == "fully_connected":
            shape = (outputs, channels)
        depth = kernel[0] * kernel[1] * channels
        weights, bias = draw(outputs * depth), draw(outputs)
        x = draw(height * width * channels)
        input_shape = (1, *image)
        if op == "fully_connected":
            input_shape = (height * width, channels)
        magnitudes = [list(map(abs, values)) for values in (weights, bias, x)]
        (folder / "m.mlir").write_text(
            make_model(op, image, weights, shape, bias, activation, options)
        )
        (folder / "s.mlir").write_text(
            make_model(
                op, image, magnitudes[0], shape, magnitudes[1], "NONE", options
            )
        )
        exact = run(folder, "m.mlir", x, input_shape, "--device=reference")
        got = run(folder, "m.mlir", x, input_shape, "--compute=bf16")
        sums = run(folder, "s.mlir", magnitudes[2], input_shape, "--device=reference")
        v = 2.0**-24
        gamma = (depth + 1) * v / (1 - (depth + 1) * v)
        square = (1 + 2.0**-8) ** 2
        largest = 1 + max(magnitudes[0] + magnitudes[2])
        worst = 0.0
        for a, b, total in zip(exact, got, sums):
            # The evaluator's sum of absolute values may be too small by gamma.
            bound = (square - 1 + (1 + square) * gamma) * total * (1 + 2 * gamma)
            bound += (2 * depth + 2) * 2.0**-126 * largest
            worst = max(worst, abs(a - b) / bound)
        rounded = "bf16" if exact != got and worst > 2.0**-12 else "float32"
        print(f"{op} {i}: {'within' if worst <= 1 else 'beyond'} the bound, {rounded}")


if __name__ == "__main__":
    main()
