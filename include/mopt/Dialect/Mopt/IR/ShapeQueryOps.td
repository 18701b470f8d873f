//===- ShapeQueryOps.td - Shapes as values, values from nothing -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_SHAPEQUERYOPS_TD
#define MOPT_DIALECT_MOPT_IR_SHAPEQUERYOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

class Mopt_ShapeQueryOp<string mnemonic, string options, string quantSpec>
    : Mopt_TypedOp<mnemonic, options, quantSpec, [Pure]> {
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_ShapeOp
    : Mopt_ShapeQueryOp<"shape", "ShapeOptions",
        "QuantSpec(ScaleRule::InputsOnly, {OperandRole::Activation})"
        ".int8(1).int16(1)"> {
  let summary = "The dimensions of a tensor, as a vector";
  let arguments = (ins Mopt_Tensor:$input, Mopt_ElementTypeDefault:$out_type);
}

def Mopt_RankOp
    : Mopt_ShapeQueryOp<"rank", "RankOptions",
        "QuantSpec(ScaleRule::InputsOnly, {OperandRole::Activation})"
        ".int8(1).int16(1)"> {
  let summary = "The number of dimensions of a tensor";
  let arguments = (ins Mopt_Tensor:$input);
}

def Mopt_FillOp
    : Mopt_ShapeQueryOp<"fill", "FillOptions",
        "QuantSpec(ScaleRule::SameAsInput, {OperandRole::Index, "
        "OperandRole::Activation}).int8(3).int16(3)"> {
  let summary = "A tensor of a given shape, all of one value";
  let arguments = (ins Mopt_Tensor:$dims, Mopt_Tensor:$value);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_RangeOp
    : Mopt_ShapeQueryOp<"range", "RangeOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Activation})"> {
  let summary = "The numbers from start to limit in steps of delta";
  let description = [{
    Limit excluded; `delta` is not 0 and leads from start to limit. The result has
    `ceil((limit - start) / delta)` elements. Floats are added up one after the
    other.
  }];
  let arguments = (ins Mopt_Tensor:$start, Mopt_Tensor:$limit,
                       Mopt_Tensor:$delta);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
    /// How many steps lead from start to limit (2^62 at most); std::nullopt if
    /// none do.
    static std::optional<int64_t> countSteps(int64_t start, int64_t limit,
                                             int64_t delta);
  }];
}

def Mopt_ZerosLikeOp
    : Mopt_ShapeQueryOp<"zeros_like", "ZerosLikeOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Activation})"> {
  let summary = "A tensor of zeros of the shape and type of another one";
  let arguments = (ins Mopt_Tensor:$input);
}

def Mopt_BroadcastArgsOp
    : Mopt_ShapeQueryOp<"broadcast_args", "",
        "QuantSpec(ScaleRule::None, {OperandRole::Index})"> {
  let summary = "The shape to which two shapes broadcast, as in NumPy";
  let arguments = (ins Mopt_Tensor:$lhs, Mopt_Tensor:$rhs);
}

#endif // MOPT_DIALECT_MOPT_IR_SHAPEQUERYOPS_TD
