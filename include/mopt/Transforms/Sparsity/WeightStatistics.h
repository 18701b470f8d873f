//===- WeightStatistics.h - How many weights are zero -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_SPARSITY_WEIGHTSTATISTICS_H
#define MOPT_TRANSFORMS_SPARSITY_WEIGHTSTATISTICS_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::mopt {

/// The prunable weights (operands that WeightedOp names) of a model.
struct WeightStatistics {
  /// Constants, each counted once.
  int64_t tensors = 0;
  int64_t elements = 0;
  /// Elements that stand for zero: the zero point, where quantised.
  int64_t zeros = 0;
  /// Bytes as stored.
  int64_t bytes = 0;

  /// Zeros as a fraction of all elements, 0 without weights.
  double getSparsity() const {
    return elements ? double(zeros) / double(elements) : 0.0;
  }
};

WeightStatistics getWeightStatistics(ModuleOp module);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_SPARSITY_WEIGHTSTATISTICS_H
