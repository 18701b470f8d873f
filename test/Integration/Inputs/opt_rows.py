# ===- opt_rows.py - malformed inputs of mopt-opt -----------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""The rows of mopt-opt: files, graphs, quantization, options, data, outputs."""

import math
import os
import struct

from rows import *

CONVERT = ["model.tflite", "-o", "out.tflite"]


def quantize(data, *options):
    options = " ".join(["calibration=" + data, *options])
    return ["model.tflite", "--quantize-int8=" + options, "-o", "out.tflite"]


def model_and(**contents):
    """A setup that writes the model and other files."""

    def setup(folder, models):
        copy_of_model(folder, models)
        files(**contents)(folder, models)

    return setup


def make_folder(name):
    def setup(folder, models):
        os.mkdir(os.path.join(folder, name))

    return setup


def make_loop(folder, models):
    os.symlink("model.tflite", os.path.join(folder, "model.tflite"))


def model_and_folder(folder, models):
    copy_of_model(folder, models)
    os.mkdir(os.path.join(folder, "out.tflite"))


# ===------------------------------------------------------------------------===//
# Graphs
# ===------------------------------------------------------------------------===//


def put(vector, index, value):
    vector.put(index, "i", value)


def clear_identifier(model):
    model.buffer.data[4:8] = b"TFL9"


def overflow_root(model):
    model.buffer.put("I", 0, 0x7FFFFFFF)


def overflow_shape(model):
    shape = model.tensor(0).vector(TENSOR_SHAPE)
    for index in range(len(shape)):
        put(shape, index, 2**31 - 1)


def unknown_builtin(model):
    code = model.root.vector(MODEL_CODES).table(0)
    code.put(CODE_BUILTIN, "i", 9999)


GRAPH_ROWS = [
    Row("identifier", damaged(clear_identifier), CONVERT, r"not a \.tflite|identifier"),
    Row(
        "root-offset",
        damaged(overflow_root),
        CONVERT,
        r"model\.tflite: error: .*(damaged|flatbuffer|malformed|truncated)",
    ),
    Row(
        "no-subgraph",
        damaged(lambda m: m.root.vector(MODEL_SUBGRAPHS).resize(0)),
        CONVERT,
        r"the model has no subgraphs",
    ),
    Row(
        "operator-input-range",
        damaged(lambda m: put(m.operator(1).vector(OPERATOR_INPUTS), 0, 1000)),
        CONVERT,
        r"operator 1.*refers to tensor 1000 of 28",
    ),
    Row(
        "operator-input-negative",
        damaged(lambda m: put(m.operator(1).vector(OPERATOR_INPUTS), 0, -2)),
        CONVERT,
        r"operator 1.*refers to tensor -2 of 28",
    ),
    Row(
        "operator-output-range",
        damaged(lambda m: put(m.operator(1).vector(OPERATOR_OUTPUTS), 0, 28)),
        CONVERT,
        r"operator 1.*refers to tensor 28 of 28",
    ),
    Row(
        "subgraph-input-range",
        damaged(lambda m: put(m.graph.vector(SUBGRAPH_INPUTS), 0, -1)),
        CONVERT,
        r"input.*refers to tensor -1 of 28",
    ),
    Row(
        "subgraph-output-range",
        damaged(lambda m: put(m.graph.vector(SUBGRAPH_OUTPUTS), 0, 2**31 - 1)),
        CONVERT,
        r"output.*refers to tensor 2147483647 of 28",
    ),
    Row(
        "cycle",
        damaged(lambda m: put(m.operator(1).vector(OPERATOR_INPUTS), 0, 20)),
        CONVERT,
        r"operator 1.*tensor 20.*(before|later|order)",
    ),
    Row(
        "own-output",
        damaged(lambda m: put(m.operator(1).vector(OPERATOR_INPUTS), 0, 17)),
        CONVERT,
        r"operator 1.*tensor 17.*(before|later|order)",
    ),
    Row(
        "two-producers",
        damaged(lambda m: put(m.operator(1).vector(OPERATOR_OUTPUTS), 0, 16)),
        CONVERT,
        r"operator 1.*tensor 16.*(already|twice|two)",
    ),
    Row(
        "writes-input",
        damaged(lambda m: put(m.operator(1).vector(OPERATOR_OUTPUTS), 0, 0)),
        CONVERT,
        r"operator 1.*tensor 0\b",
    ),
    Row(
        "operator-code-range",
        damaged(lambda m: m.operator(2).put(OPERATOR_CODE, "I", 8)),
        CONVERT,
        r"refers to operator code 8 of 8",
    ),
    Row(
        "unknown-builtin",
        damaged(unknown_builtin),
        CONVERT,
        r"builtin operator code 9999",
    ),
    Row(
        "buffer-range",
        damaged(lambda m: m.tensor(14).put(TENSOR_BUFFER, "I", 31)),
        CONVERT,
        r"tensor 14.*refers to buffer 31 of 31",
    ),
    Row(
        "buffer-too-short",
        damaged(lambda m: put(m.tensor(1).vector(TENSOR_SHAPE), 0, 129)),
        CONVERT,
        r"tensor 1.*512.*516|tensor 1.*516.*512",
    ),
    Row(
        "buffer-too-long",
        damaged(lambda m: put(m.tensor(1).vector(TENSOR_SHAPE), 0, 127)),
        CONVERT,
        r"tensor 1.*512.*508|tensor 1.*508.*512",
    ),
    Row(
        "negative-dimension",
        damaged(lambda m: put(m.tensor(0).vector(TENSOR_SHAPE), 0, -5)),
        CONVERT,
        r"tensor 0.*dimension of size -5",
    ),
    Row(
        "shape-overflow",
        damaged(overflow_shape),
        CONVERT,
        r"tensor 0.*size does not fit",
    ),
    Row(
        "unknown-tensor-type",
        damaged(lambda m: m.tensor(13).put(TENSOR_TYPE, "b", 99)),
        CONVERT,
        r"tensor 13.*type number 99",
    ),
    Row(
        "metadata-buffer-range",
        damaged(
            lambda m: m.root.vector(MODEL_METADATA)
            .table(0)
            .put(METADATA_BUFFER, "I", 77)
        ),
        CONVERT,
        r"metadata.*refers to buffer 77 of 31",
    ),
    Row(
        "signature-tensor-range",
        damaged(
            lambda m: m.root.vector(MODEL_SIGNATURES)
            .table(0)
            .vector(SIGNATURE_OUTPUTS)
            .table(0)
            .put(TENSOR_MAP_INDEX, "I", 55)
        ),
        CONVERT,
        r"signature 'serving_default'.*tensor 55",
    ),
]

