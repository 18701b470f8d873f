//===- ComplexOps.td - Parts of complex numbers ------------*- tablegen -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_COMPLEXOPS_TD
#define MOPT_DIALECT_MOPT_IR_COMPLEXOPS_TD

include "mopt/Dialect/Mopt/IR/MoptOpBase.td"

// complex64 to float32, complex128 to float64, element by element.
class Mopt_ComplexPartOp<string mnemonic>
    : Mopt_TypedOp<mnemonic, "",
        "QuantSpec(ScaleRule::None, {OperandRole::Other})", [Pure]> {
  let arguments = (ins Mopt_Tensor:$input);
  let results = (outs Mopt_Tensor:$output);
  let hasVerifier = 1;
}

def Mopt_RealOp : Mopt_ComplexPartOp<"real"> {
  let summary = "Real part of a complex number";
}

def Mopt_ImagOp : Mopt_ComplexPartOp<"imag"> {
  let summary = "Imaginary part of a complex number";
}

def Mopt_ComplexAbsOp : Mopt_ComplexPartOp<"complex_abs"> {
  let summary = "Absolute value of a complex number";
}

#endif // MOPT_DIALECT_MOPT_IR_COMPLEXOPS_TD
