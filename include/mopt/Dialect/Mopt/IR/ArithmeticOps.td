//===- ArithmeticOps.td - Division, powers, differences -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_ARITHMETICOPS_TD
#define MOPT_DIALECT_MOPT_IR_ARITHMETICOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// Two operands, broadcast as in NumPy; operands and result store one type.
class Mopt_ArithmeticOp<string mnemonic, string options, string rule,
                        string versions = "">
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::" # rule # ", {OperandRole::Activation})" # versions,
        [Pure]> {
  let arguments = (ins Mopt_Tensor:$lhs, Mopt_Tensor:$rhs);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_DivOp
    : Mopt_ArithmeticOp<"div", "DivOptions", "Free",
                        ".int8(1).int16(1).constantShare(0.5)"> {
  let summary = "Quotient, with fused activation";
  let description = [{
    Integers truncate. Dividing integers by 0 is an error at run time, whose
    compiled quotient is 0. Kernels of 8 and 16 bits are wrong where a quotient is
    small beside the result's scale, and fail on a divisor that is rounded to 0:
    quantization uses them for constant divisors of about one magnitude.
  }];
  let arguments = (ins Mopt_Tensor:$lhs, Mopt_Tensor:$rhs,
    Mopt_ActivationDefault:$fused_activation_function);
}

def Mopt_FloorDivOp : Mopt_ArithmeticOp<"floor_div", "FloorDivOptions", "None"> {
  let summary = "The largest integer that is not above a / b";
  let description = [{
    Of quantised tensors the stored numbers are divided, as the kernel does.
    Dividing integers by 0 is an error at run time, whose compiled quotient is 0.
  }];
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_FloorModOp : Mopt_ArithmeticOp<"floor_mod", "FloorModOptions", "None"> {
  let summary = "a - b * floor(a / b): has the sign of b";
  let description = [{
    Of quantised tensors the stored numbers are divided, as the kernel does.
    Dividing integers by 0 is an error at run time, whose compiled remainder is 0.
  }];
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_PowOp : Mopt_ArithmeticOp<"pow", "PowOptions", "None"> {
  let summary = "a to the power of b";
  let description = [{
    Integers: the power in double precision, truncated; the lowest number where
    int32 does not hold it. A negative exponent of integers is an error at run
    time; compiled code truncates the fraction.
  }];
}

def Mopt_SquaredDifferenceOp
    : Mopt_ArithmeticOp<"squared_difference", "SquaredDifferenceOptions", "Free",
                        ".int8(2)"> {
  let summary = "(a - b) * (a - b)";
}

def Mopt_Atan2Op : Mopt_ArithmeticOp<"atan2", "ATan2Options", "None"> {
  let summary = "The angle of the point (b, a)";
}

#endif // MOPT_DIALECT_MOPT_IR_ARITHMETICOPS_TD
