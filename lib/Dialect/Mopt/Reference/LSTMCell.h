//===- LSTMCell.h - LSTM layers step by step -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_MOPT_REFERENCE_LSTMCELL_H
#define MOPT_LIB_DIALECT_MOPT_REFERENCE_LSTMCELL_H

#include "RealArithmetic.h"
#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"
#include "mopt/Dialect/Mopt/Reference/LSTM.h"

namespace mlir::mopt {

/// The values of a layer's operands, by place.
class LSTMValues {
public:
  LSTMValues(const LSTMLayer &layer, EvalContext &context)
      : layer(layer), context(context) {}

  const HostTensor &operator[](unsigned place) const {
    return context.input(layer.getNumber(place));
  }
  EvalContext &getContext() const { return context; }

private:
  const LSTMLayer &layer;
  EvalContext &context;
};

// One evaluator a form; all change the state operands in place.
LogicalResult evaluateRealLSTM(const LSTMLayer &layer, EvalContext &context);
LogicalResult evaluateIntegerLSTM(const LSTMLayer &layer, EvalContext &context);

/// `op` has the kernel type BASIC.
LogicalResult evaluateBasicLSTM(LSTMOp op, EvalContext &context);

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_REFERENCE_LSTMCELL_H
