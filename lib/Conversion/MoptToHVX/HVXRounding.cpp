//===- HVXRounding.cpp - Constants of rescaling in integers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A result of 8 bits has 255 places where it steps up by one. A form that steps
// at the same sums is the same function, however that rounds inside.

#include "HVXRounding.h"

#include "HVXReal.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::mopt;
using kernel::HVXRounding;

/// Shifts of one instruction that shifts, rounds and narrows; and those for
/// which what is compared below fits 64 bits.
static constexpr int kMaxNarrowShift = 15, kMaxOnceShift = 22;
/// Of factors of 1 and more.
static constexpr int kMaxLeftShift = 8;
/// No form adds to sums what they have no bits for.
static constexpr int64_t kMaxSum = int64_t(1) << 30;

/// The factor of channel `i` in fixed mode.
static double getExactFactor(const Layer &layer, int64_t i) {
  float input = getQuantParams(layer.input.getType()).scale();
  float output = getQuantParams(layer.output.getType()).scale();
  float weight = getQuantParams(layer.op->getOperand(1).getType()).scale(i);
  return layer.roundsScaleProduct
             ? double(input * weight) / double(output)
             : double(input) * double(weight) / double(output);
}

/// No sum of channel `i` is larger.
static int64_t getBound(const Layer &layer, int64_t i) {
  const Weights &w = layer.weights;
  int64_t bound = std::abs(int64_t(layer.bias[i]));
  for (int64_t row = 0; row < w.rows; ++row)
    for (int64_t column = 0; column < w.columns; ++column)
      for (int64_t c = 0; c < w.depth; ++c)
        bound += 255 * std::abs(int64_t(w.at(i, row, column, c)));
  return bound;
}

/// True if what is added before a shift of `shift` leaves the product of a sum
/// up to `bound` (all of 32 bits, if it is larger) within 32 bits.
static bool hasRoom(int64_t bound, int32_t multiplier, int shift) {
  int64_t sum = std::min(bound, int64_t(1) << 31);
  int64_t product = (sum * multiplier >> 31) + 2;
  int64_t nudge = shift > 0 ? int64_t(1) << (shift - 1) : 0;
  return product + nudge < int64_t(1) << 31;
}

static std::optional<HVXFactors> findMultipliers(const Layer &layer,
                                                 bool lanes) {
  HVXFactors result;
  bool isNarrow = true, isShifted = true;
  for (int64_t i = 0; i < layer.weights.outputs; ++i) {
    QuantizedMultiplier factor = quantizeMultiplier(getExactFactor(layer, i));
    // Zero is the same by any shift.
    int shift = factor.multiplier == 0 ? 1 : -factor.shift;
    if (shift < -kMaxLeftShift || shift > 31)
      return std::nullopt;
    isNarrow &= shift <= kMaxNarrowShift;
    isShifted &= shift >= 1;
    result.multipliers.push_back(factor.multiplier);
    result.shifts.push_back(shift);
  }
  result.rounding = !isShifted ? HVXRounding::TwiceWide
                    : isNarrow ? HVXRounding::Twice
                               : HVXRounding::TwiceLong;
  // Longer shifts are made in two steps, if not by lane.
  bool isWhole = lanes || !isShifted;
  for (auto [i, multiplier, shift] :
       llvm::enumerate(result.multipliers, result.shifts))
    if (!hasRoom(getBound(layer, static_cast<int64_t>(i)), multiplier,
                 isWhole ? shift : std::min(shift, kMaxNarrowShift)))
      return std::nullopt;
  return result;
}

namespace {

/// What a sum becomes, and about by which factor.
struct Rescaling {
  double factor;
  int32_t zeroPoint;
  ClampRange<int32_t> range;
  llvm::function_ref<int32_t(int32_t)> evaluate;
};

} // namespace

