//===- IntegerLSTMTest.cpp - Rounding inside integer LSTMs ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/LSTM.h"

#include "gtest/gtest.h"

using namespace mlir::mopt;

// A tie is rare in a random model (about one element in a million), so the
// goldens may have none. 34 outputs are two blocks of 16 and a tail of 2.
TEST(IntegerLSTMTest, TiesOfPeepholeProducts) {
  // 1/2 * 2^-1: a quarter.
  QuantizedMultiplier quarter{1 << 30, -1};
  auto block = [&](int32_t x) { return rescalePeephole(x, quarter, 31, 34); };
  auto tail = [&](int32_t x) { return rescalePeephole(x, quarter, 32, 34); };
  for (int32_t x : {-8, -5, -4, -1, 0, 3, 4, 6, 7, 10}) {
    EXPECT_EQ(block(x), tail(x)) << x;
    EXPECT_EQ(tail(x), multiplyByQuantizedMultiplier(x, quarter)) << x;
  }
  // -6 / 4 = -1.5.
  EXPECT_EQ(block(-6), -1);
  EXPECT_EQ(tail(-6), -2);
  // A row shorter than a block is all tail.
  EXPECT_EQ(rescalePeephole(-6, quarter, 0, 15), -2);
  EXPECT_EQ(rescalePeephole(-6, quarter, 0, 16), -1);
}

TEST(IntegerLSTMTest, ConstantRowIsNormalizedByTheGuard) {
  // No variance: every value is the mean, so the bias remains: in units of
  // 2^-10 times the coefficients' scale, here 1, which 12 fractional bits make
  // four times as large.
  IntegerLSTMGate gate;
  gate.layerNorm = quantizeMultiplier(1.0);
  gate.varianceGuard = 100;
  int16_t values[] = {500, 500, 500, 500};
  const int16_t coefficients[] = {1, 2, 3, 4};
  const int32_t bias[] = {1024, -2048, 0, 512};
  normalizeInteger(values, coefficients, bias, gate);
  const int16_t expected[] = {4096, -8192, 0, 4096};
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(values[i], expected[i]) << i;
}
