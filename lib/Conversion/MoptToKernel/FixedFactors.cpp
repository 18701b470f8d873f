//===- FixedFactors.cpp - Constants of fixed-point rescaling --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A sum x by a multiplier m and a shift to the right by r is rounded twice:
//
//   p = floor((x m + 2^30) / 2^31)
//   y = floor((p + 2^(r-1) - [p < 0]) / 2^r)
//
// Of nested floors the inner one may be left out. For x >= 0 that leaves
//
//   y = floor((x m + 2^30 + 2^(r+30)) / 2^(r+31))
//
// one sum of 64 bits, whose upper half is shifted by r - 1 more. For x < 0 the
// same formula gives at most 0, which is enough where nothing below 0 is kept.
// Otherwise the upper half of 2 x m + 2^31 + 2^(r+31) is p + 2^(r-1), and p < 0
// as x < 0: 0 = p > x m / 2^31 only if x m = -2^30, x = -1, and there
// floor((2^(r-1) - 1) / 2^r) = 0 is right as well.

#include "FixedFactors.h"

using namespace mlir;
using namespace mlir::mopt;

std::optional<FixedFactors>
mopt::getSmallFactors(ArrayRef<QuantizedMultiplier> factors, bool isPositive) {
  FixedFactors result;
  for (QuantizedMultiplier factor : factors) {
    // Zero is the same by any shift.
    int32_t shift = factor.multiplier == 0 ? 1 : -factor.shift;
    if (shift < 1 || shift > 31)
      return std::nullopt;
    int64_t nudge = (int64_t(1) << 30) + (int64_t(1) << (shift + 30));
    result.multipliers.push_back(factor.multiplier);
    result.shifts.push_back(isPositive ? shift - 1 : shift);
    result.nudges.push_back(isPositive ? nudge : 2 * nudge);
  }
  return result;
}

std::vector<int64_t> mopt::partLanes(ArrayRef<int64_t> values, int64_t channels,
                                     kernel::TileAttr tile, bool isDepthwise) {
  std::vector<int64_t> result;
  auto append = [&](int64_t lanes, int64_t vectors) {
    for (int64_t i = 0; i < vectors; ++i)
      for (int64_t odd : {0, 1})
        for (int64_t lane = odd; lane < lanes; lane += 2)
          result.push_back(values[i * lanes + lane]);
    values = values.drop_front(vectors * lanes);
  };
  if (isDepthwise)
    for (const kernel::Chunk &chunk : kernel::getChunks(tile, channels))
      append(chunk.tile.getLanes(), chunk.tile.getVectors());
  while (!values.empty())
    append(tile.getLanes(), 1);
  return result;
}
