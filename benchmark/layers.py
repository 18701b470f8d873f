#!/usr/bin/env python3
"""Billions of products a second of single layers, beside the machine's peak.

layers.py [--build=DIR] [--mcpu=NAME] [--type=int8|f32|bf16] [--requantize=MODE]
          [--repetitions=N] [--json] [--layers=FILE]

A layer is measured as part of a model: another one, of few products, writes its
input in the form that the layer wants, with a border where it wants one. Weights
and activations are hot. The time is the median that mopt-run --profile tells.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

# Channels that the layer before has.
INPUTS_BEFORE = 8
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


def get_types(op, kind, outputs):
    """Element types of activations, weights as seen and as stored, biases."""
    if kind != "int8":
        return ("f32",) * 4
    axis = 3 if op == "depthwise_conv_2d" else 0
    scales = ",".join(f"{0.001 + i * 1e-6:.6f}" for i in range(outputs))
    return (
        "!quant.uniform<i8:f32, 0.05:-128>",
        f"!quant.uniform<i8:f32:{axis}, {{{scales}}}>",
        "i8",
        "i32",
    )


def make_op(names, op, shapes, stride, kind, prune=None):
    """The text of `op` with its constants; `names`: its input and its output;
    `prune` changes the drawn weights, which come in the shape of the layer's."""
    source, kernel, target = shapes
    activation, weight, stored, bias = get_types(op, kind, target[-1])
    generator = np.random.default_rng(1)
    if kind == "int8":
        data = generator.integers(0, 256, np.prod(kernel), dtype=np.uint8)
    else:
        data = generator.standard_normal(np.prod(kernel)).astype(np.float32)
    if prune:
        data = prune(data.reshape(kernel))
    x, y = names
    w, b = tensor(kernel, weight), tensor(target[-1:], bias)
    options = "fused_activation_function = #mopt.activation<RELU6>"
    if op != "fully_connected":
        options += f", stride_h = {stride} : i32, stride_w = {stride} : i32"
    return f"""  {y}_w = mopt.const {{value = dense<"0x{data.tobytes().hex()}"> : {tensor(kernel, stored)}}} : () -> {w}
  {y}_b = mopt.const {{value = dense<{100 if kind == "int8" else 1.0}> : {tensor(target[-1:], bias)}}} : () -> {b}
  {y} = mopt.{op} {x}, {y}_w, {y}_b {{{options}}} : ({tensor(source, activation)}, {w}, {b}) -> {tensor(target, activation)}
"""


def make_model(op, window, stride, image, outputs, kind, prune=None):
    """The layer behind one that makes its input."""
    height, width, channels = image
    rows, columns = window
    size = (1, -(-height // stride), -(-width // stride), outputs)
    shapes = {
        "conv_2d": ((1, *image), (outputs, rows, columns, channels), size),
        "depthwise_conv_2d": ((1, *image), (1, rows, columns, outputs), size),
        "fully_connected": ((1, channels), (outputs, channels), (1, outputs)),
    }[op]
    before = "fully_connected" if op == "fully_connected" else "conv_2d"
    ones = (1, 1) if before == "conv_2d" else ()
    source = (*shapes[0][:-1], INPUTS_BEFORE)
    kernel = (channels, *ones, INPUTS_BEFORE)
    activation = get_types(op, kind, outputs)[0]
    result = tensor(shapes[2], activation)
    return f"""func.func @main(%in: {tensor(source, activation)}) -> {result} {{
{make_op(("%in", "%x"), before, (source, kernel, shapes[0]), 1, kind)}\
{make_op(("%x", "%y"), op, shapes, stride, kind, prune)}\
  return %y : {result}
}}
"""


def profile(model, options):
    """What mopt-run measures of the last op of `model`."""
    command = [
        options.build / "bin/mopt-run",
        model,
        "--benchmark",
        "--profile",
        "--json",
        f"--mcpu={options.mcpu}",
        f"--requantize={options.requantize}",
        f"--compute={'bf16' if options.type == 'bf16' else 'f32'}",
        f"--repetitions={options.repetitions}",
    ]
    return json.loads(subprocess.check_output(command))["ops"][-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--layers", type=pathlib.Path, default=HERE / "layers.txt")
    parser.add_argument("--mcpu", default="host")
    parser.add_argument("--type", default="int8", choices=PREFERENCE)
    parser.add_argument("--requantize", default="float", choices=("float", "fixed"))
    parser.add_argument("--repetitions", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    peaks = json.loads(subprocess.check_output([options.build / "bin/mopt-peak"]))
    peak = None
    if options.mcpu == "host":
        names = PREFERENCE[options.type]
        peak = next((peaks[name] for name in names if name in peaks), None)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / "layer.mlir"
        for op, window, stride, image, outputs in read_layers(options.layers):
            model.write_text(
                make_model(op, window, stride, image, outputs, options.type)
            )
            layer = profile(model, options)
            results.append(
                {
                    "op": op,
                    "window": "x".join(map(str, window)),
                    "stride": stride,
                    "input": "x".join(map(str, image)),
                    "outputs": outputs,
                    "us": layer["us"],
                    "gmac_per_s": layer["gmac_per_s"],
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
