# ===- edgetpu-refresh.py - weights of real packages, restored ----------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""usage: edgetpu-refresh.py MODELS MOPT_TRANSLATE FOLDER

Sets all parameters of compiled models that belong to layers to zero, and lets
mopt write them again from the models that were compiled: the files have to be
those of the compiler, byte for byte."""

import json
import os
import subprocess
import sys

# Name, bytes behind the layers' (the tables of softmax).
MODELS = [
    ("mobilenet_v1_0.5_160_quant", 48256),
    ("deeplabv3_mnv2_dm05_pascal_quant", 0),
]


def main():
    models, tool, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for name, tables in MODELS:
        compiled = os.path.join(models, "edgetpu", name + "_edgetpu.tflite")
        facts = os.path.join(folder, "facts.json")
        subprocess.run([tool, "--inspect-edgetpu", compiled, "-o", facts], check=True)
        with open(facts) as file:
            (op,) = json.load(file)["ops"]
        (held,) = [e["parameters"] for e in op["executables"] if "offset" in e["parameters"]]
        with open(compiled, "rb") as file:
            data = file.read()
        begin = data.index(b"DWN1") - 4 - op["package_offset"] + held["offset"]
        size = held["bytes"] - tables
        assert data[begin : begin + size].count(0) < size // 2
        empty = os.path.join(folder, "empty.tflite")
        with open(empty, "wb") as file:
            file.write(data[:begin] + bytes(size) + data[begin + size :])
        output = os.path.join(folder, "output.tflite")
        source = os.path.join(models, name + ".tflite")
        result = subprocess.run(
            [tool, "--to-edgetpu", source, "--refresh-weights=" + empty]
            + ["--json", "-o", output],
            check=True,
            capture_output=True,
            text=True,
        )
        with open(output, "rb") as file:
            assert file.read() == data, f"{name}: not the compiler's bytes"
        layers = json.loads(result.stdout)["layers"]
        print(f"{name}: {layers} layers, {size} bytes as the compiler wrote them")


if __name__ == "__main__":
    main()
