//===- RequantizeTest.cpp - Rescaling to the last bit -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/Requantize.h"

#include "gtest/gtest.h"

#include <cstdint>
#include <limits>

using namespace mlir::mopt;

static constexpr int32_t kLowest = std::numeric_limits<int32_t>::min();
static constexpr int32_t kHighest = std::numeric_limits<int32_t>::max();

TEST(QuantizeMultiplierTest, SplitsIntoFractionAndExponent) {
  // 0.75 = 0.75 * 2^0, 3 = 0.75 * 2^2, 0.1875 = 0.75 * 2^-2.
  constexpr int32_t threeQuarters = 0x60000000;
  EXPECT_EQ(quantizeMultiplier(0.75).multiplier, threeQuarters);
  EXPECT_EQ(quantizeMultiplier(0.75).shift, 0);
  EXPECT_EQ(quantizeMultiplier(3.0).multiplier, threeQuarters);
  EXPECT_EQ(quantizeMultiplier(3.0).shift, 2);
  EXPECT_EQ(quantizeMultiplier(0.1875).shift, -2);
  // A power of two has the fraction one half.
  EXPECT_EQ(quantizeMultiplier(1.0).multiplier, 1 << 30);
  EXPECT_EQ(quantizeMultiplier(1.0).shift, 1);
}

TEST(QuantizeMultiplierTest, Edges) {
  EXPECT_EQ(quantizeMultiplier(0.0).multiplier, 0);
  // Just below 1: the fraction rounds up to 1 and becomes 1/2 of the next.
  QuantizedMultiplier almostOne = quantizeMultiplier(1.0 - 0x1p-40);
  EXPECT_EQ(almostOne.multiplier, 1 << 30);
  EXPECT_EQ(almostOne.shift, 1);
  // 2^-32 = 0.5 * 2^-31 is the smallest factor, half of it vanishes.
  EXPECT_EQ(quantizeMultiplier(0x1p-32).shift, -31);
  EXPECT_EQ(quantizeMultiplier(0x1p-33).multiplier, 0);
  EXPECT_EQ(quantizeMultiplier(0x1p40).multiplier, kHighest);
  EXPECT_EQ(quantizeMultiplier(0x1p40).shift, 30);
}

TEST(FixedPointTest, DoublingHighMul) {
  EXPECT_EQ(saturatingRoundingDoublingHighMul(kLowest, kLowest), kHighest);
  // 3 * 2^30 / 2^31 = 1.5 rounds up; -1.5 rounds towards +inf, to -1.
  EXPECT_EQ(saturatingRoundingDoublingHighMul(int32_t(3), int32_t(1 << 30)), 2);
  EXPECT_EQ(saturatingRoundingDoublingHighMul(int32_t(-3), int32_t(1 << 30)),
            -1);
  EXPECT_EQ(saturatingRoundingDoublingHighMul(int16_t(-32768), int16_t(-32768)),
            32767);
  EXPECT_EQ(saturatingRoundingDoublingHighMul(int16_t(3), int16_t(1 << 14)), 2);
  EXPECT_EQ(saturatingRoundingDoublingHighMul(int16_t(-3), int16_t(1 << 14)),
            -1);
}

TEST(FixedPointTest, DivideByPOTRoundsHalfAwayFromZero) {
  EXPECT_EQ(roundingDivideByPOT(int32_t(6), 2), 2);
  EXPECT_EQ(roundingDivideByPOT(int32_t(-6), 2), -2);
  EXPECT_EQ(roundingDivideByPOT(int32_t(5), 2), 1);
  EXPECT_EQ(roundingDivideByPOT(int32_t(-5), 2), -1);
  EXPECT_EQ(roundingDivideByPOT(int32_t(7), 0), 7);
  EXPECT_EQ(roundingDivideByPOT(kLowest, 31), -1);
  EXPECT_EQ(roundingDivideByPOT(int16_t(-6), 2), -2);
}

TEST(FixedPointTest, MultiplyByPOTSaturates) {
  EXPECT_EQ(saturatingRoundingMultiplyByPOT(1 << 29, 1), 1 << 30);
  EXPECT_EQ(saturatingRoundingMultiplyByPOT(1 << 30, 1), kHighest);
  EXPECT_EQ(saturatingRoundingMultiplyByPOT(-(1 << 30) - 1, 1), kLowest);
  EXPECT_EQ(saturatingRoundingMultiplyByPOT(6, -2), 2);
}

