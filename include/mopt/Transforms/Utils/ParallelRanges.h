//===- ParallelRanges.h - Long loops on all cores -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_UTILS_PARALLELRANGES_H
#define MOPT_TRANSFORMS_UTILS_PARALLELRANGES_H

#include "mlir/IR/Threading.h"

#include <algorithm>
#include <cstdint>

namespace mlir::mopt {

/// Elements of a range. They are many, so that sums a range are exact enough
/// and few; and a multiple of 64, so that ranges share no word of bits.
inline constexpr int64_t kRangeElements = int64_t(1) << 20;

/// The number of ranges that `count` elements are.
inline int64_t getRangeCount(int64_t count) {
  return (count + kRangeElements - 1) / kRangeElements;
}

/// Calls `work(range, begin, end)` for the ranges of [0, count), several at a
/// time. Which they are depends on `count` alone: results that are joined in
/// the order of ranges do not depend on the machine.
template <typename Work>
void forEachRange(MLIRContext *context, int64_t count, Work work) {
  parallelFor(context, 0, getRangeCount(count), [&](size_t range) {
    int64_t begin = static_cast<int64_t>(range) * kRangeElements;
    work(static_cast<int64_t>(range), begin,
         std::min(begin + kRangeElements, count));
  });
}

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_UTILS_PARALLELRANGES_H
