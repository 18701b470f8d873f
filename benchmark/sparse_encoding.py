#!/usr/bin/env python3
"""Which weights in TFLite's sparse encoding LiteRT executes.

sparse_encoding.py [--json] [--time=MODEL.tflite ...]

Makes models of one layer whose weights are stored sparsely, read by the layer
itself or through a DENSIFY operator, in each form of numbers and block shape, and
runs each with LiteRT's default interpreter (XNNPACK delegate), with its built-in
kernels, and with its reference kernels, in a process of its own. Prints for each
what became of it against the same model with dense weights: equal, near (float32
sums in another order), wrong, error, or crash. docs/Sparsity.md has the table.
With --time nothing but the time of each model given is measured, in turns, in the
default interpreter on one thread.
Needs: numpy, ai-edge-litert, flatbuffers."""
import argparse
import json
import os
import pathlib
import sys
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]
                       / "test" / "Conformance"))
from tflite_writer import Graph, Model, Op, Sparsity, Tensor, serialize  # noqa: E402

RESOLVERS = {"default": "AUTO", "kernels": "BUILTIN_WITHOUT_DEFAULT_DELEGATES",
             "reference": "BUILTIN_REF"}
FORMS = ("float32", "float16", "int8", "hybrid", "int16x8", "dequantized")
BLOCKS = {"1x1": (1, 1), "1x4": (1, 4), "1x16": (1, 16), "16x4": (16, 4)}
# Name: operator, shape of the weights, shape of the input.
LAYERS = {
    "fully_connected": ("FULLY_CONNECTED", (32, 64), (3, 64)),
    "conv_2d 1x1": ("CONV_2D", (32, 1, 1, 64), (1, 8, 8, 64)),
    "conv_2d 3x3": ("CONV_2D", (32, 3, 3, 64), (1, 8, 8, 64)),
    "depthwise_conv_2d": ("DEPTHWISE_CONV_2D", (1, 3, 3, 64), (1, 8, 8, 64)),
    "transpose_conv": ("TRANSPOSE_CONV", (32, 3, 3, 64), (1, 8, 8, 64)),
}


def encoding(shape, rows, columns):
    rank = len(shape)
    blocks = {}
    if rows > 1:
        blocks[0] = rows
    if columns > 1:
        blocks[rank - 1] = columns
    order = range(rank + len(blocks))
    return Sparsity(order, [i == rank - 1 for i in order], blocks)


