//===- Statistics.h - How sure a measured figure is -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_STATISTICS_H
#define MOPT_RUNTIME_STATISTICS_H

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>

namespace mlir::mopt {

/// Where a figure lies with 95 % confidence.
struct Interval {
  double low = 0, high = 0;
};

/// The Wilson score interval of the fraction `count / total` (E. B. Wilson,
/// 1927); [0, 1] where there are no trials.
Interval getWilsonInterval(int64_t count, int64_t total);

/// The percentile bootstrap interval (B. Efron, 1979) of a figure of `samples`
/// independent samples: `evaluate` gets, 1000 times, how often each sample was
/// drawn. The draws are the same in every run.
Interval
getBootstrapInterval(int64_t samples,
                     llvm::function_ref<double(const int64_t *draws)> evaluate);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_STATISTICS_H
