#!/usr/bin/env python3
"""What quantization costs: top-1, agreement with the float model, and bytes.

quantization.py --shared=FOLDER [--build=DIR] [--only=REGEX]
                [--litert=default|reference] [--json]

Makes each scheme of SCHEMES (or those whose name --only matches) and scores it on
all 10,000 images of cifar10_test (resnet8, calibrated on cifar10_calib) or on 400
of imagenet500 (efficientnet_lite0; every fifth image, from the fifth on,
calibrates). --litert runs
each file with LiteRT too, on the same inputs, and counts its right answers:
default kernels requantize as mopt does by default (nearly), reference kernels,
which are slow, exactly as mopt with --requantize=fixed, whose count is beside
them. FOLDER holds models/ and data/. --json prints a list of objects.
Needs: numpy; with --litert ai-edge-litert, and pillow for images."""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy as np

# name: model, options of mopt-opt; @ is calibration=DATA and what belongs to it,
# # the data that scores.
SCHEMES = {
    "int8": ("resnet8", ["--quantize-int8=@"]),
    "int8, effort 1": ("resnet8", ["--quantize-int8=@ effort=1"]),
    "int8, effort 2": ("resnet8", ["--quantize-int8=@ effort=2"]),
    "int8 min-max": ("resnet8", ["--quantize-int8=@ method=minmax"]),
    "int16x8": ("resnet8", ["--quantize-int16x8=@"]),
    "int16x8, effort 2": ("resnet8", ["--quantize-int16x8=@ effort=2"]),
    "float16": ("resnet8", ["--quantize-float16"]),
    "dynamic": ("resnet8", ["--quantize-dynamic"]),
    "weights int8": ("resnet8", ["--quantize-weights=min-elements=0"]),
    "weights int8, effort 2": (
        "resnet8", ["--quantize-weights=@ effort=2 min-elements=0"]),
    "weights int4": ("resnet8", ["--quantize-weights=bits=4 min-elements=0"]),
    "weights int4, effort 1": (
        "resnet8", ["--quantize-weights=@ bits=4 effort=1 min-elements=0"]),
    "weights int4, effort 2": (
        "resnet8", ["--quantize-weights=@ bits=4 effort=2 min-elements=0"]),
    "lite0 int8": ("efficientnet_lite0", ["--quantize-int8=@"]),
    "lite0 int8, effort 1": ("efficientnet_lite0",
                             ["--quantize-int8=@ effort=1"]),
    "lite0 int8, effort 2": ("efficientnet_lite0",
                             ["--quantize-int8=@ effort=2"]),
    "lite0 int8 per tensor": ("efficientnet_lite0",
                              ["--quantize-int8=@ granularity=tensor"]),
    "lite0 int8 per tensor, equalised": (
        "efficientnet_lite0",
        ["--mopt-fold-batch-norm", "--mopt-equalize-layers=relu6=minimum",
         "--quantize-int8=@ granularity=tensor"]),
    "lite0 int8 per tensor, effort 1": (
        "efficientnet_lite0",
        ["--quantize-int8=@ granularity=tensor effort=1"]),
    "lite0 int8 per tensor, effort 2": (
        "efficientnet_lite0",
        ["--quantize-int8=@ granularity=tensor effort=2"]),
    "max-drop snr": ("resnet8", ["--quantize-int8=@ max-drop=25 metric=snr"]),
    "max-drop snr, int16x8": (
        "resnet8",
        ["--quantize-int8=@ max-drop=25 metric=snr fallback=int16x8"]),
    # Minutes of CPU time.
    "lite0 max-drop per tensor": (
        "efficientnet_lite0",
        ["--quantize-int8=@ granularity=tensor max-drop=1 eval=#"]),
    "lite0 max-drop per tensor, int16x8": (
        "efficientnet_lite0",
        ["--quantize-int8=@ granularity=tensor max-drop=1 eval=# "
         "fallback=int16x8"]),
    "lite0 max-drop snr": ("efficientnet_lite0",
                           ["--quantize-int8=@ max-drop=25 metric=snr"]),
    "lite0 max-drop snr, int16x8": (
        "efficientnet_lite0",
        ["--quantize-int8=@ max-drop=25 metric=snr fallback=int16x8"]),
    "lite0 float": ("efficientnet_lite0", []),
    "lite0 weights int8": ("efficientnet_lite0", ["--quantize-weights"]),
    "lite0 float16": ("efficientnet_lite0", ["--quantize-float16"]),
    "lite0 dynamic": ("efficientnet_lite0", ["--quantize-dynamic"]),
    "lite0 weights int4": (
        "efficientnet_lite0",
        ["--quantize-weights=bits=4 depthwise-bits=8"]),
    "lite0 weights int4, effort 2": (
        "efficientnet_lite0",
        ["--quantize-weights=@ bits=4 depthwise-bits=8 effort=2"]),
}
PREPROCESS = "mean:127,std:128"


