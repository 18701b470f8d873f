#!/usr/bin/env python3
"""Compares models whose pruned channels are zero with those they were taken out of.

usage: channels.py MOPT_OPT MOPT_RUN [--random=N] [--options=TEXT] [MODEL ...]

Every model, and N random ones in float32 and in int8, is pruned with
--prune="pattern=channel OPTIONS", once with shrink=false. On seeded inputs
(integers over their whole range, floats from N(0,1)) all outputs must be equal, also
in float32: what is taken out are zeros that the evaluator's sums, which have the
order of the channels, do not notice. Integer outputs of the shrunk model must also
be those of LiteRT's reference kernels. Exits 1 when one is not.
Needs: ai-edge-litert numpy"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "Inputs"))
from random_channels import Model  # noqa: E402
from side_by_side import draw, run_litert, run_mopt  # noqa: E402


def prune(tool, model, options, path):
    subprocess.run([tool, str(model), f"--prune=pattern=channel {options}", "-o",
                    str(path)], check=True, stderr=subprocess.DEVNULL)


def compare(arguments, model, options, folder):
    """How many elements differ: masked and shrunk, shrunk and LiteRT."""
    masked, shrunk = folder / "masked.tflite", folder / "shrunk.tflite"
    prune(arguments.opt, model, options + " shrink=false", masked)
    prune(arguments.opt, model, options, shrunk)
    interpreter = Interpreter(
        model_path=str(shrunk),
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    details = interpreter.get_input_details()
    names = [detail["name"] for detail in details]
    rng = np.random.default_rng(0)
    different, foreign, moved = 0, 0, 0.0
    for _ in range(arguments.inputs):
        inputs = [draw(rng, detail) for detail in details]
        outputs = [run_mopt(path, names, inputs, "--device=reference",
                            "--requantize=fixed", tool=arguments.run)
                   for path in (masked, shrunk)]
        litert = run_litert(interpreter, inputs)
        for a, b, c in zip(*outputs, litert, strict=True):
            different += int((a != b).sum())
            if np.issubdtype(b.dtype, np.integer):
                foreign += int((b != c).sum())
            else:
                moved = max(moved, float(np.abs(b - c).max() / np.abs(c).max()))
    sizes = [path.stat().st_size for path in (masked, shrunk)]
    return different, foreign, moved, sizes


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("opt")
    parser.add_argument("run")
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--inputs", type=int, default=2)
    parser.add_argument("--options",
                        default="sparsity=0.4 sparsity-of=macs "
                        "sparsity-allocation=global")
    arguments = parser.parse_intermixed_args()
    failed = False

    def check(name, model, options, folder):
        nonlocal failed
        different, foreign, moved, sizes = compare(arguments, model, options, folder)
        print(f"{name}: {sizes[1]} of {sizes[0]} bytes, {different} elements differ, "
              f"{foreign} from LiteRT's integers, floats by {moved:.1e}", flush=True)
        failed |= different != 0 or foreign != 0 or sizes[1] >= sizes[0]

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for model in arguments.models:
            check(model.name, model, arguments.options, folder)
        for seed in range(arguments.random):
            text, integers = folder / "random.mlir", folder / "random.tflite"
            text.write_text(Model(seed).build(), encoding="utf-8")
            options = f"sparsity=0.{3 + seed % 5}"
            check(f"random {seed} float32", text, options, folder)
            subprocess.run([arguments.opt, str(text), "--quantize-int8", "-o",
                            str(integers)], check=True, stderr=subprocess.DEVNULL)
            check(f"random {seed} int8", integers, options, folder)
    sys.exit(failed)


if __name__ == "__main__":
    main()
