//===- SizeSearch.cpp - The densest model of a size -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SizeSearch.h"

#include <algorithm>
#include <cmath>

using llvm::Expected;

static constexpr double kStep = 0.001;

Expected<std::optional<double>> mlir::mopt::findSparsityForSize(
    double most, double guess, int64_t target,
    llvm::function_ref<Expected<int64_t>(double)> countBytes) {
  auto last = static_cast<int64_t>(std::ceil(most / kStep - 1e-9));
  auto getSparsity = [&](int64_t step) {
    return std::min(most, kStep * static_cast<double>(step));
  };
  // `low` is too little, `high` enough; what is beyond the ends is not tried.
  int64_t low = -1, high = last + 1;
  int64_t next = std::llround(guess / kStep);
  while (high - low > 1) {
    int64_t width = high - low;
    int64_t step = std::clamp<int64_t>(next, low + 1, high - 1);
    Expected<int64_t> bytes = countBytes(getSparsity(step));
    if (!bytes)
      return bytes.takeError();
    (*bytes <= target ? high : low) = step;
    double left = (1.0 - getSparsity(step)) * static_cast<double>(target) /
                  static_cast<double>(std::max<int64_t>(1, *bytes));
    next = static_cast<int64_t>(std::ceil((1.0 - left) / kStep));
    // A file that is more than weights is guessed badly.
    if (3 * (high - low) > 2 * width)
      next = low + (high - low) / 2;
  }
  if (high > last)
    return std::nullopt;
  return getSparsity(high);
}
