//===- BasicLSTM.h - Arithmetic of basic LSTMs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the evaluator of `mopt.lstm` with the kernel BASIC and its lowering
// share.

#ifndef MOPT_DIALECT_MOPT_REFERENCE_BASICLSTM_H
#define MOPT_DIALECT_MOPT_REFERENCE_BASICLSTM_H

#include "mopt/Dialect/Mopt/IR/BasicLSTM.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// The constants of the integer form. Activations are q - 128 whatever their
/// parameters say; gates are Q3.12, the cell state is Q4.11.
struct IntegerBasicLSTM {
  explicit IntegerBasicLSTM(LSTMOp op);

  static constexpr int32_t inputZeroPoint = 128;
  int32_t weightsZeroPoint;
  /// From the units of the bias to those of the gates, for multiplyRoundingUp.
  QuantizedMultiplier factor;
};

/// A row's new cell state, from the activated gates (Q0.15) and the old one.
int16_t updateBasicLSTMCell(int16_t input, int16_t candidate, int16_t forget,
                            int16_t cell);

/// The output gate (Q0.15) times tanh of the cell state, as a stored uint8.
uint8_t getBasicLSTMOutput(int16_t output, int16_t cell);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_BASICLSTM_H
