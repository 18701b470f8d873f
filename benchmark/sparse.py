#!/usr/bin/env python3
"""What leaving out zero weights gains: single layers and whole models.

sparse.py [--build=DIR] [--mcpu=NAME] [--type=int8|f32] [--sparsity=0.75 ...]
          [--block=16x4] [--rounds=N] [--repetitions=N] [--seconds=S] [--ops] [--json] [MODEL.tflite...]

Without models: layers of layers.txt, dense and with random blocks of zeros, as
layers.py measures them, in turns. With models: the pointwise convolutions are
pruned in blocks (mopt-opt --prune), and the pruned models run beside the model as
it is, in turns in one process; --ops adds the times of the single ops
(mopt-run --profile). The ratios are dense over sparse times, of medians and of the
fastest runs.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from layers import make_model, profile, read_layers
from native import NativeModel, measure

HERE = pathlib.Path(__file__).resolve().parent
# The characters that mean something in a regular expression.
SPECIAL = "\\.^$*+?()[]{}|"


def make_pruner(block, sparsity):
    """Zeroes random blocks of outputs times columns, as many of each row."""
    height, width = block

    def prune(weights):
        generator = np.random.default_rng(2)
        matrix = weights.reshape(weights.shape[0], -1)
        columns = -(-matrix.shape[1] // width)
        for first in range(0, matrix.shape[0], height):
            chosen = generator.permutation(columns)[: round(columns * sparsity)]
            for i in chosen:
                matrix[first : first + height, i * width : (i + 1) * width] = 0
        return matrix

    return prune


def compile_model(options, model, library):
    return NativeModel(
        options.build / "bin/mopt-translate", model, library, options.mcpu
    )


def summarize(times):
    """Medians, and how often the others are faster than the first: of medians
    and of the fastest runs. `times`: (lowest, median)."""
    (lowest, median), others = times[0], times[1:]
    return [time for _, time in times], [
        (median / other, lowest / least) for least, other in others
    ]


def measure_layers(options, folder):
    rows = []
    for i, layer in enumerate(read_layers(options.layers)):
        op, window, stride, image, outputs = layer
        if op == "depthwise_conv_2d":
            continue
        models = []
        for j, sparsity in enumerate([0.0] + options.sparsity):
            prune = make_pruner(options.block, sparsity) if sparsity else None
            models.append(folder / f"layer{i}-{j}.mlir")
            models[-1].write_text(make_model(*layer, options.type, prune))
        times = [[] for _ in models]
        for _ in range(options.rounds):
            for model, series in zip(models, times):
                series.append(profile(model, options)["us"])
        medians, ratios = summarize([(min(s), float(np.median(s))) for s in times])
        products = int(np.prod(window)) * image[2] * outputs
        products *= -(-image[0] // stride) * -(-image[1] // stride)
        rows.append(
            {
                "op": op,
                "window": "x".join(map(str, window)),
                "stride": stride,
                "input": "x".join(map(str, image)),
                "outputs": outputs,
                "depth": window[0] * window[1] * image[2],
                "median_us": medians,
                "gmac_per_s": [products / median / 1e3 for median in medians],
                "ratios": ratios,
            }
        )
    return rows


def find_pointwise(model):
    """Names of the constants of pointwise convolutions."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        str(model), experimental_op_resolver_type=OpResolverType.BUILTIN_REF
    )
    return {
        tensor["name"]
        for tensor in interpreter.get_tensor_details()
        if len(tensor["shape"]) == 4
        and list(tensor["shape"][1:3]) == [1, 1]
        and tensor["shape"][0] > 1
    }


def prune_model(options, model, sparsity, folder):
    """The model with pruned pointwise layers, and how many these are."""
    target = folder / f"{model.stem}-{sparsity}.tflite"
    report = folder / "report.json"
    pattern = "x".join(map(str, options.block))

    def run(more):
        subprocess.run(
            [
                options.build / "bin/mopt-opt",
                str(model),
                f"--prune=sparsity={sparsity} pattern={pattern} report={report} {more}",
                "-o",
                str(target),
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        return {entry["name"] for entry in json.loads(report.read_text())}

    pointwise = find_pointwise(model)
    others = run("") - pointwise
    escaped = [
        "".join("\\" + c if c in SPECIAL else c for c in name) for name in others
    ]
    pruned = run("exclude=^(" + "|".join(escaped) + ")$" if escaped else "")
    if not pruned or pruned - pointwise:
        raise SystemExit(f"{model}: no names that tell its pointwise layers")
    return target, len(pruned)


def profile_all(options, model):
    command = [options.build / "bin/mopt-run", str(model), "--benchmark"]
    command += ["--profile", "--json", f"--mcpu={options.mcpu}"]
    return json.loads(subprocess.check_output(command))["ops"]


def measure_models(options, folder):
    rows = []
    for model in options.models:
        pruned = [prune_model(options, model, s, folder) for s in options.sparsity]
        files = [model] + [path for path, _ in pruned]
        native = [
            compile_model(options, path, folder / f"{model.stem}-{i}.so")
            for i, path in enumerate(files)
        ]
        medians, ratios = summarize(
            measure([code.run for code in native], options.seconds)
        )
        row = {
            "model": model.stem,
            "pruned_layers": pruned[0][1],
            "median_us": medians,
            "ratios": ratios,
        }
        if options.ops:
            row["ops"] = [profile_all(options, path) for path in files]
        rows.append(row)
    return rows


def print_ops(row, sparsity):
    dense = row["ops"][0]
    heads = "".join(f"{f'{s:.0%}':>9}{'ratio':>7}" for s in sparsity)
    print(f"{'us dense':>9}{heads}  op")
    for i, op in enumerate(dense):
        if "blocks" not in row["ops"][1][i]:
            continue
        line = f"{op['us']:9.1f}"
        for ops in row["ops"][1:]:
            us = ops[i]["us"]
            line += f"{us:9.1f}{op['us'] / us:7.2f}"
        print(f"{line}  {op['op']} {op['shape']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--layers", type=pathlib.Path, default=HERE / "layers.txt")
    parser.add_argument("--mcpu", default="host")
    parser.add_argument("--type", default="int8", choices=("int8", "f32"))
    parser.add_argument("--sparsity", type=float, action="append")
    parser.add_argument("--block", default="16x4")
    parser.add_argument("--requantize", default="float", choices=("float", "fixed"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repetitions", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--ops", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.sparsity = options.sparsity or [0.5, 0.75]
    options.block = tuple(map(int, options.block.split("x")))

    with tempfile.TemporaryDirectory() as name:
        run = measure_models if options.models else measure_layers
        rows = run(options, pathlib.Path(name))
    if options.json:
        json.dump({"sparsity": options.sparsity, "rows": rows}, sys.stdout, indent=1)
        print()
        return
    heads = "".join(
        f"{f'us {s:.0%}':>10}{'ratio':>7}{'least':>7}" for s in options.sparsity
    )
    print(f"{'':48}{'us dense':>10}{heads}")
    for row in rows:
        if options.models:
            title = f"{row['model']}, {row['pruned_layers']} layers pruned"
        else:
            title = "{op} {window} s{stride} {input} -> {outputs}".format(**row)
        line = f"{title:48}{row['median_us'][0]:10.1f}"
        for median, (ratio, least) in zip(row["median_us"][1:], row["ratios"]):
            line += f"{median:10.1f}{ratio:7.2f}{least:7.2f}"
        print(line)
        if options.ops and options.models:
            print_ops(row, options.sparsity)


if __name__ == "__main__":
    main()
