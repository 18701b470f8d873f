#!/usr/bin/env python3
"""Compares mopt-run's outputs with those of LiteRT's reference kernels.

usage: litert-outputs.py MOPT_RUN [--device=D ...] [--inputs=N] MODEL.tflite ...

Every model runs on N seeded inputs (integers over their whole range, floats
from N(0,1)) with --requantize=fixed, on each device. Integer outputs have to be
equal. Exits 1 when one is not. Needs: ai-edge-litert numpy"""
import argparse
import os
import pathlib
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "Inputs"))
from side_by_side import draw, run_litert, run_mopt  # noqa: E402


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tool")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--device", action="append", default=[])
    parser.add_argument("--inputs", type=int, default=5)
    arguments = parser.parse_args()
    failed = False
    for model in arguments.models:
        interpreter = Interpreter(
            model_path=model,
            experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
        interpreter.allocate_tensors()
        details = interpreter.get_input_details()
        for device in arguments.device or ["reference"]:
            rng = np.random.default_rng(0)
            different = elements = 0
            for _ in range(arguments.inputs):
                inputs = [draw(rng, detail) for detail in details]
                expected = run_litert(interpreter, inputs)
                actual = run_mopt(
                    model, [detail["name"] for detail in details], inputs,
                    f"--device={device}", "--requantize=fixed",
                    tool=arguments.tool)
                for e, a in zip(expected, actual, strict=True):
                    elements += e.size
                    different += int((e != a).sum())
            print(f"{os.path.basename(model)} {device}: {different} of "
                  f"{elements} elements differ", flush=True)
            failed |= different != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