class Task:
    """A model, what calibrates it and what scores it."""

    def __init__(self, name, shared, folder):
        self.model = shared / "models" / f"{name}_fp32.tflite"
        data = shared / "data"
        if name == "resnet8":
            self.calibration = f"calibration={data}/cifar10_calib.npz"
            self.score = data / "cifar10_test.npz"
            self.flags = []
            return
        images = sorted((data / "imagenet500").glob("*.jpg"))
        for part, chosen in (
                ("calibration", images[4::5]),
                ("score", [f for i, f in enumerate(images) if i % 5 != 4])):
            (folder / part).mkdir(exist_ok=True)
            for image in chosen:
                os.symlink(image, folder / part / image.name)
        self.calibration = (f"calibration={folder}/calibration "
                            f"preprocess={PREPROCESS}")
        self.score = folder / "score"
        self.flags = [f"--preprocess={PREPROCESS}"]

    def samples(self):
        """Inputs and labels, as LiteRT takes them."""
        if self.score.suffix == ".npz":
            data = np.load(self.score)
            for x, y in zip(data["x"], data["y"]):
                yield x[None].astype(np.float32), int(y)
            return
        from PIL import Image
        for path in sorted(self.score.iterdir()):
            pixels = np.asarray(Image.open(path).convert("RGB"), np.float32)
            yield (pixels[None] - 127) / 128, int(path.name.split("_")[0])


def count_with_litert(task, model, kernels):
    from ai_edge_litert.interpreter import Interpreter, OpResolverType
    interpreter = Interpreter(
        str(model), num_threads=os.cpu_count(),
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF
        if kernels == "reference" else OpResolverType.AUTO)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    target = interpreter.get_output_details()[0]["index"]
    right = 0
    for x, y in task.samples():
        interpreter.set_tensor(source, x)
        interpreter.invoke()
        right += int(np.argmax(interpreter.get_tensor(target)) == y)
    return right


def measure(tools, task, options, folder, litert):
    model = folder / "model.tflite"
    start = time.monotonic()
    before = os.times()
    run = subprocess.run(
        [tools / "mopt-opt", task.model, "-o", model]
        + [option.replace("@", task.calibration).replace("#", str(task.score))
           for option in options],
        stderr=subprocess.PIPE, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    after = os.times()
    row = {"seconds": time.monotonic() - start,
           "cpu_seconds": after.children_user + after.children_system
           - before.children_user - before.children_system,
           "bytes": model.stat().st_size}
    kept = re.search(r"max-drop keeps (no|\d+ of) .*", run.stderr)
    if kept:
        row["kept"] = kept.group()

    def evaluate(*flags):
        text = subprocess.run(
            [tools / "mopt-run", model, f"--eval={task.score}", "--json",
             *task.flags, *flags], check=True, capture_output=True).stdout
        return json.loads(text)

    result = evaluate(f"--compare={task.model}")
    row["top1"] = result["top1"]
    row["float"] = result["compare"]["top1"]
    row["agreement"] = result["agreement"]
    if litert:
        row["fixed"] = evaluate("--requantize=fixed")["top1"]
        count = result["total"]
        row["litert"] = count_with_litert(task, model, litert) / count
    return row


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--build", type=pathlib.Path,
                        default=here.parent / "build")
    parser.add_argument("--shared", type=pathlib.Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--litert", choices=("default", "reference"))
    parser.add_argument("--json", action="store_true")
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
                          folder, arguments.litert)
            rows.append({"scheme": scheme, "model": model, **row})
            if arguments.json:
                continue
            text = (f"{scheme:34} top-1 {100 * row['top1']:6.2f} "
                    f"(float {100 * row['float']:.2f}) "
                    f"agreement {100 * row['agreement']:6.2f} "
                    f"{row['bytes']:>9} bytes {row['seconds']:6.1f} s")
            if arguments.litert:
                text += (f"  fixed {100 * row['fixed']:.2f}"
                         f" LiteRT {100 * row['litert']:.2f}")
            if "kept" in row:
                text += (f" {row['cpu_seconds']:.0f} s of CPU\n"
                         f"{'':34} {row['kept']}")
            print(text, flush=True)
    if arguments.json:
        json.dump(rows, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
