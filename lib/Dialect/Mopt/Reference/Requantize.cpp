//===- Requantize.cpp - Integer rescaling, to the last bit -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/Requantize.h"

#include <cassert>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::mopt;

QuantizedMultiplier mopt::quantizeMultiplier(double real) {
  if (real == 0.0)
    return {};
  int shift = 0;
  double fraction = std::frexp(real, &shift);
  auto fixed = static_cast<int64_t>(std::round(fraction * (int64_t(1) << 31)));
  if (fixed == (int64_t(1) << 31)) {
    fixed /= 2;
    ++shift;
  }
  // Too small to survive the right shift of a 32-bit value.
  if (shift < -31)
    return {};
  // A left shift of 31 would leave no accumulator; the kernels saturate here.
  if (shift > 30)
    return {std::numeric_limits<int32_t>::max(), 30};
  return {static_cast<int32_t>(fixed), shift};
}

int32_t mopt::saturatingRoundingDoublingHighMul(int32_t a, int32_t b) {
  constexpr int32_t lowest = std::numeric_limits<int32_t>::min();
  if (a == lowest && b == lowest)
    return std::numeric_limits<int32_t>::max();
  int64_t product = int64_t(a) * int64_t(b);
  int64_t nudge = product >= 0 ? int64_t(1) << 30 : 1 - (int64_t(1) << 30);
  // Division, not a shift: it truncates towards zero.
  return static_cast<int32_t>((product + nudge) / (int64_t(1) << 31));
}

int16_t mopt::saturatingRoundingDoublingHighMul(int16_t a, int16_t b) {
  constexpr int16_t lowest = std::numeric_limits<int16_t>::min();
  if (a == lowest && b == lowest)
    return std::numeric_limits<int16_t>::max();
  int32_t product = int32_t(a) * int32_t(b);
  int32_t nudge = product >= 0 ? 1 << 14 : 1 - (1 << 14);
  return static_cast<int16_t>((product + nudge) / (1 << 15));
}

template <typename T>
static T divideByPOT(T x, int exponent) {
  assert(exponent >= 0 && exponent < int(8 * sizeof(T)));
  T mask = static_cast<T>((int64_t(1) << exponent) - 1);
  T remainder = x & mask;
  T threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return static_cast<T>((x >> exponent) + (remainder > threshold ? 1 : 0));
}

int32_t mopt::roundingDivideByPOT(int32_t x, int exponent) {
  return divideByPOT(x, exponent);
}

int16_t mopt::roundingDivideByPOT(int16_t x, int exponent) {
  return divideByPOT(x, exponent);
}

int32_t mopt::saturatingRoundingMultiplyByPOT(int32_t x, int exponent) {
  if (exponent <= 0)
    return roundingDivideByPOT(x, -exponent);
  int64_t wide = int64_t(x) * (int64_t(1) << exponent);
  constexpr int64_t lowest = std::numeric_limits<int32_t>::min();
  constexpr int64_t highest = std::numeric_limits<int32_t>::max();
  return static_cast<int32_t>(std::min(std::max(wide, lowest), highest));
}

/// x * 2^shift in 32 bits; the bits that leave are lost, as in the kernels.
static int32_t shiftLeft(int32_t x, int shift) {
  return static_cast<int32_t>(static_cast<uint32_t>(x) << shift);
}

int32_t mopt::multiplyByQuantizedMultiplier(int32_t x,
                                            QuantizedMultiplier factor) {
  int left = std::max(factor.shift, 0);
  int right = std::max(-factor.shift, 0);
  return roundingDivideByPOT(
      saturatingRoundingDoublingHighMul(shiftLeft(x, left), factor.multiplier),
      right);
}

int32_t mopt::multiplyByQuantizedMultiplier(int64_t x,
                                            QuantizedMultiplier factor) {
  assert(factor.shift >= -31 && factor.shift < 8);
  constexpr int32_t saturating = 0x7FFF0000;
  int32_t reduced = factor.multiplier < saturating
                        ? (factor.multiplier + (1 << 15)) >> 16
                        : 0x7FFF;
  int totalShift = 15 - factor.shift;
  int64_t rounding = int64_t(1) << (totalShift - 1);
  int64_t result = (x * reduced + rounding) >> totalShift;
  return static_cast<int32_t>(result);
}

