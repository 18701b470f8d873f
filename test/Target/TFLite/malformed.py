#!/usr/bin/env python3
"""Damaged and impossible models: each gives one clear error and no output.

Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
See LICENSE for license information.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

    malformed.py SCHEMA.fbs SCRATCH

A table of changes to one small valid model, written as JSON and compiled with
flatc, and of changes to its bytes. For each row mopt-opt must exit with 1, say
what the row expects in exactly one error, and leave no file behind.
"""
import copy
import json
import math
import pathlib
import subprocess
import sys

MODEL = {
    "version": 3,
    "operator_codes": [{"deprecated_builtin_code": 3, "version": 1,
                        "builtin_code": "CONV_2D"}],
    "subgraphs": [{
        "name": "main",
        "tensors": [
            {"shape": [1, 4, 4, 2], "type": "INT8", "name": "x",
             "quantization": {"scale": [0.5], "zero_point": [1]}},
            {"shape": [3, 1, 1, 2], "type": "INT8", "buffer": 1, "name": "w",
             "quantization": {"scale": [0.1, 0.2, 0.3],
                              "zero_point": [0, 0, 0]}},
            {"shape": [3], "type": "INT32", "buffer": 2, "name": "b",
             "quantization": {"scale": [0.05, 0.1, 0.15],
                              "zero_point": [0, 0, 0]}},
            {"shape": [1, 4, 4, 3], "type": "INT8", "name": "y",
             "quantization": {"scale": [0.25], "zero_point": [-3]}},
        ],
        "inputs": [0], "outputs": [3],
        "operators": [{
            "opcode_index": 0, "inputs": [0, 1, 2], "outputs": [3],
            "builtin_options_type": "Conv2DOptions",
            "builtin_options": {"stride_w": 1, "stride_h": 1}}],
    }],
    "buffers": [{}, {"data": [1, 2, 3, 4, 5, 6]},
                {"data": [0] * 12}],
    "signature_defs": [{"inputs": [{"name": "in", "tensor_index": 0}],
                        "outputs": [{"name": "out", "tensor_index": 3}],
                        "signature_key": "serve", "subgraph_index": 0}],
    "metadata": [{"name": "note", "buffer": 0}],
}


def put(*path):
    """A change: the last item replaces what the path before it leads to."""
    *keys, last, value = path

    def change(model):
        for key in keys:
            model = model[key]
        model[last] = value
    return change


def graph(*path):
    return put("subgraphs", 0, *path)


def tensor(index, *path):
    return graph("tensors", index, *path)


def operator(*path):
    return graph("operators", 0, *path)


def append_operator(**fields):
    def change(model):
        first = model["subgraphs"][0]["operators"][0]
        model["subgraphs"][0]["operators"].append({**first, **fields})
    return change


def drop(name):
    def change(model):
        del model[name]
    return change


