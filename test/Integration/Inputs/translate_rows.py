# ===- translate_rows.py - malformed inputs of mopt-translate -----------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""The rows of mopt-translate."""

from rows import *

IMPORT = ["--import-tflite", "model.tflite", "-o", "out.mlir"]
EXPORT = ["--export-tflite", "model.mlir", "-o", "out.tflite"]

ROWS = [
    Row(
        "missing-file",
        files(),
        IMPORT,
        r"cannot open 'model\.tflite': No such file or directory",
    ),
    Row("empty-file", files(model_tflite=b""), IMPORT, r"model\.tflite: error: "),
    Row(
        "text-as-model",
        files(model_tflite="func.func @main() { return }"),
        IMPORT,
        r"model\.tflite: error: ",
    ),
    Row("truncated", truncated(0.3), IMPORT, r"model\.tflite: error: "),
    Row(
        "damaged",
        damaged(lambda m: m.operator(2).put(OPERATOR_CODE, "I", 8)),
        IMPORT,
        r"refers to operator code 8 of 8",
    ),
    Row(
        "missing-output-folder",
        copy_of_model,
        IMPORT[:3] + ["nowhere/out.mlir"],
        r"cannot write 'nowhere/out\.mlir': No such file or directory",
    ),
    Row(
        "no-action",
        copy_of_model,
        ["model.tflite"],
        r"mopt-translate: error: say what to do",
    ),
    Row(
        "export-syntax",
        files(model_mlir="func.func @main( {"),
        EXPORT,
        r"model\.mlir:1:\d+: error: ",
    ),
    Row(
        "export-empty", files(model_mlir=""), EXPORT, r"error: .*there is no func\.func"
    ),
    Row(
        "export-no-tensor",
        files(model_mlir="func.func @main(%x: f32) -> f32 {\n  return %x : f32\n}\n"),
        EXPORT,
        r"error: .*(tensor|f32)",
    ),
    Row(
        "export-foreign-op",
        files(
            model_mlir="func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {\n  %0 = math.exp %x : tensor<2xf32>\n  return %0 : tensor<2xf32>\n}\n"
        ),
        EXPORT,
        r"error: .*math",
    ),
]
