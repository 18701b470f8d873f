//===- HVXRounding.h - Constants of rescaling in integers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOHVX_HVXROUNDING_H
#define MOPT_LIB_CONVERSION_MOPTTOHVX_HVXROUNDING_H

#include "mopt/Conversion/MoptToKernel/Layer.h"

namespace mlir::mopt {

/// How a layer rescales its sums, by channel.
struct HVXFactors {
  kernel::HVXRounding rounding = kernel::HVXRounding::Twice;
  /// Shifts are to the right; those to the left are negative.
  std::vector<int32_t> multipliers, shifts;
  /// What biases have to grow by; nothing, if empty.
  std::vector<int32_t> distances;
};

/// The numbers of kernel.hvx_mean.
struct HVXMean {
  int32_t zeroPoint = 0, multiplier = 0;
  int64_t nudge = 0, shift = 0;
  std::array<int64_t, 2> lastNudges = {0, 0};
  int64_t lastShift = 0;
  ClampRange<int32_t> range = {0, 255};
};

/// The numbers of kernel.hvx_average_pool.
struct HVXAverage {
  int32_t multiplier = 0, nudge = 0;
  int64_t shift = 0;
};

/// Factors that give what the evaluators give for every sum that `layer` can
/// have; none if the instructions have no form for them. `lanes`: shifts may
/// differ in a vector.
std::optional<HVXFactors> findFactors(const Layer &layer, RequantizeMode mode,
                                      bool lanes);

/// The numbers with which kernel.hvx_mean computes `evaluate` of each centred
/// sum in [low, high], which is close to `factor` times the sum plus `zero`.
bool findMean(HVXMean &mean, double factor, int32_t zero, int64_t low,
              int64_t high, llvm::function_ref<int32_t(int32_t)> evaluate);

/// The numbers with which kernel.hvx_average_pool computes `evaluate` of each
/// sum of `count` uint8. These stand for values that are less by `zero`, about
/// which means are rounded.
bool findAverage(HVXAverage &average, int64_t count, int32_t zero,
                 llvm::function_ref<int32_t(int64_t)> evaluate);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOHVX_HVXROUNDING_H
