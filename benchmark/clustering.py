#!/usr/bin/env python3
"""What clustering and deep compression cost: top-1 against real bytes.

clustering.py --shared=FOLDER [--build=DIR] [--only=REGEX] [--plot=FILE.svg] [--json]

Makes each case of CASES (or those whose name --only matches), scores it on all
10,000 images of cifar10_test (resnet8, calibrated on cifar10_calib) or of mnist_test
(lenet300 and lenet5, on the 5000 images of mnist_calib), and writes its container.
Of each it prints top-1, the loss in points, agreement with the float model, the
bytes of the container, how often these go into the bytes of the float weights, and
how much smaller they are than xz -9e, zstd -19 and gzip -9 of the same .tflite.
--plot draws top-1 against bytes, of resnet8. FOLDER holds models/ and data/. The
settings of the cases "... times" were chosen without the test images: clusters on 1000 of the
calibration images while the other 4000 repaired, the sparsity by the size, the rest
by --deep-compress. Needs: numpy; xz, zstd and gzip for the comparison."""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import svg

# model: calibration data, test data, preprocessing, bytes of its float weights.
MODELS = {
    "resnet8": ("cifar10_calib", "cifar10_test", "", 309_288),
    "lenet300": ("mnist_calib", "mnist_test", "std:255", 1_066_440),
    "lenet5": ("mnist_calib", "mnist_test", "std:255", 1_724_320),
}

# name: model, options of mopt-opt; @ is calibration=DATA and what belongs to it.
CASES = {
    "float": ("resnet8", []),
    "16 nearest": ("resnet8", ["--cluster=clusters=16"]),
    "32 nearest": ("resnet8", ["--cluster=clusters=32"]),
    "256 nearest": ("resnet8", ["--cluster=clusters=256"]),
    "4": ("resnet8", ["--cluster=@ clusters=4 method=obs"]),
    "8": ("resnet8", ["--cluster=@ clusters=8 method=obs"]),
    "16": ("resnet8", ["--cluster=@ clusters=16 method=obs"]),
    "32": ("resnet8", ["--cluster=@ clusters=32 method=obs"]),
    "256": ("resnet8", ["--cluster=@ clusters=256 method=obs"]),
    "16 a channel": ("resnet8", ["--cluster=@ clusters=16 method=obs scope=channel"]),
    "16, int8": (
        "resnet8",
        [
            "--cluster=@ clusters=16 method=obs",
            "--quantize-int8=@ granularity=tensor effort=1",
        ],
    ),
    "deep 50 %": ("resnet8", ["--deep-compress=@ sparsity=0.5"]),
    "deep 50 %, int8": ("resnet8", ["--deep-compress=@ sparsity=0.5 form=int8"]),
    "deep 50 %, divergence": (
        "resnet8",
        ["--deep-compress=@ sparsity=0.5 measure=divergence"],
    ),
    "deep 50 %, divergence, int8": (
        "resnet8",
        ["--deep-compress=@ sparsity=0.5 measure=divergence form=int8"],
    ),
    "deep 70 %": ("resnet8", ["--deep-compress=@ sparsity=0.7"]),
    "pruned 50 %, int8": (
        "resnet8",
        [
            "--prune=@ method=obs sparsity=0.5 sparsity-allocation=auto",
            "--quantize-int8=@",
        ],
    ),
    "pruned 70 %, int8": (
        "resnet8",
        [
            "--prune=@ method=obs sparsity=0.7 sparsity-allocation=auto",
            "--quantize-int8=@",
        ],
    ),
    "lenet300 float": ("lenet300", []),
    "lenet300 92 %": (
        "lenet300",
        ["--deep-compress=@ sparsity=0.92 damping=0.0001 measure=error"],
    ),
    "lenet300 0.3 %": ("lenet300", ["--deep-compress=@ max-drop=0.3"]),
    "lenet300 40 times": ("lenet300", ["--deep-compress=@ smaller=40.2"]),
    "lenet5 float": ("lenet5", []),
    "lenet5 95 %": (
        "lenet5",
        ["--deep-compress=@ sparsity=0.95 damping=0.0001 measure=error"],
    ),
    "lenet5 65 times": (
        "lenet5",
        ["--deep-compress=@ smaller=65.2 clusters=8 conv-clusters=16"],
    ),
}


