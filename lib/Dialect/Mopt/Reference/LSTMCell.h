//===- LSTMCell.h - LSTM cells step by step -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_MOPT_REFERENCE_LSTMCELL_H
#define MOPT_LIB_DIALECT_MOPT_REFERENCE_LSTMCELL_H

#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/LSTM.h"

namespace mlir::mopt {

/// The rows of the batch that take one time step together: all of them where
/// time is the outer dimension, else one. Offsets count rows.
struct LSTMStep {
  int64_t numRows;
  /// First row in the states, and in the input and output.
  int64_t stateRow, sequenceRow;
};

/// Calls `fn` for every step in an order in which states are up to date.
void forEachLSTMStep(const LSTMDims &dims, bool timeMajor,
                     llvm::function_ref<void(const LSTMStep &)> fn);

// One evaluator a form; all change the state operands in place.
LogicalResult evaluateFloatLSTM(UnidirectionalSequenceLSTMOp op,
                                EvalContext &context);
LogicalResult evaluateHybridLSTM(UnidirectionalSequenceLSTMOp op,
                                 EvalContext &context);
LogicalResult evaluateIntegerLSTM(UnidirectionalSequenceLSTMOp op,
                                  EvalContext &context);

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_REFERENCE_LSTMCELL_H
