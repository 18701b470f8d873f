//===- HVXReal.cpp - Factors of float mode, in integers -------------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The instructions are exact for sums that float32 holds. Channels that
// training has switched off have weights of almost no scale, and so biases far
// beyond that, but their results hardly change over all inputs: a distance
// added to the bias moves the few steps that there are to where they belong.

#include "HVXReal.h"

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::mopt;
using kernel::HVXRounding;

/// float32 holds all sums below.
static constexpr int64_t kMaxSum = int64_t(1) << 24;
static constexpr int64_t kLowest = std::numeric_limits<int32_t>::min();
static constexpr int64_t kHighest = std::numeric_limits<int32_t>::max();
static constexpr int kMaxShift = 31;

int64_t HVXRealFactor::round(int64_t sum) const {
  int64_t product = sum * multiplier;
  int64_t whole = product >> (32 + shift);
  auto fraction = static_cast<uint32_t>(product >> shift);
  if (product & ((int64_t(1) << shift) - 1))
    fraction |= 1;
  int zeros = llvm::countl_zero(static_cast<uint32_t>(whole ^ (whole >> 63)));
  // Far beyond all bytes.
  if (zeros < 10)
    return whole;
  int32_t half = int32_t(1) << (39 - zeros);
  int32_t odd = whole & 1 ? -1 : 0;
  auto distance = static_cast<int32_t>(fraction ^ 0x80000000u);
  return whole + (distance > (half ^ odd) ? 1 : 0);
}

/// The first sum of [low, high] for which `isReached`, which holds for all that
/// are larger then; high + 1 if there is none.
static int64_t findFirst(int64_t low, int64_t high,
                         llvm::function_ref<bool(int64_t)> isReached) {
  int64_t end = high + 1;
  while (low < end) {
    int64_t middle = low + (end - low) / 2;
    if (isReached(middle))
      end = middle;
    else
      low = middle + 1;
  }
  return end;
}

std::optional<int32_t>
mopt::findDistance(const HVXRealFactor &factor, int32_t zeroPoint,
                   ClampRange<int32_t> range, int64_t low, int64_t high,
                   llvm::function_ref<int32_t(int32_t)> evaluate) {
  auto get = [&](int64_t sum) { return evaluate(static_cast<int32_t>(sum)); };
  auto compute = [&](int64_t sum) {
    return std::min<int64_t>(
        std::max<int64_t>(factor.round(sum) + zeroPoint, range.min), range.max);
  };
  // Where the instructions step up to `value`.
  auto findStep = [&](int64_t value) {
    return findFirst(kLowest, kHighest,
                     [&](int64_t sum) { return compute(sum) >= value; });
  };
  int32_t first = get(low), last = get(high);
  int64_t distance = 0;
  if (first == last) {
    int64_t begin = first > range.min ? findStep(first) : low;
    int64_t end = last < range.max ? findStep(last + 1) : high + 1;
    if (low < begin)
      distance = begin - low;
    else if (high >= end)
      distance = end - 1 - high;
  }
  for (int32_t value = first + 1; value <= last; ++value) {
    int64_t step =
        findFirst(low, high, [&](int64_t sum) { return get(sum) >= value; });
    int64_t own = findStep(value);
    if (value == first + 1)
      distance = own - step;
    else if (own - step != distance)
      return std::nullopt;
  }
  if (low + distance < kLowest || high + distance > kHighest ||
      std::abs(distance) > kHighest || compute(low + distance) != first ||
      compute(high + distance) != last)
    return std::nullopt;
  return static_cast<int32_t>(distance);
}

/// All sums of channel `i`, from the least to the largest.
static std::pair<int64_t, int64_t> getSums(const Layer &layer, int64_t i) {
  const Weights &w = layer.weights;
  int64_t zero = getByteZeroPoint(layer.input) + kOffset;
  int64_t low = layer.bias[i], high = low;
  for (int64_t row = 0; row < w.rows; ++row)
    for (int64_t column = 0; column < w.columns; ++column)
      for (int64_t c = 0; c < w.depth; ++c) {
        int64_t weight = w.at(i, row, column, c);
        auto [least, most] = std::minmax(-zero * weight, (255 - zero) * weight);
        low += least;
        high += most;
      }
  return {low, high};
}

std::optional<HVXFactors> mopt::findReal(const Layer &layer, int32_t zeroPoint,
                                         ClampRange<int32_t> range) {
  float input = getQuantParams(layer.input.getType()).scale();
  float output = getQuantParams(layer.output.getType()).scale();
  QuantParams filter = getQuantParams(layer.op->getOperand(1).getType());
  HVXFactors result;
  result.rounding = HVXRounding::Real;
  result.distances.assign(layer.weights.outputs, 0);
  for (int64_t i = 0; i < layer.weights.outputs; ++i) {
    float factor = input * filter.scale(i) / output;
    int exponent = 0;
    double fraction = std::frexp(static_cast<double>(factor), &exponent);
    int shift = -1 - exponent;
    if (!std::isfinite(factor) || factor < 0 || shift < 0)
      return std::nullopt;
    // Nothing is left of smaller products.
    bool isZero = factor == 0 || shift > kMaxShift;
    HVXRealFactor real;
    if (!isZero)
      real = {static_cast<int32_t>(std::ldexp(fraction, 31)), shift};
    result.multipliers.push_back(real.multiplier);
    result.shifts.push_back(real.shift);
    auto [low, high] = getSums(layer, i);
    if (low > -kMaxSum && high < kMaxSum)
      continue;
    if (low < kLowest || high > kHighest)
      return std::nullopt;
    Requantizer requantizer(RequantizeMode::Float, zeroPoint, range);
    requantizer.addProductFactor(input, filter.scale(i), output);
    std::optional<int32_t> distance =
        findDistance(real, zeroPoint, range, low, high,
                     [&](int32_t sum) { return requantizer.apply(sum); });
    if (!distance)
      return std::nullopt;
    result.distances[i] = *distance;
  }
  return result;
}
