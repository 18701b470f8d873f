//===- BatchQuantizeTest.cpp - Rows quantised at run time -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/BatchQuantize.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace mlir::mopt;
using testing::ElementsAre;

TEST(BatchQuantizeTest, SymmetricRowsHaveTheirOwnScale) {
  std::vector<float> values = {127.0f, -63.5f, 0.4f, 0.0f, -1.0f, 0.5f};
  QuantizedRows rows = quantizeRows(values, 2, RowQuantization::Symmetric);
  EXPECT_THAT(rows.scales, ElementsAre(1.0f, 1.0f / 127.0f));
  // Ties go away from zero: -63.5 -> -64, 63.5 -> 64.
  EXPECT_THAT(rows.values, ElementsAre(127, -64, 0, 0, -127, 64));
}

TEST(BatchQuantizeTest, AsymmetricRangeContainsZero) {
  // [0, 255] on [-128, 127]: zero point -128, and values without it.
  std::vector<float> values = {10.0f, 255.0f, 99.5f};
  QuantizedRows rows = quantizeRows(values, 1, RowQuantization::Asymmetric);
  EXPECT_THAT(rows.scales, ElementsAre(1.0f));
  // Ties go away from the real zero, as in LiteRT: 99.5 -> 100.
  EXPECT_THAT(rows.values, ElementsAre(10, 255, 100));
}

TEST(BatchQuantizeTest, ZeroRows) {
  for (auto kind : {RowQuantization::Symmetric, RowQuantization::Asymmetric}) {
    QuantizedRows rows = quantizeRows({0.0f, 0.0f}, 1, kind);
    EXPECT_THAT(rows.scales, ElementsAre(1.0f));
    EXPECT_THAT(rows.values, ElementsAre(0, 0));
    EXPECT_TRUE(quantizeRows({}, 0, kind).values.empty());
  }
}

TEST(BatchQuantizeTest, ErrorIsWithinOneStep) {
  std::mt19937 engine(5);
  std::normal_distribution<float> normal;
  std::vector<float> values(64 * 37);
  for (float &value : values)
    value = normal(engine);
  for (auto kind : {RowQuantization::Symmetric, RowQuantization::Asymmetric}) {
    QuantizedRows rows = quantizeRows(values, 64, kind);
    ASSERT_EQ(rows.values.size(), values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      float scale = rows.scales[i / 37];
      // Half a step for the value; a nudged zero point can clamp half more.
      EXPECT_NEAR(rows.values[i] * scale, values[i], scale * 1.001f);
    }
  }
}
