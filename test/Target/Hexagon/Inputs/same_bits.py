# ===- same_bits.py - Hexagon code against the CPU's --------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""usage: same_bits.py [--modes=fixed,float] [--seeds=N] [--mcpu=NAME] MODEL...

Runs each model on N seeded inputs, in each arithmetic of requantisation, on the
CPU and under qemu-hexagon; all bytes of all outputs have to be the same."""

import argparse
import pathlib
import subprocess
import sys
import tempfile


def run(model, mode, seed, folder, *options):
    command = ["mopt-run", model, f"--requantize={mode}", f"--seed={seed}"]
    command += [f"--output-dir={folder}", *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--modes", default="fixed,float")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--mcpu", default="hexagonv66")
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    wrong = 0
    for model in options.models:
        for mode in options.modes.split(","):
            for seed in range(options.seeds):
                with tempfile.TemporaryDirectory() as folder:
                    cpu = run(model, mode, seed, folder + "/cpu")
                    dsp = run(model, mode, seed, folder + "/dsp",
                              "--device=hexagon-sim", f"--mcpu={options.mcpu}")
                same = cpu == dsp and len(cpu) > 0
                wrong += not same
                result = "same" if same else "DIFFERENT"
                print(f"{pathlib.Path(model).name} {mode} {seed}: {result}")
    sys.exit(wrong != 0)


if __name__ == "__main__":
    main()
