//===- ParametersTest.cpp - Tests of the choice of scales and zero points
//-----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Quantization/Parameters.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

using namespace mlir::mopt;

namespace {

TEST(Parameters, ZeroIsExactAndTheRangeIsCovered) {
  std::mt19937 engine(3);
  std::uniform_real_distribution<double> uniform(-100.0, 100.0);
  for (int i = 0; i < 10000; ++i) {
    double a = uniform(engine), b = uniform(engine);
    double min = std::min(a, b), max = std::max(a, b);
    AffineParams params = chooseAsymmetricParams(min, max, -128, 127);
    ASSERT_GE(params.zeroPoint, -128);
    ASSERT_LE(params.zeroPoint, 127);
    ASSERT_EQ(quantizeValue(0.0f, params.scale, params.zeroPoint, -128, 127),
              params.zeroPoint);
    // Rounding the zero point moves the range by half a step at most.
    double low = params.scale * double(-128 - params.zeroPoint);
    double high = params.scale * double(127 - params.zeroPoint);
    ASSERT_LE(low, std::min(min, 0.0) + 0.5001 * params.scale);
    ASSERT_GE(high, std::max(max, 0.0) - 0.5001 * params.scale);
  }
}

TEST(Parameters, OneSidedRangesUseAllIntegers) {
  AffineParams positive = chooseAsymmetricParams(0.0, 2.55, -128, 127);
  EXPECT_EQ(positive.zeroPoint, -128);
  EXPECT_FLOAT_EQ(positive.scale, 0.01f);
  // A range away from zero is widened to it.
  AffineParams away = chooseAsymmetricParams(1.0, 2.55, -128, 127);
  EXPECT_EQ(away.zeroPoint, -128);
  EXPECT_FLOAT_EQ(away.scale, 0.01f);
  AffineParams negative = chooseAsymmetricParams(-2.55, -1.0, -128, 127);
  EXPECT_EQ(negative.zeroPoint, 127);
  AffineParams symmetric = chooseAsymmetricParams(-1.0, 1.0, -128, 127);
  // Both candidates are -0.5: halves go away from zero.
  EXPECT_EQ(symmetric.zeroPoint, -1);
}

TEST(Parameters, ScalesAreNeverZeroOrDenormal) {
  for (double width : {0.0, 1e-300, 1e-40, 1e-9}) {
    EXPECT_TRUE(
        std::isnormal(chooseAsymmetricParams(-width, width, -128, 127).scale));
    EXPECT_TRUE(std::isnormal(chooseSymmetricScale(width, 127)));
  }
  double largest = std::numeric_limits<float>::max();
  EXPECT_TRUE(std::isnormal(
      chooseAsymmetricParams(-largest, largest, -128, 127).scale));
}

TEST(Parameters, ValuesAreRoundedAwayFromZeroAndClamped) {
  EXPECT_EQ(quantizeValue(0.5f, 1.0f, 0, -127, 127), 1);
  EXPECT_EQ(quantizeValue(-0.5f, 1.0f, 0, -127, 127), -1);
  EXPECT_EQ(quantizeValue(2.5f, 1.0f, 10, -128, 127), 13);
  EXPECT_EQ(quantizeValue(-1e30f, 1e-9f, 0, -127, 127), -127);
  EXPECT_EQ(quantizeValue(1e30f, 1e-9f, -5, -128, 127), 127);
}

} // namespace

TEST(RoundHalfAway, IsRound) {
  for (float value : {0.0f, 0.5f, 1.5f, 2.5f, 0x1.fffffep-2f, 0x1.fffffep-1f,
                      0x1p22f, 0x1p22f + 0.5f, 0x1p23f, 0x1p24f, 3e9f, 1e30f})
    for (int step = -2; step <= 2; ++step)
      for (float sign : {1.0f, -1.0f}) {
        float near = value;
        for (int i = 0; i < std::abs(step); ++i)
          near = std::nextafter(near, step < 0 ? -1.0f : INFINITY);
        EXPECT_EQ(roundHalfAway(sign * near), std::round(sign * near)) << near;
      }
  EXPECT_TRUE(std::isnan(roundHalfAway(NAN)));
  EXPECT_EQ(roundHalfAway(INFINITY), INFINITY);
}
