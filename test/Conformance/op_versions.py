# ===- op_versions.py - lowest version of an op that carries its form -------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""The version rules of the format for the operators of the case table."""


def _by_first_type(int8=2, int16=3):
    def rule(op):
        return {"int8": int8, "int16": int16}.get(op.inputs[0].dtype, 1)

    return rule


def _max_rank(op):
    return max(len(t.shape) for t in op.inputs if t is not None)


def _broadcasts(op):
    return list(op.inputs[0].shape) != list(op.inputs[1].shape)


def _is_hybrid(op):
    return op.inputs[0].dtype == "float32" and op.inputs[1].dtype == "int8"


def _conv_2d(op):
    data, weights = op.inputs[0], op.inputs[1]
    if data.dtype == "int16" and op.options.get("quantizedBiasType"):
        return 8
    if data.shape[3] != weights.shape[3]:
        return 6
    if _is_hybrid(op):
        return 5 if weights.per_channel else 2
    return {"int8": 3, "int16": 4}.get(data.dtype, 1)


def _depthwise_conv_2d(op):
    data, weights = op.inputs[0], op.inputs[1]
    if data.dtype == "int16":
        return 5
    if _is_hybrid(op):
        return 6 if weights.per_channel else 4
    if data.dtype == "int8":
        return 3
    dilated = (
        op.options.get("dilationWFactor", 1) != 1
        or op.options.get("dilationHFactor", 1) != 1
    )
    return 2 if dilated else 1


def _fully_connected(op):
    data, weights = op.inputs[0], op.inputs[1]
    if _is_hybrid(op) and weights.per_channel:
        return 12
    if data.dtype == "int16" and op.options.get("quantizedBiasType"):
        return 11
    if data.dtype == "int16":
        return 7
    if len(op.inputs) == 2:
        return 6
    if op.options.get("keepNumDims"):
        return 5
    if data.dtype == "int8":
        return 4
    if _is_hybrid(op):
        return 9 if op.options.get("asymmetricQuantizeInputs") else 3
    return 1


def _is_quantized(op):
    return op.inputs[0].scale is not None


def _add(op):
    dtype = op.inputs[0].dtype
    if dtype == "int16" and not _is_quantized(op):
        return 5
    if dtype == "int64":
        return 4
    if dtype == "int16" and not op.options.get("potScaleInt16", True):
        return 3
    return 2 if dtype == "int8" else 1


def _sub(op):
    dtype = op.inputs[0].dtype
    if dtype == "int16" and not op.options.get("potScaleInt16", True):
        return 5
    if dtype == "int64":
        return 4
    if _broadcasts(op) and _max_rank(op) > 4:
        return 3
    return 2 if dtype == "int8" else 1


def _mul(op):
    dtype = op.inputs[0].dtype
    if dtype == "int16":
        return 4 if _is_quantized(op) else 7
    if dtype == "int64":
        return 5
    if _is_quantized(op):
        ratio = op.inputs[0].scale * op.inputs[1].scale / op.outputs[0].scale
        if ratio >= 1.0:
            return 3
    return 2 if dtype == "int8" else 1


def _maximum_minimum(op):
    if op.inputs[0].dtype == "int16":
        return 4
    if _broadcasts(op) and _max_rank(op) > 4:
        return 3
    return 2 if op.inputs[0].dtype == "int8" else 1


def _pad(op):
    if len(op.inputs[0].shape) > 4:
        return 4
    return _by_first_type()(op)


def _resize_bilinear(op):
    if op.inputs[0].dtype == "int16":
        return 4
    if op.options.get("halfPixelCenters"):
        return 3
    return 2 if op.inputs[0].dtype == "int8" else 1


def _resize_nearest(op):
    if op.inputs[0].dtype == "int16":
        return 4
    if op.options.get("halfPixelCenters") or op.options.get("alignCorners"):
        return 3
    return 2 if op.inputs[0].dtype == "int8" else 1


def _transpose(op):
    rank = len(op.inputs[0].shape)
    if rank > 5:
        return 6
    by_type = {"int16": 5, "bool": 3, "int8": 2}.get(op.inputs[0].dtype, 1)
    return max(by_type, 4 if rank > 4 else 1)


def _slice(op):
    if len(op.inputs[0].shape) > 4:
        return 5
    return _by_first_type(int16=4)(op)


