//===- ReductionOps.td - Reductions and selections -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_REDUCTIONOPS_TD
#define MOPT_DIALECT_MOPT_IR_REDUCTIONOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// `axes` is an int32 tensor of the dimensions to reduce, negative ones counted
// from the end.
class Mopt_ReduceOp<string mnemonic, string rule, string versions>
    : Mopt_TypedOp<mnemonic, "ReducerOptions",
        "QuantSpec(ScaleRule::" # rule # ", {OperandRole::Activation, "
        "OperandRole::Index})" # versions, [Pure]> {
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$axes,
                       Mopt_Bool<"false">:$keep_dims);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_MeanOp : Mopt_ReduceOp<"mean", "Free", ".int8(2).int16(3)"> {
  let summary = "Mean over axes";
}

def Mopt_SumOp
    : Mopt_ReduceOp<"sum", "Free",
                    ".int8(2).int16(2).int16Tied(ScaleRule::SameAsOutput)"> {
  let summary = "Sum over axes";
}

def Mopt_ReduceMaxOp : Mopt_ReduceOp<"reduce_max", "SameAsInput", ".int8(2).int16(3)"> {
  let summary = "Maximum over axes";
}

def Mopt_ReduceMinOp : Mopt_ReduceOp<"reduce_min", "SameAsInput", ".int8(2).int16(3)"> {
  let summary = "Minimum over axes";
}

def Mopt_ReduceProdOp : Mopt_ReduceOp<"reduce_prod", "Free", ".int8(2).int16(2)"> {
  let summary = "Product over axes";
  let description = [{
    Integers without parameters wrap around. Quantised, every step of the product
    is rescaled by `input scale / output scale^(1/n)`, with n the number of
    factors, and kept in 32 bits.
  }];
}

def Mopt_ReduceAnyOp : Mopt_ReduceOp<"reduce_any", "None", ""> {
  let summary = "Whether any boolean along axes is true";
}

def Mopt_ReduceAllOp : Mopt_ReduceOp<"reduce_all", "None", ""> {
  let summary = "Whether all booleans along axes are true";
}

class Mopt_ArgOp<string mnemonic, string options>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::InputsOnly, {OperandRole::Activation, "
        "OperandRole::Index}).int8(2)", [Pure]> {
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$axis,
                       Mopt_ElementTypeDefault:$output_type);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_ArgMaxOp : Mopt_ArgOp<"arg_max", "ArgMaxOptions"> {
  let summary = "Index of the first maximum along an axis";
}

def Mopt_ArgMinOp : Mopt_ArgOp<"arg_min", "ArgMinOptions"> {
  let summary = "Index of the first minimum along an axis";
}

#endif // MOPT_DIALECT_MOPT_IR_REDUCTIONOPS_TD
