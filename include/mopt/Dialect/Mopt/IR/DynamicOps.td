//===- DynamicOps.td - Ops whose results have the shape of their data -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_DYNAMICOPS_TD
#define MOPT_DIALECT_MOPT_IR_DYNAMICOPS_TD

include "mopt/Dialect/Mopt/IR/FormatInterfaces.td"
include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// The first dimension of the first result is open (`?`): the data decides. What
// a file says of that dimension is kept beside the type.
class Mopt_DynamicOp<string mnemonic, string options, string spec>
    : Mopt_TypedOp<mnemonic, options, spec, [Pure, Mopt_OpenShapeOp]> {
  let hasVerifier = 1;
}

def Mopt_WhereOp : Mopt_DynamicOp<"where", "WhereOptions",
    "QuantSpec(ScaleRule::InputsOnly, {OperandRole::Activation}).int8(1)"
    ".zeroPointZero()"> {
  let summary = "The indices of the elements that are not zero";
  let description = [{
    `indices` is [found, rank of condition] of int64, in row-major order.

    ```mlir
    %i = mopt.where %c : (tensor<2x3xi1>) -> tensor<?x2xi64>
    ```
  }];
  let arguments = (ins Mopt_Tensor:$condition);
  let results = (outs AnyRankedTensor:$indices);
}

def Mopt_UniqueOp : Mopt_DynamicOp<"unique", "UniqueOptions",
    "QuantSpec(ScaleRule::None, {OperandRole::Activation})"> {
  let summary = "The different values of a vector, and which of them each one is";
  let description = [{
    `values` is [different] in order of their first places, `indices` has the
    shape of the operand.
  }];
  let arguments = (ins Mopt_Tensor:$input,
      DefaultValuedAttr<Mopt_ElementTypeAttr,
                        "::mlir::mopt::ElementType::INT32">:$idx_out_type);
  let results = (outs AnyRankedTensor:$values, Mopt_Tensor:$indices);
}

#endif // MOPT_DIALECT_MOPT_IR_DYNAMICOPS_TD
