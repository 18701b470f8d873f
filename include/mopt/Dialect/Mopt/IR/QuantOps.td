//===- QuantOps.td - Conversion between number systems -----*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_QUANTOPS_TD
#define MOPT_DIALECT_MOPT_IR_QUANTOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

class Mopt_ConversionOp<string mnemonic, string options, string versions>
    : Mopt_TypedOp<mnemonic, options,
        "QuantSpec(ScaleRule::Conversion, {OperandRole::Activation})" # versions,
        [Pure]> {
  let arguments = (ins Mopt_Tensor:$input);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_QuantizeOp
    : Mopt_ConversionOp<"quantize", "QuantizeOptions", ".int8(1).int16(2)"> {
  let summary = "Float to quantised, or from one quantised type to another";
}

def Mopt_DequantizeOp
    : Mopt_ConversionOp<"dequantize", "DequantizeOptions", ".int8(2).int16(3)"> {
  let summary = "Quantised or float16 to float32";
}

def Mopt_FakeQuantOp
    : Mopt_TypedOp<"fake_quant", "FakeQuantOptions",
        "QuantSpec(ScaleRule::None, {OperandRole::Activation})", [Pure]> {
  let summary = "Rounds float32 values to those that an integer type can hold";
  let description = [{
    Values from `min` to `max` in 2^num_bits - 1 steps (one less with
    `narrow_range`), the range nudged so that 0 is one of them. Quantisation-aware
    training leaves these where a tensor is to be quantised.
  }];
  let arguments = (ins Mopt_Tensor:$input, Mopt_F32<"0.0f">:$min,
                       Mopt_F32<"0.0f">:$max, Mopt_I32<"0">:$num_bits,
                       Mopt_Bool<"false">:$narrow_range);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

#endif // MOPT_DIALECT_MOPT_IR_QUANTOPS_TD
