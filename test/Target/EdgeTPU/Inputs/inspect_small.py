# ===- inspect_small.py - a package of our own, inspected and damaged ---------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""usage: inspect_small.py MOPT_TRANSLATE FOLDER

Inspects a package that package.py wrote, and compares with what was written;
then damages it in many places: each time the tool prints a report, or one error
and no report."""

import json
import os
import random
import subprocess
import sys

import package

TYPES = ("tensor<1x4x4x8x!quant.uniform<i8:f32, 0.5:-3>>",) * 2


def make():
    parameters = bytes(i * 7 % 256 for i in range(640))
    inputs = [package.layer("x", (4, 4, 8), 125, 0.5, 8, False)]
    outputs = [package.layer("y", (4, 4, 8), 125, 0.5, 8, True)]
    run = package.executable(
        2, b"", inputs, outputs, narrow=4876, scratch=672, patched=["x"], cycles=21568
    )
    return package.options([run, package.executable(1, parameters)])


def inspect(tool, folder, custom_options, name="model"):
    source = os.path.join(folder, name + ".mlir")
    report = os.path.join(folder, name + ".json")
    if os.path.exists(report):
        os.remove(report)
    with open(source, "w") as file:
        file.write(package.mlir_model(custom_options, *TYPES))
    result = subprocess.run(
        [tool, "--inspect-edgetpu", source, "-o", report],
        capture_output=True,
        text=True,
        errors="replace",
    )
    if not os.path.exists(report):
        return result, None
    with open(report) as file:
        return result, json.load(file)


def check_fields(report):
    assert report["custom_code"] == "edgetpu-custom-op"
    assert report["description"] == "Exported from Subgraph."
    (op,) = report["ops"]
    assert op["inputs"][0]["name"] == "x" and op["outputs"][0]["name"] == "y"
    assert op["version"] == 1 and op["custom_options_format"] == "FLEXBUFFERS"
    options = op["options"]
    assert options == {
        "chips": [17],
        "execution_preference": -1,
        "further_executables": 0,
        "version": 0,
    }, options
    assert op["package_bytes"] % 4096 == 0
    facts = op["package"]
    assert facts["min_runtime_version"] == 12 and facts["compiler_version"] == "cl/"
    assert facts["virtual_chip_id"] == 0 and facts["keypair_version"] == 0
    run, cache = op["executables"]
    assert [run["type"], cache["type"]] == ["EXECUTION_ONLY", "PARAMETER_CACHING"]
    assert [run["name"], cache["name"]] == ["model", "Unknown"]
    assert run["bytes"] % 4096 == 0 and run["chip"] == "beagle"
    assert run["scratch_size_bytes"] == 672 and run["batch_size"] == 1
    assert run["used_narrow_memory_bytes_per_tile"] == 4876
    assert run["parameter_caching_token"] == "0123456789abcdef"
    assert run["estimated_cycles_64bit"] == 21568
    assert run["parameters"]["bytes"] == 0 and cache["parameters"]["bytes"] == 640
    (stream,) = run["instruction_bitstreams"]
    assert stream["bitstream"]["bytes"] == 64 and stream["instructions"] == 4
    fields = stream["field_offsets"]
    assert [f["offset_bit"] for f in fields] == [582, 710, 838]
    assert fields[1]["meta"]["base"] == "PARAMETER"
    assert fields[1]["meta"]["position"] == "HIGH_32_BITS"
    assert fields[2]["meta"]["base"] == "INPUT_ACTIVATION"
    assert fields[2]["meta"]["name"] == "x"
    hints = cache["dma_hints"]
    assert hints["fully_deterministic"]
    kinds = [hint["kind"] for hint in hints["hints"]]
    assert kinds == [
        "InstructionHint",
        "DmaDescriptorHint",
        "FenceHint",
        "InterruptHint",
    ], kinds
    assert hints["hints"][1]["size_in_bytes"] == 640
    assert hints["hints"][3]["direction"] == "OUTFEED"
    assert hints["hints"][3]["type"] == "SCALAR_CORE_INT_0"
    (x,) = run["input_layers"]
    (y,) = run["output_layers"]
    assert (x["y_dim"], x["x_dim"], x["z_dim"]) == (4, 4, 8)
    assert x["size_bytes"] == 128 and x["data_type"] == "SIGNED_FIXED_POINT8"
    assert x["zero_point"] == 125 and x["tflite_zero_point"] == -3
    assert x["dequantization_factor"] == 0.5
    assert x["execution_count_per_inference"] == 1
    assert x["shape"] == [[0, 3], [0, 3], [0, 7]]
    assert "layout" not in x and len(y["layout"]) == 6


def main():
    tool, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    good = make()
    result, report = inspect(tool, folder, good)
    assert report, result.stderr
    check_fields(report)

    rng = random.Random(1)
    refused = 0
    start = good.index(b"DWN1") - 4
    for index in range(40):
        bad = bytearray(good)
        if index < 6:
            bad = bad[: rng.randrange(len(bad))]
        elif index < 12:
            # The first words of the package, where all offsets begin.
            bad[start + rng.randrange(64)] ^= 1 << rng.randrange(8)
        else:
            for _ in range(8):
                bad[rng.randrange(len(bad))] = rng.randrange(256)
        result, report = inspect(tool, folder, bytes(bad), "bad")
        errors = result.stderr.count("error:")
        if report is None:
            refused += 1
            assert result.returncode == 1 and errors == 1, (index, result)
        else:
            assert result.returncode == 0 and errors == 0, (index, result)
    assert refused >= 10, refused
    print("fields as written, every damaged package refused with one error or read")


if __name__ == "__main__":
    main()