# (name, change of the model, part of the message)
MODELS = [
    ("no-subgraphs", put("subgraphs", []), "the model has no subgraphs"),
    ("missing-subgraphs", drop("subgraphs"), "the model has no subgraphs"),
    ("schema-version", put("version", 2),
     "schema version 2 is not supported, only version 3 is"),
    ("no-operator-codes", put("operator_codes", []),
     "refers to operator code 0 of 0"),
    ("operator-code-index", operator("opcode_index", 7),
     "subgraph 0, operator 0: refers to operator code 7 of 1"),
    ("operator-code-unknown", put("operator_codes", 0, "builtin_code", 4000),
     "has builtin operator code 4000, which the schema does not know"),
    ("operator-code-negative",
     put("operator_codes", 0, {"deprecated_builtin_code": -5,
                               "builtin_code": -7}),
     "has builtin operator code -5, which the schema does not know"),
    ("operator-version", put("operator_codes", 0, "version", 0),
     "has operator version 0; versions start at 1"),
    ("operand-index", operator("inputs", [0, 99, 2]),
     "subgraph 0, operator 0: refers to tensor 99 of 4"),
    ("operand-index-negative", operator("inputs", [0, -2, 2]),
     "subgraph 0, operator 0: refers to tensor -2 of 4"),
    ("result-index", operator("outputs", [4]),
     "subgraph 0, operator 0: refers to tensor 4 of 4"),
    ("result-twice", append_operator(),
     "operator 1: writes tensor 3, which is already written by operator 0"),
    ("result-is-input", operator("outputs", [0]),
     "writes tensor 0, which is already an input of the subgraph"),
    ("result-is-constant", operator("outputs", [1]),
     "writes tensor 1, which is already a constant"),
    ("cycle", operator("inputs", [3, 1, 2]),
     "reads tensor 3 before operator 0 writes it"),
    ("input-index", graph("inputs", [17]),
     "subgraph 0, inputs: refers to tensor 17 of 4"),
    ("input-twice", graph("inputs", [0, 0]),
     "tensor 0 'x': is listed twice among the inputs"),
    ("input-is-constant", graph("inputs", [1]),
     "tensor 1 'w': is an input and has constant data"),
    ("output-index", graph("outputs", [-1]),
     "subgraph 0, outputs: refers to tensor -1 of 4"),
    ("intermediate-index", operator("intermediates", [44]),
     "refers to tensor 44 of 4"),
    ("intermediate-is-constant", operator("intermediates", [1]),
     "has the constant tensor 1 as intermediate"),
    ("buffer-index", tensor(1, "buffer", 9),
     "tensor 1 'w': refers to buffer 9 of 3"),
    ("buffer-too-small", put("buffers", 1, "data", [1, 2, 3]),
     "tensor 1 'w': has 3 bytes of data, but its type 'tensor<3x1x1x2xi8>' "
     "needs 6"),
    ("buffer-too-large", put("buffers", 2, "data", [0] * 16),
     "has 16 bytes of data"),
    ("buffer-outside", put("buffers", 1, {"offset": 1000000, "size": 6}),
     "buffer 1 lies at [1000000, +6), outside the file"),
    ("buffer-offset-overflow",
     put("buffers", 1, {"offset": 2**64 - 3, "size": 6}),
     "outside the file"),
    ("type-unknown", tensor(0, "type", 99),
     "tensor 0 'x': has type number 99, which the schema does not know"),
    ("shape-negative", tensor(0, "shape", [1, -4, 4, 2]),
     "tensor 0 'x': has a dimension of size -4"),
    ("shape-overflow", tensor(0, "shape", [2**31 - 1] * 4),
     "tensor 0 'x': has a shape whose size does not fit 62 bits"),
    ("shape-rank", tensor(0, "shape", [1] * 300),
     "tensor 0 'x': has 300 dimensions, more than 256"),
    ("scale-nan", tensor(0, "quantization", "scale", [math.nan]),
     "tensor 0 'x': quantization scale 0 is nan"),
    ("scale-infinite", tensor(0, "quantization", "scale", [math.inf]),
     "tensor 0 'x': quantization scale 0 is"),
    ("scale-negative", tensor(1, "quantization", "scale", [0.1, -0.2, 0.3]),
     "tensor 1 'w': quantization scale 1 is"),
    ("scale-count", tensor(1, "quantization",
                           {"scale": [0.1, 0.2], "zero_point": [0, 0]}),
     "quantization has 2 scales, but dimension 0 has size 3"),
    ("scale-axis", tensor(1, "quantization", "quantized_dimension", 4),
     "quantized dimension 4 is outside the tensor's 4 dimensions"),
    ("scale-axis-negative", tensor(1, "quantization", "quantized_dimension",
                                   -1),
     "quantized dimension -1 is outside the tensor's 4 dimensions"),
    ("zero-point-count", tensor(1, "quantization", "zero_point", [0, 0]),
     "quantization has 3 scales but 2 zero points"),
    ("zero-point-range", tensor(0, "quantization", "zero_point", [200]),
     "zero point 200 is outside the range of 'i8' [-128, 127]"),
    ("signature-subgraph", put("signature_defs", 0, "subgraph_index", 3),
     "signature 'serve': refers to subgraph 3 of 1"),
    ("signature-input", put("signature_defs", 0, "inputs", 0, "tensor_index",
                            2),
     "input 'in' refers to tensor 2, which is no input of subgraph 0"),
    ("signature-output", put("signature_defs", 0, "outputs", 0,
                             "tensor_index", 77),
     "output 'out' refers to tensor 77, which is no output of subgraph 0"),
    ("metadata-buffer", put("metadata", 0, "buffer", 12),
     "metadata 'note': refers to buffer 12 of 3"),
    ("large-custom-options",
     operator("large_custom_options_offset", 99999),
     "has custom options outside the file"),
]


