//===- CastOps.td - Conversions between number types -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_CASTOPS_TD
#define MOPT_DIALECT_MOPT_IR_CASTOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

class Mopt_CastLikeOp<string mnemonic, string options>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::None, {OperandRole::Activation})", [Pure]> {
  let arguments = (ins Mopt_Tensor:$input);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_CastOp : Mopt_CastLikeOp<"cast", "CastOptions"> {
  let summary = "The same numbers in another type";
  let description = [{
    The types are those of the tensors, whatever the attributes say. Integers
    are cut to the bits of the result, floats truncated and saturated (a NaN
    becomes the largest number); to booleans: not 0; of a complex number to another
    type the real part. Of quantised tensors the stored numbers are cast.
  }];
  let arguments = (ins Mopt_Tensor:$input,
    Mopt_ElementTypeDefault:$in_data_type,
    Mopt_ElementTypeDefault:$out_data_type);
  let extraClassDeclaration = typedOpDeclaration # [{
    int32_t getMinVersion();
  }];
}

def Mopt_BitcastOp : Mopt_CastLikeOp<"bitcast", "BitcastOptions"> {
  let summary = "The same bytes as another type";
  let description = [{
    Where the result's elements are n times smaller it has one more dimension, of
    size n, at the end; where they are n times larger the operand has.
  }];
}

#endif // MOPT_DIALECT_MOPT_IR_CASTOPS_TD
