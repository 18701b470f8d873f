#!/usr/bin/env python3
"""Weights in TFLite's sparse encoding: identity, and the outputs of LiteRT.

usage: sparse-encoding.py MODELS FOLDER

Prunes, quantises and encodes models of MODELS in every way of CASES; the files go
to FOLDER. Of each: mode=off gives the dense file again and reading and writing
the same bytes; the file is smaller; LiteRT's outputs are those of the dense file
in every interpreter that the mode is for, and those of mopt's evaluator (reference
kernels); mopt's compiled code gives what it gives for the dense file. LiteRT's own
kernels, without its delegate, add float32 in another order: of these, single fully
connected layers are compared, with the bound of two such sums. Prints a line each,
exits 1 where one fails. Uses mopt-opt and mopt-run of the PATH.
Needs: ai-edge-litert numpy"""
import pathlib
import subprocess
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "Inputs"))
from side_by_side import draw, run_litert, run_mopt  # noqa: E402

DEFAULT = OpResolverType.AUTO
KERNELS = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
REFERENCE = OpResolverType.BUILTIN_REF

# Model, how it is made, and the mode.
CASES = [
    ("resnet8_fp32", ["--prune=sparsity=0.75"], "auto"),
    ("resnet8_fp32", ["--prune=sparsity=0.75", "--quantize-float16"], "auto"),
    ("resnet8_fp32", ["--prune=sparsity=0.8", "--quantize-int8"], "auto"),
    ("lenet5_fp32", ["--prune=sparsity=0.8 pattern=16x4", "--quantize-int16x8"], "auto"),
    ("lenet300_fp32", ["--prune=sparsity=0.8", "--quantize-weights"], "auto"),
    ("resnet8_fp32", ["--prune=sparsity=0.8", "--quantize-dynamic"], "kernels"),
    ("lenet300_fp32", ["--prune=sparsity=0.75 pattern=1x4"], "auto"),
    ("lenet300_fp32", ["--prune=sparsity=0.75 pattern=1x16", "--quantize-int8"],
     "kernels"),
]

LAYER = """
func.func @main(%x: tensor<{batch}x{depth}xf32>) -> tensor<{batch}x{units}xf32> {{
  %w = mopt.const {{value = dense<{weights}> : tensor<{units}x{depth}xf32>}} : () -> tensor<{units}x{depth}xf32>
  %b = mopt.no_value : () -> none
  %y = mopt.fully_connected %x, %w, %b : (tensor<{batch}x{depth}xf32>, tensor<{units}x{depth}xf32>, none) -> tensor<{batch}x{units}xf32>
  return %y : tensor<{batch}x{units}xf32>
}}
"""


def optimize(source, target, *options):
    command = ["mopt-opt", source, *options, "-o", target]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())


def open_litert(path, resolver):
    interpreter = Interpreter(
        str(path), experimental_op_resolver_type=resolver, num_threads=1)
    interpreter.allocate_tensors()
    return interpreter


def count_sparse(path):
    """Tensors that are stored sparsely; LiteRT tells."""
    details = open_litert(path, REFERENCE).get_tensor_details()
    return sum(bool(detail["sparsity_parameters"]) for detail in details)


def is_near(a, b, bound):
    return all((np.abs(x.astype(float) - y) <= bound).all()
               for x, y in zip(a, b, strict=True))


