//===- FixedPoint16Test.cpp - 16-bit fixed-point functions ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// That the functions are gemmlowp's is what the LSTM goldens show. Here every
// input is compared with the real function; the largest error is pinned, since
// it belongs to the algorithm: any other arithmetic has another one.
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/FixedPoint16.h"

#include "gtest/gtest.h"

#include <cmath>

using namespace mlir::mopt;

/// The largest distance of `fixed` from `real`, in units of 2^-15, over all
/// numbers with `integerBits` integer bits; rounded up.
template <typename Fixed, typename Real>
static int getLargestError(int integerBits, Fixed fixed, Real real) {
  double largest = 0.0;
  for (int32_t x = -32768; x <= 32767; ++x) {
    double exact = real(std::ldexp(x, integerBits - 15)) * 32768.0;
    largest = std::max(largest, std::abs(fixed(x) - exact));
  }
  return static_cast<int>(std::ceil(largest));
}

TEST(FixedPoint16Test, Logistic) {
  auto logistic = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
  EXPECT_EQ(getLargestError(3, logisticQ3, logistic), 7);
  EXPECT_EQ(logisticQ3(0), 16384);
  for (int32_t x = 1; x <= 32767; ++x)
    ASSERT_EQ(logisticQ3(x) + logisticQ3(-x), 32767) << x;
}

TEST(FixedPoint16Test, Tanh) {
  const int errors[] = {12, 13, 13, 12, 12, 12, 12};
  for (int bits = 0; bits <= 6; ++bits) {
    auto tanh = [&](int16_t x) { return tanhQ(x, bits); };
    EXPECT_EQ(
        getLargestError(bits, tanh, [](double x) { return std::tanh(x); }),
        errors[bits])
        << bits;
    for (int32_t x = 0; x <= 32767; ++x)
      ASSERT_EQ(tanhQ(x, bits), -tanhQ(-x, bits)) << x << " " << bits;
  }
}

TEST(FixedPoint16Test, InverseSquareRoot) {
  // 0 and 1: the largest number below one.
  for (int32_t x : {0, 1}) {
    EXPECT_EQ(getInverseSquareRoot(x).multiplier, 2147483647);
    EXPECT_EQ(getInverseSquareRoot(x).shift, 0);
  }
  // Every magnitude, in steps that are no power of two.
  double largest = 0.0;
  for (int64_t x = 2; x <= 2147483647; x += x / 61 + 1) {
    QuantizedMultiplier factor = getInverseSquareRoot(static_cast<int32_t>(x));
    double value = std::ldexp(factor.multiplier, factor.shift - 31);
    largest = std::max(largest, std::abs(value * std::sqrt(x) - 1.0));
  }
  // Newton's steps from the guess 1 square the relative error times 1.5: from
  // 1/2, where x is largest, five of them leave 2^-19.
  EXPECT_EQ(std::ceil(std::log2(largest)), -19);
}
