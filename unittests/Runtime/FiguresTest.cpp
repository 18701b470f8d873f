//===- FiguresTest.cpp - Figures of an evaluation -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/DifferenceSums.h"
#include "mopt/Runtime/Segmentation.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

using namespace mlir::mopt;

namespace {

TEST(StatisticsTest, WilsonInterval) {
  // R's prop.test(1, 10, correct = FALSE).
  Interval interval = getWilsonInterval(1, 10);
  EXPECT_NEAR(interval.low, 0.01787621, 1e-8);
  EXPECT_NEAR(interval.high, 0.4041500, 1e-7);
  // The ends: 1 / (1 + z^2 / n) remains.
  interval = getWilsonInterval(0, 10);
  EXPECT_EQ(interval.low, 0.0);
  EXPECT_NEAR(interval.high, 0.2775328, 1e-7);
  interval = getWilsonInterval(10, 10);
  EXPECT_NEAR(interval.low, 1 - 0.2775328, 1e-7);
  EXPECT_EQ(interval.high, 1.0);
  interval = getWilsonInterval(0, 0);
  EXPECT_EQ(interval.low, 0.0);
  EXPECT_EQ(interval.high, 1.0);
}

TEST(StatisticsTest, BootstrapCoversAMean) {
  // The mean of 400 fair coins: standard error 1 / 40.
  auto mean = [](const int64_t *draws) {
    double sum = 0;
    for (int64_t i = 0; i < 400; i += 2)
      sum += draws[i];
    return sum / 400;
  };
  Interval interval = getBootstrapInterval(400, mean);
  EXPECT_NEAR(interval.low, 0.5 - 1.96 / 40, 0.01);
  EXPECT_NEAR(interval.high, 0.5 + 1.96 / 40, 0.01);
  Interval again = getBootstrapInterval(400, mean);
  EXPECT_EQ(interval.low, again.low);
  EXPECT_EQ(interval.high, again.high);
}

TEST(DifferenceSumsTest, Figures) {
  DifferenceSums sums;
  sums.add({3.0f, 0.0f}, {4.0f, 0.0f});
  sums.add({0.0f}, {3.0f});
  EXPECT_EQ(sums.maxAbsolute, 3.0);
  EXPECT_NEAR(sums.getSNR(), 10 * std::log10(25.0 / 10.0), 1e-12);
  EXPECT_NEAR(sums.getCosine(), 12.0 / 15.0, 1e-12);
  EXPECT_EQ(sums.elements, 3);
  DifferenceSums both;
  both.add(sums);
  both.add(sums);
  EXPECT_NEAR(both.getSNR(), sums.getSNR(), 1e-12);
  EXPECT_EQ(both.elements, 6);
}

TEST(DifferenceSumsTest, Ends) {
  DifferenceSums equal;
  equal.add({1.0f, -2.0f}, {1.0f, -2.0f});
  EXPECT_EQ(equal.getSNR(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(equal.getCosine(), 1.0);
  DifferenceSums zero;
  zero.add({0.0f}, {0.0f});
  EXPECT_EQ(zero.getCosine(), 1.0);
  DifferenceSums lost;
  lost.add({0.0f}, {1.0f});
  EXPECT_EQ(lost.getCosine(), 0.0);
  DifferenceSums broken;
  broken.add({std::nanf(""), 1.0f}, {0.0f, 1.0f});
  EXPECT_TRUE(std::isnan(broken.maxAbsolute));
  EXPECT_TRUE(std::isnan(broken.getSNR()));
}

TEST(SegmentationTest, Counts) {
  PixelCounts counts;
  ASSERT_FALSE(bool(counts.add({0, 1, 1, 2, 0}, {0, 1, 0, 255, 0}, 3)));
  EXPECT_EQ(counts.getNumPixels(), 4);
  EXPECT_EQ(counts.getNumCorrect(), 3);
  EXPECT_NEAR(counts.getIoU(0), 2.0 / 3, 1e-12);
  EXPECT_NEAR(counts.getIoU(1), 1.0 / 2, 1e-12);
  EXPECT_NEAR(counts.getMeanIoU(), (2.0 / 3 + 1.0 / 2) / 2, 1e-12);
  PixelCounts twice;
  twice.add(counts, 2);
  EXPECT_EQ(twice.getNumPixels(), 8);
  EXPECT_EQ(twice.getMeanIoU(), counts.getMeanIoU());
  EXPECT_EQ(PixelCounts().getMeanIoU(), 0.0);
}

TEST(SegmentationTest, PixelClasses) {
  // Ties go to the lower class.
  auto classes = getPixelClasses({1, 1, 0, 0, 2, 5}, {1, 2, 3}, 2);
  ASSERT_TRUE(bool(classes));
  EXPECT_EQ(*classes, (std::vector<int64_t>{0, 2}));
  auto map = getPixelClasses({4, 7}, {1, 2}, 2);
  ASSERT_TRUE(bool(map));
  EXPECT_EQ(*map, (std::vector<int64_t>{4, 7}));
  auto wrong = getPixelClasses({4, 7, 8}, {1, 3}, 2);
  ASSERT_FALSE(bool(wrong));
  llvm::consumeError(wrong.takeError());
}

} // namespace
