"""floats.py FOLDER CPU...: convolutions of small whole numbers, which every order
of summation adds to the same, with weights and inputs that are not finite, as
code for each CPU and by the evaluator, whose inputs and outputs stay in FOLDER as
N.in and N.out. A tap outside of the input takes no part:
an infinite weight there must not make a NaN. Needs no package."""
import pathlib
import random
import struct
import sys

import chain
from compare import write_npy

INFINITY, NAN = float("inf"), float("nan")


def dense(shape, values):
    type_ = "x".join(map(str, shape)) + "xf32"
    data = struct.pack(f"<{len(values)}f", *values).hex().upper()
    return f'mopt.const {{value = dense<"0x{data}"> : tensor<{type_}>}} : () -> tensor<{type_}>'


def make_model(generator, op, image, kernel, outputs, options):
    height, width, channels = image
    shape = (outputs, *kernel, channels)
    if op == "depthwise_conv_2d":
        shape = (1, *kernel, outputs)
    count = shape[0] * shape[1] * shape[2] * shape[3]
    weights = [float(generator.randint(-3, 3)) for _ in range(count)]
    # The first tap of one channel, the last of another.
    weights[0], weights[-1] = INFINITY, NAN
    stride = 2 if "stride_h" in options else 1
    y = f"tensor<1x{-(-height // stride)}x{-(-width // stride)}x{outputs}xf32>"
    x = f"tensor<1x{height}x{width}x{channels}xf32>"
    w = "tensor<" + "x".join(map(str, shape)) + "xf32>"
    b = f"tensor<{outputs}xf32>"
    return f"""func.func @main(%x: {x}) -> {y} {{
  %w = {dense(shape, weights)}
  %b = {dense((outputs,), [float(i % 3) for i in range(outputs)])}
  %y = mopt.{op} %x, %w, %b {{fused_activation_function = #mopt.activation<RELU6>{options}}} : ({x}, {w}, {b}) -> {y}
  return %y : {y}
}}
"""


def run(model, folder, *options):
    data = chain.run(model, folder, *options)
    values = struct.unpack(f"<{len(data) // 4}f", data)
    return ["nan" if value != value else value for value in values]


def main():
    folder = pathlib.Path(sys.argv[1])
    strides = ", stride_h = 2 : i32, stride_w = 2 : i32"
    dilations = ", dilation_h_factor = 2 : i32, dilation_w_factor = 3 : i32"
    cases = [
        ("conv_2d", (5, 34, 3), (3, 3), 21, ""),
        ("conv_2d", (6, 5, 2), (3, 3), 5, strides),
        ("conv_2d", (7, 9, 2), (3, 3), 18, dilations),
        ("depthwise_conv_2d", (4, 19, 27), (3, 3), 27, ""),
        ("depthwise_conv_2d", (6, 7, 5), (5, 3), 5, strides),
        ("depthwise_conv_2d", (5, 20, 8), (3, 3), 8, dilations),
    ]
    generator = random.Random(1)
    for i, case in enumerate(cases):
        model = folder / f"{i}.mlir"
        model.write_text(make_model(generator, *case))
        shape = (1, *case[1])
        count = shape[1] * shape[2] * shape[3]
        values = [float(generator.randint(-3, 3)) for _ in range(count)]
        values[count // 2] = -INFINITY
        data = struct.pack(f"<{count}f", *values)
        write_npy(folder / "x.npy", "<f4", shape, data)
        (folder / f"{i}.in").write_bytes(data)
        expected = run(model, folder, "--device=reference")
        plain = [NAN if value == "nan" else value for value in expected]
        (folder / f"{i}.out").write_bytes(struct.pack(f"<{len(plain)}f", *plain))
        assert "nan" in expected and any(v != "nan" for v in expected)
        for cpu in sys.argv[2:]:
            same = run(model, folder, f"--mcpu={cpu}") == expected
            print(f"{case[0]} {i} {cpu}: {'equal' if same else 'different'}")


if __name__ == "__main__":
    main()
