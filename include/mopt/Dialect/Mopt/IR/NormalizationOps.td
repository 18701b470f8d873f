//===- NormalizationOps.td - Ops that normalise vectors ----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_NORMALIZATIONOPS_TD
#define MOPT_DIALECT_MOPT_IR_NORMALIZATIONOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// Each vector along the last dimension is normalised by itself.
class Mopt_NormalizationOp<string mnemonic, string options, string quantSpec>
    : Mopt_TypedOp<mnemonic, options, quantSpec, [Pure]> {
  let arguments = (ins Mopt_Tensor:$input);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_LogSoftmaxOp
    : Mopt_NormalizationOp<"log_softmax", "LogSoftmaxOptions",
        "QuantSpec(ScaleRule::FixedOutput, {OperandRole::Activation})"
        ".int8(2).output(16.0 / 256, 127, 0.0).tolerance(0.0)"> {
  let summary = "Logarithm of softmax over the last dimension";
}

def Mopt_L2NormalizationOp
    : Mopt_NormalizationOp<"l2_normalization", "L2NormOptions",
        "QuantSpec(ScaleRule::FixedOutput, {OperandRole::Activation})"
        ".int8(2).output(1.0 / 128, 0, 0.0).tolerance(0.0)"> {
  let summary = "x / max(|x|, 1e-6), |x| the Euclidean norm";
  let description = [{
    Integer operands need the zero point 0 (uint8: 128). No kernel fuses an
    activation.
  }];
  let arguments = (ins Mopt_Tensor:$input,
                       Mopt_ActivationDefault:$fused_activation_function);
}

def Mopt_LocalResponseNormalizationOp
    : Mopt_NormalizationOp<"local_response_normalization",
        "LocalResponseNormalizationOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Activation})"> {
  let summary = "x / (bias + alpha * sum of squares nearby) ^ beta";
  let description = [{
    The sum goes over the channels [c - radius, c + radius) of the last of four
    dimensions that exist: the kernels leave the last channel of the window out.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_I32<"0">:$radius,
                       Mopt_F32<"0.0f">:$bias, Mopt_F32<"0.0f">:$alpha,
                       Mopt_F32<"0.0f">:$beta);
}

#endif // MOPT_DIALECT_MOPT_IR_NORMALIZATIONOPS_TD
