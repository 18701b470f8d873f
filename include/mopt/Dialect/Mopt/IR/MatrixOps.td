//===- MatrixOps.td - Matrix products of activations -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MATRIXOPS_TD
#define MOPT_DIALECT_MOPT_IR_MATRIXOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

def Mopt_BatchMatMulOp
    : Mopt_TypedOp<"batch_matmul", "BatchMatMulOptions",
        "QuantSpec(ScaleRule::Free, {OperandRole::Activation, "
        "OperandRole::Activation}).int8(2).int16(3).hybrid(1)", [Pure]> {
  let summary = "Products of the matrices in the last two dimensions";
  let description = [{
    `x` is [..., m, k], or [..., k, m] with `adj_x`; `y` is [..., k, n], or
    [..., n, k] with `adj_y`; the leading dimensions broadcast as in NumPy, up to
    three of them. int8 operands may have an int32 result, which is the sum of
    the products of the stored values, without regard to zero points. float32 by
    int8 is the hybrid form: rows of `x` are quantised at run time, and `y` may
    have a scale for each of its n columns.
  }];
  let arguments = (ins
    Mopt_Tensor:$x, Mopt_Tensor:$y,
    Mopt_Bool<"false">:$adj_x, Mopt_Bool<"false">:$adj_y,
    Mopt_Bool<"false">:$asymmetric_quantize_inputs);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_EmbeddingLookupOp
    : Mopt_TypedOp<"embedding_lookup", "",
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Index, "
        "OperandRole::Activation}).axis(0).int8(1).hybrid(1)", [Pure]> {
  let summary = "Rows of a table";
  let description = [{
    Row `lookup[i]` of `value` for every i, as it is stored. A quantised table with
    a float32 result is the hybrid form: rows are dequantised, by a scale for each
    row or one for all, with zero point 0.
  }];
  let arguments = (ins Mopt_Tensor:$lookup, Mopt_Tensor:$value);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_EmbeddingLookupSparseOp
    : Mopt_TypedOp<"embedding_lookup_sparse", "EmbeddingLookupSparseOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Index, OperandRole::Index, "
        "OperandRole::Index, OperandRole::Activation, "
        "OperandRole::Activation})", [Pure]> {
  let summary = "Weighted sums of rows of a table, by places of a sparse tensor";
  let description = [{
    `ids` [n] are the elements of a sparse tensor of shape `dense_shape` [k], and
    `indices` [n, k] where they lie. Elements in its last dimension go together:
    the result, of shape `dense_shape[:-1]` ++ `value.shape[1:]`, has the sum of
    the rows `value[ids[i]]` times `weights[i]`, 0 where there are none. MEAN
    divides it by the sum of the weights, SQRTN by the root of the sum of their
    squares. Elements that go together are expected to follow one another: each
    run of them is divided, with what is there before it.
  }];
  let arguments = (ins Mopt_Tensor:$ids, Mopt_Tensor:$indices,
                       Mopt_Tensor:$dense_shape, Mopt_Tensor:$weights,
                       Mopt_Tensor:$value,
                       DefaultValuedAttr<Mopt_CombinerTypeAttr,
                           "::mlir::mopt::CombinerType::SUM">:$combiner);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

#endif // MOPT_DIALECT_MOPT_IR_MATRIXOPS_TD
