#!/usr/bin/env python3
"""What float weights of a matrix product of one row gain where most are zero, in no
pattern, or where they have few values.

compressed.py [--build=DIR] [--mcpu=NAME] [--layer=INPUTSxOUTPUTS ...]
              [--sparsity=0.9 ...] [--values=16 ...] [--rounds=N]
              [--repetitions=N] [--json]

Layers are measured as layers.py measures them, dense and compressed in turns: the
fastest medians of mopt-run --profile. Weights that are zero are drawn; each layer
has the bytes of its dense weights beside it. What stays dense is marked by a star.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from layers import make_model, profile

HERE = pathlib.Path(__file__).resolve().parent
LAYERS = ["640x128", "784x300", "1280x1008", "2048x2048", "4096x4096"]


def scatter(sparsity):
    """Zeroes weights, wherever they are."""

    def prune(weights):
        generator = np.random.default_rng(2)
        return np.where(generator.random(weights.shape) < sparsity, 0, weights).astype(np.float32)

    return prune


def cluster(count):
    """Draws the weights out of `count` values."""

    def draw(weights):
        generator = np.random.default_rng(3)
        values = np.linspace(-2, 2, count, dtype=np.float32)
        return generator.choice(values, weights.shape)

    return draw


def find_kernel(model, options):
    """The name of the kernel that computes the layer."""
    text = subprocess.run(
        [options.build / "bin/mopt-opt", model, f"--mopt-convert-mopt-to-kernel=mcpu={options.mcpu}"]
        + ["--mlir-elide-elementsattrs-if-larger=8", "--mlir-elide-resource-strings-if-larger=8"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [line.split(" = ")[1].split()[0] for line in text.splitlines() if " = kernel." in line][-1]


def measure_layer(layer, options, folder):
    inputs, outputs = map(int, layer.split("x"))
    cases = [("dense", None)]
    cases += [(f"{sparsity:.0%} zeros", scatter(sparsity)) for sparsity in options.sparsity]
    cases += [(f"{count} values", cluster(count)) for count in options.values]
    models = []
    for i, (_, change) in enumerate(cases):
        models.append(folder / f"{i}.mlir")
        text = make_model("fully_connected", (1, 1), 1, (1, 1, inputs), outputs, "f32", change)
        models[-1].write_text(text)
    kernels = [find_kernel(model, options) for model in models]
    times = [[] for _ in models]
    for _ in range(options.rounds):
        for model, series in zip(models, times):
            series.append(profile(model, options)["us"])
    return {
        "layer": layer,
        "kilobytes": inputs * outputs * 4 / 1e3,
        "cases": [
            {"case": name, "kernel": kernel, "us": min(series), "ratio": min(times[0]) / min(series)}
            for (name, _), kernel, series in zip(cases, kernels, times)
        ],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--mcpu", default="host")
    parser.add_argument("--layer", action="append")
    parser.add_argument("--sparsity", type=float, action="append")
    parser.add_argument("--values", type=int, action="append")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repetitions", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.layer = options.layer or LAYERS
    options.sparsity = options.sparsity or [0.5, 0.8, 0.9, 0.95]
    options.values = options.values or [16, 32]
    options.type, options.requantize = "f32", "float"

    rows = []
    for layer in options.layer:
        # One layer at a time: the text of a large one has a hundred megabytes.
        with tempfile.TemporaryDirectory() as name:
            rows.append(measure_layer(layer, options, pathlib.Path(name)))
    if options.json:
        json.dump(rows, sys.stdout, indent=1)
        print()
        return
    heads = "".join(f"{case['case']:>18}" for case in rows[0]["cases"][1:])
    print(f"{'layer':12}{'kB':>8}{'us dense':>10}{heads}")
    for row in rows:
        dense, *cases = row["cases"]
        line = f"{row['layer']:12}{row['kilobytes']:8.0f}{dense['us']:10.1f}"
        for case in cases:
            star = "*" if case["kernel"] == dense["kernel"] else ""
            text = f"{case['us']:.1f} ({case['ratio']:.2f}x){star}"
            line += f"{text:>18}"
        print(line)


if __name__ == "__main__":
    main()
