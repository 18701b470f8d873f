//===- UnaryOps.td - Functions of one element -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_UNARYOPS_TD
#define MOPT_DIALECT_MOPT_IR_UNARYOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// A function of one element: operand and result have one shape and store the
// same type.
class Mopt_FunctionOp<string mnemonic, string options, string rule,
                      string versions = "">
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::" # rule # ", {OperandRole::Activation})" # versions,
        [Pure]> {
  let arguments = (ins Mopt_Tensor:$input);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_AbsOp : Mopt_FunctionOp<"abs", "AbsOptions", "Free", ".int8(2).int16(3)"> {
  let summary = "|x|";
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_NegOp : Mopt_FunctionOp<"neg", "NegOptions", "None"> {
  let summary = "-x";
  let description = [{
    Of a quantised tensor the stored numbers are negated, whatever the zero
    points and scales are, as the kernel does.
  }];
}

def Mopt_SignOp : Mopt_FunctionOp<"sign", "SignOptions", "None"> {
  let summary = "1, 0 or -1; NaN of a NaN";
}

def Mopt_ExpOp : Mopt_FunctionOp<"exp", "ExpOptions", "Free", ".int8(2).int16(2)"> {
  let summary = "e^x";
}

def Mopt_LogOp : Mopt_FunctionOp<"log", "", "Free", ".int8(2).int16(2)"> {
  let summary = "Natural logarithm";
  let description = [{
    Quantised arguments that are not positive give the lowest result.
  }];
}

def Mopt_SqrtOp : Mopt_FunctionOp<"sqrt", "", "Free", ".int8(2).int16(2)"> {
  let summary = "Square root";
  let description = [{
    A negative quantised argument is an error at run time; compiled code takes
    it for 0.
  }];
}

def Mopt_RsqrtOp : Mopt_FunctionOp<"rsqrt", "", "Free", ".int8(2).int16(3)"> {
  let summary = "1 / sqrt(x)";
  let description = [{
    A negative quantised argument is an error at run time; compiled code takes
    it for 0, whose result is the largest.
  }];
}

def Mopt_SquareOp : Mopt_FunctionOp<"square", "SquareOptions", "None"> {
  let summary = "x * x";
}

def Mopt_SinOp : Mopt_FunctionOp<"sin", "", "None"> {
  let summary = "Sine";
}

def Mopt_CosOp : Mopt_FunctionOp<"cos", "CosOptions", "None"> {
  let summary = "Cosine";
}

def Mopt_FloorOp : Mopt_FunctionOp<"floor", "", "None"> {
  let summary = "The largest integer that is not above x";
}

def Mopt_CeilOp : Mopt_FunctionOp<"ceil", "", "None"> {
  let summary = "The smallest integer that is not below x";
}

def Mopt_RoundOp : Mopt_FunctionOp<"round", "", "None"> {
  let summary = "The nearest integer, ties to the even one";
}

def Mopt_GeluOp : Mopt_FunctionOp<"gelu", "GeluOptions", "Free", ".int8(2).int16(1)"> {
  let summary = "x times the normal distribution function of x";
  let description = [{
    `0.5 * x * erfc(-x / sqrt(2))`, or with `approximate`
    `0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))`.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Bool<"false">:$approximate);
}

def Mopt_EluOp : Mopt_FunctionOp<"elu", "", "Free", ".int8(1)"> {
  let summary = "x where x >= 0, else e^x - 1";
}

def Mopt_PreluOp
    : Mopt_TypedOp<"prelu", "",
        "QuantSpec(ScaleRule::Free, {OperandRole::Activation}).int8(1).int16(1)"
        ".noInt16(\"its int16 kernels read slopes of 8 bits\")",
        [Pure]> {
  let summary = "x where x >= 0, else alpha * x";
  let description = [{
    `alpha` broadcasts to the shape of `input`. That of an int16 input is int8.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$alpha);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

#endif // MOPT_DIALECT_MOPT_IR_UNARYOPS_TD
