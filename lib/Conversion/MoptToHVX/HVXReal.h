//===- HVXReal.h - Factors of float mode, in integers -----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOHVX_HVXREAL_H
#define MOPT_LIB_CONVERSION_MOPTTOHVX_HVXREAL_H

#include "HVXRounding.h"

namespace mlir::mopt {

/// A factor of `real`: multiplier / 2^(32 + shift).
struct HVXRealFactor {
  int32_t multiplier = 0;
  int shift = 0;

  /// What the kernels' instructions make of a sum of 32 bits.
  int64_t round(int64_t sum) const;
};

/// What has to be added to all sums in [low, high], so that the instructions
/// give what `evaluate`, which never falls, gives without it. None if there is
/// no such number.
std::optional<int32_t>
findDistance(const HVXRealFactor &factor, int32_t zeroPoint,
             ClampRange<int32_t> range, int64_t low, int64_t high,
             llvm::function_ref<int32_t(int32_t)> evaluate);

/// Factors of float mode: their 24 bits, and how far those are to the right.
/// Results are in `range`.
std::optional<HVXFactors> findReal(const Layer &layer, int32_t zeroPoint,
                                   ClampRange<int32_t> range);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOHVX_HVXREAL_H