def _strided_slice(op):
    if op.options.get("offset"):
        return 8
    if op.options.get("ellipsisMask") or op.options.get("newAxisMask"):
        return 6
    if len(op.inputs[0].shape) > 4:
        return 4
    return {"bool": 3, "int8": 2}.get(op.inputs[0].dtype, 1)


def _split(op):
    return {"int16": 4, "int32": 3, "int8": 2}.get(op.inputs[1].dtype, 1)


def _unpack(op):
    by_type = {"int16": 4, "bool": 3, "int8": 2, "uint8": 2}
    return by_type.get(op.inputs[0].dtype, 1)


def _broadcast_to(op):
    return 3 if op.inputs[0].dtype in ("int8", "int16") else 2


def _reverse_v2(op):
    return {"int8": 3, "bool": 2}.get(op.inputs[0].dtype, 1)


def _gather(op):
    if op.inputs[1].dtype == "int16":
        return 6
    if op.options.get("batchDims"):
        return 5
    return {"int16": 4, "bool": 3, "int8": 2}.get(op.inputs[0].dtype, 1)


def _gather_nd(op):
    if op.inputs[0].dtype == "bool":
        return 5
    if op.inputs[1].dtype == "int16":
        return 4
    return 3 if op.inputs[0].dtype == "int16" else 1


def _sparse_to_dense(op):
    return {"int8": 3, "uint8": 3, "int64": 2}.get(op.inputs[2].dtype, 1)


def _batch_blocks(op):
    if op.inputs[0].dtype == "int16":
        return 4
    return 3 if len(op.inputs[0].shape) != 4 else _by_first_type()(op)


def _fill(op):
    versions = {"float16": 4, "int8": 3, "int16": 3, "bool": 2}
    return versions.get(op.inputs[1].dtype, 1)


def _range(op):
    return 2 if op.inputs[0].dtype == "int64" else 1


def _relu(op):
    return {"int16": 3, "int8": 2, "uint8": 2}.get(op.inputs[0].dtype, 1)


def _arg(op):
    return {"bool": 3, "int8": 2}.get(op.inputs[0].dtype, 1)


def _quantize(op):
    return 2 if op.outputs[0].dtype == "int16" else 1


def _dequantize(op):
    dtype = op.inputs[0].dtype
    if dtype == "int8":
        return 5 if op.inputs[0].per_channel else 2
    return 3 if dtype in ("int16", "float16") else 1


def _transpose_conv(op):
    if op.options.get("quantizedBiasType"):
        return 5
    if op.options.get("fusedActivationFunction"):
        return 4
    if len(op.inputs) == 4:
        return 3
    return 2 if op.inputs[1].dtype == "int8" else 1


def _batch_matmul(op):
    if op.inputs[0].dtype == "float32":
        return 4 if op.options.get("asymmetricQuantizeInputs") else 1
    return {"int8": 2, "int16": 3}[op.inputs[0].dtype]


def _embedding_lookup(op):
    return 4 if op.inputs[1].per_channel else 1


def _topk(op):
    if "int16" in [t.dtype for t in (*op.inputs, *op.outputs)]:
        return 3
    return 2 if op.inputs[0].dtype == "int8" else 1


def _lstm(op):
    if op.options.get("diagonalRecurrentTensors"):
        return 4
    if op.inputs[0].dtype == "float32" and op.inputs[2].dtype == "int8":
        return 3 if op.options.get("asymmetricQuantizeInputs") else 2
    return 1


def _single_lstm(op):
    if len(op.inputs) == 5:
        return 2
    version = _lstm(op)
    return version + 1 if version > 1 else 1


def _rnn(op):
    if op.inputs[1].dtype != "int8":
        return 1
    return 3 if op.options.get("asymmetricQuantizeInputs") else 2


def _svdf(op):
    if op.inputs[0].dtype == "int8":
        return 3
    if op.inputs[1].dtype != "int8":
        return 1
    return 4 if op.options.get("asymmetricQuantizeInputs") else 2


def _abs(op):
    dtype = op.inputs[0].dtype
    if dtype == "int16":
        return 3 if _is_quantized(op) else 4
    return {"int8": 2, "int32": 5}.get(dtype, 1)


def _gelu(op):
    return 2 if op.inputs[0].dtype in ("int8", "uint8") else 1


def _select(op):
    return 3 if _max_rank(op) == 5 else 1


def _floor_div(op):
    return {"int8": 3, "int16": 3, "float32": 2}.get(op.inputs[0].dtype, 1)


