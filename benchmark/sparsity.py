#!/usr/bin/env python3
"""What pruning by calibration data costs: top-1, agreement, and bytes.

sparsity.py --shared=FOLDER [--build=DIR] [--only=REGEX] [--json]
            [--plot=FILE.svg]

Makes each scheme of SCHEMES (or those whose name --only matches) and scores it on
all 10,000 images of cifar10_test (resnet8, calibrated on cifar10_calib) or on 400
of imagenet500 (efficientnet_lite0; every fifth image, from the fifth on,
calibrates). Bytes are those of the compressed model (mopt-translate
--to-compressed). FOLDER holds models/ and data/. --json prints a list of objects.
--plot draws top-1 over bytes, one line for each series of schemes of resnet8
(names up to the comma)."""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import svg
from quantization import Task

INT8 = "--quantize-int8=@"
# name: model, options of mopt-opt; @ is calibration=DATA and what belongs to it.
SCHEMES = {}
for part in (0.3, 0.5, 0.6, 0.7, 0.8):
    text = f"{100 * part:.0f} %"
    SCHEMES[f"magnitude, {text}"] = ("resnet8", [f"--prune=sparsity={part}"])
    SCHEMES[f"obs uniform, {text}"] = (
        "resnet8", [f"--prune=method=obs @ sparsity={part}"])
    auto = f"--prune=method=obs @ sparsity={part} sparsity-allocation=auto"
    SCHEMES[f"obs auto, {text}"] = ("resnet8", [auto])
    SCHEMES[f"obs auto + int8, {text}"] = ("resnet8", [auto, INT8])
SCHEMES["int8, 0 %"] = ("resnet8", [INT8])
SCHEMES["obs 2:4, 50 %"] = ("resnet8", ["--prune=method=obs @ pattern=2:4"])
for part in (0.3, 0.5):
    SCHEMES[f"obs 16x4 auto, {100 * part:.0f} %"] = (
        "resnet8", [f"--prune=method=obs @ pattern=16x4 sparsity={part} "
                    "sparsity-allocation=auto"])
# All but the first convolution and the depthwise ones.
LITE0 = "exclude=model/re_lu/Relu6 exclude-ops=depthwise_conv_2d sparsity=0.5"
SCHEMES["lite0 magnitude, 50 %"] = ("efficientnet_lite0", [f"--prune={LITE0}"])
SCHEMES["lite0 obs uniform, 50 %"] = (
    "efficientnet_lite0", [f"--prune=method=obs @ {LITE0}"])
SCHEMES["lite0 obs auto, 50 %"] = (
    "efficientnet_lite0",
    [f"--prune=method=obs @ {LITE0} sparsity-allocation=auto "
     "measure-samples=24"])


def measure(tools, task, options, folder):
    model, report = folder / "model.tflite", folder / "report.json"
    start = time.monotonic()
    options = [option.replace("@", task.calibration) for option in options]
    options = [f"{option} report={report}" if option.startswith("--prune")
               else option for option in options]
    report.write_text("[]")
    subprocess.run([tools / "mopt-opt", task.model, "-o", model, *options],
                   check=True, stderr=subprocess.DEVNULL)
    row = {"seconds": time.monotonic() - start}
    subprocess.run([tools / "mopt-translate", "--to-compressed", model, "-o",
                    folder / "model.mopt"], check=True, capture_output=True)
    row["bytes"] = (folder / "model.mopt").stat().st_size
    layers = json.loads(report.read_text())
    elements = sum(layer["elements"] for layer in layers)
    row["sparsity"] = (sum(layer["zeros"] for layer in layers)
                       / max(elements, 1))
    result = json.loads(subprocess.run(
        [tools / "mopt-run", model, f"--eval={task.score}", "--json",
         *task.flags, f"--compare={task.model}"], check=True,
        capture_output=True).stdout)
    row["top1"] = result["top1"]
    row["float"] = result["compare"]["top1"]
    row["agreement"] = result["agreement"]
    return row


def draw(rows):
    """Top-1 of resnet8 over bytes, a curve a kind of scheme."""
    curves = {}
    for row in rows:
        if row["model"] == "resnet8":
            curves.setdefault(row["scheme"].split(",")[0], []).append(
                (row["bytes"] / 1000, 100 * row["top1"]))
    return svg.draw_curves(curves, "kilobytes of the container", "top-1, %")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--build", type=pathlib.Path,
                        default=here.parent / "build")
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plot", type=pathlib.Path)
    arguments = parser.parse_args()
    rows, tasks = [], {}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for scheme, (model, options) in SCHEMES.items():
            if not re.search(arguments.only, scheme):
                continue
            if model not in tasks:
                tasks[model] = Task(model, arguments.shared.resolve(), folder)
            row = measure(arguments.build / "bin", tasks[model], options,
                          folder)
            rows.append({"scheme": scheme, "model": model, **row})
            if not arguments.json:
                print(f"{scheme:24} top-1 {100 * row['top1']:6.2f} (loss "
                      f"{100 * (row['float'] - row['top1']):6.2f}) agreement "
                      f"{100 * row['agreement']:6.2f} zeros "
                      f"{100 * row['sparsity']:6.2f} % {row['bytes']:>8} bytes "
                      f"{row['seconds']:6.1f} s", flush=True)
    if arguments.json:
        json.dump(rows, sys.stdout, indent=1)
    if arguments.plot:
        arguments.plot.write_text(draw(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
