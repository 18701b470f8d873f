//===- ElementwiseOps.td - Elementwise arithmetic and activations -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_ELEMENTWISEOPS_TD
#define MOPT_DIALECT_MOPT_IR_ELEMENTWISEOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// Two operands, broadcast as in NumPy. A constant operand is an activation for
// quantization.
class Mopt_BinaryOp<string mnemonic, string options, string rule,
                    string versions>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::" # rule # ", {OperandRole::Activation})" # versions,
        [Pure]> {
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_AddOp : Mopt_BinaryOp<"add", "AddOptions", "Free", ".int8(2).int16(4)"> {
  let summary = "Sum, with fused activation";
  let arguments = (ins Mopt_Tensor:$lhs, Mopt_Tensor:$rhs,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_Bool<"true">:$pot_scale_int16);
}

def Mopt_SubOp : Mopt_BinaryOp<"sub", "SubOptions", "Free", ".int8(3).int16(5)"> {
  let summary = "Difference, with fused activation";
  let arguments = (ins Mopt_Tensor:$lhs, Mopt_Tensor:$rhs,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_Bool<"true">:$pot_scale_int16);
}

def Mopt_MulOp : Mopt_BinaryOp<"mul", "MulOptions", "Free", ".int8(2).int16(4)"> {
  let summary = "Product, with fused activation";
  let arguments = (ins Mopt_Tensor:$lhs, Mopt_Tensor:$rhs,
    Mopt_ActivationDefault:$fused_activation_function);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_MaximumOp
    : Mopt_BinaryOp<"maximum", "MaximumMinimumOptions", "SameAsOutput",
                    ".int8(2).int16(3)"> {
  let summary = "Elementwise maximum";
  let arguments = (ins Mopt_Tensor:$lhs, Mopt_Tensor:$rhs);
}

def Mopt_MinimumOp
    : Mopt_BinaryOp<"minimum", "MaximumMinimumOptions", "SameAsOutput",
                    ".int8(2).int16(3)"> {
  let summary = "Elementwise minimum";
  let arguments = (ins Mopt_Tensor:$lhs, Mopt_Tensor:$rhs);
}

class Mopt_UnaryOp<string mnemonic, string options, string quantSpec>
    : Mopt_TypedOp<mnemonic, options, quantSpec, [Pure]> {
  let arguments = (ins Mopt_Tensor:$input);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

class Mopt_FreeUnaryOp<string mnemonic, string options, string versions>
    : Mopt_UnaryOp<mnemonic, options,
        "QuantSpec(ScaleRule::Free, {OperandRole::Activation})" # versions>;

def Mopt_ReluOp : Mopt_FreeUnaryOp<"relu", "", ".int8(2).int16(3)"> {
  let summary = "max(x, 0)";
}

def Mopt_Relu6Op : Mopt_FreeUnaryOp<"relu6", "", ".int8(2).int16(3)"> {
  let summary = "min(max(x, 0), 6)";
}

def Mopt_ReluN1To1Op : Mopt_FreeUnaryOp<"relu_n1_to_1", "", ".int8(1)"> {
  let summary = "min(max(x, -1), 1)";
}

def Mopt_Relu0To1Op : Mopt_FreeUnaryOp<"relu_0_to_1", "", ".int8(1)"> {
  let summary = "min(max(x, 0), 1)";
}

def Mopt_LeakyReluOp
    : Mopt_FreeUnaryOp<"leaky_relu", "LeakyReluOptions", ".int8(2).int16(2)"> {
  let summary = "x where x >= 0, else alpha * x";
  let arguments = (ins Mopt_Tensor:$input, Mopt_F32<"0.0f">:$alpha);
}

def Mopt_HardSwishOp
    : Mopt_FreeUnaryOp<"hard_swish", "HardSwishOptions",
                       ".int8(1).scaleRatio(128.0)"> {
  let summary = "x * relu6(x + 3) / 6";
}

// The result of these has fixed parameters, by the specification.
class Mopt_FixedUnaryOp<string mnemonic, string options, string rest>
    : Mopt_UnaryOp<mnemonic, options,
        "QuantSpec(ScaleRule::FixedOutput, {OperandRole::Activation})" # rest>;

def Mopt_LogisticOp
    : Mopt_FixedUnaryOp<"logistic", "",
        ".int8(2).int16(3).output(1.0 / 256, -128, 1.0 / 32768)"> {
  let summary = "1 / (1 + exp(-x))";
}

def Mopt_TanhOp
    : Mopt_FixedUnaryOp<"tanh", "",
        ".int8(2).int16(3).output(1.0 / 128, 0, 1.0 / 32768).tolerance(-1.0)"> {
  let summary = "Hyperbolic tangent";
}

def Mopt_SoftmaxOp
    : Mopt_FixedUnaryOp<"softmax", "SoftmaxOptions",
        ".int8(2).int16(3).output(1.0 / 256, -128, 1.0 / 32768)"
        ".tolerance(0.001)"> {
  let summary = "exp(beta * x) normalised over the last dimension";
  let arguments = (ins Mopt_Tensor:$input, Mopt_F32<"1.0f">:$beta);
}

#endif // MOPT_DIALECT_MOPT_IR_ELEMENTWISEOPS_TD
