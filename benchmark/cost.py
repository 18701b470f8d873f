#!/usr/bin/env python3
"""Cost of compression: time and memory by the size of the model.

cost.py [--build=DIR] [--megabytes=1024] [--sizes=32,64,128,256] [--svg=FILE]
        [--folder=DIR] [--json]

Makes float models of convolutions (3x3, 1x1) and fully connected layers with
random weights, of --megabytes and of --sizes, in a folder that is removed
afterwards, and measures:
* prune (50 %), cluster (k = 16) and quantize (weights) in one command of mopt-opt:
  megabytes of the float model by second of wall clock and by second of CPU, and the
  peak memory of the process as a part of the model;
* each of the three alone;
* coding and decoding of the result (--to-compressed, --from-compressed), and of the
  float model, by second of CPU;
* how k-means scales: the cluster step at every one of --sizes. --svg plots it.
The files of a model are read once before they are timed. Needs: numpy, flatbuffers."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import flatbuffers
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]
                       / "test" / "Conformance"))

STEPS = {
    "prune": ["--prune=sparsity=0.5"],
    "cluster": ["--cluster=clusters=16"],
    "quantize": ["--quantize-weights"],
}
MEGABYTE = 1 << 20


def make_layers(megabytes):
    """Shapes of weights of about so many megabytes in all, the last one cut."""
    kinds = [("FULLY_CONNECTED", (2048, 4096)), ("CONV_2D", (512, 3, 3, 512)),
             ("FULLY_CONNECTED", (4096, 1024)), ("CONV_2D", (1024, 1, 1, 2048))]
    left, number = megabytes * MEGABYTE // 4, 0
    while left > 0:
        name, shape = kinds[number % len(kinds)]
        row = int(np.prod(shape[1:]))
        units = min(shape[0], max(left // row, 1))
        yield name, (units, *shape[1:])
        left -= units * row
        number += 1


def write_model(path, megabytes):
    """A model whose layers each have an input and an output of their own."""
    from tflite_writer import Graph, Model, Op, Tensor, serialize_into
    rng = np.random.default_rng(0)
    inputs, outputs, ops = [], [], []
    for name, shape in make_layers(megabytes):
        data = rng.standard_normal(shape, dtype=np.float32)
        data *= np.float32(0.05)
        pixels = () if name == "FULLY_CONNECTED" else (4, 4)
        source = Tensor((1, *pixels, shape[-1]), "float32")
        target = Tensor((1, *pixels, shape[0]), "float32")
        weights = Tensor(shape, "float32", data=data)
        bias = Tensor((shape[0],), "float32", data=np.zeros(shape[0], np.float32))
        options = {} if name == "FULLY_CONNECTED" else {
            "padding": 0, "strideW": 1, "strideH": 1, "dilationWFactor": 1,
            "dilationHFactor": 1}
        ops.append(Op(name, [source, weights, bias], [target], options))
        inputs.append(source)
        outputs.append(target)
    model = Model([Graph("main", inputs, outputs, ops)])
    # The builder doubles what it has; the file is written out of its memory.
    builder = flatbuffers.Builder(megabytes * MEGABYTE + (1 << 22))
    serialize_into(builder, model.graphs)
    with path.open("wb") as file:
        file.write(memoryview(builder.Bytes)[builder.Head():])


def read_once(path):
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def measure(command):
    """Seconds of wall clock and of CPU, and peak memory in bytes."""
    start = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status:
        raise RuntimeError(process.stderr.read().decode())
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024
