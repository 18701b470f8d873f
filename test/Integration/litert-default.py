#!/usr/bin/env python3
"""Compares `float` mode with LiteRT's default kernels (XNNPACK), op by op.

usage: litert-default.py [--inputs=N] [--json] MODEL.tflite ...

Every model runs on N seeded inputs (integers over their whole range, floats from
N(0,1)), in LiteRT as users run it and in the reference evaluator with
--requantize=float. Printed are the elements of the outputs that differ and the
largest difference in units of the last place; then the ops that differ by
themselves: some element of the result is another one although all operands are
equal. For that a copy of the model returns every tensor. Uses mopt-run of the
PATH. Needs: ai-edge-litert numpy"""
import argparse
import collections
import json
import pathlib
import sys
import tempfile

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "Inputs"))
from side_by_side import draw, run_litert, run_mopt  # noqa: E402

# Operators by number.
NAMES = {
    value: name.lower()
    for name, value in vars(schema.BuiltinOperator).items()
    if isinstance(value, int)
}


def read_model(path):
    return schema.ModelT.InitFromPackedBuf(bytearray(path.read_bytes()), 0)


def is_computed(model, graph, index):
    """True for tensors of numbers that an op computes."""
    tensor = graph.tensors[index]
    data = model.buffers[tensor.buffer].data
    return not tensor.isVariable and (data is None or len(data) == 0)


def return_everything(source, target):
    """Writes `source` with every result as an output; the ops, the tensors."""
    model = read_model(source)
    graph = model.subgraphs[0]
    results = []
    for op in graph.operators:
        results += [i for i in op.outputs if i >= 0 and is_computed(model, graph, i)]
    graph.outputs = results
    # Signatures would have other outputs.
    model.signatureDefs = None
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    target.write_bytes(builder.Output())
    return model, results


def difference(a, b):
    """Elements that differ, and by how much at most."""
    wrong = (a != b) & ~((a != a) & (b != b))
    if not wrong.any():
        return 0, 0
    return int(wrong.sum()), float(
        np.abs(a.astype(np.float64) - b.astype(np.float64))[wrong].max()
    )


def open_litert(path):
    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    return interpreter


def describe(graph, codes, op):
    name = NAMES[codes[op.opcodeIndex].builtinCode]
    shape = "x".join(map(str, graph.tensors[op.outputs[0]].shape))
    return f"{name} {shape}"


def compare(path, count):
    facts = {"model": path.stem, "inputs": count, "elements": 0, "different": 0}
    facts["largest"] = 0.0
    ops = collections.OrderedDict()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        whole = folder / "whole.tflite"
        model, results = return_everything(path, whole)
        graph = model.subgraphs[0]
        plain, opened = open_litert(path), open_litert(whole)
        details = plain.get_input_details()
        names = [detail["name"] for detail in details]
        rng = np.random.default_rng(0)
        for _ in range(count):
            inputs = [draw(rng, detail) for detail in details]
            expected = run_litert(plain, inputs)
            everything = run_mopt(
                whole, names, inputs, "--device=reference", "--requantize=float"
            )
            ours = dict(zip(results, everything, strict=True))
            outputs = read_model(path).subgraphs[0].outputs
            for index, theirs in zip(outputs, expected, strict=True):
                wrong, largest = difference(ours[index], theirs)
                facts["elements"] += theirs.size
                facts["different"] += wrong
                facts["largest"] = max(facts["largest"], largest)
            theirs = dict(zip(results, run_litert(opened, inputs), strict=True))
            for number, op in enumerate(graph.operators):
                operands = [i for i in op.inputs if i in theirs]
                if any(difference(ours[i], theirs[i])[0] for i in operands):
                    continue
                for index in op.outputs:
                    if index not in theirs:
                        continue
                    wrong, largest = difference(ours[index], theirs[index])
                    entry = ops.setdefault(
                        (number, describe(graph, model.operatorCodes, op)), [0, 0, 0.0]
                    )
                    entry[0] += wrong
                    entry[1] += theirs[index].size
                    entry[2] = max(entry[2], largest)
    facts["ops"] = [
        {"op": f"{number} {text}", "different": wrong, "elements": size, "largest": most}
        for (number, text), (wrong, size, most) in ops.items()
        if wrong
    ]
    return facts


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--inputs", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = []
    for path in options.models:
        facts = compare(path, options.inputs)
        results.append(facts)
        if options.json:
            continue
        print(
            f"{facts['model']}: {facts['different']} of {facts['elements']} elements of "
            f"the outputs differ, by {facts['largest']:g} at most",
            flush=True,
        )
        for op in facts["ops"]:
            print(
                f"  op {op['op']}: {op['different']} of {op['elements']} with equal "
                f"operands, by {op['largest']:g} at most"
            )
    if options.json:
        json.dump(results, sys.stdout, indent=1)
        print()


if __name__ == "__main__":
    main()
