#!/usr/bin/env python3
"""Compares compiled models with the reference evaluator on every instruction set.

usage: bit-exactness.py [--cpu=NAME ...] [--mode=fixed|float ...] [--inputs=N]
                        [--emulated-inputs=N] [--runner=run-model.c] MODEL.tflite ...

Every model is compiled for each CPU in each mode and runs on N seeded inputs
(integers over their whole range, floats from N(0,1)); every byte of the outputs
has to be the evaluator's, which runs once for all CPUs. CPUs that this machine is
not are skipped; code for AArch64 runs in qemu-aarch64 where it is, on the first
inputs only if --emulated-inputs says so (it takes long). Exits 1 where a byte
differs. Uses mopt-run and mopt-translate of the PATH. Needs: numpy"""
import argparse
import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
ARM = ("cortex-a55", "cortex-a76", "neoverse-n2")
# What the code of a CPU takes for granted, as /proc/cpuinfo names it.
FEATURES = {
    "x86-64": {"sse2"},
    "haswell": {"avx2", "fma", "bmi2"},
    "skylake-avx512": {"avx512bw", "avx512vl", "avx512dq"},
    "icelake-server": {"avx512_vnni", "avx512_vbmi2", "gfni"},
    "znver4": {"avx512_vnni", "avx512_bf16", "avx512_vbmi2"},
    "sapphirerapids": {"amx_int8", "amx_bf16", "avx512_fp16"},
}
DTYPES = {
    "float": "<f4",
    "int8_t": "|i1",
    "uint8_t": "|u1",
    "int16_t": "<i2",
    "int32_t": "<i4",
    "int64_t": "<i8",
    "bool": "|b1",
}


def draw(rng, dtype, shape):
    dtype = np.dtype(dtype)
    if dtype == bool:
        return rng.integers(0, 2, shape).astype(bool)
    if np.issubdtype(dtype, np.integer):
        info = np.iinfo(dtype)
        return rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)
    return rng.standard_normal(shape).astype(dtype)


def read_header(path):
    """(name, dtype, shape) of the inputs, and the bytes of the outputs."""
    text = path.read_text()
    count = int(re.search(r"_NUM_INPUTS (\d+)", text).group(1))
    pattern = r'\[\d+\] "(.*)": (\w+)[^\[]* \[([\d, ]*)\], (\d+) bytes'
    tensors = re.findall(pattern, text)
    inputs = [
        (name, DTYPES[kind], tuple(int(size) for size in re.findall(r"\d+", shape)))
        for name, kind, shape, _ in tensors[:count]
    ]
    return inputs, [int(size) for *_, size in tensors[count:]]


def evaluate(model, mode, names, inputs, folder):
    """The outputs of the reference evaluator, as bytes."""
    out = folder / "out"
    command = ["mopt-run", str(model), "--device=reference", f"--output-dir={out}"]
    command.append(f"--requantize={mode}")
    for i, (name, value) in enumerate(zip(names, inputs)):
        np.save(folder / f"{i}.npy", value)
        command.append(f"--input={name}={folder / f'{i}.npy'}")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    files = sorted(out.iterdir(), key=lambda path: int(path.name.split("_")[0]))
    values = [np.load(path) for path in files]
    shutil.rmtree(out)
    return values


