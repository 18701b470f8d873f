#!/usr/bin/env python3
"""Prints what removing channels and decomposing layers cost and gain.

usage: structured.py MOPT_BIN SHARED [--samples=N] [--only=channels|limits|speed|decompose]
                     [--evaluated=N]

MOPT_BIN is the folder of mopt-opt and mopt-run, SHARED the one of models/ and
data/. Every row is one command, run as printed in docs/Sparsity.md and
docs/Decomposition.md: top-1 on all labelled images, and the time of one inference
on one thread beside that of the original model, measured in turns. Needs: numpy"""
import argparse
import json
import pathlib
import re
import subprocess
import tempfile

import numpy as np

ROUNDS = 5


class Bench:
    def __init__(self, arguments, folder):
        self.bin, self.shared = arguments.bin, arguments.shared
        self.samples, self.evaluated = arguments.samples, arguments.evaluated
        self.folder = folder
        self.tops = {}

    def model(self, name):
        return self.shared / "models" / f"{name}.tflite"

    def data(self, name):
        return self.shared / "data" / f"{name}.npz"

    def run(self, *command):
        done = subprocess.run([str(part) for part in command], capture_output=True,
                              text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{command}: {done.stderr}")
        return done.stdout

    def opt(self, model, *passes):
        path = self.folder / "out.tflite"
        self.run(self.bin / "mopt-opt", model, *passes, "-o", path)
        return path

    def top1(self, model, data, steps=()):
        path = self.data(data)
        if self.evaluated:
            with np.load(path) as arrays:
                few = {key: value[: self.evaluated] for key, value in arrays.items()}
            path = self.folder / "few.npz"
            np.savez(path, **few)
        text = self.run(self.bin / "mopt-run", model, f"--eval={path}", "--json", *steps)
        return 100 * json.loads(text)["top1"]

    def time(self, *models):
        """Medians over rounds in which the models take turns."""
        times = [[] for _ in models]
        for _ in range(ROUNDS):
            for model, list_ in zip(models, times):
                text = self.run(self.bin / "mopt-run", model, "--benchmark",
                                "--threads=1", "--repetitions=100", "--json")
                list_.append(json.loads(text)["median_us"])
        return [float(np.median(list_)) for list_ in times]


def count_macs(bench, model):
    """Products of all layers, from the shapes in the text of the model."""


    text = bench.run(bench.bin / "mopt-opt", model,
                     "--mlir-elide-elementsattrs-if-larger=4",
                     "--mlir-elide-resource-strings-if-larger=10")
    total = 0
    for line in text.splitlines():
        layer = re.search(r"mopt\.(conv_2d|depthwise_conv_2d|fully_connected) ", line)
        if not layer:
            continue
        types = re.findall(r"tensor<((?:\d+x)+)", line.rsplit(" : (", 1)[1])
        shapes = [[int(n) for n in text.strip("x").split("x")] for text in types]
        weights, result = shapes[1], shapes[-1]
        total += int(np.prod(weights)) * int(np.prod(result)) // result[-1]
    return total


def channels(bench):
    model = bench.model("resnet8_fp32")
    calibration = f"calibration={bench.data('cifar10_calib')}"
    macs = count_macs(bench, model)
    print(f"resnet8_fp32: {bench.top1(model, 'cifar10_test'):.2f} %, {macs} products")
    print("| products to go | magnitude, global | obs, global | obs, auto |")
    print("| --- | --- | --- | --- |")
    forms = ["sparsity-allocation=global",
             f"method=obs sparsity-allocation=global {calibration}",
             f"method=obs sparsity-allocation=auto {calibration}"]
    for sparsity in (0.15, 0.3, 0.5):
        row = []
        for form in forms:
            out = bench.opt(model, f"--prune=pattern=channel sparsity={sparsity} "
                            f"sparsity-of=macs {form}")
            row.append(f"{bench.top1(out, 'cifar10_test'):.2f} "
                       f"({100 - 100 * count_macs(bench, out) / macs:.0f} %)")
        print(f"| {100 * sparsity:.0f} % | " + " | ".join(row) + " |", flush=True)


def compare(bench, model, original, data, *steps):
    """The loss of top-1 (labelled data) in points and the agreement in percent."""
    told = json.loads(bench.run(bench.bin / "mopt-run", model, f"--eval={data}",
                                f"--compare={original}", "--json", *steps))
    loss = (100 * (told["compare"]["top1"] - told["top1"]) if "top1" in told else None)
    return loss, 100 * told["agreement"]


def limit(bench, name, text, preprocess=""):
    """Prunes to a limit; the model, the products gone, and what was measured."""
    out = bench.folder / "limited.tflite"
    done = subprocess.run(
        [bench.bin / "mopt-opt", bench.model(name), "-o", out,
         "--prune=pattern=channel method=obs sparsity-allocation=global "
         f"{text}{preprocess}"], capture_output=True, text=True, check=True)
    told = next(line for line in done.stderr.splitlines() if "max-drop" in line)
    macs, before = count_macs(bench, out), count_macs(bench, bench.model(name))
    return out, 100 - 100 * macs / before, told.rsplit(": ", 1)[1]


def limits(bench):
    print("| model, limit | products gone | measured | other images: loss | agreement |")
    print("| --- | --- | --- | --- | --- |")
    limit_resnet8(bench)
    limit_vww(bench)


def limit_resnet8(bench):
    # One half of the test images measures, the other one scores.
    halves = {"measure": slice(0, 5000), "score": slice(5000, None)}
    with np.load(bench.data("cifar10_test")) as arrays:
        for half, part in halves.items():
            np.savez(bench.folder / f"{half}.npz", x=arrays["x"][part],
                     y=arrays["y"][part])
    for drop in (1, 3, 5, 10):
        out, gone, told = limit(
            bench, "resnet8_fp32", f"max-drop={drop} calibration="
            f"{bench.data('cifar10_calib')} eval={bench.folder / 'measure.npz'}")
        loss, same = compare(bench, out, bench.model("resnet8_fp32"),
                             bench.folder / "score.npz")
        print(f"| resnet8, {drop} points | {gone:.1f} % | {told} | {loss:.2f} | "
              f"{same:.1f} % |", flush=True)


def limit_vww(bench):
    # Images without labels: a fifth repairs, a fifth measures, the others score.
    images = sorted((bench.shared / "data" / "imagenet500").iterdir())
    for part in ("repair", "fit", "rest"):
        (bench.folder / part).mkdir()
    for index, image in enumerate(images):
        part = ("repair", "fit", "rest", "rest", "rest")[index % 5]
        # A name without the number of a class: they have no labels for this model.
        (bench.folder / part / f"{index}.jpg").symlink_to(image.resolve())
    steps = "resize:96,crop:96,mean:0,std:255"
    for drop in (20, 15):
        out, gone, told = limit(
            bench, "vww_fp32", f"max-drop={drop} metric=snr calibration="
            f"{bench.folder / 'repair'} eval={bench.folder / 'fit'}",
            f" preprocess={steps}")
        _, same = compare(bench, out, bench.model("vww_fp32"), bench.folder / "rest",
                          f"--preprocess={steps}")
        print(f"| vww, {drop} dB | {gone:.1f} % | {told} | | {same:.1f} % |",
              flush=True)


def speed(bench):
    print("| model | us | uniform | global |")
    print("| --- | --- | --- | --- |")
    for name in ("resnet8_fp32", "resnet8_int8", "vww_fp32", "vww_int8"):
        model = bench.model(name)
        outs = []
        for allocation in ("uniform", "global"):
            out = bench.opt(model, "--prune=pattern=channel sparsity=0.5 "
                            f"sparsity-of=macs sparsity-allocation={allocation}")
            outs.append(out.rename(out.with_name(f"{name}.{allocation}.tflite")))
        before, *after = bench.time(model, *outs)
        cells = " | ".join(f"{t:.0f} ({before / t:.2f}x)" for t in after)
        print(f"| {name} | {before:.0f} | {cells} |", flush=True)


def decompose(bench):
    cases = [("lenet300_fp32", "mnist", (0.5, 0.3, 0.2, 0.1),
              ["--preprocess=mean:0,std:255"], "preprocess=mean:0,std:255"),
             ("lenet5_fp32", "mnist", (0.5, 0.3, 0.2),
              ["--preprocess=mean:0,std:255"], "preprocess=mean:0,std:255"),
             ("resnet8_fp32", "cifar10", (0.8, 0.7, 0.6), [], "")]
    print("| model | ratio | weights alone | with data | products | time |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, data, ratios, steps, option in cases:
        model = bench.model(name)
        macs = count_macs(bench, model)
        print(f"| {name} | | {bench.top1(model, data + '_test', steps):.2f} | | "
              f"{macs} | |")
        for ratio in ratios:
            plain = bench.opt(model, f"--decompose=rank=auto ratio={ratio}")
            first = bench.top1(plain, data + "_test", steps)
            out = bench.opt(model, f"--decompose=rank=auto ratio={ratio} calibration="
                            f"{bench.data(data + '_calib')} samples={bench.samples} "
                            f"{option}")
            second = bench.top1(out, data + "_test", steps)
            before, after = bench.time(model, out)
            print(f"| | {ratio} | {first:.2f} | {second:.2f} | "
                  f"{count_macs(bench, out)} | {before / after:.2f}x |", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("shared", type=pathlib.Path)
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--evaluated", type=int, default=0)
    parser.add_argument("--only", choices=["channels", "limits", "speed", "decompose"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(arguments, pathlib.Path(name))
        for table in (channels, limits, speed, decompose):
            if arguments.only in (None, table.__name__):
                table(bench)


if __name__ == "__main__":
    main()
