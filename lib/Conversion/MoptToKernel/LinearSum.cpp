//===- LinearSum.cpp - A sum of bytes in three floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Every pair of bytes bounds the plane a x + b y + c from below and above. Most
// bounds are far from it and stay so while it moves a little; the search looks
// at the close ones only (relaxation: S. Agmon, The relaxation method for
// linear inequalities, 1954), with the arithmetic that the kernel will have,
// and what it finds is proved on all pairs.

#include "LinearSum.h"

#include <cmath>
#include <vector>

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// A pair of bytes and what is to become of it: a number from `low` on, below
/// `high` where a half away is meant.
struct Pair {
  float x, y;
  float low, high;
};

using Plane = std::array<float, 3>;

} // namespace

static float evaluate(const Plane &plane, float x, float y) {
  return std::fma(x, plane[0], std::fma(y, plane[1], plane[2]));
}

/// How far above (positive) or below the allowed values it is; 0: allowed.
static float getExcess(const Pair &pair, float value) {
  float rounded = std::nearbyint(value);
  if (rounded > pair.high)
    return value - (pair.high + 0.5f);
  if (rounded < pair.low)
    return value - (pair.low - 0.5f);
  return 0.0f;
}

static bool isAllowed(const Pair &pair, float value) {
  float rounded = std::nearbyint(value);
  return rounded >= pair.low && rounded <= pair.high;
}

std::optional<Plane> mopt::findLinearSum(const ByteSum &sum) {
  // Sums of float32 are exact to 2^-16 here; roundings inside of the function
  // are of that order as well.
  constexpr float kClose = 0x1p-9f;
  constexpr int kRounds = 2000;
  constexpr float kStep = 0x1p-18f;

  std::vector<Pair> all, close;
  std::array<double, 3> exact = sum.plane;
  auto round = [&]() -> Plane {
    return {float(exact[0]), float(exact[1]), float(exact[2])};
  };
  for (int32_t x = sum.x.min; x <= sum.x.max; ++x) {
    for (int32_t y = sum.y.min; y <= sum.y.max; ++y) {
      int32_t result = sum.evaluate(x, y);
      // Beyond the bounds all numbers are the same.
      Pair pair = {float(x), float(y), -INFINITY, INFINITY};
      if (result > sum.result.min)
        pair.low = float(std::min(result, sum.result.max));
      if (result < sum.result.max)
        pair.high = float(std::max(result, sum.result.min));
      double value = x * exact[0] + y * exact[1] + exact[2];
      if (std::abs(value - (pair.high + 0.5)) < kClose ||
          std::abs(value - (pair.low - 0.5)) < kClose)
        close.push_back(pair);
      all.push_back(pair);
    }
  }

  Plane plane = round();
  for (int tries = 0; tries < kRounds; ++tries) {
    bool isRight = true;
    for (const Pair &pair : close) {
      float value = evaluate(plane, pair.x, pair.y);
      if (isAllowed(pair, value))
        continue;
      isRight = false;
      double excess = getExcess(pair, value);
      excess += std::copysign(kStep, value > pair.high ? 1.0f : -1.0f);
      double square = double(pair.x) * pair.x + double(pair.y) * pair.y + 1.0;
      exact[0] -= excess * pair.x / square;
      exact[1] -= excess * pair.y / square;
      exact[2] -= excess / square;
      plane = round();
    }
    if (!isRight)
      continue;
    for (const Pair &pair : all)
      if (!isAllowed(pair, evaluate(plane, pair.x, pair.y)))
        return std::nullopt;
    return plane;
  }
  return std::nullopt;
}
