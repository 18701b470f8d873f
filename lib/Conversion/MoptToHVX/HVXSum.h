//===- HVXSum.h - Constants of sums of bytes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOHVX_HVXSUM_H
#define MOPT_LIB_CONVERSION_MOPTTOHVX_HVXSUM_H

#include "mopt/Dialect/Mopt/Reference/Requantize.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>

namespace mlir::mopt {

/// The numbers of kernel.hvx_linear_add.
struct HVXSum {
  int32_t lhsMultiplier = 0, rhsMultiplier = 0;
  int64_t offset = 0, shift = 0;
  int32_t zeroPoint = 0;
  bool tiesToEven = false;
};

/// What two bytes become, about.
struct SumRule {
  double lhsFactor, rhsFactor;
  /// All as uint8.
  int32_t lhsZero, rhsZero, outZero;
  ClampRange<int32_t> range;
};

/// Numbers that give `evaluate` of all pairs of uint8, which is close to
/// `rule`; false if none are found.
bool findSum(HVXSum &sum, const SumRule &rule,
             llvm::function_ref<int32_t(int32_t, int32_t)> evaluate);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOHVX_HVXSUM_H
