//===- BasicLSTM.h - The basic form of mopt.lstm -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_BASICLSTM_H
#define MOPT_DIALECT_MOPT_IR_BASICLSTM_H

#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"

namespace mlir::mopt {

/// Operand and result numbers of `mopt.lstm` with the kernel type BASIC.
namespace basic_lstm {
enum Operand : unsigned {
  kInput,
  /// [batch, cells], changed in place.
  kLastOutput,
  /// [4 * cells, inputs + cells].
  kWeights,
  kBias,
  /// [batch, cells], changed in place.
  kCellState,
  kNumOperands
};
enum Result : unsigned {
  kOutput,
  kNewCellState,
  /// Input and last output side by side.
  kConcatenation,
  /// [batch, 4 * cells], before the activations.
  kGates,
  kNumResults
};
/// The order of the gates in weights and bias.
enum Gate : unsigned { kInputGate, kCellGate, kForgetGate, kOutputGate };
} // namespace basic_lstm

/// Sizes, from the types of a verified op.
struct BasicLSTM {
  explicit BasicLSTM(LSTMOp op);

  int64_t batch, inputs, cells;
  /// uint8 activations and weights, int16 gates and cell state; else float32.
  bool isInteger;
};

/// Integer bits of the cell state in the integer form: its scale is 2^-11.
inline constexpr int kBasicLSTMCellBits = 4;

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_BASICLSTM_H