def _cast(op):
    types = (op.inputs[0].dtype, op.outputs[0].dtype)
    versions = {
        "bfloat16": 7,
        "float64": 5,
        "float16": 5,
        "uint16": 4,
        "int8": 3,
        "uint32": 2,
    }
    return max(versions.get(dtype, 1) for dtype in types)


_RULES = {
    "CONV_2D": _conv_2d,
    "DEPTHWISE_CONV_2D": _depthwise_conv_2d,
    "FULLY_CONNECTED": _fully_connected,
    "AVERAGE_POOL_2D": _by_first_type(),
    "MAX_POOL_2D": _by_first_type(),
    "ADD": _add,
    "SUB": _sub,
    "MUL": _mul,
    "MAXIMUM": _maximum_minimum,
    "MINIMUM": _maximum_minimum,
    "RELU": _relu,
    "RELU6": _by_first_type(),
    "LEAKY_RELU": _by_first_type(int8=1, int16=2),
    "LOGISTIC": _by_first_type(),
    "TANH": _by_first_type(),
    "SOFTMAX": _by_first_type(),
    "LOG_SOFTMAX": _by_first_type(),
    "L2_NORMALIZATION": _by_first_type(),
    "MEAN": _by_first_type(),
    "SUM": _by_first_type(int16=1),
    "REDUCE_MAX": _by_first_type(),
    "REDUCE_MIN": _by_first_type(),
    "REDUCE_PROD": _by_first_type(int16=2),
    "TRANSPOSE_CONV": _transpose_conv,
    "BATCH_MATMUL": _batch_matmul,
    "TOPK_V2": _topk,
    "EMBEDDING_LOOKUP": _embedding_lookup,
    "PAD": _pad,
    "PADV2": _pad,
    "CONCATENATION": _by_first_type(),
    "RESIZE_BILINEAR": _resize_bilinear,
    "RESIZE_NEAREST_NEIGHBOR": _resize_nearest,
    "TRANSPOSE": _transpose,
    "SLICE": _slice,
    "STRIDED_SLICE": _strided_slice,
    "SPLIT": _split,
    "SPLIT_V": _by_first_type(int16=1),
    "UNPACK": _unpack,
    "PACK": _by_first_type(),
    "TILE": _by_first_type(int8=3, int16=1),
    "BROADCAST_TO": _broadcast_to,
    "REVERSE_V2": _reverse_v2,
    "SPACE_TO_DEPTH": _by_first_type(int16=1),
    "DEPTH_TO_SPACE": _by_first_type(int16=1),
    "GATHER": _gather,
    "GATHER_ND": _gather_nd,
    "SPARSE_TO_DENSE": _sparse_to_dense,
    "MIRROR_PAD": _by_first_type(),
    "SPACE_TO_BATCH_ND": _batch_blocks,
    "BATCH_TO_SPACE_ND": _batch_blocks,
    "FILL": _fill,
    "RANGE": _range,
    "ARG_MAX": _arg,
    "ARG_MIN": _arg,
    "QUANTIZE": _quantize,
    "DEQUANTIZE": _dequantize,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": _lstm,
    "ABS": _abs,
    "EXP": _by_first_type(int16=2),
    "LOG": _by_first_type(int16=2),
    "SQRT": _by_first_type(int16=2),
    "RSQRT": _by_first_type(),
    "GELU": _gelu,
    "EQUAL": _by_first_type(int16=5),
    "NOT_EQUAL": _by_first_type(int16=4),
    "LESS": _by_first_type(),
    "GREATER_EQUAL": _by_first_type(),
    "LESS_EQUAL": _by_first_type(int16=1),
    "GREATER": _by_first_type(int16=1),
    "SELECT": _select,
    "FLOOR_DIV": _floor_div,
    "FLOOR_MOD": _by_first_type(int16=2),
    "SQUARED_DIFFERENCE": _by_first_type(),
    "CAST": _cast,
    "LSTM": _single_lstm,
    "BIDIRECTIONAL_SEQUENCE_LSTM": _lstm,
    "SVDF": _svdf,
    "RNN": _rnn,
    "UNIDIRECTIONAL_SEQUENCE_RNN": _rnn,
    "BIDIRECTIONAL_SEQUENCE_RNN": _rnn,
}


def op_version(op):
    """Returns the version to write; ops without a rule have only version 1."""
    rule = _RULES.get(op.name)
    return rule(op) if rule else 1
