//===- LSTMEvaluators.cpp - Ops of LSTM layers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LSTMCell.h"

using namespace mlir;
using namespace mlir::mopt;

template <typename OpT>
static LogicalResult evaluateLSTM(OpT op, EvalContext &context) {
  for (const LSTMLayer &layer : getLSTMLayers(op)) {
    LogicalResult result = layer.getForm() == RecurrentForm::Integer
                               ? evaluateIntegerLSTM(layer, context)
                               : evaluateRealLSTM(layer, context);
    if (failed(result))
      return failure();
  }
  return success();
}

static LogicalResult evaluateSingleStep(LSTMOp op, EvalContext &context) {
  if (op.getKernelType() == LSTMKernel::BASIC)
    return evaluateBasicLSTM(op, context);
  return evaluateLSTM(op, context);
}

namespace mlir::mopt::detail {
void attachLSTMEvaluators(MLIRContext *context) {
  attachEvaluator<LSTMOp, evaluateSingleStep>(context);
  attachEvaluator<UnidirectionalSequenceLSTMOp, evaluateLSTM>(context);
  attachEvaluator<BidirectionalSequenceLSTMOp, evaluateLSTM>(context);
}
} // namespace mlir::mopt::detail