int32_t mopt::multiplyByQuantizedMultiplierSmallerThanOneExp(
    int32_t x, QuantizedMultiplier factor) {
  return roundingDivideByPOT(
      saturatingRoundingDoublingHighMul(x, factor.multiplier), -factor.shift);
}

int32_t
mopt::multiplyByQuantizedMultiplierGreaterThanOne(int32_t x,
                                                  QuantizedMultiplier factor) {
  return saturatingRoundingDoublingHighMul(shiftLeft(x, factor.shift),
                                           factor.multiplier);
}

std::optional<ClampRange<float>>
mopt::getFloatActivationRange(ActivationFunction activation) {
  constexpr float lowest = std::numeric_limits<float>::lowest();
  constexpr float highest = std::numeric_limits<float>::max();
  switch (activation) {
  case ActivationFunction::NONE:
    return ClampRange<float>{lowest, highest};
  case ActivationFunction::RELU:
    return ClampRange<float>{0.0f, highest};
  case ActivationFunction::RELU_N1_TO_1:
    return ClampRange<float>{-1.0f, 1.0f};
  case ActivationFunction::RELU6:
    return ClampRange<float>{0.0f, 6.0f};
  case ActivationFunction::TANH:
  case ActivationFunction::SIGN_BIT:
    break;
  }
  return std::nullopt;
}

std::optional<ClampRange<int32_t>>
mopt::getQuantizedActivationRange(ActivationFunction activation, float scale,
                                  int32_t zeroPoint,
                                  ClampRange<int32_t> storage) {
  std::optional<ClampRange<float>> bounds = getFloatActivationRange(activation);
  if (!bounds)
    return std::nullopt;
  auto quantize = [&](float bound) -> int32_t {
    // In double and clamped, since a tiny scale can leave the int32 range.
    double value = double(std::round(bound / scale)) + zeroPoint;
    return static_cast<int32_t>(
        std::min(std::max(value, double(storage.min)), double(storage.max)));
  };
  ClampRange<int32_t> range = storage;
  if (activation != ActivationFunction::NONE)
    range.min = quantize(bounds->min);
  if (activation == ActivationFunction::RELU6 ||
      activation == ActivationFunction::RELU_N1_TO_1)
    range.max = quantize(bounds->max);
  return range;
}

int32_t mopt::roundAndClamp(float value, int32_t zeroPoint,
                            ClampRange<int32_t> range) {
  // std::nearbyint is round-half-even in the default rounding mode, which
  // nothing in mopt changes. Clamped in double, which holds every int32 and
  // every sum here, so that the range may be all of int32.
  double rounded = double(std::nearbyint(value)) + zeroPoint;
  if (!(rounded > range.min))
    return range.min;
  return rounded < range.max ? static_cast<int32_t>(rounded) : range.max;
}

void Requantizer::addFactor(double exact, float rounded) {
  factors.push_back({quantizeMultiplier(exact), exact, rounded});
}

void Requantizer::addProductFactor(float input, float weight, float output) {
  addFactor(double(input) * double(weight) / double(output),
            input * weight / output);
}

void Requantizer::addRoundedProductFactor(float input, float weight,
                                          float output) {
  addFactor(double(input * weight) / double(output), input * weight / output);
}

void Requantizer::addRescaleFactor(float input, float output) {
  addFactor(double(input) / double(output), input / output);
}

template <typename Acc>
int32_t Requantizer::applyAny(Acc acc, size_t channel) const {
  const Factor &factor = factors[factors.size() == 1 ? 0 : channel];
  if (mode == RequantizeMode::Float)
    return roundAndClamp(static_cast<float>(acc) * factor.rounded, zeroPoint,
                         range);
  if (arithmetic == FixedArithmetic::Multiplier) {
    int64_t scaled = multiplyByQuantizedMultiplier(acc, factor.multiplier);
    return static_cast<int32_t>(std::min<int64_t>(
        std::max<int64_t>(scaled + zeroPoint, range.min), range.max));
  }
  // std::round rounds half away from zero.
  double value = std::round(double(acc) * factor.exact) + zeroPoint;
  return static_cast<int32_t>(
      std::min(std::max(value, double(range.min)), double(range.max)));
}

int32_t Requantizer::apply(int32_t acc, size_t channel) const {
  return applyAny(acc, channel);
}

int32_t Requantizer::apply(int64_t acc, size_t channel) const {
  return applyAny(acc, channel);
}
