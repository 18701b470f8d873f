#!/usr/bin/env python3
"""Memory of models as native code, beside the least that their tensors need.

memory.py [--build=DIR] [--mcpu=NAME] [--requantize=MODE] [--json]
          [--limit=RATIO] [--code-limit=BYTES] MODEL.tflite...

The bound is the largest sum of the bytes of tensors that live while one op runs;
the arena is without the state of the model. With limits, the exit status is 1 if the
arena, or the code without weights, of a model is larger. An arena is a multiple of 64
bytes, so what RATIO allows is rounded up to one.
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def measure(translate, model, options):
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [
                translate,
                "--to-object",
                str(model),
                f"--mcpu={options.mcpu}",
                f"--requantize={options.requantize}",
                "--json",
                "-o",
                f"{folder}/model.o",
            ],
            check=True,
            stdout=subprocess.PIPE,
        )
    report = json.loads(run.stdout)
    arena = report["arena_bytes"] - report["state_bytes"]
    bound = report["lower_bound_bytes"]
    return {
        "model": model.stem,
        "arena_bytes": arena,
        "lower_bound_bytes": bound,
        "ratio": arena / bound if bound else 1.0,
        "code_bytes": report["code_bytes"],
        "weight_bytes": report["weight_bytes"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--mcpu", default="znver4")
    parser.add_argument("--requantize", default="float", choices=("float", "fixed"))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--limit", type=float)
    parser.add_argument("--code-limit", type=int)
    options = parser.parse_args()

    translate = options.build / "bin/mopt-translate"
    rows = [measure(translate, model, options) for model in options.models]
    if options.json:
        json.dump({"mcpu": options.mcpu, "models": rows}, sys.stdout, indent=1)
        print()
    else:
        print("| model | arena | bound | ratio | code | weights |")
        print("| --- | --- | --- | --- | --- | --- |")
        for row in rows:
            print(
                f"| {row['model']} | {row['arena_bytes']:,} "
                f"| {row['lower_bound_bytes']:,} | {row['ratio']:.2f} "
                f"| {row['code_bytes']:,} | {row['weight_bytes']:,} |"
            )
    failed = False
    for row in rows:
        if options.limit:
            allowed = math.ceil(options.limit * row["lower_bound_bytes"] / 64) * 64
            if row["arena_bytes"] > allowed:
                failed = True
                print(f"{row['model']}: arena above {options.limit} of the bound")
        if options.code_limit and row["code_bytes"] > options.code_limit:
            failed = True
            print(f"{row['model']}: code above {options.code_limit} bytes")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
