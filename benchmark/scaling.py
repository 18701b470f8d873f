#!/usr/bin/env python3
"""How the time of compression grows with the size of what is compressed.

scaling.py [--build=DIR] [--svg=FILE] [--folder=DIR] [--json] [--only=REGEX]

Measures seconds of CPU at four sizes each:
* k-means: --cluster=clusters=16 of models of 32, 64, 128 and 256 MB (cost.py);
* OBS, exact: mopt-optimize-sparsity to 50 % of a fully connected layer of 16 outputs
  and 768, 1024, 1536 and 2048 inputs, whose weights go one by one;
* OBS, sweep: the same of layers of as many outputs as inputs, 1024, 1536, 2048 and
  3072, with exact-products=0, whose inputs are swept once,
on 256 samples, less what a model of 1 MB or a layer of 16 inputs takes, and prints the power of the size
(megabytes, inputs) with which they grow. --svg plots them. Needs: numpy, flatbuffers."""
import argparse
import json
import pathlib
import re
import shutil
import sys
import tempfile

import flatbuffers
import numpy as np

import svg
from cost import make_model, measure, read_once

SAMPLES = 256
# name: sizes, unit, the size of what has hardly more than a fixed cost.
SERIES = {
    "k-means": ((32, 64, 128, 256), "MB", 1),
    "OBS, exact": ((768, 1024, 1536, 2048), "inputs", 16),
    "OBS, sweep": ((1024, 1536, 2048, 3072), "inputs", 16),
}


def write_layer(path, inputs, outputs):
    """A fully connected layer; returns a file of samples."""
    from tflite_writer import Graph, Op, Tensor, serialize_into
    rng = np.random.default_rng(0)
    source, target = Tensor((1, inputs), "float32"), Tensor((1, outputs), "float32")
    weights = rng.standard_normal((outputs, inputs), dtype=np.float32)
    layer = Op("FULLY_CONNECTED", [
        source, Tensor(weights.shape, "float32", data=weights),
        Tensor((outputs,), "float32", data=np.zeros(outputs, np.float32))], [target], {})
    builder = flatbuffers.Builder(weights.nbytes + (1 << 16))
    serialize_into(builder, [Graph("main", [source], [target], [layer])])
    path.write_bytes(builder.Output())
    samples = path.with_suffix(".npy")
    np.save(samples, rng.standard_normal((SAMPLES, 1, inputs), dtype=np.float32))
    return samples


def run(name, size, tools, folder):
    """Seconds of CPU."""
    model, target = folder / "model.tflite", folder / "out.tflite"
    if name == "k-means":
        make_model(model, size)
        step = "--cluster=clusters=16"
    else:
        exact = name == "OBS, exact"
        samples = write_layer(model, size, 16 if exact else size)
        step = (f"--mopt-optimize-sparsity=data={samples} sparsity=0.5 "
                f"exact-products={1e15 if exact else 0}")
    read_once(model)
    return measure([tools / "mopt-opt", model, step, "-o", target])[1]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    parser.add_argument("--svg", type=pathlib.Path)
    parser.add_argument("--folder", type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    tools = (options.build / "bin").resolve()
    folder = pathlib.Path(tempfile.mkdtemp(dir=options.folder))
    rows, curves = [], {}
    try:
        for name, (sizes, unit, least) in SERIES.items():
            if not re.search(options.only, name):
                continue
            fixed = run(name, least, tools, folder)
            seconds = [run(name, size, tools, folder) - fixed for size in sizes]
            power = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
            rows.append({"name": name, "unit": unit, "sizes": sizes,
                         "cpu_seconds": seconds, "power": power})
            curves[f"{name} ({unit})"] = list(zip(sizes, np.log10(seconds)))
            if not options.json:
                print(f"{name:12} " + ", ".join(
                    f"{size} {unit} {time:.2f} s" for size, time in zip(sizes, seconds))
                    + f": to the power {power:.2f}", flush=True)
    finally:
        shutil.rmtree(folder)
    if options.json:
        print(json.dumps(rows, indent=1))
    if options.svg:
        options.svg.write_text(svg.draw_curves(
            curves, "megabytes; inputs of a layer", "seconds of CPU, power of 10"))


if __name__ == "__main__":
    sys.exit(main())