/// The quotient, rounded down.
static int64_t divideFloor(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return quotient - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

/// A multiplier and a shift e that make floor(s m / 2^(31 + e) + 1/2) of a sum
/// s what `rescaling` makes of it, for all s within +-`bound`.
static bool findOnce(const Rescaling &rescaling, int64_t bound, int maxShift,
                     int32_t &multiplier, int32_t &shift) {
  QuantizedMultiplier guess = quantizeMultiplier(rescaling.factor);
  shift = -guess.shift;
  if (guess.multiplier == 0 || shift < 1 || shift > maxShift)
    return false;
  int64_t low = 1, high = std::numeric_limits<int32_t>::max();
  // s m >= limit, or s m < limit.
  auto require = [&](int64_t s, int64_t limit, bool isAbove) {
    if (std::abs(s) > bound)
      return true;
    if (s == 0)
      return isAbove == (limit <= 0);
    // Not above is at most limit - 1.
    int64_t edge = isAbove ? limit : limit - 1;
    if (isAbove == (s > 0))
      low = std::max(low, -divideFloor(-edge, s));
    else
      high = std::min(high, divideFloor(edge, s));
    return low <= high;
  };
  for (int32_t value = rescaling.range.min + 1; value <= rescaling.range.max;
       ++value) {
    int64_t units = value - rescaling.zeroPoint;
    // The first sum that gives `value` or more.
    double estimate = (double(units) - 0.5) / rescaling.factor;
    if (std::abs(estimate) > double(bound) + 4)
      continue;
    auto first = static_cast<int64_t>(std::floor(estimate)) - 2;
    if (rescaling.evaluate(static_cast<int32_t>(first)) >= value)
      return false;
    int64_t last = first + 8;
    while (first < last &&
           rescaling.evaluate(static_cast<int32_t>(first)) < value)
      ++first;
    if (first == last)
      return false;
    int64_t limit = (2 * units - 1) * (int64_t(1) << (30 + shift));
    if (!require(first, limit, true) || !require(first - 1, limit, false))
      return false;
  }
  // The middle is as far from every step as can be.
  multiplier = static_cast<int32_t>(low + (high - low) / 2);
  if (guess.multiplier >= low && guess.multiplier <= high)
    multiplier = guess.multiplier;
  return true;
}

std::optional<HVXFactors> mopt::findFactors(const Layer &layer,
                                            RequantizeMode mode, bool lanes) {
  if (mode == RequantizeMode::Fixed &&
      layer.arithmetic == FixedArithmetic::Multiplier)
    return findMultipliers(layer, lanes);
  QuantParams output = getQuantParams(layer.output.getType());
  auto zeroPoint = static_cast<int32_t>(output.zeroPoint());
  ClampRange<int32_t> storage = isUnsigned(layer.output)
                                    ? ClampRange<int32_t>{0, 255}
                                    : ClampRange<int32_t>{-128, 127};
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      layer.activation, output.scale(), zeroPoint, storage);
  if (mode == RequantizeMode::Float)
    return findReal(layer, zeroPoint, range);
  float inputScale = getQuantParams(layer.input.getType()).scale();
  HVXFactors result;
  result.rounding = HVXRounding::Once;
  for (int64_t i = 0; i < layer.weights.outputs; ++i) {
    int64_t bound = getBound(layer, i);
    if (bound >= kMaxSum)
      return std::nullopt;
    Requantizer requantizer(mode, zeroPoint, range, layer.arithmetic);
    float weight = getQuantParams(layer.op->getOperand(1).getType()).scale(i);
    if (layer.roundsScaleProduct)
      requantizer.addRoundedProductFactor(inputScale, weight, output.scale());
    else
      requantizer.addProductFactor(inputScale, weight, output.scale());
    auto evaluate = [&](int32_t sum) { return requantizer.apply(sum); };
    Rescaling rescaling = {getExactFactor(layer, i), zeroPoint, range,
                           evaluate};
    int32_t multiplier = 0, shift = 1;
    if (!std::isfinite(rescaling.factor))
      return std::nullopt;
    if (!findOnce(rescaling, bound, lanes ? kMaxOnceShift : kMaxNarrowShift,
                  multiplier, shift))
      return std::nullopt;
    result.multipliers.push_back(multiplier);
    result.shifts.push_back(shift);
  }
  return result;
}

bool mopt::findMean(HVXMean &mean, double factor, int32_t zero, int64_t low,
                    int64_t high,
                    llvm::function_ref<int32_t(int32_t)> evaluate) {
  QuantizedMultiplier guess = quantizeMultiplier(factor);
  int64_t shift = 31 - guess.shift;
  if (guess.multiplier == 0 || shift < 8 || shift > 50)
    return false;
  mean.multiplier = guess.multiplier;
  mean.nudge = mean.shift = 0;
  mean.lastShift = shift;
  // Halves go up, or down: what the multiplier is wrong by is less.
  for (int bits = 0; bits < shift - 4; ++bits) {
    std::array<std::optional<int64_t>, 2> found;
    for (int side : {0, 1})
      for (int64_t sign : {1, -1}) {
        int64_t nudge = (int64_t(1) << (shift - 1)) +
                        sign * (int64_t(1) << bits) + (int64_t(zero) << shift);
        bool isEqual = true;
        for (int64_t s = side ? 0 : low; s <= (side ? high : -1) && isEqual;
             ++s) {
          int64_t value = (s * guess.multiplier + nudge) >> shift;
          value = std::min<int64_t>(std::max<int64_t>(value, mean.range.min),
                                    mean.range.max);
          isEqual = value == evaluate(static_cast<int32_t>(s));
        }
        if (isEqual)
          found[side] = nudge;
      }
    if (found[0] && found[1]) {
      mean.lastNudges = {*found[0], *found[1]};
      return true;
    }
  }
  return false;
}

bool mopt::findAverage(HVXAverage &average, int64_t count, int32_t zero,
                       llvm::function_ref<int32_t(int64_t)> evaluate) {
  constexpr int64_t most = 0xffff;
  // 255 times 2^shift has 31 bits.
  for (int64_t shift = 22; shift >= 8; --shift) {
    int64_t unit = int64_t(1) << shift;
    if (unit / count + 2 > most)
      continue;
    // A little more than 1 / count moves ties away from zero.
    for (int64_t more : {1, 0, 2}) {
      int64_t multiplier = unit / count + more;
      int64_t nudge = unit / 2 + zero * (unit - count * multiplier);
      bool isEqual = true;
      for (int64_t sum = 0; sum <= 255 * count && isEqual; ++sum)
        isEqual = (sum * multiplier + nudge) >> shift == evaluate(sum);
      if (!isEqual)
        continue;
      average.multiplier = static_cast<int32_t>(multiplier);
      average.nudge = static_cast<int32_t>(nudge);
      average.shift = shift;
      return true;
    }
  }
  return false;
}
