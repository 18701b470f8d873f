//===- ObserverTest.cpp - Tests of the reduction of values to ranges ------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Calibration/Observer.h"
#include "mopt/Transforms/Quantization/Parameters.h"

#include <gtest/gtest.h>

#include <algorithm>
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
  Histogram histogram;
  histogram.add(values, *getExtremes(values));
  return histogram;
}

TensorStatistics makeStatistics(llvm::ArrayRef<float> values) {
  TensorStatistics statistics;
  statistics.add(*getExtremes(values));
  statistics.histogram = makeHistogram(values);
  return statistics;
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

TEST(Observer, ExtremesOfLongTensors) {
  // Every lane and the rest behind them.
  for (size_t size : {31, 32, 33, 100})
    for (size_t at : {size_t(0), size_t(5), size - 1}) {
      std::vector<float> values(size, 1.0f);
      values[at] = -3.0f;
      EXPECT_EQ(*getExtremes(values), (ValueRange32{-3.0f, 1.0f}));
      values[at] = 7.0f;
      EXPECT_EQ(*getExtremes(values), (ValueRange32{1.0f, 7.0f}));
      values[at] = std::nanf("");
      EXPECT_FALSE(getExtremes(values));
    }
  float largest = std::numeric_limits<float>::max();
  EXPECT_EQ(*getExtremes({largest, -largest}),
            (ValueRange32{-largest, largest}));
}

TEST(Observer, MovingAverageDependsOnOrderMinMaxDoesNot) {
  TensorStatistics statistics;
  statistics.add({0.0f, 1.0f});
  statistics.add({-1.0f, 3.0f});
  EXPECT_FLOAT_EQ(statistics.getMovingAverage().min, -0.05f);
  EXPECT_FLOAT_EQ(statistics.getMovingAverage().max, 0.95f + 0.15f);
  EXPECT_EQ(statistics.getBounds(), (ValueRange32{-1.0f, 3.0f}));
}

TEST(Observer, MovingAverageForgets) {
  TensorStatistics statistics, end;
  for (size_t i = 0; i < 2 * TensorStatistics::kRecent; ++i) {
    statistics.add({-float(i % 7), float(i % 11)});
    if (i >= TensorStatistics::kRecent)
      end.add({-float(i % 7), float(i % 11)});
  }
  EXPECT_EQ(statistics.recent.size(), TensorStatistics::kRecent);
  EXPECT_EQ(statistics.getMovingAverage(), end.getMovingAverage());
}

TEST(Observer, HistogramCountsByMagnitudeAndSide) {
  Histogram histogram = makeHistogram({-1.0f, 1.0f, 0.0f, -0.0f, 0.4999f});
  // The largest magnitude, 1, is the first that needs this width.
  EXPECT_EQ(histogram.getExponent(), 1 - 12);
  EXPECT_EQ(histogram.getTotal(), 5u);
  EXPECT_EQ(histogram.getLowestBin(), -2049);
  EXPECT_EQ(histogram.getCount(-2049), 1u);
  EXPECT_EQ(histogram.getCount(2048), 1u);
  EXPECT_EQ(histogram.getCount(0), 2u);
  EXPECT_EQ(histogram.getCount(1023), 1u);
  EXPECT_EQ(histogram.getEdge(2048), 1.0);
  // Nothing but zeros, what is as good as zero, and the largest number.
  EXPECT_EQ(makeHistogram({0.0f, 0.0f}).getCount(0), 2u);
  EXPECT_EQ(makeHistogram({1e-40f, -1e-40f}).getTotal(), 2u);
  float largest = std::numeric_limits<float>::max();
  EXPECT_EQ(makeHistogram({largest, -largest}).getCount(4095), 1u);
}

TEST(Observer, HistogramsMergeExactlyInAnyOrder) {
  std::mt19937 engine(3);
  std::vector<std::vector<float>> parts;
  std::vector<float> all;
  for (int part = 0; part < 20; ++part) {
    // Magnitudes from 1e-20 to 1e20, so that widths change often.
    std::normal_distribution<float> normal(0.0f,
                                           std::pow(10.0f, part * 2 - 20));
    auto &values = parts.emplace_back();
    for (int i = 0; i < 500; ++i)
      values.push_back(normal(engine));
    all.insert(all.end(), values.begin(), values.end());
  }
  Histogram whole = makeHistogram(all);
  EXPECT_EQ(whole.getTotal(), all.size());
  for (int attempt = 0; attempt < 5; ++attempt) {
    std::shuffle(parts.begin(), parts.end(), engine);
    Histogram streamed, left, right;
    for (size_t i = 0; i < parts.size(); ++i) {
      streamed.add(parts[i], *getExtremes(parts[i]));
      (i < 7 ? left : right).add(parts[i], *getExtremes(parts[i]));
    }
    right.add(left);
    EXPECT_EQ(streamed, whole);
    EXPECT_EQ(right, whole);
  }
}

TEST(Observer, StatisticsMergeExactly) {
  std::vector<float> values = makeNormal(600 * 8);
  TensorStatistics whole, first, second;
  for (size_t i = 0; i < 600; ++i) {
    llvm::ArrayRef<float> sample(values.data() + i * 8, 8);
    for (TensorStatistics *part : {&whole, i < 100 ? &first : &second}) {
      part->add(*getExtremes(sample));
      part->histogram.add(sample, *getExtremes(sample));
    }
  }
  first.merge(second);
  for (CalibrationMethod method :
       {CalibrationMethod::MinMax, CalibrationMethod::MovingAverage,
        CalibrationMethod::Percentile, CalibrationMethod::MSE,
        CalibrationMethod::Entropy})
    EXPECT_EQ(chooseRange(first, method, 99.9),
              chooseRange(whole, method, 99.9));
  // Nothing adds nothing.
  TensorStatistics empty;
  empty.merge(whole);
  empty.merge(TensorStatistics());
  EXPECT_EQ(empty.getBounds(), whole.getBounds());
  EXPECT_EQ(empty.histogram, whole.histogram);
}

TEST(Observer, ConstantsKeepTheirValue) {
  for (float value : {2.0f, 0.0f, -0.5f, 1e-30f}) {
    TensorStatistics constant = makeStatistics({value, value});
    for (CalibrationMethod method :
         {CalibrationMethod::MinMax, CalibrationMethod::MovingAverage,
          CalibrationMethod::Percentile, CalibrationMethod::Entropy})
      EXPECT_EQ(chooseRange(constant, method, 99.0),
                (ValueRange32{value, value}));
  }
}

TEST(Observer, PercentileLeavesOutTheShareItIsGiven) {
  std::vector<float> values = makeNormal(100000);
  ValueRange32 range =
      chooseRange(makeStatistics(values), CalibrationMethod::Percentile, 99.0);
  size_t outside = 0;
  for (float value : values)
    outside += value < range.min || value > range.max;
  // At most one percent, and within a bin's count of it.
  EXPECT_LE(outside, 1000u);
  EXPECT_GE(outside, 900u);
  // On one side of zero only that side is cut.
  for (float &value : values)
    value = std::abs(value);
  TensorStatistics oneSided = makeStatistics(values);
  EXPECT_EQ(chooseRange(oneSided, CalibrationMethod::Percentile, 99.0).min,
            oneSided.getBounds().min);
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
    TensorStatistics statistics = makeStatistics(values);
    double chosen =
        getError(values, chooseRange(statistics, CalibrationMethod::MSE, 0.0));
    EXPECT_LT(chosen, getError(values, statistics.getBounds()));
    double least = std::numeric_limits<double>::infinity();
    for (float max = 2.0f; max <= outlier; max += 0.25f)
      for (float min = -5.0f; min <= -2.0f; min += 0.25f)
        least = std::min(least, getError(values, {min, max}));
    // The bins are up to 60/2048 wide: they hide that much of the values.
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
  TensorStatistics statistics = makeStatistics(values);
  ValueRange32 range = chooseRange(statistics, CalibrationMethod::Entropy, 0.0);
  EXPECT_LT(range.max, 30.0f);
  EXPECT_GT(range.max, 4.0f);
  EXPECT_EQ(range.min, statistics.getBounds().min);
}

} // namespace
