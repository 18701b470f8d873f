//===- ShapeOps.td - Reshaping, padding, joining and resizing -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_SHAPEOPS_TD
#define MOPT_DIALECT_MOPT_IR_SHAPEOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

class Mopt_ShapeOp<string mnemonic, string options, string versions>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Activation, "
        "OperandRole::Index})" # versions, [Pure]> {
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_ReshapeOp : Mopt_ShapeOp<"reshape", "ReshapeOptions", ".int8(1).int16(1)"> {
  let summary = "The same elements in another shape";
  let arguments = (ins Mopt_Tensor:$input, Optional<Mopt_TensorOrNone>:$shape,
                       DefaultValuedAttr<DenseI32ArrayAttr, "{}">:$new_shape);
}

def Mopt_SqueezeOp : Mopt_ShapeOp<"squeeze", "SqueezeOptions", ".int8(1).int16(1)"> {
  let summary = "Drops dimensions of size 1";
  let arguments = (ins Mopt_Tensor:$input,
                       DefaultValuedAttr<DenseI32ArrayAttr, "{}">:$squeeze_dims);
}

def Mopt_ExpandDimsOp
    : Mopt_ShapeOp<"expand_dims", "ExpandDimsOptions", ".int8(1).int16(1)"> {
  let summary = "Inserts a dimension of size 1";
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$axis);
}

def Mopt_PadOp : Mopt_ShapeOp<"pad", "PadOptions", ".int8(2).int16(2)"> {
  let summary = "Adds a border of zeros (the zero point)";
  let description = [{`paddings` is [rank, 2]: elements before and after.}];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$paddings);
}

def Mopt_PadV2Op
    : Mopt_TypedOp<"padv2", "PadV2Options",
        "QuantSpec(ScaleRule::SameAsOutput, {OperandRole::Activation, "
        "OperandRole::Index, OperandRole::Activation}).int8(2).int16(2)", [Pure]> {
  let summary = "Adds a border of a given value";
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$paddings,
                       Mopt_Tensor:$constant_values);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_ConcatenationOp
    : Mopt_TypedOp<"concatenation", "ConcatenationOptions",
        "QuantSpec(ScaleRule::SameAsOutput, {OperandRole::Activation})"
        ".int8(2).int16(3)", [Pure]> {
  let summary = "Joins tensors along an axis";
  let arguments = (ins Variadic<Mopt_Tensor>:$inputs, Mopt_I32<"0">:$axis,
                       Mopt_ActivationDefault:$fused_activation_function);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_ResizeBilinearOp
    : Mopt_ShapeOp<"resize_bilinear", "ResizeBilinearOptions", ".int8(2).int16(4)"> {
  let summary = "Bilinear interpolation to a given height and width";
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$size,
                       Mopt_I32<"0">:$new_height, Mopt_I32<"0">:$new_width,
                       Mopt_Bool<"false">:$align_corners,
                       Mopt_Bool<"false">:$half_pixel_centers);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_ResizeNearestNeighborOp
    : Mopt_ShapeOp<"resize_nearest_neighbor", "ResizeNearestNeighborOptions",
                   ".int8(2).int16(4)"> {
  let summary = "Nearest neighbour to a given height and width";
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$size,
                       Mopt_Bool<"false">:$align_corners,
                       Mopt_Bool<"false">:$half_pixel_centers);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

#endif // MOPT_DIALECT_MOPT_IR_SHAPEOPS_TD
