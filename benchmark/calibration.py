#!/usr/bin/env python3
"""Time and memory of calibration, beside ai-edge-quantizer.

calibration.py [--build=DIR] [--samples=N] [--preprocess=SPEC] [--repetitions=N]
               [--methods=A,B] [--threads=N] [--alone] [--limit-mb=MB] [--json]
               MODEL.tflite IMAGE_FOLDER

Each round runs `mopt-opt --mopt-calibrate` with every method and, where it is
installed, ai-edge-quantizer's calibration (recipe static_wi8_ai8) on the same first N
images, unless it is asked to run --alone; the best of the rounds counts. mopt-opt's time is that of the whole command:
start, reading and compiling the model, decoding images. That of ai-edge-quantizer is
its calibrate() with decoding, without the start of Python. "a sample" is the time of
one more sample, from a run on N / 2 samples. CPU seconds are those of all threads,
which say more than the clock where the machine has other work. Memory is the largest
resident set; with a limit, the exit status is 1 if mopt-opt needs more.

Needs: numpy pillow; for the comparison ai-edge-quantizer
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
METHODS = ("minmax", "moving-average", "percentile", "mse", "entropy")

PEER = """
import json, pathlib, resource, sys, time
import numpy as np
from PIL import Image
from ai_edge_litert.interpreter import Interpreter
from ai_edge_quantizer import quantizer, recipe
model, folder, samples, mean, std = sys.argv[1:]
files = sorted(p for p in pathlib.Path(folder).iterdir() if p.suffix == ".jpg")
signatures = Interpreter(model).get_signature_list()
key, signature = next(iter(signatures.items()))
name = signature["inputs"][0]
begin, cpu = time.perf_counter(), time.process_time()
images = []
for path in files[: int(samples)]:
    pixels = np.asarray(Image.open(path).convert("RGB"), np.float32)
    images.append({name: ((pixels - float(mean)) / float(std))[None]})
quantizer.Quantizer(model, recipe.static_wi8_ai8()).calibrate({key: images})
print(json.dumps({
    "seconds": time.perf_counter() - begin,
    "cpu_seconds": time.process_time() - cpu,
    "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def run_mopt(options, method, samples):
    """Wall time and the largest resident set of the command."""
    with tempfile.TemporaryDirectory() as folder:
        spec = (
            f"data={options.images} samples={samples} method={method} "
            f"preprocess={options.preprocess} threads={options.threads}"
        )
        begin = time.perf_counter()
        process = subprocess.Popen(
            [
                options.build / "bin/mopt-opt",
                options.model,
                f"--mopt-calibrate={spec}",
                "-o",
                f"{folder}/calibrated.mlirbc",
            ]
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        if status:
            sys.exit(f"mopt-opt failed with method {method}")
    return {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "rss_mb": usage.ru_maxrss / 1024,
    }


def run_peer(options):
    """None where ai-edge-quantizer is not installed."""
    figures = dict(
        part.split(":") for part in options.preprocess.split(",") if ":" in part
    )
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            PEER,
            options.model,
            options.images,
            str(options.samples),
            figures.get("mean", "0"),
            figures.get("std", "1"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if run.returncode:
        print("no comparison: " + run.stderr.strip().splitlines()[-1], file=sys.stderr)
        return None
    return json.loads(run.stdout.strip().splitlines()[-1])


def keep_best(best, name, row):
    if row and (name not in best or row["seconds"] < best[name]["seconds"]):
        best[name] = row


def check_limit(options, rows):
    """The exit status."""
    for name, row in rows.items():
        if (
            options.limit_mb
            and name in options.methods.split(",")
            and row["rss_mb"] > options.limit_mb
        ):
            print(f"{name}: {row['rss_mb']:.0f} MB, more than {options.limit_mb:.0f}")
            return 1
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("images")
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--preprocess", default="mean:127,std:128")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--limit-mb", type=float)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    half = options.samples // 2
    best, halves = {}, {}
    for _ in range(options.repetitions):
        if not options.alone:
            keep_best(best, "ai-edge-quantizer", run_peer(options))
        for method in options.methods.split(","):
            keep_best(halves, method, run_mopt(options, method, half))
            keep_best(best, method, run_mopt(options, method, options.samples))
    peer = best.get("ai-edge-quantizer")
    for name, row in best.items():
        if name in halves:
            row["ms_per_sample"] = (
                1000 * (row["seconds"] - halves[name]["seconds"]) / (options.samples - half)
            )
        else:
            row["ms_per_sample"] = 1000 * row["seconds"] / options.samples
        if peer and row is not peer:
            row["ratio"] = peer["seconds"] / row["seconds"]
            row["ratio_per_sample"] = 1000 * peer["seconds"] / options.samples / max(
                row["ms_per_sample"], 1e-9
            )
    if options.json:
        report = {"samples": options.samples, "cores": os.cpu_count(), "rows": best}
        json.dump(report, sys.stdout, indent=1)
        print()
        return check_limit(options, best)
    print(f"{options.samples} samples, {os.cpu_count()} cores")
    print("| | s | CPU s | ms a sample | MB | times as fast | a sample |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, row in best.items():
        ratios = " | ".join(
            f"{row[key]:.1f}" if key in row else "" for key in ("ratio", "ratio_per_sample")
        )
        print(
            f"| {name} | {row['seconds']:.2f} | {row['cpu_seconds']:.2f} "
            f"| {row['ms_per_sample']:.1f} | {row['rss_mb']:.0f} | {ratios} |"
        )
    return check_limit(options, best)


if __name__ == "__main__":
    sys.exit(main())
