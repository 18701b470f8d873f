//===- RecurrentEvaluators.cpp - Recurrent cells -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LSTMCell.h"
#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"

using namespace mlir;
using namespace mlir::mopt;

void mopt::forEachLSTMStep(const LSTMDims &dims, bool timeMajor,
                           llvm::function_ref<void(const LSTMStep &)> fn) {
  if (timeMajor) {
    for (int64_t t = 0; t < dims.steps; ++t)
      fn({dims.batch, 0, t * dims.batch});
    return;
  }
  for (int64_t b = 0; b < dims.batch; ++b)
    for (int64_t t = 0; t < dims.steps; ++t)
      fn({1, b, b * dims.steps + t});
}

static LogicalResult evaluateLSTM(UnidirectionalSequenceLSTMOp op,
                                  EvalContext &context) {
  std::optional<LSTMForm> form = getLSTMForm(op);
  if (!form)
    return emitUnsupportedTypes(op);
  switch (*form) {
  case LSTMForm::Float:
    return evaluateFloatLSTM(op, context);
  case LSTMForm::Hybrid:
    return evaluateHybridLSTM(op, context);
  case LSTMForm::Integer:
    return evaluateIntegerLSTM(op, context);
  }
  llvm_unreachable("all forms are handled");
}

namespace mlir::mopt::detail {
void attachRecurrentEvaluators(MLIRContext *context) {
  attachEvaluator<UnidirectionalSequenceLSTMOp, evaluateLSTM>(context);
}
} // namespace mlir::mopt::detail