# ===------------------------------------------------------------------------===//
# Quantization
# ===------------------------------------------------------------------------===//


def scale(value):
    return damaged_int8(
        lambda m: m.quantization(1).vector(QUANT_SCALE).put(0, "f", value)
    )


def zero_point(value):
    return damaged_int8(
        lambda m: m.quantization(1, [QUANT_ZERO_POINT])
        .vector(QUANT_ZERO_POINT)
        .put(0, "q", value)
    )


def drop_scale(model):
    vector = model.quantization(None).vector(QUANT_SCALE)
    vector.resize(len(vector) - 1)


def drop_channel(model):
    quantization = model.quantization(None, [QUANT_ZERO_POINT])
    for field in (QUANT_SCALE, QUANT_ZERO_POINT):
        vector = quantization.vector(field)
        vector.resize(len(vector) - 1)


def drop_zero_point(model):
    vector = model.quantization(None, [QUANT_ZERO_POINT]).vector(QUANT_ZERO_POINT)
    vector.resize(len(vector) - 1)


def set_dimension(value):
    return damaged_int8(
        lambda m: m.quantization(None, [QUANT_DIMENSION]).put(
            QUANT_DIMENSION, "i", value
        )
    )


QUANTIZATION_ROWS = [
    Row("scale-nan", scale(math.nan), CONVERT, r"scale 0 is -?nan"),
    Row("scale-infinite", scale(math.inf), CONVERT, r"scale 0 is inf"),
    Row("scale-negative", scale(-0.5), CONVERT, r"scale 0 is -0\.5"),
    Row("scale-zero", scale(0.0), CONVERT, r"scale 0 is 0\.0"),
    Row(
        "scale-count",
        damaged_int8(drop_scale),
        CONVERT,
        r"\d+ scales but \d+ zero points",
    ),
    Row(
        "scale-count-and-dimension",
        damaged_int8(drop_channel),
        CONVERT,
        r"has \d+ scales, but dimension \d has size \d+",
    ),
    Row(
        "zero-point-count",
        damaged_int8(drop_zero_point),
        CONVERT,
        r"\d+ scales but \d+ zero points",
    ),
    Row("zero-point-range", zero_point(1000), CONVERT, r"zero point 1000 is outside"),
    Row(
        "quantized-dimension-range",
        set_dimension(7),
        CONVERT,
        r"quantized dimension 7 is outside",
    ),
    Row(
        "quantized-dimension-negative",
        set_dimension(-1),
        CONVERT,
        r"quantized dimension -1 is outside",
    ),
]

