#!/usr/bin/env python3
"""Compares mopt-run's outputs with those of LiteRT's reference kernels.

usage: litert-outputs.py MOPT_RUN [--device=D ...] [--inputs=N] MODEL.tflite ...

Every model runs on N seeded inputs (integers over their whole range, floats
from N(0,1)) with --requantize=fixed, on each device. Integer outputs have to be
equal. Exits 1 when one is not. Needs: ai-edge-litert numpy"""
import argparse
import os
import subprocess
import sys
import tempfile

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType


def draw(rng, detail):
    dtype = np.dtype(detail["dtype"])
    if np.issubdtype(dtype, np.integer):
        info = np.iinfo(dtype)
        return rng.integers(info.min, info.max, detail["shape"], dtype=dtype,
                            endpoint=True)
    return rng.standard_normal(detail["shape"]).astype(dtype)


def run_litert(interpreter, inputs):
    interpreter.reset_all_variables()
    for detail, value in zip(interpreter.get_input_details(), inputs):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    return [interpreter.get_tensor(d["index"])
            for d in interpreter.get_output_details()]


def run_mopt(tool, device, model, names, inputs):
    with tempfile.TemporaryDirectory() as folder:
        command = [tool, model, f"--device={device}", "--requantize=fixed",
                   f"--output-dir={folder}/out"]
        for index, (name, value) in enumerate(zip(names, inputs)):
            path = f"{folder}/{index}.npy"
            np.save(path, value)
            command.append(f"--input={name}={path}")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        files = sorted(os.listdir(f"{folder}/out"),
                       key=lambda name: int(name.split("_")[0]))
        return [np.load(f"{folder}/out/{name}") for name in files]


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
                actual = run_mopt(arguments.tool, device, model,
                                  [detail["name"] for detail in details],
                                  inputs)
                for e, a in zip(expected, actual, strict=True):
                    elements += e.size
                    different += int((e != a).sum())
            print(f"{os.path.basename(model)} {device}: {different} of "
                  f"{elements} elements differ", flush=True)
            failed |= different != 0
    sys.exit(failed)


if __name__ == "__main__":
    main()