def make(layer, form, block, densify):
    """The sparse and the dense model, and an input; None where there is none."""
    name, shape, in_shape = LAYERS[layer]
    rows, columns = BLOCKS[block]
    if shape[0] % rows or shape[-1] % columns:
        return None
    rng = np.random.default_rng(0)
    axis = len(shape) - 1 if name == "DEPTHWISE_CONV_2D" else 0
    units = shape[axis]
    values = rng.integers(-100, 100, shape)
    grid = [size // part for size, part in
            zip(shape, (rows, *(1,) * (len(shape) - 2), columns))]
    kept = (rng.random(grid) < 0.3).repeat(rows, 0).repeat(columns, -1)
    values = values * kept
    kind = form if form.startswith("float") else "int8"
    scale = None if kind != "int8" else np.linspace(0.01, 0.03, units)
    data = (values / 64).astype(kind) if scale is None else values.astype(np.int8)
    weights = Tensor(shape, kind, scale, 0, axis, data=data,
                     sparsity=encoding(shape, rows, columns))
    plain = Tensor(shape, kind, scale, 0, axis)
    out_shape = (*in_shape[:-1], units)
    if form == "int8":
        source = Tensor(in_shape, "int8", 0.05, 3)
        target = Tensor(out_shape, "int8", 2.0, -4)
        bias = Tensor((units,), "int32", scale * 0.05,
                      data=rng.integers(-999, 999, units, dtype=np.int32))
        value = rng.integers(-128, 128, in_shape, dtype=np.int8)
    elif form == "int16x8":
        source, target = Tensor(in_shape, "int16", 1e-3), Tensor(out_shape, "int16", 2e-3)
        bias = Tensor((units,), "int64", scale * 1e-3,
                      data=rng.integers(-999, 999, units, dtype=np.int64))
        value = rng.integers(-3000, 3000, in_shape, dtype=np.int16)
    else:
        source, target = Tensor(in_shape, "float32"), Tensor(out_shape, "float32")
        bias = Tensor((units,), "float32",
                      data=rng.standard_normal(units).astype(np.float32))
        value = rng.standard_normal(in_shape).astype(np.float32)
    options = {}
    if name != "FULLY_CONNECTED":
        options = {"padding": 0, "strideW": 1, "strideH": 1}
    elif form == "hybrid":
        options = {"asymmetricQuantizeInputs": True}
    if name in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        options |= {"dilationWFactor": 1, "dilationHFactor": 1}
    if name == "DEPTHWISE_CONV_2D":
        options["depthMultiplier"] = 1
    if name == "TRANSPOSE_CONV" and form == "hybrid":
        return None
    read = plain if densify else weights
    ops = [Op("DENSIFY", [weights], [plain])] if densify else []
    if form in ("float16", "dequantized"):
        if not densify:
            return None
        read = Tensor(shape, "float32")
        ops.append(Op("DEQUANTIZE", [plain], [read]))
    operands = [source, read, bias]
    if name == "TRANSPOSE_CONV":
        sizes = Tensor((4,), "int32", data=np.asarray(out_shape, np.int32))
        operands = [sizes, read, source, bias]
    ops.append(Op(name, operands, [target], options))
    sparse = serialize(Model([Graph("main", [source], [target], ops)]))
    weights.sparsity = None
    if densify:
        plain.data = data
        ops = ops[1:]
    return sparse, serialize(Model([Graph("main", [source], [target], ops)])), value


def run(model, resolver, value):
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
    interpreter = Interpreter(
        model_content=model, num_threads=1,
        experimental_op_resolver_type=OpResolverType[RESOLVERS[resolver]])
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], value)
    # What was unpacked in the first run must be there in the second.
    interpreter.invoke()
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def judge(models, resolver):
    sparse, dense, value = models
    expected = run(dense, resolver, value)
    try:
        found = run(sparse, resolver, value)
    except (RuntimeError, ValueError):
        return "error"
    if np.array_equal(found, expected):
        return "equal"
    apart = np.abs(found.astype(float) - expected).max()
    return "near" if apart < 1e-4 * np.abs(expected).max() else "wrong"


def judge_apart(models, resolver):
    """judge in a process: kernels read beyond what a sparse tensor has."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.write(writer, judge(models, resolver).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text or "crash"


def measure(paths):
    """Median milliseconds of each model, runs taken in turns."""
    from ai_edge_litert.interpreter import Interpreter
    interpreters = [Interpreter(str(path), num_threads=1) for path in paths]
    times = [[] for _ in paths]
    for interpreter in interpreters:
        interpreter.allocate_tensors()
        interpreter.invoke()
    for _ in range(30):
        for interpreter, taken in zip(interpreters, times):
            start = time.perf_counter()
            interpreter.invoke()
            taken.append(time.perf_counter() - start)
    return [float(np.median(taken)) * 1e3 for taken in times]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--time", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    if options.time:
        for path, taken in zip(options.time, measure(options.time)):
            print(f"{taken:9.2f} ms  {path}")
        return
    rows = []
    for densify in (False, True):
        for layer in LAYERS:
            for form in FORMS:
                for block in BLOCKS:
                    models = make(layer, form, block, densify)
                    if models is None or (not densify and layer != "fully_connected"):
                        continue
                    row = {"layer": layer, "form": form, "block": block,
                           "densify": densify}
                    row |= {r: judge_apart(models, r) for r in RESOLVERS}
                    rows.append(row)
                    if not options.json:
                        print(f"{layer:18}{form:12}{block:6}"
                              f"{'densify' if densify else 'direct':9}"
                              + "  ".join(f"{r} {row[r]}" for r in RESOLVERS),
                              flush=True)
    if options.json:
        print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