# ===------------------------------------------------------------------------===//
# Files and options
# ===------------------------------------------------------------------------===//

MLIR = """func.func @main(%x: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %0 = mopt.relu %x : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}
"""


def half_bytecode(folder, models):
    """A bytecode file that ends in the middle."""
    tool = os.path.join(models.bin, "mopt-opt")
    data = subprocess.run(
        [tool, "--emit-bytecode"], input=MLIR.encode(), capture_output=True, check=True
    ).stdout
    write(folder, "model.mlirbc", data[: len(data) // 2])


FILE_ROWS = [
    Row("empty-file", files(model_tflite=b""), CONVERT, r"model\.tflite: error: "),
    Row("three-bytes", files(model_tflite=b"TFL"), CONVERT, r"model\.tflite: error: "),
    Row(
        "text-garbage",
        files(model_tflite="once upon a time there was a model"),
        CONVERT,
        r"model\.tflite: error: ",
    ),
    Row("truncated-head", truncated(0.0001), CONVERT, r"model\.tflite: error: "),
    Row("truncated-quarter", truncated(0.25), CONVERT, r"model\.tflite: error: "),
    Row("truncated-half", truncated(0.5), CONVERT, r"model\.tflite: error: "),
    Row("truncated-late", truncated(0.97), CONVERT, r"model\.tflite: error: "),
    Row(
        "folder-as-input",
        make_folder("model.tflite"),
        CONVERT,
        r"cannot open 'model\.tflite': Is a directory",
    ),
    Row(
        "missing-file",
        files(),
        CONVERT,
        r"cannot open 'model\.tflite': No such file or directory",
    ),
    Row(
        "unreadable-file",
        make_loop,
        CONVERT,
        r"cannot open 'model\.tflite': Too many levels of symbolic links",
    ),
    Row(
        "mlir-syntax",
        files(model_mlir=MLIR.replace("->", "<-")),
        ["model.mlir", "-o", "out.tflite"],
        r"model\.mlir:1:\d+: error: expected",
    ),
    Row(
        "mlir-unknown-op",
        files(model_mlir=MLIR.replace("relu", "rolu")),
        ["model.mlir", "-o", "out.tflite"],
        r"model\.mlir:2:\d+: error: .*mopt\.rolu",
    ),
    Row(
        "mlir-verifier",
        files(
            model_mlir=MLIR.replace("> {", "> {", 1)
            .replace("-> tensor<1x2xf32>\n", "-> tensor<2xf32>\n")
            .replace("return %0 : tensor<1x2xf32>", "return %x : tensor<1x2xf32>")
        ),
        ["model.mlir", "-o", "out.mlir"],
        r"model\.mlir:2:\d+: error: 'mopt\.relu' op output must have shape",
    ),
    Row(
        "bytecode-truncated",
        half_bytecode,
        ["model.mlirbc", "-o", "out.tflite"],
        r"error: ",
    ),
    Row(
        "no-such-flag",
        copy_of_model,
        ["model.tflite", "--no-such-pass", "-o", "out.tflite"],
        r"no-such-pass",
    ),
    Row(
        "missing-output-folder",
        copy_of_model,
        ["model.tflite", "-o", "nowhere/out.tflite"],
        r"cannot write 'nowhere/out\.tflite': No such file or directory",
    ),
    Row(
        "folder-as-output",
        model_and_folder,
        CONVERT,
        r"cannot write 'out\.tflite': Is a directory",
    ),
    Row(
        "unsupported-extension",
        copy_of_model,
        ["model.tflite", "-o", "out.onnx"],
        r"cannot write 'out\.onnx'",
    ),
    Row(
        "export-of-foreign-ops",
        files(model_mlir="func.func @main(%x: f32) -> f32 {\n  return %x : f32\n}\n"),
        ["model.mlir", "-o", "out.tflite"],
        r"error: ",
    ),
]

# ===------------------------------------------------------------------------===//
# Passes and calibration data
# ===------------------------------------------------------------------------===//

# The model takes float32 [1, 8, 8, 1].
SAMPLES = floats([3, 8, 8, 1])
PASS_ROWS = [
    Row(
        "quantize-option",
        copy_of_model,
        quantize("c.npz", "granularity=row"),
        r"granularity",
    ),
    Row(
        "quantize-unknown-option",
        copy_of_model,
        quantize("c.npz", "colour=blue"),
        r"colour",
    ),
    Row(
        "sparsity-text",
        copy_of_model,
        ["model.tflite", "--prune=sparsity=half", "-o", "out.tflite"],
        r"half",
    ),
    Row(
        "sparsity-above-one",
        copy_of_model,
        ["model.tflite", "--prune=sparsity=1.5", "-o", "out.tflite"],
        r"sparsity is 1\.5",
    ),
    Row(
        "sparsity-negative",
        copy_of_model,
        ["model.tflite", "--prune=sparsity=-0.1", "-o", "out.tflite"],
        r"sparsity is -1\.0*e-01",
    ),
    Row(
        "sparsity-nan",
        copy_of_model,
        ["model.tflite", "--prune=sparsity=nan", "-o", "out.tflite"],
        r"sparsity is nan",
    ),
    Row(
        "prune-pattern",
        copy_of_model,
        ["model.tflite", "--prune=pattern=9y9", "-o", "out.tflite"],
        r"9y9",
    ),
    Row(
        "prune-regex",
        copy_of_model,
        ["model.tflite", "--prune=only=[", "-o", "out.tflite"],
        r"only|regular expression",
    ),
    Row(
        "calibration-missing",
        copy_of_model,
        quantize("c.npz"),
        r"c\.npz.*No such file or directory",
    ),
    Row("calibration-empty", model_and(c_npz=b""), quantize("c.npz"), r"c\.npz"),
    Row(
        "calibration-garbage",
        model_and(c_npz=b"PK\x03\x04 not a zip"),
        quantize("c.npz"),
        r"c\.npz",
    ),
    Row(
        "calibration-truncated",
        model_and(c_npz=npz(x=SAMPLES)[:200]),
        quantize("c.npz"),
        r"c\.npz",
    ),
    Row(
        "calibration-no-samples",
        model_and(c_npz=npz(x=floats([0, 8, 8, 1]))),
        quantize("c.npz"),
        r"c\.npz.*(no samples|no elements)",
    ),
    Row(
        "calibration-shape",
        model_and(c_npz=npz(x=floats([3, 7, 7, 1]))),
        quantize("c.npz"),
        r"c\.npz.*\[?7, 7|7x7",
    ),
    Row(
        "calibration-dtype",
        model_and(c_npz=npz(x=npy("<c8", [1, 8, 8, 1], bytes(512)))),
        quantize("c.npz"),
        r"c\.npz.*(c8|complex)",
    ),
    Row(
        "calibration-nan",
        model_and(c_npz=npz(x=floats([3, 8, 8, 1], math.nan))),
        quantize("c.npz"),
        r"(NaN|nan|finite)",
    ),
    Row(
        "calibration-infinite",
        model_and(c_npz=npz(x=floats([3, 8, 8, 1], math.inf))),
        quantize("c.npz"),
        r"(NaN|nan|finite)",
    ),
    Row(
        "calibration-other-input",
        model_and(c_npz=npz(other=SAMPLES)),
        quantize("c.npz"),
        r"c\.npz.*(other|x)",
    ),
    Row(
        "calibration-short-npy",
        model_and(c_npy=SAMPLES[:-4]),
        quantize("c.npy"),
        r"c\.npy",
    ),
    Row(
        "preprocess-syntax",
        model_and(c_npz=npz(x=SAMPLES)),
        quantize("c.npz", "preprocess=mean:blue"),
        r"preprocess|mean",
    ),
]

ROWS = FILE_ROWS + GRAPH_ROWS + QUANTIZATION_ROWS + PASS_ROWS
