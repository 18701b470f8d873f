//===- LogSoftmax.h - log_softmax in fixed point ----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Shared by the evaluator and the lowering of int8 log_softmax. Source of the
// arithmetic: TFLite's integer reference kernel. Qm.n is a number of m integer
// and n fractional bits.

#ifndef MOPT_DIALECT_MOPT_REFERENCE_LOGSOFTMAX_H
#define MOPT_DIALECT_MOPT_REFERENCE_LOGSOFTMAX_H

#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// What follows from the scale of the input.
struct LogSoftmaxScaling {
  explicit LogSoftmaxScaling(float inputScale);

  /// Differences to the maximum in Q5.26.
  QuantizedMultiplier factor;
  /// And back, from Q5.26 to differences.
  QuantizedMultiplier inverse;
  /// Differences below this are exp(x) = 0.
  int32_t minDifference;
  /// The sum of exponentials has 12 integer bits.
  static constexpr int sumIntegerBits = 12;

  /// Results of differences up to this one are below the range of the output.
  int32_t getCut(int32_t logSum) const;
  /// The output for a difference above the cut: scale 1 / 16, zero point 127.
  int8_t getResult(int32_t difference, int32_t logSum) const;
};

/// log(x) of a sum of at least one: Q12.19 -> Q5.26. |x| from 1 on.
int32_t logOfSumQ5(int32_t sum);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_LOGSOFTMAX_H
