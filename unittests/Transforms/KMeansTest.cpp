//===- KMeansTest.cpp - Centroids -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Clustering/KMeans.h"
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

using namespace mlir::mopt;

static double getCost(const std::vector<WeightedValue> &values,
                      const std::vector<float> &centroids) {
  double cost = 0.0;
  for (const WeightedValue &entry : values) {
    double distance =
        double(entry.value) - centroids[findNearest(centroids, entry.value)];
    cost += entry.weight * distance * distance;
  }
  return cost;
}

/// The least cost of `count` clusters, by dynamic programming over intervals.
static double getOptimum(const std::vector<WeightedValue> &values,
                         unsigned count) {
  size_t n = values.size();
  auto intervalCost = [&](size_t from, size_t to) {
    double weight = 0.0, first = 0.0, second = 0.0;
    for (size_t i = from; i < to; ++i) {
      weight += values[i].weight;
      first += values[i].weight * values[i].value;
      second += values[i].weight * double(values[i].value) * values[i].value;
    }
    return second - first * first / weight;
  };
  std::vector<double> best(n + 1, std::numeric_limits<double>::infinity());
  best[0] = 0.0;
  for (unsigned k = 0; k < count; ++k) {
    std::vector<double> next(n + 1, std::numeric_limits<double>::infinity());
    next[0] = 0.0;
    for (size_t to = 1; to <= n; ++to)
      for (size_t from = 0; from < to; ++from)
        next[to] = std::min(next[to], best[from] + intervalCost(from, to));
    best = next;
  }
  return best[n];
}

static std::vector<WeightedValue> draw(unsigned seed, size_t count) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(count);
  for (float &number : numbers)
    number = normal(random);
  std::sort(numbers.begin(), numbers.end());
  std::vector<WeightedValue> values;
  for (float number : numbers)
    values.push_back({number, 1.0 + random() % 3});
  return values;
}

TEST(KMeans, ComesCloseToTheOptimum) {
  for (CentroidInit init : {CentroidInit::KMeansPlusPlus, CentroidInit::Linear,
                            CentroidInit::Density, CentroidInit::Random}) {
    double total = 0.0;
    for (unsigned seed = 0; seed < 10; ++seed) {
      std::vector<WeightedValue> values = draw(seed, 60);
      ClusterSearch search;
      search.count = 6;
      search.init = init;
      search.seed = seed;
      std::vector<float> centroids = findCentroids(values, search);
      EXPECT_EQ(centroids.size(), 6u);
      EXPECT_TRUE(std::is_sorted(centroids.begin(), centroids.end()));
      double optimum = getOptimum(values, 6);
      double cost = getCost(values, centroids);
      // Never below; sums are in double, centroids in float32.
      EXPECT_GE(cost, optimum * (1.0 - 1e-5));
      total += cost / optimum;
    }
    // Local optima: k-means++ promises 8 (ln k + 2) = 30 times in expectation
    // before the first iteration.
    EXPECT_LT(total / 10, 8.0 * (std::log(6.0) + 2.0));
  }
}

TEST(KMeans, CentroidsAreMeans) {
  std::vector<WeightedValue> values = draw(1, 1000);
  ClusterSearch search;
  std::vector<float> centroids = findCentroids(values, search);
  std::vector<double> weights(16, 0.0), moments(16, 0.0);
  for (const WeightedValue &entry : values) {
    size_t i = findNearest(centroids, entry.value);
    weights[i] += entry.weight;
    moments[i] += entry.weight * entry.value;
  }
  for (size_t i = 0; i < 16; ++i)
    EXPECT_NEAR(centroids[i], moments[i] / weights[i], 1e-6);
}

TEST(KMeans, WholeNumbersDiffer) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    std::vector<WeightedValue> values;
    for (int value = -127; value <= 127; ++value)
      if (random() % 2)
        values.push_back({float(value), std::exp(-value * value / 300.0)});
    for (unsigned count : {2, 16, 100}) {
      ClusterSearch search;
      search.count = count;
      search.isInteger = true;
      search.seed = seed;
      std::vector<float> centroids = findCentroids(values, search);
      EXPECT_EQ(centroids.size(), count);
      for (size_t i = 0; i < centroids.size(); ++i) {
        EXPECT_EQ(centroids[i], std::nearbyint(centroids[i]));
        EXPECT_TRUE(i == 0 || centroids[i - 1] < centroids[i]);
      }
    }
  }
}

TEST(KMeans, FewValuesAreTheCentroids) {
  std::vector<WeightedValue> values = {{-1.0f, 1.0}, {2.0f, 5.0}};
  EXPECT_EQ(findCentroids(values, {}), (std::vector<float>{-1.0f, 2.0f}));
}

TEST(KMeans, NearestIsTheLowerOfTwo) {
  std::vector<float> centroids = {-1.0f, 1.0f, 4.0f};
  EXPECT_EQ(findNearest(centroids, -9.0f), 0u);
  EXPECT_EQ(findNearest(centroids, 0.0f), 0u);
  EXPECT_EQ(findNearest(centroids, 0.1f), 1u);
  EXPECT_EQ(findNearest(centroids, 2.5f), 1u);
  EXPECT_EQ(findNearest(centroids, 9.0f), 2u);
}