def count_bytes(command, path):
    try:
        return len(subprocess.run([*command, path], capture_output=True, check=True).stdout)
    except FileNotFoundError:
        return None


def run_case(options, name, folder):
    model, passes = CASES[name]
    calibration, test, steps, weights = MODELS[model]
    source = options.shared / "models" / f"{model}_fp32.tflite"
    data = options.shared / "data"
    # Nothing is told of the labels.
    images = folder / "images.npz"
    with np.load(data / f"{calibration}.npz") as arrays:
        np.savez(images, x=arrays["x"])
    told = f"calibration={images}"
    if steps:
        told += f" preprocess={steps}"
    target, coded = folder / "m.tflite", folder / "m.mopt"
    tools = options.build / "bin"
    made = [text.replace("@", told) for text in passes]
    subprocess.run(
        [tools / "mopt-opt", source, *made, "-o", target],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    subprocess.run(
        [tools / "mopt-translate", "--to-compressed", target, "-o", coded],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    scoring = [tools / "mopt-run", coded, f"--eval={data / test}.npz", "--json"]
    scoring.append(f"--compare={source}")
    if steps:
        scoring.append(f"--preprocess={steps}")
    scored = json.loads(subprocess.run(scoring, check=True, capture_output=True).stdout)
    size = coded.stat().st_size
    return {
        "case": name,
        "model": model,
        "top1": scored["top1"],
        "loss": 100 * (scored["compare"]["top1"] - scored["top1"]),
        "agreement": scored["agreement"],
        "bytes": size,
        "ratio": weights / size,
        "xz": count_bytes(["xz", "-9e", "-k", "-c"], target),
        "zstd": count_bytes(["zstd", "-19", "-q", "-c"], target),
        "gzip": count_bytes(["gzip", "-9", "-c"], target),
    }


def draw(rows):
    """The curves of ResNet-8: the LeNets' scores would squeeze them into a line."""
    curves = {}
    for row in rows:
        if row["model"] != "resnet8" or "int8" in row["case"]:
            continue
        kind = "method=obs"
        if row["case"] == "float":
            kind = "float"
        elif "nearest" in row["case"]:
            kind = "nearest centroids"
        elif "a channel" in row["case"]:
            kind = "method=obs scope=channel"
        elif "deep" in row["case"]:
            kind = "pruned too"
        curves.setdefault(f"ResNet-8, {kind}", []).append(
            (row["bytes"] / 1000, 100 * row["top1"])
        )
    return svg.draw_curves(curves, "kilobytes of the container", "top-1, %")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--only", default="")
    parser.add_argument("--plot", type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    if not options.json:
        print(
            "| case | top-1 % | loss | agreement % | bytes | weights / bytes"
            " | of xz | of zstd | of gzip |\n|" + " --- |" * 9
        )
    with tempfile.TemporaryDirectory() as folder:
        for name in CASES:
            if not re.search(options.only, name):
                continue
            row = run_case(options, name, pathlib.Path(folder))
            rows.append(row)
            if options.json:
                continue
            parts = [
                f"{100 * row['bytes'] / row[tool]:.1f} %" if row[tool] else "-"
                for tool in ("xz", "zstd", "gzip")
            ]
            print(
                f"| {name} | {100 * row['top1']:.2f} | {row['loss']:.2f} |"
                f" {100 * row['agreement']:.1f} | {row['bytes']:,} |"
                f" {row['ratio']:.1f} | " + " | ".join(parts) + " |",
                flush=True,
            )
    if options.json:
        print(json.dumps(rows, indent=1))
    if options.plot:
        options.plot.write_text(draw(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
