#!/usr/bin/env python3
"""Peak memory of import and export, over that of an empty run.

Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
See LICENSE for license information.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

    memory.py MODEL EMPTY.mlir SCRATCH LIMIT

Fails if mopt-opt needs more than LIMIT times the model's size more memory for
MODEL than for the empty module.
"""
import os
import sys


def peak(source, target):
    pid = os.spawnlp(os.P_NOWAIT, "mopt-opt", "mopt-opt", source, "-o", target)
    _, status, usage = os.wait4(pid, 0)
    if status:
        sys.exit(f"mopt-opt fails on {source}")
    return usage.ru_maxrss * 1024


def main():
    model, empty, scratch, limit = sys.argv[1:]
    extra = peak(model, scratch + ".tflite") - peak(empty, scratch + ".mlir")
    ratio = extra / os.path.getsize(model)
    print(f"{ratio:.2f} times the file size, at most {limit}")
    sys.exit(ratio > float(limit))


if __name__ == "__main__":
    main()
