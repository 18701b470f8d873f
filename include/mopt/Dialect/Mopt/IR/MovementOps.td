//===- MovementOps.td - Cutting, joining, permuting, repeating -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_MOVEMENTOPS_TD
#define MOPT_DIALECT_MOPT_IR_MOVEMENTOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

def Mopt_TransposeOp
    : Mopt_ViewOp<"transpose", "TransposeOptions",
                  "OperandRole::Activation, OperandRole::Index",
                  ".int8(2).int16(5)"> {
  let summary = "Permutes the dimensions";
  let description = [{
    Dimension d of the result is dimension `perm[d]` of the input.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$perm);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_SliceOp
    : Mopt_ViewOp<"slice", "SliceOptions",
                  "OperandRole::Activation, OperandRole::Index",
                  ".int8(2).int16(4)"> {
  let summary = "A box cut out of the input";
  let description = [{
    `begin` and `size` have one value a dimension; size -1 reaches to the end.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$begin,
                       Mopt_Tensor:$size);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_StridedSliceOp
    : Mopt_ViewOp<"strided_slice", "StridedSliceOptions",
                  "OperandRole::Activation, OperandRole::Index",
                  ".int8(2).int16(1)"> {
  let summary = "Every stride-th element from begin to end, as x[b:e:s, ...]";
  let description = [{
    `begin`, `end` and `strides` have one value a position. Bit i of a mask speaks
    of position i:

    * `begin_mask`, `end_mask`: begin (end) is the end of the dimension that the
      stride starts from (goes to), whatever the operand says;
    * `ellipsis_mask`: stands for as many whole dimensions as the other positions
      leave over (one at most may be set);
    * `new_axis_mask`: a dimension of size 1 in the result, no dimension of the
      input;
    * `shrink_axis_mask`: takes the one element `begin`; the result lacks the
      dimension.

    Negative values of begin and end count from the end of the dimension; both are
    then cut to it. With `offset`, `end` counts from begin. Dimensions without a
    position are taken whole.
  }];
  let arguments = (ins
    Mopt_Tensor:$input, Mopt_Tensor:$begin, Mopt_Tensor:$end,
    Mopt_Tensor:$strides, Mopt_I32<"0">:$begin_mask, Mopt_I32<"0">:$end_mask,
    Mopt_I32<"0">:$ellipsis_mask, Mopt_I32<"0">:$new_axis_mask,
    Mopt_I32<"0">:$shrink_axis_mask, Mopt_Bool<"false">:$offset);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_SplitOp
    : Mopt_ViewOp<"split", "SplitOptions",
                  "OperandRole::Index, OperandRole::Activation",
                  ".int8(2).int16(4)"> {
  let summary = "Cuts a dimension into equal parts";
  let arguments = (ins Mopt_Tensor:$split_dim, Mopt_Tensor:$value,
                       Mopt_I32<"0">:$num_splits);
  let results = (outs Variadic<Mopt_Tensor>:$outputs);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_SplitVOp
    : Mopt_ViewOp<"split_v", "SplitVOptions",
                  "OperandRole::Activation, OperandRole::Index",
                  ".int8(2).int16(1)"> {
  let summary = "Cuts a dimension into parts of given sizes";
  let description = [{
    One of `size_splits` may be -1: what the others leave over.
  }];
  let arguments = (ins Mopt_Tensor:$value, Mopt_Tensor:$size_splits,
                       Mopt_Tensor:$split_dim, Mopt_I32<"0">:$num_splits);
  let results = (outs Variadic<Mopt_Tensor>:$outputs);
}

def Mopt_UnpackOp
    : Mopt_ViewOp<"unpack", "UnpackOptions", "OperandRole::Activation",
                  ".int8(2).int16(4)"> {
  let summary = "The slices along a dimension, each a tensor of a rank less";
  let arguments = (ins Mopt_Tensor:$value, Mopt_I32<"0">:$num,
                       Mopt_I32<"0">:$axis);
  let results = (outs Variadic<Mopt_Tensor>:$outputs);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_TileOp
    : Mopt_ViewOp<"tile", "TileOptions",
                  "OperandRole::Activation, OperandRole::Index",
                  ".int8(3).int16(1)"> {
  let summary = "Repeats the input along its dimensions";
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$multiples);
}

def Mopt_BroadcastToOp
    : Mopt_ViewOp<"broadcast_to", "BroadcastToOptions",
                  "OperandRole::Activation, OperandRole::Index",
                  ".int8(3).int16(3)"> {
  let summary = "Repeats dimensions of size 1 to reach a shape, as in NumPy";
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$shape);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_ReverseV2Op
    : Mopt_ViewOp<"reverse_v2", "ReverseV2Options",
                  "OperandRole::Activation, OperandRole::Index",
                  ".int8(3).int16(1)"> {
  let summary = "Turns the order along the given axes";
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$axis);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_PackOp
    : Mopt_TypedOp<"pack", "PackOptions",
        "QuantSpec(ScaleRule::SameAsOutput, {OperandRole::Activation})"
        ".int8(2).int16(3)", [Pure]> {
  let summary = "Joins tensors of one shape along a new dimension";
  let arguments = (ins Variadic<Mopt_Tensor>:$values,
                       Mopt_I32<"0">:$values_count, Mopt_I32<"0">:$axis);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_MirrorPadOp
    : Mopt_TypedOp<"mirror_pad", "MirrorPadOptions",
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Activation, "
        "OperandRole::Index}).int8(2).int16(3)", [Pure]> {
  let summary = "Adds a border that mirrors the input";
  let description = [{
    `paddings` is [rank, 2]: elements before and after, at most the size of the
    dimension (SYMMETRIC: the edge is repeated) or one less (REFLECT).
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$paddings,
                       DefaultValuedAttr<Mopt_MirrorPadModeAttr,
                           "::mlir::mopt::MirrorPadMode::REFLECT">:$mode);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
  let extraClassDeclaration = typedOpDeclaration # [{
    /// How many elements a dimension of `size` can be mirrored on one side.
    int64_t getMaxPadding(int64_t size);
  }];
}

def Mopt_ReverseSequenceOp
    : Mopt_TypedOp<"reverse_sequence", "ReverseSequenceOptions",
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Activation, "
        "OperandRole::Index}).int16(1)", [Pure]> {
  let summary = "Turns the order of the first elements of each sequence";
  let description = [{
    Along `seq_dim` the first `seq_lengths[b]` elements are reversed, b the index
    along `batch_dim`; the others stay.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_Tensor:$seq_lengths,
                       Mopt_I32<"0">:$seq_dim, Mopt_I32<"0">:$batch_dim);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_DynamicUpdateSliceOp
    : Mopt_TypedOp<"dynamic_update_slice", "DynamicUpdateSliceOptions",
        "QuantSpec(ScaleRule::SameAsOutput, {OperandRole::Activation, "
        "OperandRole::Activation, OperandRole::Index}).int8(1).int16(1)",
        [Pure]> {
  let summary = "The operand with a box replaced";
  let description = [{
    `update` takes the place of the elements from `start_indices` on, which are
    first moved so that the box lies inside.
  }];
  let arguments = (ins Mopt_Tensor:$operand, Mopt_Tensor:$update,
                       Mopt_Tensor:$start_indices);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

#endif // MOPT_DIALECT_MOPT_IR_MOVEMENTOPS_TD
