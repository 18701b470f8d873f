#!/usr/bin/env python3
"""Compares two .tflite files by what LiteRT's reference kernels compute.

Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
See LICENSE for license information.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

    litert-identity.py X.tflite Y.tflite [--inputs N] [--seed S]

Both models run on N seeded random inputs; every output must be equal byte for
byte. Says so when LiteRT cannot run X (a custom operator that it lacks), which
is no failure; Y must then be refused as well.
"""
import argparse
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType


def load(path):
    interpreter = Interpreter(
        model_path=path,
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    return interpreter


def random_input(rng, detail):
    shape, dtype = detail["shape"], detail["dtype"]
    if np.issubdtype(dtype, np.integer):
        info = np.iinfo(dtype)
        return rng.integers(info.min, info.max, shape, dtype, endpoint=True)
    return rng.standard_normal(shape).astype(dtype)


def run(interpreter, values):
    for detail, value in zip(interpreter.get_input_details(), values):
        interpreter.set_tensor(detail["index"], value)
    interpreter.reset_all_variables()
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"])
            for detail in interpreter.get_output_details()]


def describe(details):
    return [(d["name"], d["shape"].tolist(), d["shape_signature"].tolist(),
             d["dtype"].__name__, d["quantization_parameters"]["scales"].tolist(),
             d["quantization_parameters"]["zero_points"].tolist())
            for d in details]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("first")
    parser.add_argument("second")
    parser.add_argument("--inputs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    try:
        first = load(args.first)
    except (RuntimeError, ValueError) as error:
        print(f"LiteRT cannot run {args.first}: {error}".splitlines()[0])
        try:
            load(args.second)
        except (RuntimeError, ValueError):
            return
        sys.exit(f"but it runs {args.second}")
    second = load(args.second)
    for get in ("get_input_details", "get_output_details"):
        a, b = (describe(getattr(i, get)()) for i in (first, second))
        if a != b:
            sys.exit(f"{get} differ: {a} and {b}")
    if first.get_signature_list() != second.get_signature_list():
        sys.exit("signatures differ")
    rng = np.random.default_rng(args.seed)
    for number in range(args.inputs):
        values = [random_input(rng, d) for d in first.get_input_details()]
        for a, b in zip(run(first, values), run(second, values), strict=True):
            if a.dtype != b.dtype or a.tobytes() != b.tobytes():
                sys.exit(f"outputs differ on input {number} (seed {args.seed})")
    print(f"equal on {args.inputs} inputs")


if __name__ == "__main__":
    main()