class Native:
    """A model as code for this machine, called in this process."""

    def __init__(self, model, mode, cpu, folder):
        self.path = folder / f"{cpu}-{mode}.so"
        command = ["mopt-translate", "--to-shared-library", str(model)]
        command += [f"--mcpu={cpu}", f"--requantize={mode}", "-o", str(self.path)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.inputs, self.sizes = read_header(self.path.with_suffix(".h"))
        self.code = ctypes.CDLL(str(self.path))
        self.code.mopt_model_arena_size.restype = ctypes.c_size_t
        memory = np.zeros(self.code.mopt_model_arena_size() + 64, np.uint8)
        start = -memory.ctypes.data % 64
        self.memory, self.arena = memory, ctypes.c_void_p(memory.ctypes.data + start)

    def run(self, inputs):
        outputs = [np.full(size, 0x55, np.uint8) for size in self.sizes]

        def addresses(arrays):
            pointers = [array.ctypes.data for array in arrays]
            return (ctypes.c_void_p * len(pointers))(*pointers)

        self.code.mopt_model_reset(self.arena)
        inputs = [np.ascontiguousarray(value) for value in inputs]
        status = self.code.mopt_model_run(
            addresses(inputs), addresses(outputs), self.arena
        )
        if status != 0:
            raise RuntimeError(f"{self.path}: returned {status}")
        return [output.tobytes() for output in outputs]


class Emulated:
    """A model as a program for AArch64, run by qemu."""

    def __init__(self, model, mode, cpu, folder, runner):
        self.program = folder / f"{cpu}-{mode}"
        code = self.program.with_suffix(".o")
        command = ["mopt-translate", "--to-object", str(model), "-o", str(code)]
        command += [f"--mcpu={cpu}", f"--requantize={mode}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.inputs, self.sizes = read_header(code.with_suffix(".h"))
        subprocess.run(
            ["aarch64-linux-gnu-gcc", "-static", "-O1", str(runner), str(code)]
            + ["-include", str(code.with_suffix(".h")), "-lm"]
            + ["-o", str(self.program)],
            check=True,
        )
        self.folder = folder

    def run(self, inputs):
        files = [self.folder / f"in{i}.raw" for i in range(len(inputs))]
        results = [self.folder / f"out{i}.raw" for i in range(len(self.sizes))]
        for path, value in zip(files, inputs):
            path.write_bytes(value.tobytes())
        subprocess.run(["qemu-aarch64", self.program, *files, *results], check=True)
        return [path.read_bytes() for path in results]


def get_features():
    flags = set()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("flags"):
            flags = set(line.split(":")[1].split())
            break
    return flags


def can_run(cpu, features):
    if cpu in ARM:
        return bool(shutil.which("qemu-aarch64") and shutil.which("aarch64-linux-gnu-gcc"))
    return os.uname().machine == "x86_64" and FEATURES[cpu] <= features


def check_model(model, options, features):
    """Prints a line for each mode and CPU; the number of those that differ."""
    different = 0
    for mode in options.mode:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            inputs, expected = [], []
            for cpu in options.cpu:
                label = f"{model.stem} {mode} {cpu}:"
                if not can_run(cpu, features):
                    print(label, "skipped, not to be run here", flush=True)
                    continue
                count = options.inputs
                if cpu in ARM:
                    count = min(count, options.emulated_inputs or count)
                    code = Emulated(model, mode, cpu, folder, options.runner)
                else:
                    code = Native(model, mode, cpu, folder)
                rng = np.random.default_rng(0)
                unequal = elements = 0
                for i in range(count):
                    sample = [draw(rng, dtype, shape) for _, dtype, shape in code.inputs]
                    if i == len(expected):
                        names = [name for name, *_ in code.inputs]
                        expected.append(evaluate(model, mode, names, sample, folder))
                    for got, wanted in zip(code.run(sample), expected[i], strict=True):
                        elements += wanted.size
                        values = np.frombuffer(got, wanted.dtype).reshape(wanted.shape)
                        # Bytes: a NaN equals itself.
                        unequal += int((values.view("u1") != wanted.view("u1")).sum())
                verdict = f"{unequal} bytes differ" if unequal else "equal"
                print(f"{label} {count} inputs, {elements} elements, {verdict}", flush=True)
                different += unequal != 0
    return different


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--cpu", action="append")
    parser.add_argument("--mode", action="append", choices=("fixed", "float"))
    parser.add_argument("--inputs", type=int, default=20)
    parser.add_argument("--emulated-inputs", type=int)
    parser.add_argument(
        "--runner", type=pathlib.Path, default=HERE / "../Target/CPU/Inputs/run-model.c"
    )
    options = parser.parse_args()
    options.mode = options.mode or ["fixed", "float"]
    options.cpu = options.cpu or [
        "x86-64",
        "haswell",
        "skylake-avx512",
        "icelake-server",
        "znver4",
        "cortex-a76",
    ]
    features = get_features()
    different = sum(check_model(model, options, features) for model in options.models)
    sys.exit(different != 0)


if __name__ == "__main__":
    main()