def replace(data, start, values):
    return data[:start] + bytes(values) + data[start + len(values):]


# (name, change of the bytes, part of the message)
BYTES = [
    ("empty", lambda data: b"", "the file has only 0 bytes"),
    ("seven-bytes", lambda data: data[:7], "the file has only 7 bytes"),
    ("identifier", lambda data: replace(data, 4, b"TFL2"),
     "the file identifier is not 'TFL3'"),
    ("text", lambda data: b"module {}\n" * 9,
     "the file identifier is not 'TFL3'"),
    ("truncated", lambda data: data[:-100], "the flatbuffer is damaged"),
    ("half", lambda data: data[:len(data) // 2], "the flatbuffer is damaged"),
    ("header-only", lambda data: data[:8], "the flatbuffer is damaged"),
    ("root-offset", lambda data: replace(data, 0, b"\xff\xff\xff\x7f"),
     "the flatbuffer is damaged"),
    ("root-to-itself", lambda data: replace(data, 0, b"\0\0\0\0"),
     "the flatbuffer is damaged"),
]


def compile_model(schema, scratch, name, model):
    source = scratch / f"{name}.json"
    # flatc spells the numbers that JSON lacks in lower case.
    text = json.dumps(model).replace("NaN", "nan").replace("Infinity", "inf")
    source.write_text(text, encoding="utf-8")
    subprocess.run(["flatc", "-b", "-o", str(scratch), str(schema),
                    str(source)], check=True, stdout=subprocess.PIPE)
    return scratch / f"{name}.tflite"


def check(path, expected):
    output = path.with_suffix(".out.mlir")
    run = subprocess.run(["mopt-opt", str(path), "-o", str(output)],
                         capture_output=True, text=True)
    if run.returncode != 1:
        return f"exit status {run.returncode}"
    if expected not in run.stderr:
        return f"expected '{expected}', got: {run.stderr}"
    if run.stderr.count("error:") != 1:
        return f"not one error: {run.stderr}"
    left = [p.name for p in path.parent.glob(f"{path.stem}.out*")]
    return f"left {left}" if left else None


def main():
    schema, scratch = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    scratch.mkdir(parents=True, exist_ok=True)
    failures = 0
    good = compile_model(schema, scratch, "good", MODEL)
    subprocess.run(["mopt-opt", str(good), "-o", "/dev/null"], check=True)
    rows = []
    for name, change, expected in MODELS:
        model = copy.deepcopy(MODEL)
        change(model)
        rows.append((compile_model(schema, scratch, name, model), expected))
    data = good.read_bytes()
    for name, change, expected in BYTES:
        path = scratch / f"bytes-{name}.tflite"
        path.write_bytes(change(data))
        rows.append((path, expected))
    for path, expected in rows:
        problem = check(path, expected)
        failures += problem is not None
        print(f"{path.stem}: {problem or 'refused'}")
    print(f"{len(rows) - failures} of {len(rows)} refused as expected")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
