#!/usr/bin/env python3
"""Applies every quantization scheme to models and compares with LiteRT.

usage: schemes.py [--scheme=NAME ...] MODEL.tflite ...

Each result is read back and checked with mopt-verify-quantized; LiteRT's
reference kernels load and run it on one drawn input, and the evaluator gives the
same outputs, bit for bit, whatever the scheme: the hybrid kernels' float32 sums
are done in LiteRT's order too. Where an LSTM stays float32 there is a bound, derived
in float_lstm_bound.py. Calibration is on generated inputs. Prints one
line for each file, exits 1 where one fails. Uses mopt-opt and mopt-run of the
PATH. Needs: ai-edge-litert numpy"""
import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

import float_lstm_bound
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

SCHEMES = {
    "int8": "quantize-int8",
    "int8 io=int8": "quantize-int8=io=int8",
    "int8 io=uint8 granularity=tensor": "quantize-int8=io=uint8 granularity=tensor",
    "int16x8": "quantize-int16x8",
    "int16x8 io=int16 granularity=tensor": "quantize-int16x8=io=int16 granularity=tensor",
    "dynamic": "quantize-dynamic=min-elements=16",
    "dynamic granularity=tensor": "quantize-dynamic=granularity=tensor min-elements=16",
    "weights bits=8": "quantize-weights=min-elements=16",
    "weights bits=4": "quantize-weights=bits=4 min-elements=16",
    "weights bits=4 granularity=tensor":
        "quantize-weights=bits=4 granularity=tensor min-elements=16",
    "weights bits=2": "quantize-weights=bits=2 min-elements=16",
    "weights bits=8 block=128": "quantize-weights=block=128 min-elements=16",
    "weights bits=4 block=32": "quantize-weights=bits=4 block=32 min-elements=16",
    "weights bits=2 block=64": "quantize-weights=bits=2 block=64 min-elements=16",
    "float16": "quantize-float16=min-elements=16",
}


def draw(rng, detail):
    dtype = np.dtype(detail["dtype"])
    if np.issubdtype(dtype, np.integer):
        info = np.iinfo(dtype)
        return rng.integers(info.min, info.max, detail["shape"], dtype=dtype,
                            endpoint=True)
    return rng.uniform(-1.0, 1.0, detail["shape"]).astype(dtype)


def run_tool(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())


def run_litert(model, rng):
    """Inputs by name, the outputs and, where they are inexact, their bound."""
    interpreter = Interpreter(
        model_path=str(model),
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors="lstm" in model.name)
    interpreter.allocate_tensors()
    interpreter.reset_all_variables()
    inputs = {}
    for detail in interpreter.get_input_details():
        inputs[detail["name"]] = draw(rng, detail)
        interpreter.set_tensor(detail["index"], inputs[detail["name"]])
    interpreter.invoke()
    outputs = [interpreter.get_tensor(detail["index"])
               for detail in interpreter.get_output_details()]
    bound = None
    if "lstm" in model.name:
        bound = float_lstm_bound.find_bound(model, interpreter)
    return inputs, outputs, bound


def count_differences(actual, expected, bound):
    """Bytes that differ; elements beyond the bound where there is one."""
    if bound is None:
        return sum(int((a.view("u1") != e.view("u1")).sum())
                   for a, e in zip(actual, expected, strict=True))
    (a,), (e,) = actual, expected
    # The probabilities of int16 are multiples of 2^-15.
    scale = 2.0**-15 if a.dtype == np.int16 else 1.0
    distance = np.abs(a.astype(np.float64) - e.astype(np.float64)) * scale
    return int(np.sum(~(distance <= bound)))


def run_mopt(model, inputs, folder):
    command = ["mopt-run", model, "--device=reference", "--requantize=fixed",
               f"--output-dir={folder / 'out'}"]
    for index, (name, value) in enumerate(inputs.items()):
        np.save(folder / f"{index}.npy", value)
        command.append(f"--input={name}={folder / f'{index}.npy'}")
    run_tool(*command)
    files = sorted((folder / "out").iterdir(),
                   key=lambda file: int(file.name.split("_")[0]))
    return [np.load(file) for file in files]


def check(source, scheme):
    """One line, and whether all is well."""
    label = f"{source.stem}, {scheme}:"
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        target = folder / source.name
        try:
            run_tool("mopt-opt", source, f"--{SCHEMES[scheme]}", "-o", target)
            run_tool("mopt-opt", target, "--mopt-verify-quantized",
                     "-o", folder / "same.tflite")
            inputs, expected, bound = run_litert(target, np.random.default_rng(0))
            actual = run_mopt(target, inputs, folder)
        except (RuntimeError, ValueError) as error:
            return f"{label} FAILED: {error}", False
        different = count_differences(actual, expected, bound)
        share = target.stat().st_size / source.stat().st_size
        if different:
            return f"{label} FAILED: {different} bytes differ", False
        how = "equal"
        if bound is not None:
            farthest = max(np.max(np.abs(a - e)) for a, e in zip(actual, expected))
            how = f"within {bound.max():.1e}, {farthest:.1e} apart"
        return f"{label} {share:.3f} of the size, outputs {how}", True


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--scheme", action="append", choices=SCHEMES)
    options = parser.parse_args()
    jobs = [(model, scheme) for model in options.models
            for scheme in options.scheme or SCHEMES]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for line, good in pool.map(lambda job: check(*job), jobs):
            print(line, flush=True)
            failed += not good
    print(f"{len(jobs) - failed} of {len(jobs)} models equal")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
