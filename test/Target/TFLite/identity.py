#!/usr/bin/env python3
"""Import and export change nothing: checked on every model of a folder.

Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
See LICENSE for license information.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

    identity.py FOLDER SCRATCH [--litert]

For each .tflite file X under FOLDER, with mopt-opt from PATH:
  * X -> Y.tflite, and the text imported from X and from Y is the same;
  * X -> text -> .tflite, X -> bytecode -> .tflite give the bytes of Y, and
    bytecode prints as the text;
  * with --litert, X and Y give the same bytes in LiteRT (litert-identity.py).
Prints one line a model and fails if any model fails.
"""
import argparse
import pathlib
import subprocess
import sys


def opt(source, target):
    subprocess.run(["mopt-opt", str(source), "-o", str(target)], check=True)
    return target.read_bytes()


def check(model, scratch, litert):
    base = scratch / model.stem
    paths = {ext: base.with_name(f"{model.stem}.{ext}")
             for ext in ("mlir", "mlirbc", "tflite", "2.mlir", "2.tflite")}
    text = opt(model, paths["mlir"])
    exported = opt(model, paths["tflite"])
    if opt(paths["tflite"], paths["2.mlir"]) != text:
        return "the text after export and import differs"
    if opt(paths["mlir"], paths["2.tflite"]) != exported:
        return "the file written from text differs"
    opt(model, paths["mlirbc"])
    if opt(paths["mlirbc"], paths["2.tflite"]) != exported:
        return "the file written from bytecode differs"
    if opt(paths["mlirbc"], paths["2.mlir"]) != text:
        return "bytecode prints differently"
    if litert:
        script = pathlib.Path(__file__).with_name("litert-identity.py")
        run = subprocess.run(
            [sys.executable, str(script), str(model), str(paths["tflite"])],
            capture_output=True, text=True)
        if run.returncode:
            return run.stderr.strip().splitlines()[-1]
        return run.stdout.strip()
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("--litert", action="store_true")
    args = parser.parse_args()
    args.scratch.mkdir(parents=True, exist_ok=True)
    models = sorted(args.folder.rglob("*.tflite"))
    if not models:
        sys.exit(f"no models in {args.folder}")
    failures = 0
    for model in models:
        result = check(model, args.scratch, args.litert)
        good = result is None or result.startswith(("equal", "LiteRT cannot"))
        failures += not good
        print(f"{'identical' if good else 'FAILED'}: {model.name}"
              + (f": {result}" if result else ""))
        for path in args.scratch.glob(f"{model.stem}.*"):
            path.unlink()
    print(f"{len(models) - failures} of {len(models)} models")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
