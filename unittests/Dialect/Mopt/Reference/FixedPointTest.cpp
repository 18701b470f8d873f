//===- FixedPointTest.cpp - Fixed-point functions against libm ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>
#include <limits>

using namespace mlir::mopt;

TEST(FixedPointFunctionsTest, ExponentialOfNegativeNumbers) {
  EXPECT_EQ(expOnNegativeQ5(0), std::numeric_limits<int32_t>::max());
  // The polynomial ends after x^4 / 24 at |x| <= 1/8: the first term left out
  // is 2^-15 / 120 relative. Each of at most 7 factors and the polynomial's
  // steps round at 2^-31.
  for (int32_t x = -1; x > -(1 << 30); x = x * 3 - 12345) {
    double exact = std::exp(std::ldexp(double(x), -26));
    double got = std::ldexp(double(expOnNegativeQ5(x)), -31);
    EXPECT_NEAR(got, exact,
                exact * (std::ldexp(1.0, -15) / 120) +
                    20 * std::ldexp(1.0, -31))
        << x;
  }
}

TEST(FixedPointFunctionsTest, Reciprocal) {
  for (uint32_t x = 1u << 19; x < (1u << 31); x = x + x / 3 + 17) {
    int bitsOverUnit;
    double mantissa = std::ldexp(
        double(getReciprocal(static_cast<int32_t>(x), 12, bitsOverUnit)), -31);
    double got = std::ldexp(mantissa, -bitsOverUnit);
    double exact = 1.0 / std::ldexp(double(x), -19);
    // Three Newton steps square the error of the line, 1/17, three times; the
    // last product is shifted up by 2 bits of Q2.29, twice.
    double relative = std::pow(1.0 / 17, 8) + 16 * std::ldexp(1.0, -29);
    EXPECT_NEAR(got, exact, exact * relative) << x;
    EXPECT_GT(mantissa, 0.499);
  }
}

TEST(FixedPointFunctionsTest, InputRadius) {
  // 31 * 2^26 / 2^shift.
  EXPECT_EQ(calculateInputRadius(5, 20), 31 << 6);
  EXPECT_EQ(calculateInputRadius(5, 27), 15);
  EXPECT_EQ(calculateInputRadius(5, 31), 0);
}

TEST(FixedPointFunctionsTest, TableOfALineIsTheLine) {
  Int16Table table = makeInt16Table(-1.0, 1.0, [](double x) { return x / 2; });
  EXPECT_EQ(table.front(), -16384);
  EXPECT_EQ(table.back(), 16384);
  for (int value = -32768; value <= 32767; value += 97)
    // Entries and interpolation round once each.
    EXPECT_NEAR(lookUp(table, static_cast<int16_t>(value)), value / 2.0, 1.0);
}

TEST(FixedPointFunctionsTest, LookUpInterpolates) {
  Int16Table table = {};
  table[256] = 100;
  table[257] = 228;
  EXPECT_EQ(lookUp(table, 0), 100);
  EXPECT_EQ(lookUp(table, 1), 101);
  EXPECT_EQ(lookUp(table, 64), 164);
  EXPECT_EQ(lookUp(table, 127), 227);
}

TEST(FixedPointFunctionsTest, SigmoidTable) {
  const auto &table = getSigmoidTable();
  EXPECT_EQ(table.front(), 32768);
  EXPECT_EQ(table.back(), 65535);
  for (int i = 0; i < 255; ++i) {
    EXPECT_LE(table[i], table[i + 1]);
    // Half of the interpolation error is at most max|f''| / 16 of a step
    // squared: 65536 * 0.0963 / 24^2 / 16 = 0.69, and entries round.
    EXPECT_NEAR(table[i], 65536.0 / (1.0 + std::exp(-i / 24.0)), 0.69 + 0.5);
  }
}

TEST(FixedPointFunctionsTest, SigmoidInputs) {
  // Powers of two are exact.
  EXPECT_EQ(getSigmoidInput(0x1p-12f, false).multiplier, 3);
  EXPECT_EQ(getSigmoidInput(0x1p-12f, false).shift, 0);
  EXPECT_EQ(getSigmoidInput(0x1p-11f, true).multiplier, 6);
  EXPECT_EQ(getSigmoidInput(0x1p-11f, true).shift, 0);
  // Others get as many bits as int16 times multiplier leaves.
  SigmoidInput input = getSigmoidInput(0x1p-11f, false);
  EXPECT_EQ(input.multiplier, 6 << 12);
  EXPECT_EQ(input.shift, 12);
  input = getSigmoidInput(1e-4f, true);
  EXPECT_NEAR(std::ldexp(double(input.multiplier), -input.shift), 1.2288, 1e-4);
}

TEST(FixedPointFunctionsTest, LogisticAndTanhOfInt16) {
  for (float scale : {0x1p-12f, 0x1p-11f, 3e-4f, 1e-3f}) {
    SigmoidInput forLogistic = getSigmoidInput(scale, false);
    SigmoidInput forTanh = getSigmoidInput(scale, true);
    for (int value = -32768; value <= 32767; value += 61) {
      double x = value * double(scale);
      auto element = static_cast<int16_t>(value);
      // Interpolation errs by 0.69 of 65536 and the rescaled argument by less
      // than one step of 1 / (3 * 4096); the result is rounded.
      EXPECT_NEAR(logisticInt16(element, forLogistic),
                  32768 / (1 + std::exp(-x)), 4.0)
          << scale << " " << value;
      EXPECT_NEAR(tanhInt16(element, forTanh), 32768 * std::tanh(x), 8.0)
          << scale << " " << value;
    }
  }
  EXPECT_EQ(logisticInt16(0, getSigmoidInput(0x1p-12f, false)), 16384);
  EXPECT_EQ(tanhInt16(0, getSigmoidInput(0x1p-12f, true)), 0);
}
