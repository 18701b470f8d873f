#!/usr/bin/env python3
"""Billions of products a second of single layers, beside the machine's peak.

layers.py [--build=DIR] [--mcpu=NAME] [--type=int8|f32|bf16] [--requantize=MODE]
          [--seconds=S] [--json] [--layers=FILE]

A layer is compiled by itself, as part of a model would be: its input is int8,
and borders are copied at every run, or it is float32, which bf16 layers round. Weights and activations are hot. Of many
runs the fastest counts.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from native import NativeModel, measure

HERE = pathlib.Path(__file__).resolve().parent
# The instruction that layers use on a CPU is the fastest that it has.
PREFERENCE = {
    "int8": ("avx512_vpdpbusd", "avx2_pmaddwd", "sse2_pmaddwd"),
    "f32": ("avx512_fma", "avx2_fma", "sse2_mulps"),
    "bf16": ("avx512_vdpbf16ps",),
}


def read_layers(path):
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            op, window, stride, image, outputs = line.split()
            yield (
                op,
                tuple(map(int, window.split("x"))),
                int(stride),
                tuple(map(int, image.split("x"))),
                int(outputs),
            )


def tensor(shape, element):
    return "tensor<" + "".join(f"{size}x" for size in shape) + element + ">"


def make_constants(op, kind, kernel, outputs):
    """Types of activations, weights and biases; the constants %w and %b."""
    generator = np.random.default_rng(1)
    if kind == "int8":
        activation, bias = "!quant.uniform<i8:f32, 0.05:-128>", "i32"
        axis = 3 if op == "depthwise_conv_2d" else 0
        scales = ",".join(f"{0.001 + i * 1e-6:.6f}" for i in range(outputs))
        weight = f"!quant.uniform<i8:f32:{axis}, {{{scales}}}>"
        data = generator.integers(0, 256, np.prod(kernel), dtype=np.uint8)
        stored, offset = "i8", "100"
    else:
        activation = weight = stored = bias = "f32"
        data = generator.standard_normal(np.prod(kernel)).astype(np.float32)
        offset = "1.0"
    weights = f"""%w = mopt.const {{value = dense<"0x{data.tobytes().hex()}"> : {tensor(kernel, stored)}}} : () -> {tensor(kernel, weight)}"""
    biases = f"%b = mopt.const {{value = dense<{offset}> : {tensor((outputs,), bias)}}} : () -> {tensor((outputs,), bias)}"
    types = activation, tensor(kernel, weight), tensor((outputs,), bias)
    return types, f"  {weights}\n  {biases}\n"


def make_model(op, window, stride, image, outputs, kind):
    """The layer as a model, and its number of products."""
    height, width, channels = image
    rows, columns = window
    size = (1, -(-height // stride), -(-width // stride), outputs)
    shapes = {
        "conv_2d": ((1, *image), (outputs, rows, columns, channels), size),
        "depthwise_conv_2d": ((1, *image), (1, rows, columns, outputs), size),
        "fully_connected": ((1, channels), (outputs, channels), (1, outputs)),
    }
    source, kernel, target = shapes[op]
    types, constants = make_constants(op, kind, kernel, outputs)
    activation, weight, bias = types
    options = "fused_activation_function = #mopt.activation<RELU6>"
    if op != "fully_connected":
        options += f", stride_h = {stride} : i32, stride_w = {stride} : i32"
    x, y = tensor(source, activation), tensor(target, activation)
    model = f"""func.func @main(%x: {x}) -> {y} {{
{constants}  %y = mopt.{op} %x, %w, %b {{{options}}} : ({x}, {weight}, {bias}) -> {y}
  return %y : {y}
}}
"""
    depth = 1 if op == "depthwise_conv_2d" else channels
    return model, int(np.prod(target)) * rows * columns * depth


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--layers", type=pathlib.Path, default=HERE / "layers.txt")
    parser.add_argument("--mcpu", default="host")
    parser.add_argument("--type", default="int8", choices=PREFERENCE)
    parser.add_argument("--requantize", default="float", choices=("float", "fixed"))
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    peaks = json.loads(subprocess.check_output([options.build / "bin/mopt-peak"]))
    peak = None
    if options.mcpu == "host":
        names = PREFERENCE[options.type]
        peak = next((peaks[name] for name in names if name in peaks), None)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for i, layer in enumerate(read_layers(options.layers)):
            op, window, stride, image, outputs = layer
            text, products = make_model(*layer, options.type)
            model = pathlib.Path(folder) / f"layer{i}.mlir"
            model.write_text(text)
            native = NativeModel(
                options.build / "bin/mopt-translate",
                model,
                model.with_suffix(".so"),
                options.mcpu,
                options.requantize,
                "bf16" if options.type == "bf16" else "f32",
            )
            [(lowest, median)] = measure([native.run], options.seconds)
            results.append(
                {
                    "op": op,
                    "window": "x".join(map(str, window)),
                    "stride": stride,
                    "input": "x".join(map(str, image)),
                    "outputs": outputs,
                    "us": lowest,
                    "median_us": median,
                    "gmac_per_s": products / lowest / 1e3,
                }
            )
    facts = {
        "type": options.type,
        "requantize": options.requantize,
        "mcpu": options.mcpu,
        "peaks_gmac_per_s": peaks,
        "layers": results,
    }
    if options.json:
        json.dump(facts, sys.stdout, indent=1)
        print()
        return
    print("peaks:", ", ".join(f"{name} {rate:.0f}" for name, rate in peaks.items()))
    print(f"{'layer':48}{'us':>9}{'GMAC/s':>9}{'of peak':>9}")
    for row in results:
        name = "{op} {window} s{stride} {input} -> {outputs}".format(**row)
        share = f"{row['gmac_per_s'] / peak:8.0%}" if peak else "       -"
        print(f"{name:48}{row['us']:9.1f}{row['gmac_per_s']:9.1f} {share}")


if __name__ == "__main__":
    main()
