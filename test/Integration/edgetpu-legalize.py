#!/usr/bin/env python3
"""Compares models with what the Edge TPU gets of them, in LiteRT.

usage: edgetpu-legalize.py [--inputs=N] BEFORE.tflite AFTER.tflite [AFTER2 ...]

Random 8-bit inputs, as real numbers where BEFORE takes those; several models
after the first are a pipeline, each fed by name with what the one before gives.
Prints how many elements differ. Exits 1 if one differs by more than one unit, or
at all in an output whose name does not begin with `near`, unless --near is
given. LiteRT's reference kernels. Needs: ai-edge-litert numpy"""
import argparse
import os
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType


def load(path):
    interpreter = Interpreter(
        model_path=path, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    return interpreter


def run(interpreter, values):
    for detail in interpreter.get_input_details():
        interpreter.set_tensor(detail["index"], values[detail["name"]])
    interpreter.invoke()
    return {detail["name"]: interpreter.get_tensor(detail["index"])
            for detail in interpreter.get_output_details()}


def compare(before, after, rng, limit):
    """Elements that differ, and all; outputs by name."""
    first, last = after[0], after[-1]
    values, reals = {}, {}
    originals = {d["name"]: d for d in before.get_input_details()}
    for detail in first.get_input_details():
        info = np.iinfo(detail["dtype"])
        drawn = rng.integers(info.min, info.max, detail["shape"], endpoint=True)
        drawn = drawn.astype(detail["dtype"])
        values[detail["name"]] = reals[detail["name"]] = drawn
        if originals[detail["name"]]["dtype"] == np.float32:
            scale, zero = detail["quantization"]
            reals[detail["name"]] = (drawn.astype(np.float32) - zero) * np.float32(scale)
    expected = run(before, reals)
    for part in after:
        values = run(part, values)
    different = elements = 0
    worst = 0
    for detail in last.get_output_details():
        e, a = expected[detail["name"]], values[detail["name"]]
        if e.dtype != a.dtype:
            scale, zero = detail["quantization"]
            e = np.rint(e / np.float32(scale)) + zero
        distance = np.abs(e.astype(np.float64) - a.astype(np.float64))
        allowed = limit if limit else int(detail["name"].startswith("near"))
        assert distance.max() <= allowed, (detail["name"], distance.max())
        worst = max(worst, int(distance.max()))
        different += int((distance > 0).sum())
        elements += distance.size
    return different, elements, worst


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after", nargs="+")
    parser.add_argument("--inputs", type=int, default=5)
    parser.add_argument("--near", action="store_true")
    arguments = parser.parse_args()
    before, after = load(arguments.before), [load(path) for path in arguments.after]
    rng = np.random.default_rng(0)
    different = elements = worst = 0
    for _ in range(arguments.inputs):
        d, e, w = compare(before, after, rng, int(arguments.near))
        different, elements, worst = different + d, elements + e, max(worst, w)
    print(f"{os.path.basename(arguments.before)}: {different} of {elements} elements "
          f"differ, by {worst} at most")


if __name__ == "__main__":
    sys.exit(main())
