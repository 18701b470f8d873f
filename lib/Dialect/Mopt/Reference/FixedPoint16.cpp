//===- FixedPoint16.cpp - Functions of 16-bit fixed-point numbers ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/FixedPoint16.h"

#include "llvm/ADT/bit.h"

#include <array>
#include <cassert>
#include <limits>

using namespace mlir;
using namespace mlir::mopt;

static constexpr int16_t kOne = std::numeric_limits<int16_t>::max();

/// The constants are stated with 31 fractional bits, as gemmlowp has them for
/// both widths, and rounded to 16 bits.
static int16_t round16(int32_t constant) {
  return static_cast<int16_t>(roundingDivideByPOT(constant, 16));
}

/// Wraps around, as machines do on the one value without a negative.
static int16_t negate(int16_t x) { return static_cast<int16_t>(-int32_t(x)); }

static int16_t saturate(int32_t x) {
  return static_cast<int16_t>(
      ClampRange<int32_t>{std::numeric_limits<int16_t>::min(), kOne}.clamp(x));
}

static int16_t multiply(int16_t a, int16_t b) {
  return saturatingRoundingDoublingHighMul(a, b);
}

/// x * 2^exponent for 0 <= exponent: more integer bits become fewer.
static int16_t shiftUp(int16_t x, int exponent) {
  return saturate(int32_t(x) * (int32_t(1) << exponent));
}

/// exp(x) for x in [-1/4, 0), Q0.15: a Taylor polynomial of degree 4 around
/// -1/8.
static int16_t expOfSmall(int16_t x) {
  const int16_t expOfMiddle = round16(1895147668);
  const int16_t third = round16(715827883);
  auto d = static_cast<int16_t>(x + (1 << 12));
  int16_t d2 = multiply(d, d);
  int16_t d3 = multiply(d2, d);
  int16_t d4 = multiply(d2, d2);
  // d^4/24 + d^3/6 + d^2/2 as ((d^4/4 + d^3) / 3 + d^2) / 2.
  auto inner = static_cast<int16_t>(roundingDivideByPOT(d4, 2) + d3);
  auto sum = static_cast<int16_t>(multiply(inner, third) + d2);
  auto tail = static_cast<int16_t>(d + roundingDivideByPOT(sum, 1));
  return saturate(int32_t(expOfMiddle) + multiply(expOfMiddle, tail));
}

/// exp(x) for x <= 0: Q`integerBits` -> Q0.15. The fraction of a quarter by
/// the polynomial, every bit above it by one multiplication.
static int16_t expOfNegative(int16_t x, int integerBits) {
  // exp(-2^e) for e = -2 ... 4.
  static constexpr std::array<int32_t, 7> powers = {
      1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (x == 0)
    return kOne;
  int fractionalBits = 15 - integerBits;
  // With 6 integer bits and more, exp leaves the 15 fractional ones.
  if (integerBits > 5 && x < -(1 << (20 - integerBits)))
    return 0;
  auto quarter = static_cast<int16_t>(1 << (fractionalBits - 2));
  auto fraction = static_cast<int16_t>((x & (quarter - 1)) - quarter);
  auto rest = static_cast<int16_t>(fraction - x);
  int16_t result = expOfSmall(shiftUp(fraction, integerBits));
  for (auto [i, power] : llvm::enumerate(powers)) {
    int exponent = static_cast<int>(i) - 2;
    if (integerBits > exponent && (rest & (1 << (fractionalBits + exponent))))
      result = multiply(result, round16(power));
  }
  return result;
}

/// 2 / (1 + x) for x in [0, 1): Q0.15 -> Q2.13. Three Newton steps from the
/// best linear guess.
static int16_t getDoubledReciprocal(int16_t x) {
  const int16_t guess = round16(1515870810), slope = round16(-1010580540);
  constexpr int16_t one = 1 << 13;
  // Never negative, so half up is half away from zero.
  auto half = static_cast<int16_t>((int32_t(x) + kOne + 1) / 2);
  auto y = static_cast<int16_t>(guess + multiply(half, slope));
  for (int i = 0; i < 3; ++i) {
    auto error = static_cast<int16_t>(one - multiply(half, y));
    y = static_cast<int16_t>(y + shiftUp(multiply(y, error), 2));
  }
  return y;
}

int16_t mopt::logisticQ3(int16_t x) {
  constexpr int integerBits = 3;
  if (x == 0)
    return 1 << 14;
  int16_t decay = expOfNegative(x > 0 ? negate(x) : x, integerBits);
  // Half of a Q2.13 number is the same bits as Q1.14.
  int16_t positive = shiftUp(getDoubledReciprocal(decay), 1);
  return x > 0 ? positive : static_cast<int16_t>(kOne - positive);
}

int16_t mopt::tanhQ(int16_t x, int integerBits) {
  assert(integerBits >= 0 && integerBits <= 6);
  if (x == 0)
    return 0;
  // exp(2 x): the same bits with one integer bit more.
  int16_t decay = expOfNegative(x < 0 ? x : negate(x), integerBits + 1);
  // (1 - e) / (1 + e) = 2 / (1 + e) - 1.
  int16_t magnitude =
      shiftUp(static_cast<int16_t>(getDoubledReciprocal(decay) - (1 << 13)), 2);
  return x < 0 ? negate(magnitude) : magnitude;
}

QuantizedMultiplier mopt::getInverseSquareRoot(int32_t x) {
  if (x <= 1)
    return {std::numeric_limits<int32_t>::max(), 0};
  // x = input * 4^(rightShift - 11), input in [2^27, 2^29).
  int rightShift = 11;
  int32_t input = x;
  while (input >= (1 << 29)) {
    input /= 4;
    ++rightShift;
  }
  int pairs = (llvm::countl_zero(static_cast<uint32_t>(input)) - 1) / 2 - 1;
  rightShift -= pairs;
  input <<= 2 * pairs;

  auto product = [](int32_t a, int32_t b) {
    return saturatingRoundingDoublingHighMul(a, b);
  };
  const int32_t half = roundingDivideByPOT(input >> 1, 1);
  constexpr int32_t one = 1 << 28, oneAndHalf = one + one / 2;
  int32_t y = one;
  for (int i = 0; i < 5; ++i) {
    // Products of Q3 have 6 and 9 integer bits.
    int32_t cube =
        saturatingRoundingMultiplyByPOT(product(product(y, y), y), 6);
    y = saturatingRoundingMultiplyByPOT(
        product(oneAndHalf, y) - product(half, cube), 3);
  }
  const int32_t halfSqrt2 = 1518500250;
  int32_t result = product(y, halfSqrt2);
  if (rightShift < 0)
    return {static_cast<int32_t>(static_cast<uint32_t>(result) << -rightShift),
            0};
  return {result, -rightShift};
}
