//===- ConvolutionOps.td - Convolutions and matrix products -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_CONVOLUTIONOPS_TD
#define MOPT_DIALECT_MOPT_IR_CONVOLUTIONOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// The weight is operand 1; its channel axis and the versions differ from op to
// op, and where a convolution is transposed what stands around it.
class Mopt_WeightedOpBase<string mnemonic, string options, int weightAxis,
                          int inputAxis, string versions,
                          string roles = "OperandRole::Activation, "
                                         "OperandRole::Weight, OperandRole::Bias">
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::Free, {" # roles # "}).axis(" # weightAxis # ")" # versions,
        [Pure, Mopt_WeightedOp]> {
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    ::llvm::SmallVector<unsigned> getWeightOperands() { return {1}; }
    int64_t getOutputChannelAxis() { return }] # weightAxis # [{; }
    int64_t getInputChannelAxis() { return }] # inputAxis # [{; }
    int32_t getMinVersion();
  }];
}

def Mopt_Conv2DOp : Mopt_WeightedOpBase<"conv_2d", "Conv2DOptions", 0, 3,
                                        ".int8(3).int16(6).hybrid(2).biasRequired()"> {
  let summary = "2-D convolution with bias and fused activation";
  let description = [{
    `input` is [batch, height, width, channels], `filter` [out_channels,
    kernel_height, kernel_width, channels / groups], `bias` [out_channels] or
    `mopt.no_value`. Groups are implied by the filter's last dimension.
    Quantised: accumulators are int32 (int64 for int16 activations),
    requantised per channel.
  }];
  let arguments = (ins
    Mopt_Tensor:$input, Mopt_Tensor:$filter, Optional<Mopt_TensorOrNone>:$bias,
    Mopt_PaddingDefault:$padding,
    Mopt_I32<"1">:$stride_w, Mopt_I32<"1">:$stride_h,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_I32<"1">:$dilation_w_factor, Mopt_I32<"1">:$dilation_h_factor,
    Mopt_ElementTypeDefault:$quantized_bias_type);
  let results = (outs Mopt_Tensor:$output);
}

def Mopt_DepthwiseConv2DOp
    : Mopt_WeightedOpBase<"depthwise_conv_2d", "DepthwiseConv2DOptions", 3, -1,
                          ".int8(3).int16(5).hybrid(4).biasRequired()"> {
  let summary = "Depthwise 2-D convolution with bias and fused activation";
  let description = [{
    `filter` is [1, kernel_height, kernel_width, channels * depth_multiplier];
    output channel `c * depth_multiplier + m` reads input channel `c`.
  }];
  let arguments = (ins
    Mopt_Tensor:$input, Mopt_Tensor:$filter, Optional<Mopt_TensorOrNone>:$bias,
    Mopt_PaddingDefault:$padding,
    Mopt_I32<"1">:$stride_w, Mopt_I32<"1">:$stride_h,
    Mopt_I32<"1">:$depth_multiplier,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_I32<"1">:$dilation_w_factor, Mopt_I32<"1">:$dilation_h_factor);
  let results = (outs Mopt_Tensor:$output);
}

def Mopt_FullyConnectedOp
    : Mopt_WeightedOpBase<"fully_connected", "FullyConnectedOptions", 0, 1,
                          ".int8(4).int16(7).hybrid(3)"> {
  let summary = "Product with a weight matrix, bias, fused activation";
  let description = [{
    `filter` is [units, depth]; the input is flattened to [batch, depth]. With
    `keep_num_dims` the output keeps the input's leading dimensions.
  }];
  let arguments = (ins
    Mopt_Tensor:$input, Mopt_Tensor:$filter, Optional<Mopt_TensorOrNone>:$bias,
    Mopt_ActivationDefault:$fused_activation_function,
    DefaultValuedAttr<Mopt_WeightsFormatAttr,
                      "::mlir::mopt::WeightsFormat::DEFAULT">:$weights_format,
    Mopt_Bool<"false">:$keep_num_dims,
    Mopt_Bool<"false">:$asymmetric_quantize_inputs,
    Mopt_ElementTypeDefault:$quantized_bias_type);
  let results = (outs Mopt_Tensor:$output);
}

def Mopt_TransposeConvOp
    : Mopt_WeightedOpBase<"transpose_conv", "TransposeConvOptions", 0, 3,
                          ".int8(2).int16(2).hybrid(2)",
                          "OperandRole::Index, OperandRole::Weight, "
                          "OperandRole::Activation, OperandRole::Bias"> {
  let summary = "Transpose of a 2-D convolution, with bias and fused activation";
  let description = [{
    The gradient of a convolution from `output` to `input` with the given
    padding and strides: every input element adds its product with the filter to
    a window of the output. `output_shape` is the output's shape, int32; `filter`
    is [out_channels, kernel_height, kernel_width, in_channels]. Height and width
    of the input are those that the convolution of the output would have.
  }];
  let arguments = (ins
    Mopt_Tensor:$output_shape, Mopt_Tensor:$filter, Mopt_Tensor:$input,
    Optional<Mopt_TensorOrNone>:$bias,
    Mopt_PaddingDefault:$padding,
    Mopt_I32<"1">:$stride_w, Mopt_I32<"1">:$stride_h,
    Mopt_ActivationDefault:$fused_activation_function,
    Mopt_ElementTypeDefault:$quantized_bias_type);
  let results = (outs Mopt_Tensor:$output);
}

#endif // MOPT_DIALECT_MOPT_IR_CONVOLUTIONOPS_TD
