//===- Convolution3DOps.td - Convolutions of volumes -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_CONVOLUTION3DOPS_TD
#define MOPT_DIALECT_MOPT_IR_CONVOLUTION3DOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

class Mopt_Convolution3DOp<string mnemonic, string roles, int outputAxis,
                           int inputAxis>
    : Mopt_TypedOp<mnemonic, "Conv3DOptions",
        "QuantSpec(ScaleRule::None, {" # roles # "}).axis(" # outputAxis # ")",
        [Pure, Mopt_WeightedOp]> {
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    ::llvm::SmallVector<unsigned> getWeightOperands() { return {1}; }
    int64_t getOutputChannelAxis() { return }] # outputAxis # [{; }
    int64_t getInputChannelAxis() { return }] # inputAxis # [{; }
  }];
  let results = (outs Mopt_Tensor:$output);
  dag options = (ins
    Mopt_PaddingDefault:$padding,
    Mopt_I32<"1">:$stride_d, Mopt_I32<"1">:$stride_w, Mopt_I32<"1">:$stride_h,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_I32<"1">:$dilation_d_factor, Mopt_I32<"1">:$dilation_w_factor,
    Mopt_I32<"1">:$dilation_h_factor);
}

def Mopt_Conv3DOp
    : Mopt_Convolution3DOp<"conv_3d", "OperandRole::Activation, "
        "OperandRole::Weight, OperandRole::Bias", 4, 3> {
  let summary = "3-D convolution with bias and fused activation, float32";
  let description = [{
    `input` is [batch, depth, height, width, channels], `filter` [kernel_depth,
    kernel_height, kernel_width, channels, out_channels].
  }];
  let arguments = !con((ins Mopt_Tensor:$input, Mopt_Tensor:$filter,
                            Optional<Mopt_TensorOrNone>:$bias), options);
}

def Mopt_Conv3DTransposeOp
    : Mopt_Convolution3DOp<"conv_3d_transpose", "OperandRole::Index, "
        "OperandRole::Weight, OperandRole::Activation, OperandRole::Bias", 3, 4> {
  let summary = "Transpose of a 3-D convolution, float32";
  let description = [{
    As transpose_conv; `filter` is [kernel_depth, kernel_height, kernel_width,
    out_channels, channels].
  }];
  let arguments = !con((ins Mopt_Tensor:$output_shape, Mopt_Tensor:$filter,
                            Mopt_Tensor:$input,
                            Optional<Mopt_TensorOrNone>:$bias), options);
}

#endif // MOPT_DIALECT_MOPT_IR_CONVOLUTION3DOPS_TD
