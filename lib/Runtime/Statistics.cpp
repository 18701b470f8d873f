//===- Statistics.cpp - How sure a measured figure is -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace mlir::mopt;

Interval mlir::mopt::getWilsonInterval(int64_t count, int64_t total) {
  if (total == 0)
    return {0, 1};
  // The normal quantile of 97.5 %.
  double z = 1.959963984540054, n = total, p = count / n;
  double center = (p + z * z / (2 * n)) / (1 + z * z / n);
  double half =
      z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  // Exact at the ends, where rounding would leave 1e-17.
  return {count == 0 ? 0.0 : center - half,
          count == total ? 1.0 : center + half};
}

/// SplitMix64 (G. Steele et al., 2014).
static uint64_t next(uint64_t &state) {
  uint64_t z = state += 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

Interval mlir::mopt::getBootstrapInterval(
    int64_t samples, llvm::function_ref<double(const int64_t *)> evaluate) {
  constexpr int64_t kRounds = 1000;
  std::vector<int64_t> draws(samples);
  std::vector<double> figures;
  uint64_t state = 0;
  for (int64_t round = 0; round < kRounds; ++round) {
    std::fill(draws.begin(), draws.end(), 0);
    for (int64_t i = 0; i < samples; ++i)
      // The bias of the remainder is below 2^-40 for any number of samples.
      ++draws[next(state) % static_cast<uint64_t>(samples)];
    figures.push_back(evaluate(draws.data()));
  }
  std::sort(figures.begin(), figures.end());
  return {figures[kRounds * 25 / 1000], figures[kRounds * 975 / 1000 - 1]};
}
