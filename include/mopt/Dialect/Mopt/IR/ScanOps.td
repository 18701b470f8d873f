//===- ScanOps.td - Scans along an axis and sortings -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_SCANOPS_TD
#define MOPT_DIALECT_MOPT_IR_SCANOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

def Mopt_CumsumOp
    : Mopt_TypedOp<"cumsum", "CumsumOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Activation, "
        "OperandRole::Index})", [Pure]> {
  let summary = "Running sum along an axis";
  let description = [{
    Element i is the sum of the elements 0 to i of the input along `axis`, without
    element i itself where `exclusive`; with `reverse`, from the last one down.
    Integers wrap around.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$axis,
                       Mopt_Bool<"false">:$exclusive,
                       Mopt_Bool<"false">:$reverse);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_TopKV2Op
    : Mopt_TypedOp<"topk_v2", "TopKV2Options",
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Activation, "
        "OperandRole::Index}).int8(2).int16(3)", [Pure]> {
  let summary = "The k largest elements along the last axis and their indices";
  let description = [{
    In descending order; of equal elements the one of lower index comes first.
    Stored values are compared; NaN comes last.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$k);
  let results = (outs Mopt_Tensor:$values, Mopt_Tensor:$indices);
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

#endif // MOPT_DIALECT_MOPT_IR_SCANOPS_TD
