#!/usr/bin/env python3
"""What no code of integer weights can go below, against gzip.

entropy.py [--build=DIR] MODEL.tflite ...

Of each model it prints the bytes of the file, of its container and of gzip -9, the
bytes of the int8 and uint8 weights of its convolutions and fully connected layers,
and what these take by the frequencies of each layer, which are given for nothing.
Weights of a trained layer are close to independent draws: a code that does better
has to know more than that. Needs: numpy, ai-edge-litert."""
import argparse
import gzip
import pathlib
import subprocess
import tempfile

import numpy as np
from ai_edge_litert.interpreter import Interpreter

LAYERS = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")


def get_entropy_bytes(values):
    counts = np.unique(values, return_counts=True)[1].astype(np.float64)
    return -(counts * np.log2(counts / counts.sum())).sum() / 8


def get_weights(path):
    """The weights of each layer."""
    interpreter = Interpreter(model_path=str(path))
    seen = set()
    for op in interpreter._get_ops_details():
        index = op["inputs"][1] if op["op_name"] in LAYERS else None
        if index is None or index in seen:
            continue
        seen.add(index)
        try:
            weights = interpreter.get_tensor(index)
        except ValueError:
            continue
        if weights.dtype in (np.int8, np.uint8):
            yield weights


def count_container(build, path):
    with tempfile.NamedTemporaryFile() as file:
        command = [build / "bin" / "mopt-translate", "--to-compressed", path, "-o", file.name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return pathlib.Path(file.name).stat().st_size


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    options = parser.parse_args()
    print("| model | bytes | gzip -9 | container | of gzip | weights | by frequencies"
          " |\n|" + " --- |" * 7)
    for path in options.models:
        layers = list(get_weights(path))
        file = path.read_bytes()
        packed, coded = len(gzip.compress(file, 9)), count_container(options.build, path)
        entropy = sum(get_entropy_bytes(layer) for layer in layers)
        print(f"| {path.stem} | {len(file):,} | {packed:,} | {coded:,} |"
              f" {100 * coded / packed:.1f} % | {sum(layer.size for layer in layers):,} |"
              f" {entropy:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
