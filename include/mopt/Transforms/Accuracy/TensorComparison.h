//===- TensorComparison.h - Two models, tensor by tensor -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_ACCURACY_TENSORCOMPARISON_H
#define MOPT_TRANSFORMS_ACCURACY_TENSORCOMPARISON_H

#include "mopt/Runtime/DifferenceSums.h"
#include "mopt/Runtime/ModelIO.h"
#include "mopt/Transforms/Calibration/Histogram.h"

namespace mlir::mopt {

/// The samples that two models are compared on.
struct ComparisonOptions {
  const Dataset *dataset = nullptr;
  Preprocess preprocess;
  /// At most this many samples, spread evenly over the data.
  int64_t samples = 32;
  /// Threads; 0 = one per core.
  unsigned threads = 0;
};

/// A tensor that both models compute.
struct TensorComparison {
  std::string name;
  /// As values of the two functions.
  Value original, other;
  /// How far the other's real values are from the original's.
  DifferenceSums difference;
  /// The original's values.
  ValueRange32 range;
  Histogram histogram;
};

/// Runs both functions on the same samples with every named tensor of numbers
/// as an output, and compares those with equal names (the first of several in
/// program order) and as many elements, in the order of `original`. Values that
/// are NaN or infinite count in no histogram. The result does not depend on the
/// number of threads.
llvm::Expected<std::vector<TensorComparison>>
compareTensors(func::FuncOp original, func::FuncOp other,
               const ComparisonOptions &options);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_ACCURACY_TENSORCOMPARISON_H
