//===- ObserverTest.cpp - Tests of the reduction of values to ranges -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Calibration/Observer.h"
#include "mopt/Transforms/Quantization/Parameters.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace mlir::mopt;

namespace {

/// Values of a normal distribution of standard deviation 1.
std::vector<float> makeNormal(size_t count) {
  std::mt19937 engine(1);
  std::normal_distribution<float> normal;
  std::vector<float> values;
  for (size_t i = 0; i < count; ++i)
    values.push_back(normal(engine));
  return values;
}

Histogram makeHistogram(llvm::ArrayRef<float> values) {
  Histogram histogram(*getExtremes(values));
  histogram.add(values);
  return histogram;
}

TEST(Observer, ExtremesRejectWhatIsNotFinite) {
  EXPECT_EQ(*getExtremes({1.0f, -2.0f, 0.5f}), (ValueRange32{-2.0f, 1.0f}));
  EXPECT_EQ(*getExtremes({3.0f}), (ValueRange32{3.0f, 3.0f}));
  EXPECT_EQ(*getExtremes({}), (ValueRange32{0.0f, 0.0f}));
  float infinity = std::numeric_limits<float>::infinity();
  EXPECT_FALSE(getExtremes({1.0f, infinity}));
  EXPECT_FALSE(getExtremes({-infinity, 1.0f}));
  EXPECT_FALSE(getExtremes({1.0f, std::nanf(""), 2.0f}));
  EXPECT_FALSE(getExtremes({std::nanf(""), 2.0f}));
}

TEST(Observer, MovingAverageDependsOnOrderMinMaxDoesNot) {
  ExtremesObserver average(CalibrationMethod::MovingAverage);
  ExtremesObserver extremes(CalibrationMethod::MinMax);
  for (ValueRange32 sample :
       {ValueRange32{0.0f, 1.0f}, ValueRange32{-1.0f, 3.0f}}) {
    average.add(sample);
    extremes.add(sample);
  }
  EXPECT_FLOAT_EQ(average.getRange().min, -0.05f);
  EXPECT_FLOAT_EQ(average.getRange().max, 0.95f + 0.15f);
  EXPECT_EQ(extremes.getRange(), (ValueRange32{-1.0f, 3.0f}));
}

TEST(Observer, HistogramCountsEverything) {
  Histogram histogram({-1.0f, 1.0f});
  histogram.add({-1.0f, 1.0f, 0.0f, -5.0f, 5.0f});
  EXPECT_EQ(histogram.getCounts().front(), 2u);
  EXPECT_EQ(histogram.getCounts().back(), 2u);
  EXPECT_EQ(histogram.getCounts()[Histogram::kBins / 2], 1u);
  // All values equal: no width, one bin.
  Histogram constant({2.0f, 2.0f});
  constant.add({2.0f, 2.0f});
  EXPECT_EQ(constant.getCounts().front(), 2u);
  EXPECT_EQ(choosePercentileRange(constant, 99.0), (ValueRange32{2.0f, 2.0f}));
  EXPECT_EQ(chooseEntropyRange(constant).max, 2.0f);
}

TEST(Observer, PercentileLeavesOutTheShareItIsGiven) {
  std::vector<float> values = makeNormal(100000);
  ValueRange32 range = choosePercentileRange(makeHistogram(values), 99.0);
  size_t outside = 0;
  for (float value : values)
    outside += value < range.min || value > range.max;
  // At most one percent, and within a bin's count of it.
  EXPECT_LE(outside, 1000u);
  EXPECT_GE(outside, 900u);
  // On one side of zero only that side is cut.
  for (float &value : values)
    value = std::abs(value);
  EXPECT_EQ(choosePercentileRange(makeHistogram(values), 99.0).min,
            makeHistogram(values).getBounds().min);
}

/// The squared error of quantising and dequantising every value.
double getError(llvm::ArrayRef<float> values, ValueRange32 range) {
  AffineParams params = chooseAsymmetricParams(range.min, range.max, -128, 127);
  double error = 0.0;
  for (float value : values) {
    int64_t q = quantizeValue(value, params.scale, params.zeroPoint, -128, 127);
    double real = double(params.scale) * double(q - params.zeroPoint);
    error += (value - real) * (value - real);
  }
  return error;
}

TEST(Observer, SquaredErrorIsNearTheLeast) {
  for (float outlier : {6.0f, 20.0f, 60.0f}) {
    std::vector<float> values = makeNormal(100000);
    values.push_back(outlier);
    Histogram histogram = makeHistogram(values);
    double chosen = getError(values, chooseMSERange(histogram));
    EXPECT_LT(chosen, getError(values, histogram.getBounds()));
    double least = std::numeric_limits<double>::infinity();
    for (float max = 2.0f; max <= outlier; max += 0.25f)
      for (float min = -5.0f; min <= -2.0f; min += 0.25f)
        least = std::min(least, getError(values, {min, max}));
    // The bins are up to 65/2048 wide: they hide that much of the values.
    EXPECT_LT(chosen, 1.05 * least) << "outlier " << outlier;
  }
}

TEST(Observer, EntropyCutsAThinTail) {
  // A Laplace distribution: its tail is thin and long.
  std::mt19937 engine(2);
  std::exponential_distribution<float> exponential(1.0f);
  std::vector<float> values;
  for (size_t i = 0; i < 200000; ++i)
    values.push_back(exponential(engine));
  values.push_back(60.0f);
  Histogram histogram = makeHistogram(values);
  ValueRange32 range = chooseEntropyRange(histogram);
  EXPECT_LT(range.max, 30.0f);
  EXPECT_GT(range.max, 4.0f);
  EXPECT_EQ(range.min, histogram.getBounds().min);
}

} // namespace
