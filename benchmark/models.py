#!/usr/bin/env python3
"""Whole models beside LiteRT, one thread, in one process and in turns.

models.py [--build=DIR] [--mcpu=NAME] [--requantize=MODE] [--seconds=S] [--json]
          MODEL.tflite...

LiteRT runs with its default kernels (XNNPACK). The ratio is LiteRT's time over
ours: above 1 mopt is faster. Only ratios of one run mean something on a machine
that others use.
"""
import argparse
import json
import pathlib
import sys
import tempfile

import numpy as np

from native import NativeModel, measure

HERE = pathlib.Path(__file__).resolve().parent


def make_peer(model):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(model), num_threads=1)
    interpreter.allocate_tensors()
    generator = np.random.default_rng(0)
    for detail in interpreter.get_input_details():
        shape, dtype = detail["shape"], detail["dtype"]
        if np.issubdtype(dtype, np.floating):
            data = generator.standard_normal(shape).astype(dtype)
        else:
            limits = np.iinfo(dtype)
            data = generator.integers(
                limits.min, limits.max, shape, dtype=dtype, endpoint=True
            )
        interpreter.set_tensor(detail["index"], data)
    return interpreter


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--mcpu", default="host")
    parser.add_argument("--requantize", default="float", choices=("float", "fixed"))
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    results = []
    with tempfile.TemporaryDirectory() as folder:
        for i, model in enumerate(options.models):
            native = NativeModel(
                options.build / "bin/mopt-translate",
                model,
                pathlib.Path(folder) / f"model{i}.so",
                options.mcpu,
                options.requantize,
            )
            peer = make_peer(model)
            (ours, our_median), (theirs, their_median) = measure(
                [native.run, peer.invoke], options.seconds
            )
            results.append(
                {
                    "model": model.stem,
                    "mopt_us": ours,
                    "litert_us": theirs,
                    "mopt_median_us": our_median,
                    "litert_median_us": their_median,
                    "ratio": theirs / ours,
                    "median_ratio": their_median / our_median,
                }
            )
    if options.json:
        facts = {
            "requantize": options.requantize,
            "mcpu": options.mcpu,
            "models": results,
        }
        json.dump(facts, sys.stdout, indent=1)
        print()
        return
    print(f"{'model':40}{'mopt us':>10}{'LiteRT us':>11}{'ratio':>8}{'of medians':>12}")
    for row in results:
        print(
            f"{row['model']:40}{row['mopt_us']:10.1f}{row['litert_us']:11.1f}"
            f"{row['ratio']:8.2f}{row['median_ratio']:12.2f}"
        )


if __name__ == "__main__":
    main()
