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
        "OperandRole::Activation}).int8(1)", [Pure]> {
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

#endif // MOPT_DIALECT_MOPT_IR_MATRIXOPS_TD
