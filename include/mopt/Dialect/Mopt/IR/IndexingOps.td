//===- IndexingOps.td - Elements picked and placed by index -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_INDEXINGOPS_TD
#define MOPT_DIALECT_MOPT_IR_INDEXINGOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

class Mopt_IndexingOp<string mnemonic, string options, string quantSpec>
    : Mopt_TypedOp<mnemonic, options, quantSpec, [Pure]> {
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_GatherOp
    : Mopt_IndexingOp<"gather", "GatherOptions",
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Activation, "
        "OperandRole::Index}).int8(2).int16(4)"> {
  let summary = "Slices of a dimension, picked by index";
  let description = [{
    The first `batch_dims` dimensions of input and positions are the same. The
    shape of the result is that of the input with the dimension `axis` replaced by
    the other dimensions of `positions`. Positions lie in [0, size of the axis).
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$positions,
                       Mopt_I32<"0">:$axis, Mopt_I32<"0">:$batch_dims);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
    /// The attributes counted from 0.
    int64_t getNormalizedAxis();
    int64_t getNormalizedBatchDims();
  }];
}

def Mopt_GatherNdOp
    : Mopt_IndexingOp<"gather_nd", "GatherNdOptions",
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Activation, "
        "OperandRole::Index}).int8(1).int16(3)"> {
  let summary = "Slices picked by tuples of indices";
  let description = [{
    The last dimension of `indices` holds the first indices into `params`. The
    shape of the result is that of the other dimensions of indices, followed by the
    dimensions of params that are not indexed.
  }];
  let arguments = (ins Mopt_Tensor:$params, Mopt_Tensor:$indices);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_ScatterNdOp
    : Mopt_IndexingOp<"scatter_nd", "ScatterNdOptions",
        "QuantSpec(ScaleRule::SameAsOutput, {OperandRole::Index, "
        "OperandRole::Activation, OperandRole::Index})"
        ".int8(1).zeroPointZero()"> {
  let summary = "Adds slices to a tensor of zeros at tuples of indices";
  let description = [{
    The last dimension of `indices` holds the first indices into the result.
    Updates of the same place are added in order; integers wrap around, booleans
    are joined by or.
  }];
  let arguments = (ins Mopt_Tensor:$indices, Mopt_Tensor:$updates,
                       Mopt_Tensor:$shape);
}

def Mopt_OneHotOp
    : Mopt_IndexingOp<"one_hot", "OneHotOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Index, OperandRole::Index, "
        "OperandRole::Activation})"> {
  let summary = "A value at the index and another one elsewhere";
  let description = [{
    The result has a new dimension of size `depth` before dimension `axis` of the
    indices (-1: after the last one). Indices outside of it give no element
    `on_value`.
  }];
  let arguments = (ins Mopt_Tensor:$indices, Mopt_Tensor:$depth,
                       Mopt_Tensor:$on_value, Mopt_Tensor:$off_value,
                       Mopt_I32<"0">:$axis);
  let extraClassDeclaration = typedOpDeclaration # [{
    /// The new dimension's place in the result.
    int64_t getNormalizedAxis();
  }];
}

def Mopt_SparseToDenseOp
    : Mopt_IndexingOp<"sparse_to_dense", "SparseToDenseOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Index, OperandRole::Index, "
        "OperandRole::Activation})"> {
  let summary = "Values placed at indices in a tensor of a default value";
  let description = [{
    `sparse_indices` is an index, a vector of indices into a vector, or a matrix
    with one tuple a row. `sparse_values` is one value for all places or a vector
    with one for each; the last of the same place stays. `validate_indices`
    changes nothing: indices are always checked.
  }];
  let arguments = (ins Mopt_Tensor:$sparse_indices, Mopt_Tensor:$output_shape,
                       Mopt_Tensor:$sparse_values, Mopt_Tensor:$default_value,
                       Mopt_Bool<"false">:$validate_indices);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_MatrixDiagOp
    : Mopt_IndexingOp<"matrix_diag", "MatrixDiagOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Activation})"> {
  let summary = "Matrices of zeros with the given diagonals";
  let arguments = (ins Mopt_Tensor:$diagonal);
}

def Mopt_MatrixSetDiagOp
    : Mopt_IndexingOp<"matrix_set_diag", "MatrixSetDiagOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Activation})"> {
  let summary = "Matrices with other diagonals";
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$diagonal);
}

// A change of encoding: what the operand's parameters are, those of the result
// are too, per-axis ones of weights included.
def Mopt_DensifyOp
    : Mopt_IndexingOp<"densify", "DensifyOptions",
        "QuantSpec(ScaleRule::Conversion, {OperandRole::Activation}).int8(1)"> {
  let summary = "A constant that is stored sparsely, as a dense tensor";
  let description = [{
    The operand's `#mopt.tensor` holds the encoding; elements that it leaves out
    are zero bytes.
  }];
  let arguments = (ins Mopt_Tensor:$input);
}

#endif // MOPT_DIALECT_MOPT_IR_INDEXINGOPS_TD
