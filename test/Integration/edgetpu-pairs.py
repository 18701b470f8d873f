# ===- edgetpu-pairs.py - what the Edge TPU's compiler did, predicted ---------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Compares the prediction for models with what the compiler made of them.

usage: edgetpu-pairs.py MODELS BIN FOLDER

An operator runs on the chip if its output no longer is one of an operator of
the compiled model, or is one of its Edge TPU op. Parameters that the package
caches and streams are those of its executables. MODELS is the folder with the
models; compiled ones are in its folder edgetpu."""

import json
import os
import re
import subprocess
import sys

# Source, compiled, operators, those left on the CPU in order.
PAIRS = [
    (
        "mobilenet_v1_0.5_160_quant",
        "edgetpu/mobilenet_v1_0.5_160_quant_edgetpu",
        31,
        [],
    ),
    (
        "deeplabv3_mnv2_dm05_pascal_quant",
        "edgetpu/deeplabv3_mnv2_dm05_pascal_quant_edgetpu",
        72,
        "RESIZE_BILINEAR QUANTIZE CONCATENATION CONV_2D CONV_2D RESIZE_BILINEAR "
        "RESIZE_BILINEAR ARG_MAX".split(),
    ),
    ("edgetpu/keras_lstm_mnist_ptq", "edgetpu/keras_lstm_mnist_ptq_edgetpu", 6, []),
]
# What the compiler says of the one op that it refuses and of those behind it.
LIMITED = "Operation is otherwise supported, but not mapped due to some "
STATUS = {
    "ResizeBilinear": LIMITED + "unspecified limitation",
    "concat": "More than one subgraph is not supported",
    "ArgMax": "Operation is working on an unsupported data type",
}


def run(*command):
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def cpu_outputs(tool, compiled, folder):
    """Names of the outputs of operators that stayed on the CPU."""
    text = os.path.join(folder, "compiled.mlir")
    run(tool, compiled, "--mlir-elide-resource-strings-if-larger=16", "-o", text)
    names = set()
    with open(text) as file:
        for line in file:
            op = re.match(r"\s*%\S+ = mopt\.(\w+)", line)
            if op and op[1] not in ("const", "custom", "variable", "no_value"):
                names.update(re.findall(r'#mopt\.tensor<name = "([^"]*)"', line))
    return names


def check(models, tools, folder, source, compiled, operators, left):
    opt = os.path.join(tools, "mopt-opt")
    report = os.path.join(folder, "report.json")
    run(
        opt,
        os.path.join(models, source + ".tflite"),
        f"--edgetpu-partition=report={report}",
        "-o",
        os.path.join(folder, "marked.mlirbc"),
    )
    compiled = os.path.join(models, compiled + ".tflite")
    facts = os.path.join(folder, "package.json")
    run(
        os.path.join(tools, "mopt-translate"),
        "--inspect-edgetpu",
        compiled,
        "-o",
        facts,
    )
    with open(report) as file:
        predicted = json.load(file)
    with open(facts) as file:
        (op,) = json.load(file)["ops"]
    stays = cpu_outputs(opt, compiled, folder)
    assert predicted["operators"] == operators
    for entry in predicted["ops"]:
        actual = "cpu" if entry["name"] in stays else "chip"
        expected = "chip" if entry["placement"] == "mapped" else "cpu"
        assert actual == expected, entry
    refused = [e for e in predicted["ops"] if e["placement"] != "mapped"]
    assert [entry["operator"] for entry in refused] == left
    for entry in refused:
        assert entry["status"] == STATUS.get(entry["name"], entry["status"]), entry
    assert len(stays) == len(left), stays
    bytes_of = {e["type"]: e["parameters"]["bytes"] for e in op["executables"]}
    cached, streamed = bytes_of["PARAMETER_CACHING"], bytes_of["EXECUTION_ONLY"]
    error = predicted["cached_parameter_bytes"] / cached - 1
    print(
        f"{os.path.basename(source)}: {predicted['mapped']} mapped, "
        f"{predicted['stranded']} stranded, {predicted['unsupported']} unsupported "
        f"as compiled; {cached} bytes cached, predicted {100 * error:+.2f} %; "
        f"{streamed} streamed, predicted {predicted['streamed_parameter_bytes']}"
    )
    assert abs(error) <= 0.02
    assert predicted["streamed_parameter_bytes"] == streamed


def main():
    models, tools, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    for pair in PAIRS:
        check(models, tools, folder, *pair)


if __name__ == "__main__":
    main()