TEST(FixedPointTest, MultiplyRoundsTwice) {
  // 0.1875 * 13 = 2.4375. The doubling product with 0.75 gives 9.75 -> 10,
  // and 10 / 4 = 2.5 -> 3: one more than a single rounding.
  EXPECT_EQ(
      multiplyByQuantizedMultiplier(int32_t(13), quantizeMultiplier(0.1875)),
      3);
  EXPECT_EQ(
      multiplyByQuantizedMultiplier(int32_t(-13), quantizeMultiplier(0.1875)),
      -3);
  EXPECT_EQ(
      multiplyByQuantizedMultiplier(int32_t(1000), quantizeMultiplier(3.0)),
      3000);
}

TEST(FixedPointTest, MultiplyWideRoundsOnce) {
  EXPECT_EQ(
      multiplyByQuantizedMultiplier(int64_t(13), quantizeMultiplier(0.1875)),
      2);
  // Half goes up: 0.5 * -3 = -1.5 -> -1, 0.5 * 3 = 1.5 -> 2.
  EXPECT_EQ(multiplyByQuantizedMultiplier(int64_t(-3), quantizeMultiplier(0.5)),
            -1);
  EXPECT_EQ(multiplyByQuantizedMultiplier(int64_t(3), quantizeMultiplier(0.5)),
            2);
  // Beyond 32 bits: 2^40 * 2^-10.
  EXPECT_EQ(multiplyByQuantizedMultiplier(int64_t(1) << 40,
                                          quantizeMultiplier(0x1p-10)),
            1 << 30);
}

TEST(ActivationRangeTest, InOutputUnits) {
  ClampRange<int32_t> int8 = {-128, 127};
  auto relu =
      getQuantizedActivationRange(ActivationFunction::RELU, 0.1f, -100, int8);
  ASSERT_TRUE(relu);
  EXPECT_EQ(relu->min, -100);
  EXPECT_EQ(relu->max, 127);
  auto relu6 =
      getQuantizedActivationRange(ActivationFunction::RELU6, 0.1f, -100, int8);
  EXPECT_EQ(relu6->max, -40);
  auto n1 = getQuantizedActivationRange(ActivationFunction::RELU_N1_TO_1, 0.03f,
                                        -128, int8);
  // -1 / 0.03 = -33 below the zero point: cut at the storage minimum.
  EXPECT_EQ(n1->min, -128);
  EXPECT_EQ(n1->max, -95);
  // A range that lies outside the storage type collapses to its end.
  auto tiny =
      getQuantizedActivationRange(ActivationFunction::RELU6, 1e-30f, 0, int8);
  EXPECT_EQ(tiny->max, 127);
  EXPECT_FALSE(
      getQuantizedActivationRange(ActivationFunction::TANH, 0.1f, 0, int8));
  EXPECT_FALSE(getFloatActivationRange(ActivationFunction::SIGN_BIT));
}

TEST(RequantizerTest, FloatModeRoundsHalfToEven) {
  Requantizer requantizer(RequantizeMode::Float, 10, {-128, 127});
  requantizer.addFactor(0.5, 0.5f);
  EXPECT_EQ(requantizer.apply(int32_t(1)), 10);
  EXPECT_EQ(requantizer.apply(int32_t(3)), 12);
  EXPECT_EQ(requantizer.apply(int32_t(5)), 12);
  EXPECT_EQ(requantizer.apply(int32_t(-1)), 10);
  EXPECT_EQ(requantizer.apply(kHighest), 127);
  EXPECT_EQ(requantizer.apply(kLowest), -128);
  EXPECT_EQ(requantizer.apply(int64_t(1) << 62), 127);
}

TEST(RequantizerTest, FixedModeRoundsHalfAwayFromZero) {
  Requantizer requantizer(RequantizeMode::Fixed, 10, {-128, 127});
  requantizer.addFactor(0.25, 0.25f);
  EXPECT_EQ(requantizer.apply(int32_t(2)), 11);
  EXPECT_EQ(requantizer.apply(int32_t(-2)), 9);
  EXPECT_EQ(requantizer.apply(int32_t(10)), 13);
  EXPECT_EQ(requantizer.apply(int32_t(1000)), 127);
}

TEST(RequantizerTest, OneFactorPerChannel) {
  for (RequantizeMode mode : {RequantizeMode::Float, RequantizeMode::Fixed}) {
    Requantizer requantizer(mode, 0, {-128, 127});
    requantizer.addProductFactor(0.5f, 0.5f, 1.0f);
    requantizer.addProductFactor(0.5f, 0.25f, 0.25f);
    EXPECT_EQ(requantizer.apply(int32_t(100), 0), 25);
    EXPECT_EQ(requantizer.apply(int32_t(100), 1), 50);
    EXPECT_EQ(requantizer.apply(int64_t(100), 1), 50);
  }
}
