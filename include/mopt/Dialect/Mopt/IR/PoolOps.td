//===- PoolOps.td - Pooling -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_POOLOPS_TD
#define MOPT_DIALECT_MOPT_IR_POOLOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

class Mopt_PoolOp<string mnemonic>
    : Mopt_TypedOp<mnemonic, "Pool2DOptions",
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Activation})"
        ".int8(2).int16(3)", [Pure]> {
  let arguments = (ins
    Mopt_Tensor:$input,
    Mopt_PaddingDefault:$padding,
    Mopt_I32<"1">:$stride_w, Mopt_I32<"1">:$stride_h,
    Mopt_I32<"1">:$filter_width, Mopt_I32<"1">:$filter_height,
    Mopt_ActivationDefault:$fused_activation_function);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_AveragePool2DOp : Mopt_PoolOp<"average_pool_2d"> {
  let summary = "Mean of a window; taps outside the input do not count";
}

def Mopt_MaxPool2DOp : Mopt_PoolOp<"max_pool_2d"> {
  let summary = "Maximum of a window";
}

#endif // MOPT_DIALECT_MOPT_IR_POOLOPS_TD
