#!/usr/bin/env python3
"""Runs models on a GPU and on the CPU, and compares every output.

usage: vulkan-models.py [--mode=fixed|float ...] [--inputs=N] [--whole]
                        [--validate] [--gpu-profile=NAME] [--runner=mopt-run]
                        MODEL ...

Both devices draw the same N inputs (integers over their whole range, floats from
N(0,1)). Integers have to be equal, bit for bit, in both modes. Floats are printed
with their largest difference: how far they may be apart is derived layer by layer
in unittests/Runtime/VulkanExecutor. With --whole, no operator may be left to the
CPU; with --validate, the validation layer may not say a word, and the arena starts
each run full of junk. Exits 1 where something is not as it has to be."""
import argparse
import array
import ast
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def read_npy(path):
    """(dtype, bytes) of a .npy file of version 1."""
    data = path.read_bytes()
    size = 10 + int.from_bytes(data[8:10], "little")
    return ast.literal_eval(data[10:size].decode())["descr"], data[size:]


def run(runner, model, device, mode, seed, folder, extra):
    command = [runner, str(model), f"--device={device}", f"--requantize={mode}"]
    command += [f"--seed={seed}", f"--output-dir={folder}", "--json", *extra]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{result.stderr}")
    report = json.loads(result.stdout)
    return report, [read_npy(pathlib.Path(out["file"])) for out in report["outputs"]]


def compare(got, expected):
    """(what is wrong or None, largest difference of floats)."""
    largest = 0.0
    for index, ((kind, a), (other, b)) in enumerate(zip(got, expected)):
        if kind != other or len(a) != len(b):
            return f"output {index} has another type or size", largest
        if kind == "<f4":
            pairs = list(zip(array.array("f", a), array.array("f", b)))
            if any(x != x or y != y for x, y in pairs):
                return f"output {index} has a NaN", largest
            largest = max(largest, max(abs(x - y) for x, y in pairs))
        elif a != b:
            count = sum(x != y for x, y in zip(a, b))
            return f"output {index} differs in {count} of {len(a)} bytes", largest
    return None, largest


def list_cpu_operators(report):
    reasons = collections.Counter(
        f"{op['operator']}: {op['reason']}"
        for op in report["device"]["operators"]
        if op["target"] == "cpu"
    )
    return [f"{count} {reason}" for reason, count in sorted(reasons.items())]


def check(model, mode, options):
    """Problems of one model in one mode; prints a line."""
    extra = ["--vulkan-validation"] if options.validate else []
    if options.gpu_profile:
        extra.append(f"--gpu-profile={options.gpu_profile}")
    problems, largest, on_cpu = [], 0.0, []
    for seed in range(1, options.inputs + 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                report, got = run(
                    options.runner, model, "vulkan", mode, seed, folder + "/gpu", extra
                )
                _, expected = run(
                    options.runner, model, "cpu", mode, seed, folder + "/cpu", []
                )
            except RuntimeError as error:
                problems.append(str(error))
                break
            problem, difference = compare(got, expected)
            largest = max(largest, difference)
            on_cpu = list_cpu_operators(report)
            total = len(report["device"]["operators"])
            if problem:
                problems.append(f"seed {seed}: {problem}")
    if options.whole and on_cpu:
        problems.append("the CPU runs " + "; ".join(on_cpu))
    if problems:
        print(f"{model.name} {mode}: FAILED")
        return [f"{model.name} {mode}: {problem}" for problem in problems]
    kinds = {kind for kind, _ in got}
    same = "equal" if "<f4" not in kinds or largest == 0 else f"within {largest:.3g}"
    count = sum(int(line.split()[0]) for line in on_cpu)
    print(f"{model.name} {mode}: {same}; {total - count} of {total} on the GPU")
    for line in on_cpu:
        print(f"  CPU: {line}")
    return []


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--mode", action="append", choices=("fixed", "float"))
    parser.add_argument("--inputs", type=int, default=1)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--gpu-profile")
    parser.add_argument("--runner", default="mopt-run")
    options = parser.parse_args()
    os.environ.setdefault("LP_NUM_THREADS", "0")
    problems = []
    for model in options.models:
        for mode in options.mode or ("fixed", "float"):
            problems += check(model, mode, options)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