def check(dense, sparse, resolvers, bounds):
    """What is wrong; empty if nothing is. `bounds` are those of outputs by
    interpreter, 0 where there is none."""
    wrong = []
    again = sparse.with_suffix(".again.tflite")
    optimize(sparse, again)
    if again.read_bytes() != sparse.read_bytes():
        wrong.append("is another file when read and written")
    restored = sparse.with_suffix(".restored.tflite")
    optimize(sparse, restored, "--sparse-encoding=mode=off")
    # What passes made may have its tensors in another order once it was read.
    optimize(dense, again)
    if again.read_bytes() != restored.read_bytes():
        wrong.append("does not become the dense file")
    if sparse.stat().st_size >= dense.stat().st_size:
        wrong.append("is not smaller")
    if count_sparse(sparse) == 0:
        wrong.append("has no sparse tensor")
    details = open_litert(dense, REFERENCE).get_input_details()
    names = [detail["name"] for detail in details]
    rng = np.random.default_rng(0)
    inputs = [draw(rng, detail) for detail in details]
    expected = run_litert(open_litert(dense, REFERENCE), inputs)
    for resolver in resolvers:
        a = run_litert(open_litert(dense, resolver), inputs)
        b = run_litert(open_litert(sparse, resolver), inputs)
        if not is_near(a, b, bounds.get(resolver, 0.0)):
            wrong.append(f"has other outputs in LiteRT ({resolver.name})")
    ours = run_mopt(sparse, names, inputs, "--device=reference",
                    "--requantize=fixed")
    if not is_near(expected, ours, 0.0):
        wrong.append("has other outputs in mopt than in LiteRT")
    a, b = (run_mopt(path, names, inputs, "--device=cpu") for path in (dense, sparse))
    if not is_near(a, b, 0.0):
        wrong.append("has other outputs when compiled")
    return wrong


def make_layer(path, block, rng, units=48, depth=128, batch=3):
    weights = rng.standard_normal((units, depth)).astype(np.float32)
    kept = rng.random((units, depth // block)) < 0.25
    weights *= np.repeat(kept, block, axis=1)
    # More digits than a float32 has.
    rows = ("[" + ", ".join(f"{value:.12e}" for value in row) + "]" for row in weights)
    path.write_text(LAYER.format(batch=batch, units=units, depth=depth,
                                 weights="[" + ", ".join(rows) + "]"))
    return weights


def main():
    models, folder = map(pathlib.Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    failed = False

    def report(what, dense, sparse, wrong):
        nonlocal failed
        failed |= bool(wrong)
        print(f"{what}: {dense.stat().st_size} -> {sparse.stat().st_size} bytes, "
              f"{count_sparse(sparse)} tensors"
              + "".join(f"; FAILED: {text}" for text in wrong), flush=True)

    for number, (name, options, mode) in enumerate(CASES):
        dense, sparse = (folder / f"{number}.{kind}.tflite"
                         for kind in ("dense", "sparse"))
        optimize(models / f"{name}.tflite", dense, *options)
        optimize(dense, sparse, f"--sparse-encoding=mode={mode}")
        resolvers = [REFERENCE] + [DEFAULT] * (mode == "auto")
        if "--quantize-int" in " ".join(options):
            resolvers.append(KERNELS)
        report(f"{name} {' '.join(options)} {mode}", dense, sparse,
               check(dense, sparse, resolvers, {}))

    # The kernels of fully connected layers that read the encoding.
    rng = np.random.default_rng(1)
    for kind, block, options in (
            ("elements", 1, []), ("1x4", 4, []),
            ("1x16 int8", 16, ["--quantize-int8"]),
            ("1x16 dynamic", 16, ["--quantize-dynamic=min-elements=0"])):
        source = folder / f"{block}{kind[-4:]}.mlir"
        weights = make_layer(source, block, rng)
        dense, sparse = (source.with_suffix(f".{form}.tflite")
                         for form in ("dense", "sparse"))
        optimize(source, dense, *options)
        optimize(dense, sparse, "--sparse-encoding=mode=kernels")
        # Two sums of k products are apart by 2 k u times the sum of magnitudes
        # at most (N. Higham, 2002, 3.1); a hybrid kernel multiplies its exact sum
        # three times. Inputs of N(0,1) are below 6.
        magnitude = 6 * np.abs(weights).sum(axis=1).max() * 2.0 ** -24
        terms = {"elements": weights.shape[1], "1x4": weights.shape[1],
                 "1x16 dynamic": 4}.get(kind, 0)
        bounds = {KERNELS: 2 * terms * magnitude}
        if kind == "1x16 dynamic":
            bounds[REFERENCE] = bounds[KERNELS]
        wrong = check(dense, sparse, [REFERENCE, KERNELS], bounds)
        if "densify" in str(open_litert(sparse, REFERENCE)._get_ops_details()).lower():
            wrong.append("has a densify op")
        report(f"fully connected, {kind}", dense, sparse, wrong)
    sys.exit(failed)


if __name__ == "__main__":
    main()
