//===- PaletteTest.cpp - Tests of few values for a layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Clustering/Palette.h"
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

using namespace mlir::mopt;

namespace {

/// A layer of random weights and correlated inputs; its targets are what other
/// weights made of them, so that the best weights are not those that are given.
struct Problem {
  LayerShape shape;
  int64_t rows = 200;
  std::vector<float> weights, wanted;
  /// [group][row][input].
  std::vector<float> inputs;

  Problem(const LayerShape &shape, double sparsity) : shape(shape) {
    std::mt19937 engine(11);
    std::normal_distribution<float> normal;
    std::uniform_real_distribution<double> uniform;
    for (int64_t i = 0; i < shape.getWeightRows() * shape.inputs; ++i) {
      wanted.push_back(normal(engine));
      weights.push_back(uniform(engine) < sparsity
                            ? 0.0f
                            : wanted.back() + 0.2f * normal(engine));
    }
    for (int64_t row = 0; row < shape.groups * rows; ++row) {
      float last = normal(engine);
      for (int64_t i = 0; i < shape.inputs; ++i)
        inputs.push_back(last = 2.0f + 0.8f * (last - 2.0f) + normal(engine));
    }
  }

  double apply(llvm::ArrayRef<float> values, int64_t row,
               int64_t sample) const {
    double sum = 0.0;
    int64_t at = (row / shape.outputs * rows + sample) * shape.inputs;
    for (int64_t i = 0; i < shape.inputs; ++i)
      sum += double(values[row * shape.inputs + i]) * inputs[at + i];
    return sum;
  }

  LayerStatistics observe() const {
    LayerStatistics statistics(shape, /*covariances=*/true);
    RowPanel panel(shape, rows);
    for (int64_t group = 0; group < shape.groups; ++group)
      for (int64_t sample = 0; sample < rows; ++sample) {
        panel.set(group, sample, 0,
                  &inputs[(group * rows + sample) * shape.inputs],
                  shape.inputs);
        for (int64_t output = 0; output < shape.outputs; ++output)
          panel.set(group, sample, shape.inputs + output,
                    static_cast<float>(
                        apply(wanted, group * shape.outputs + output, sample)));
      }
    statistics.add(panel, 1);
    return statistics;
  }

  /// Mean squared error of the outputs, with the best bias if none is given.
  double getError(llvm::ArrayRef<float> values,
                  llvm::ArrayRef<float> bias = {}) const {
    double error = 0.0;
    for (int64_t row = 0; row < shape.getWeightRows(); ++row) {
      double sum = 0.0, squares = 0.0;
      for (int64_t sample = 0; sample < rows; ++sample) {
        double difference =
            apply(values, row, sample) - apply(wanted, row, sample);
        if (!bias.empty())
          difference += bias[row];
        sum += difference;
        squares += difference * difference;
      }
      double mean = bias.empty() ? sum / rows : 0.0;
      error += squares / rows - mean * mean;
    }
    return error / shape.getWeightRows();
  }
};

const LayerShape kDense = {1, 37, 11};
const LayerShape kDepthwise = {5, 9, 2};

} // namespace

static size_t countValues(llvm::ArrayRef<float> values) {
  return std::set<float>(values.begin(), values.end()).size();
}

static PaletteWeights find(const Problem &problem,
                           const PaletteOptions &options,
                           unsigned threads = 2) {
  return findPaletteWeights(problem.weights, problem.observe(), options,
                            threads);
}

TEST(Palette, BeatsTheNearestCentroids) {
  for (const LayerShape &shape : {kDense, kDepthwise})
    for (unsigned count : {4u, 8u, 16u}) {
      Problem problem(shape, 0.0);
      PaletteOptions options;
      options.count = count;
      PaletteWeights found = find(problem, options);
      EXPECT_LE(countValues(found.values), count);
      std::vector<WeightedValue> values;
      for (float value :
           std::set<float>(problem.weights.begin(), problem.weights.end()))
        values.push_back({value, 1.0});
      ClusterSearch search;
      search.count = count;
      std::vector<float> centroids = findCentroids(values, search), plain;
      for (float value : problem.weights)
        plain.push_back(centroids[findNearest(centroids, value)]);
      EXPECT_LT(found.error, 0.5 * problem.getError(plain));
      // What it says of itself is true.
      EXPECT_NEAR(problem.getError(found.values, found.bias), found.error,
                  1e-3 * found.error);
    }
}

