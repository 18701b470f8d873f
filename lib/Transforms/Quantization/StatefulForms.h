//===- StatefulForms.h - Integer forms of ops that remember -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_QUANTIZATION_STATEFULFORMS_H
#define MOPT_LIB_TRANSFORMS_QUANTIZATION_STATEFULFORMS_H

#include "Weights.h"

namespace mlir::mopt {

/// LSTM layers and SVDFs compute with integers inside of which calibration sees
/// nothing. What these can be follows from the weights and the ranges of input
/// and result: states are of 16 bits, so that a bound serves as well as what
/// would be observed.
class StatefulForms {
public:
  /// Whether `op` has an integer form that is made here.
  static bool handles(Operation *op);

  /// Why a float32 `op` cannot have it; empty if it can. The ranges of the
  /// operand 0 and the result are not looked at.
  static std::string getReasonAgainst(Operation *op);

  explicit StatefulForms(ConstQuantizer &constants) : constants(constants) {}

  /// The operands of the integer form that reads `input` and has a result of
  /// type `result`.
  SmallVector<Value> makeOperands(Operation *op, Value input,
                                  quant::UniformQuantizedType result);

  /// Completes the attributes of that form, once its operands and results are
  /// set.
  static void setAttributes(Operation *op);

private:
  SmallVector<Value> makeLSTM(Operation *op, Value input,
                              quant::UniformQuantizedType result);
  SmallVector<Value> makeSVDF(Operation *op, Value input);

  ConstQuantizer &constants;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_QUANTIZATION_STATEFULFORMS_H
