//===- ComparisonOps.td - Comparisons, logic, selection, bits -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_COMPARISONOPS_TD
#define MOPT_DIALECT_MOPT_IR_COMPARISONOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// Two operands, broadcast as in NumPy.
class Mopt_PairOp<string mnemonic, string options, string rule,
                  string versions = "">
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::" # rule # ", {OperandRole::Activation})" # versions,
        [Pure]> {
  let arguments = (ins Mopt_Tensor:$lhs, Mopt_Tensor:$rhs);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

// Numbers to booleans. Operands of 8 bits are compared on a common scale, those of
// 16 bits for equality only: their order is that of the stored numbers. Kernels
// fail on scales from 1 on.
class Mopt_ComparisonOp<string mnemonic, string options, string versions>
    : Mopt_PairOp<mnemonic, options, "InputsOnly",
                  versions # ".inputScale(1.0)">;

class Mopt_OrderOp<string mnemonic, string options, string versions>
    : Mopt_ComparisonOp<mnemonic, options, versions #
        ".noInt16(\"its int16 kernels compare stored numbers\")">;

def Mopt_EqualOp : Mopt_ComparisonOp<"equal", "EqualOptions", ".int8(2).int16(5)"> {
  let summary = "a == b";
}

def Mopt_NotEqualOp
    : Mopt_ComparisonOp<"not_equal", "NotEqualOptions", ".int8(2).int16(4)"> {
  let summary = "a != b";
}

def Mopt_LessOp : Mopt_OrderOp<"less", "LessOptions", ".int8(2).int16(3)"> {
  let summary = "a < b";
}

def Mopt_LessEqualOp
    : Mopt_OrderOp<"less_equal", "LessEqualOptions", ".int8(2).int16(1)"> {
  let summary = "a <= b";
}

def Mopt_GreaterOp
    : Mopt_OrderOp<"greater", "GreaterOptions", ".int8(2).int16(1)"> {
  let summary = "a > b";
}

def Mopt_GreaterEqualOp
    : Mopt_OrderOp<"greater_equal", "GreaterEqualOptions",
                        ".int8(2).int16(3)"> {
  let summary = "a >= b";
}

def Mopt_LogicalAndOp : Mopt_PairOp<"logical_and", "LogicalAndOptions", "None"> {
  let summary = "a and b";
}

def Mopt_LogicalOrOp : Mopt_PairOp<"logical_or", "LogicalOrOptions", "None"> {
  let summary = "a or b";
}

def Mopt_LogicalNotOp
    : Mopt_TypedOp<"logical_not", "LogicalNotOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Activation})", [Pure]> {
  let summary = "not a";
  let arguments = (ins Mopt_Tensor:$input);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_BitwiseXorOp : Mopt_PairOp<"bitwise_xor", "BitwiseXorOptions", "None"> {
  let summary = "Exclusive or of the bits";
}

def Mopt_RightShiftOp : Mopt_PairOp<"right_shift", "RightShiftOptions", "None"> {
  let summary = "a shifted right by b bits, with the sign";
  let description = [{
    `b` is cut to the bits that the type has: 0 to width - 1.
  }];
}

// `condition` is an index as far as quantization is concerned.
class Mopt_SelectionOp<string mnemonic, string options>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::SameAsOutput, "
        "{OperandRole::Index, OperandRole::Activation}).int8(1).int16(1)",
        [Pure]> {
  let arguments = (ins Mopt_Tensor:$condition, Mopt_Tensor:$lhs,
                   Mopt_Tensor:$rhs);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_SelectOp : Mopt_SelectionOp<"select", "SelectOptions"> {
  let summary = "condition ? a : b, without broadcasting";
  let description = [{
    `condition` has the shape of the others, or chooses whole slices of their
    first dimension, or is a scalar.
  }];
}

def Mopt_SelectV2Op : Mopt_SelectionOp<"select_v2", "SelectV2Options"> {
  let summary = "condition ? a : b, broadcast as in NumPy";
}

#endif // MOPT_DIALECT_MOPT_IR_COMPARISONOPS_TD