TEST(Palette, RefinementOnlyHelps) {
  Problem problem(kDense, 0.3);
  PaletteOptions options;
  double last = INFINITY;
  for (unsigned refinements : {0u, 1u, 2u, 6u}) {
    options.refinements = refinements;
    PaletteWeights found = find(problem, options);
    // The cost that falls is that of the damped metric.
    EXPECT_LE(found.error, last * 1.01);
    last = found.error;
  }
}

TEST(Palette, ZerosStayAndNothingElseBecomesZero) {
  for (double sparsity : {0.05, 0.6, 0.97})
    for (bool perRow : {false, true}) {
      Problem problem(kDense, sparsity);
      PaletteOptions options;
      options.count = 4;
      options.perRow = perRow;
      PaletteWeights found = find(problem, options);
      for (size_t i = 0; i < found.values.size(); ++i)
        EXPECT_EQ(found.values[i] == 0.0f, problem.weights[i] == 0.0f);
      for (int64_t row = 0; row < kDense.outputs; ++row)
        EXPECT_LE(countValues(llvm::ArrayRef(found.values)
                                  .slice(row * kDense.inputs, kDense.inputs)),
                  4u);
      if (!perRow) {
        EXPECT_LE(countValues(found.values), 4u);
      }
    }
}

TEST(Palette, ZerosAreNothingSpecialUnlessAsked) {
  Problem problem(kDense, 0.6);
  PaletteOptions options;
  options.count = 5;
  options.keepZeros = false;
  PaletteWeights found = find(problem, options);
  EXPECT_EQ(countValues(found.values), 5u);
  PaletteOptions kept = options;
  kept.keepZeros = true;
  EXPECT_LT(found.error, find(problem, kept).error);
}

TEST(Palette, EnoughValuesGiveTheLeastSquaresOfTheSupport) {
  Problem problem({1, 12, 3}, 0.5);
  PaletteOptions options;
  options.count = 256;
  options.damping = 1e-9;
  PaletteWeights found = find(problem, options);
  // The gradient is zero for every weight that is not held at zero.
  LayerMoments moments = problem.observe().getMoments(0);
  for (int64_t row = 0; row < 3; ++row)
    for (int64_t i = 0; i < 12; ++i) {
      if (problem.weights[row * 12 + i] == 0.0f)
        continue;
      double gradient = -moments.cross(row, i), scale = 0.0;
      for (int64_t j = 0; j < 12; ++j) {
        double term = moments.covariance(i, j) * found.values[row * 12 + j];
        gradient += term;
        scale += std::abs(term);
      }
      // Weights are rounded to float32.
      EXPECT_LE(std::abs(gradient), 1e-6 * scale);
    }
}

TEST(Palette, RowsOfNothingStayNothing) {
  Problem problem(kDense, 1.0);
  PaletteOptions options;
  PaletteWeights found = find(problem, options);
  EXPECT_EQ(countValues(found.values), 1u);
  EXPECT_EQ(found.values[0], 0.0f);
  EXPECT_NEAR(found.error, found.variance, 1e-9 * found.variance);
}

TEST(Palette, DoesNotDependOnThreads) {
  for (double sparsity : {0.0, 0.5}) {
    Problem problem(kDepthwise, sparsity);
    PaletteOptions options;
    options.count = 6;
    PaletteWeights one = find(problem, options, 1),
                   four = find(problem, options, 4);
    EXPECT_EQ(one.values, four.values);
    EXPECT_EQ(one.bias, four.bias);
  }
}
