# ===- tflite_writer.py - one-op .tflite models -----------------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""Writes models of one operator, or of several subgraphs, always the same bytes
for the same description.

A one-op model is described by `Op`: its operands are `Tensor`s; a tensor with
`data` is a constant, one with `variable=True` is state, every other input is a
graph input in operand order. `Model` holds `Graph`s for operators that need more
than themselves. Ranges (min/max) are never written: the kernels read only scales
and zero points.
"""

import dataclasses
from typing import Any, Optional, Sequence

import flatbuffers
import numpy as np
from flatbuffers import flexbuffers
from ai_edge_litert import schema_py_generated as schema

from op_versions import op_version

NUMPY_TYPES = {
    "float64": np.float64,
    "float32": np.float32,
    "float16": np.float16,
    # The bits: constants only.
    "bfloat16": np.uint16,
    "int8": np.int8,
    "uint8": np.uint8,
    "int16": np.int16,
    "uint16": np.uint16,
    "int32": np.int32,
    "uint32": np.uint32,
    "int64": np.int64,
    "uint64": np.uint64,
    "bool": np.bool_,
    "complex64": np.complex64,
    "complex128": np.complex128,
}

# Weights are mapped by readers, which the format lets rely on this alignment.
BUFFER_ALIGNMENT = 16


@dataclasses.dataclass
class Sparsity:
    """Levels of dimensions in `order`, those inside of blocks after the others;
    `compressed` says of each level whether it leaves out what is zero. `blocks`
    maps dimensions to the sizes of their blocks."""

    order: Sequence[int]
    compressed: Sequence[bool]
    blocks: dict = dataclasses.field(default_factory=dict)

    def encode(self, data):
        """Returns (schema object, stored values)."""
        shape = list(data.shape)
        for axis, size in self.blocks.items():
            shape[axis] //= size
        # Each blocked dimension is two: which block, and where in it.
        split = [
            n
            for axis, blocks in enumerate(shape)
            for n in ((blocks, self.blocks[axis]) if axis in self.blocks else (blocks,))
        ]
        places, inner, at = [], [], 0
        for axis in range(data.ndim):
            places.append(at)
            at += 1
            if axis in self.blocks:
                inner.append(at)
                at += 1
        levels = data.reshape(split).transpose(places + inner).transpose(self.order)
        nodes, metadata = [levels], []
        for compressed in self.compressed:
            level = schema.DimensionMetadataT()
            level.format = schema.DimensionType.DENSE
            if compressed:
                segments, indices, kept = [0], [], []
                for node in nodes:
                    for i, part in enumerate(node):
                        if np.any(part):
                            indices.append(i)
                            kept.append(part)
                    segments.append(len(indices))
                level.format = schema.DimensionType.SPARSE_CSR
                kind = schema.SparseIndexVector.Int32Vector
                level.arraySegmentsType = level.arrayIndicesType = kind
                level.arraySegments = schema.Int32VectorT()
                level.arraySegments.values = np.asarray(segments, np.int32)
                level.arrayIndices = schema.Int32VectorT()
                level.arrayIndices.values = np.asarray(indices, np.int32)
                nodes = kept
            else:
                level.denseSize = len(nodes[0])
                nodes = [part for node in nodes for part in node]
            metadata.append(level)
        params = schema.SparsityParametersT()
        params.traversalOrder = np.asarray(self.order, np.int32)
        params.blockMap = np.asarray(sorted(self.blocks), np.int32)
        params.dimMetadata = metadata
        return params, np.asarray(nodes, dtype=data.dtype)


@dataclasses.dataclass
class Tensor:
    """One operand. `scale` may be a sequence (per channel along `axis`)."""

    shape: Sequence[int]
    dtype: str
    scale: Any = None
    zero_point: int = 0
    axis: int = 0
    data: Optional[np.ndarray] = None
    variable: bool = False
    # The shape with -1 for dimensions that are open.
    signature: Optional[Sequence[int]] = None
    # How run inputs are drawn: a pair of limits, or the standard deviation of
    # floats, ("positive", deviation) for their magnitudes, "whole" for numbers
    # without a fraction; None means the whole range, or 1.0.
    draw: Any = None
    # How `data` is stored: None is densely, else a `Sparsity`.
    sparsity: Any = None

    @property
    def per_channel(self):
        return self.scale is not None and np.size(self.scale) > 1


@dataclasses.dataclass
class Op:
    """One operator with its operands; `None` in `inputs` is an absent one."""

    name: str
    inputs: list
    outputs: list
    options: dict = dataclasses.field(default_factory=dict)
    intermediates: list = dataclasses.field(default_factory=list)
    # A custom operator: its code and the map of its options. `name` is CUSTOM.
    custom_code: str = ""

    def graph_inputs(self):
        return [
            t
            for t in self.inputs
            if t is not None and t.data is None and not t.variable
        ]


@dataclasses.dataclass
class Graph:
    """A subgraph: operators in the order they run, tensors told apart by identity."""

    name: str
    inputs: list
    outputs: list
    ops: list


@dataclasses.dataclass
class Model:
    """Several subgraphs; the first one is run. Options name others by index."""

    graphs: list

    @property
    def inputs(self):
        return self.graphs[0].inputs

    @property
    def outputs(self):
        return self.graphs[0].outputs

    def graph_inputs(self):
        return self.inputs


# Operators whose options table is not called after the operator itself.
OPTION_TABLES = {
    "ATAN2": "ATan2Options",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "MAX_POOL_2D": "Pool2DOptions",
    "MAXIMUM": "MaximumMinimumOptions",
    "MINIMUM": "MaximumMinimumOptions",
    "MEAN": "ReducerOptions",
    "SUM": "ReducerOptions",
    "REDUCE_MAX": "ReducerOptions",
    "REDUCE_MIN": "ReducerOptions",
    "REDUCE_PROD": "ReducerOptions",
    "REDUCE_ANY": "ReducerOptions",
    "REDUCE_ALL": "ReducerOptions",
    "BATCH_MATMUL": "BatchMatMulOptions",
    "CONV_3D": "Conv3DOptions",
    "CONV_3D_TRANSPOSE": "Conv3DOptions",
    "TOPK_V2": "TopKV2Options",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTMOptions",
    "BIDIRECTIONAL_SEQUENCE_LSTM": "BidirectionalSequenceLSTMOptions",
    "LSTM": "LSTMOptions",
    "SVDF": "SVDFOptions",
    "RNN": "RNNOptions",
    "UNIDIRECTIONAL_SEQUENCE_RNN": "SequenceRNNOptions",
    "BIDIRECTIONAL_SEQUENCE_RNN": "BidirectionalSequenceRNNOptions",
    "CONV_2D": "Conv2DOptions",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
    "PADV2": "PadV2Options",
    "REVERSE_V2": "ReverseV2Options",
    "SPLIT_V": "SplitVOptions",
    "SPACE_TO_BATCH_ND": "SpaceToBatchNDOptions",
    "BATCH_TO_SPACE_ND": "BatchToSpaceNDOptions",
    "L2_NORMALIZATION": "L2NormOptions",
}
NO_OPTIONS = {
    "EMBEDDING_LOOKUP",
    "REAL",
    "IMAG",
    "COMPLEX_ABS",
    "BROADCAST_ARGS",
    "RELU",
    "RELU6",
    "RELU_N1_TO_1",
    "RELU_0_TO_1",
    "LOGISTIC",
    "TANH",
    "LOG",
    "SQRT",
    "RSQRT",
    "SIN",
    "FLOOR",
    "CEIL",
    "ROUND",
    "ELU",
    "PRELU",
}


def option_table(op_name):
    if op_name in NO_OPTIONS:
        return None
    if op_name in OPTION_TABLES:
        return OPTION_TABLES[op_name]
    return "".join(word.capitalize() for word in op_name.split("_")) + "Options"


class _AlignedBuffer(schema.BufferT):
    """A buffer whose bytes begin at a multiple of BUFFER_ALIGNMENT."""

    def Pack(self, builder):
        data = None
        if self.data is not None:
            raw = np.ascontiguousarray(self.data).view(np.uint8).tobytes()
            builder.StartVector(1, len(raw), BUFFER_ALIGNMENT)
            builder.head = builder.head - len(raw)
            builder.Bytes[builder.head : builder.head + len(raw)] = raw
            data = builder.EndVector()
        schema.BufferStart(builder)
        if data is not None:
            schema.BufferAddData(builder, data)
        return schema.BufferEnd(builder)


def _quantization(tensor):
    if tensor.scale is None:
        return None
    scales = np.atleast_1d(np.asarray(tensor.scale, dtype=np.float32))
    params = schema.QuantizationParametersT()
    params.scale = scales
    params.zeroPoint = np.full(scales.shape, tensor.zero_point, dtype=np.int64)
    params.quantizedDimension = tensor.axis
    return params


def _options(op):
    if op.custom_code:
        return 0, None
    table = option_table(op.name)
    if table is None:
        assert not op.options, op.name
        return 0, None
    options = getattr(schema, table + "T")()
    for key, value in op.options.items():
        assert hasattr(options, key), f"{table} has no field {key}"
        setattr(options, key, value)
    return getattr(schema.BuiltinOptions, table), options


class _ModelBuilder:
    def __init__(self):
        self.buffers = [_AlignedBuffer()]
        self.tensors = []

    def add(self, tensor, name):
        """Returns the index of the tensor, -1 for an absent operand."""
        if tensor is None:
            return -1
        entry = schema.TensorT()
        entry.shape = np.asarray(tensor.shape, dtype=np.int32)
        entry.type = getattr(schema.TensorType, tensor.dtype.upper())
        entry.name = name
        entry.isVariable = tensor.variable
        entry.hasRank = True
        if tensor.signature is not None:
            entry.shapeSignature = np.asarray(tensor.signature, dtype=np.int32)
        entry.quantization = _quantization(tensor)
        buffer = _AlignedBuffer()
        if tensor.data is not None:
            data = np.asarray(tensor.data)
            assert data.dtype == NUMPY_TYPES[tensor.dtype], (name, data.dtype)
            assert data.shape == tuple(tensor.shape), (name, data.shape)
            if tensor.sparsity is not None:
                entry.sparsity, data = tensor.sparsity.encode(data)
            buffer.data = data.reshape(-1)
        entry.buffer = len(self.buffers)
        self.buffers.append(buffer)
        self.tensors.append(entry)
        return len(self.tensors) - 1


def _operator_code(op):
    code = schema.OperatorCodeT()
    code.builtinCode = getattr(schema.BuiltinOperator, op.name)
    # Old readers look at the byte-sized field; 127 sends them to the new one.
    code.deprecatedBuiltinCode = min(code.builtinCode, 127)
    code.version = op_version(op)
    code.customCode = op.custom_code or None
    return code


def _operator(op, code, inputs, outputs, intermediates):
    operator = schema.OperatorT()
    operator.opcodeIndex = code
    operator.inputs = np.asarray(inputs, dtype=np.int32)
    operator.outputs = np.asarray(outputs, dtype=np.int32)
    operator.builtinOptionsType, operator.builtinOptions = _options(op)
    if intermediates:
        operator.intermediates = np.asarray(intermediates, dtype=np.int32)
    if op.custom_code:
        operator.customOptions = np.frombuffer(flexbuffers.Dumps(op.options), np.uint8)
    return operator


def _subgraph(name, tensors, inputs, outputs, operators):
    graph = schema.SubGraphT()
    graph.tensors = tensors
    graph.inputs = np.asarray(inputs, dtype=np.int32)
    graph.outputs = np.asarray(outputs, dtype=np.int32)
    graph.operators = operators
    graph.name = name
    return graph


def _pack(codes, subgraphs, buffers):
    packer = flatbuffers.Builder(1024)
    _pack_into(packer, codes, subgraphs, buffers)
    return bytes(packer.Output())


def _pack_into(packer, codes, subgraphs, buffers):
    model = schema.ModelT()
    model.version = 3
    model.operatorCodes = codes
    model.subgraphs = subgraphs
    model.buffers = buffers
    model.description = "mopt conformance case"
    packer.Finish(model.Pack(packer), b"TFL3")


def serialize(described):
    """Returns the .tflite file of an `Op` or a `Model` as bytes."""
    if isinstance(described, Model):
        return _serialize_graphs(described.graphs)
    op = described
    builder = _ModelBuilder()
    inputs, graph_inputs, counts = [], [], {}
    for tensor in op.inputs:
        kind = "constant"
        if tensor is not None and tensor.variable:
            kind = "state"
        elif tensor is not None and tensor.data is None:
            kind = "input"
        number = counts.get(kind, 0)
        index = builder.add(tensor, f"{kind}_{number}")
        inputs.append(index)
        if index >= 0:
            counts[kind] = number + 1
        if kind == "input":
            graph_inputs.append(index)
    intermediates = [
        builder.add(t, f"intermediate_{i}") for i, t in enumerate(op.intermediates)
    ]
    outputs = [builder.add(t, f"output_{i}") for i, t in enumerate(op.outputs)]
    operator = _operator(op, 0, inputs, outputs, intermediates)
    graph = _subgraph("main", builder.tensors, graph_inputs, outputs, [operator])
    return _pack([_operator_code(op)], [graph], builder.buffers)


def _serialize_graphs(graphs):
    packer = flatbuffers.Builder(1024)
    serialize_into(packer, graphs)
    return bytes(packer.Output())


def serialize_into(packer, graphs):
    """Finishes `packer` with the graphs; one of the size of a large model need not
    grow."""
    builder = _ModelBuilder()
    codes, subgraphs = [], []
    for graph in graphs:
        builder.tensors = []
        indices = {}

        def index_of(tensor):
            if tensor is None:
                return -1
            if id(tensor) not in indices:
                name = f"{graph.name}_{len(indices)}"
                indices[id(tensor)] = builder.add(tensor, name)
            return indices[id(tensor)]

        inputs = [index_of(tensor) for tensor in graph.inputs]
        operators = []
        for op in graph.ops:
            code = _operator_code(op)
            known = [
                i
                for i, other in enumerate(codes)
                if (other.builtinCode, other.version)
                == (code.builtinCode, code.version)
            ]
            if not known:
                known = [len(codes)]
                codes.append(code)
            operators.append(
                _operator(
                    op,
                    known[0],
                    [index_of(tensor) for tensor in op.inputs],
                    [index_of(tensor) for tensor in op.outputs],
                    [index_of(tensor) for tensor in op.intermediates],
                )
            )
        outputs = [index_of(tensor) for tensor in graph.outputs]
        subgraphs.append(
            _subgraph(graph.name, builder.tensors, inputs, outputs, operators)
        )
    _pack_into(packer, codes, subgraphs, builder.buffers)
