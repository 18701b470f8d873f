#!/usr/bin/env python3
"""What weights in float16 change on a GPU: outputs beside those of float32 on the CPU.

half.py [--build=DIR] [--device=vulkan] [--samples=N] [--json] [--shared=DIR]
        [--models NAME ...]

For each float model of the table below whose model and data are there: the ratio of
signal to noise, the largest difference of an output, and how often both give the same
answer. The others are reported as absent. Environment variables choose the Vulkan
driver (VK_ICD_FILENAMES)."""

import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Model, data, preprocessing.
MODELS = (
    ("resnet8", "cifar10_test.npz", "none"),
    ("lenet300", "mnist_test.npz", "std:255"),
    ("lenet5", "mnist_test.npz", "std:255"),
    ("efficientnet_lite0", "imagenet500", "mean:127,std:128"),
)


def measure(options, model, data, preprocess):
    command = [
        options.build / "bin/mopt-run",
        model,
        f"--device={options.device}",
        "--float16",
        f"--eval={data}",
        f"--samples={options.samples}",
        f"--compare={model}",
        "--compare-device=cpu",
        "--json",
    ]
    if preprocess != "none":
        command.append(f"--preprocess={preprocess}")
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr.strip())
    return json.loads(result.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--shared", type=pathlib.Path, default=HERE.parent.parent / "shared")
    parser.add_argument("--device", default="vulkan")
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--models", nargs="+", help="of the table (default: all)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = {}
    if not options.json:
        print(f"{'model':22}{'SNR, dB':>9}{'largest difference':>20}{'same answer':>13}")
    for name, data, preprocess in MODELS:
        if options.models and name not in options.models:
            continue
        model = options.shared / f"models/{name}_fp32.tflite"
        data = options.shared / "data" / data
        if not (model.exists() and data.exists()):
            report[name] = "absent"
            if not options.json:
                print(f"{name:22}absent")
            continue
        got = measure(options, model, data, preprocess)
        report[name] = {key: got[key] for key in ("snr_db", "max_difference", "agreement", "total")}
        if not options.json:
            print(
                f"{name:22}{got['snr_db']:9.1f}{got['max_difference']:20.2g}"
                f"{got['agreement']:12.1%}"
            )
    if options.json:
        json.dump(report, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
