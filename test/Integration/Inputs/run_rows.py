# ===- run_rows.py - malformed inputs of mopt-run -----------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""The rows of mopt-run: one run, accuracy, latency."""

import struct

from rows import *

IMAGE = floats([1, 8, 8, 1])


def model_and(**contents):
    def setup(folder, models):
        copy_of_model(folder, models)
        files(**contents)(folder, models)

    return setup


def run_once(*arguments):
    return ["model.tflite", "--device=reference", *arguments, "--output-dir=out"]


LABELS = npy("<i8", [1], struct.pack("<q", 3))
CUSTOM_OP = """func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %0 = mopt.custom %x {custom_code = "mine"} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}
"""

ROWS = [
    Row(
        "missing-model",
        files(),
        run_once("--seed=1"),
        r"cannot open 'model\.tflite': No such file or directory",
    ),
    Row(
        "truncated-model",
        truncated(0.5),
        run_once("--seed=1"),
        r"model\.tflite: error: ",
    ),
    Row("missing-input", copy_of_model, run_once(), r"no data for input"),
    Row(
        "unknown-input",
        model_and(x_npy=IMAGE),
        run_once("--input=y=x.npy"),
        r"no input 'y'",
    ),
    Row(
        "input-syntax",
        copy_of_model,
        run_once("--input=x.npy"),
        r"--input=x\.npy: expected NAME=FILE\.npy",
    ),
    Row(
        "input-missing-file",
        copy_of_model,
        run_once("--input={input}=x.npy"),
        r"x\.npy.*No such file or directory",
    ),
    Row(
        "input-garbage",
        model_and(x_npy=b"no array at all"),
        run_once("--input={input}=x.npy"),
        r"x\.npy",
    ),
    Row(
        "input-dtype",
        model_and(x_npy=npy("<c8", [1, 8, 8, 1], bytes(512))),
        run_once("--input={input}=x.npy"),
        r"x\.npy.*(c8|complex)",
    ),
    Row(
        "input-shape",
        model_and(x_npy=floats([1, 9, 9, 1])),
        run_once("--input={input}=x.npy"),
        r"x\.npy.*9",
    ),
    Row(
        "input-truncated",
        model_and(x_npy=IMAGE[:-8]),
        run_once("--input={input}=x.npy"),
        r"x\.npy",
    ),
    Row("seed", copy_of_model, run_once("--seed=many"), r"--seed=many: expected"),
    Row(
        "output-folder-is-a-file",
        model_and(out="a file"),
        run_once("--seed=1"),
        r"cannot (make|write).*out.*(Not a directory|File exists)",
    ),
    Row(
        "labels-missing",
        model_and(d_npz=npz(x=IMAGE)),
        ["model.tflite", "--device=reference", "--eval=d.npz"],
        r"d\.npz.*(label|'y')",
    ),
    Row(
        "eval-missing",
        copy_of_model,
        ["model.tflite", "--device=reference", "--eval=d.npz"],
        r"d\.npz.*No such file or directory",
    ),
    Row(
        "eval-shape",
        model_and(d_npz=npz(x=floats([1, 9, 9, 1]), y=LABELS)),
        ["model.tflite", "--device=reference", "--eval=d.npz"],
        r"d\.npz.*9",
    ),
    Row(
        "label-out-of-range",
        model_and(d_npz=npz(x=IMAGE, y=npy("<i8", [1], struct.pack("<q", 12)))),
        ["model.tflite", "--device=reference", "--eval=d.npz"],
        r"label.*12|12.*label",
    ),
    Row(
        "top-k",
        model_and(d_npz=npz(x=IMAGE, y=LABELS)),
        ["model.tflite", "--device=reference", "--eval=d.npz", "--top-k=0"],
        r"--top-k",
    ),
    Row(
        "top-k-above-classes",
        model_and(d_npz=npz(x=IMAGE, y=LABELS)),
        ["model.tflite", "--device=reference", "--eval=d.npz", "--top-k=11"],
        r"top-k|top-11|11",
    ),
    Row(
        "preprocess",
        model_and(d_npz=npz(x=IMAGE, y=LABELS)),
        [
            "model.tflite",
            "--device=reference",
            "--eval=d.npz",
            "--preprocess=mean:blue",
        ],
        r"--preprocess",
    ),
    Row(
        "repetitions",
        copy_of_model,
        ["model.tflite", "--benchmark", "--repetitions=-3"],
        r"must not be negative",
    ),
    Row(
        "two-modes",
        copy_of_model,
        ["model.tflite", "--benchmark", "--eval=d.npz"],
        r"exclude each other",
    ),
    Row(
        "compare-missing-model",
        model_and(d_npz=npz(x=IMAGE, y=LABELS)),
        [
            "model.tflite",
            "--device=reference",
            "--eval=d.npz",
            "--compare=other.tflite",
        ],
        r"other\.tflite.*No such file or directory",
    ),
    Row(
        "cannot-run",
        files(model_mlir=CUSTOM_OP),
        ["model.mlir", "--seed=1", "--device=reference"],
        r"mopt\.custom",
    ),
    Row(
        "cannot-compile",
        files(model_mlir=CUSTOM_OP),
        ["model.mlir", "--seed=1", "--device=cpu"],
        r"mopt\.custom",
    ),
    Row(
        "no-function",
        files(model_mlir="module {}\n"),
        ["model.mlir", "--seed=1"],
        r"no function",
    ),
]
