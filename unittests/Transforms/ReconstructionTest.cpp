//===- ReconstructionTest.cpp - Tests of statistics and rounding ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Reconstruction/Rounding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace mlir::mopt;

namespace {

/// A layer and data for it, drawn from normal distributions; neighbouring
/// inputs are correlated.
struct Problem {
  LayerShape shape;
  int64_t rows;
  std::vector<float> weights;
  /// [group][row][input], [group][row][output].
  std::vector<float> inputs, targets;

  Problem(const LayerShape &shape, int64_t rows) : shape(shape), rows(rows) {
    std::mt19937 engine(7);
    std::normal_distribution<float> normal;
    for (int64_t i = 0; i < shape.getWeightRows() * shape.inputs; ++i)
      weights.push_back(normal(engine));
    for (int64_t group = 0; group < shape.groups; ++group)
      for (int64_t row = 0; row < rows; ++row) {
        float last = normal(engine);
        for (int64_t i = 0; i < shape.inputs; ++i)
          inputs.push_back(last = 5.0f + 0.9f * (last - 5.0f) + normal(engine));
        for (int64_t output = 0; output < shape.outputs; ++output) {
          double sum = 1.0;
          for (int64_t i = 0; i < shape.inputs; ++i)
            sum +=
                double(getWeight(group, output, i)) * getInput(group, row, i);
          targets.push_back(static_cast<float>(sum));
        }
      }
  }

  float getWeight(int64_t group, int64_t output, int64_t input) const {
    return weights[(group * shape.outputs + output) * shape.inputs + input];
  }
  float getInput(int64_t group, int64_t row, int64_t input) const {
    return inputs[(group * rows + row) * shape.inputs + input];
  }
  float getTarget(int64_t group, int64_t row, int64_t output) const {
    return targets[(group * rows + row) * shape.outputs + output];
  }

  /// In panels of unequal size.
  LayerStatistics observe(unsigned threads, bool covariances = true) const {
    LayerStatistics statistics(shape, covariances);
    for (int64_t begin = 0, size = 3; begin < rows; begin += size, size *= 2) {
      int64_t count = std::min(size, rows - begin);
      RowPanel panel(shape, count);
      for (int64_t group = 0; group < shape.groups; ++group)
        for (int64_t row = 0; row < count; ++row) {
          int64_t at = group * rows + begin + row;
          panel.set(group, row, 0, &inputs[at * shape.inputs], shape.inputs);
          panel.set(group, row, shape.inputs, &targets[at * shape.outputs],
                    shape.outputs);
        }
      statistics.add(panel, threads);
    }
    return statistics;
  }

  /// Mean squared error of the outputs with given weights.
  double getError(const RoundedWeights &rounded) const {
    double error = 0.0;
    for (int64_t group = 0; group < shape.groups; ++group)
      for (int64_t output = 0; output < shape.outputs; ++output) {
        int64_t row = group * shape.outputs + output;
        double scale = rounded.scales[rounded.scales.size() == 1 ? 0 : row];
        for (int64_t sample = 0; sample < rows; ++sample) {
          double sum = rounded.bias[row];
          for (int64_t i = 0; i < shape.inputs; ++i)
            sum += scale * rounded.codes[row * shape.inputs + i] *
                   getInput(group, sample, i);
          error += std::pow(sum - getTarget(group, sample, output), 2);
        }
      }
    return error / (rows * shape.getWeightRows());
  }

  /// Rounded to nearest with the largest weight at the end of the scale, and
  /// the best bias.
  RoundedWeights getNearest(unsigned bits) const {
    RoundedWeights rounded;
    LayerStatistics statistics = observe(1);
    float limit = (1 << (bits - 1)) - 1;
    for (int64_t row = 0; row < shape.getWeightRows(); ++row) {
      LayerMoments moments = statistics.getMoments(row / shape.outputs);
      const float *values = &weights[row * shape.inputs];
      float largest = 0.0f;
      for (int64_t i = 0; i < shape.inputs; ++i)
        largest = std::max(largest, std::abs(values[i]));
      float scale = largest / limit;
      double bias = moments.targetMean[row % shape.outputs];
      for (int64_t i = 0; i < shape.inputs; ++i) {
        rounded.codes.push_back(std::round(values[i] / scale));
        bias -= scale * rounded.codes.back() * moments.inputMean[i];
      }
      rounded.scales.push_back(scale);
      rounded.bias.push_back(bias);
    }
    return rounded;
  }
};

const LayerShape kDense = {1, 37, 11};
const LayerShape kDepthwise = {5, 9, 2};

TEST(Matrix, FactorsAndSolves) {
  // Larger than a block, so that the update of the rest takes part.
  int64_t size = 150;
  std::mt19937 engine(3);
  std::normal_distribution<double> normal;
  Matrix root(size, size), product(size, size);
  for (int64_t i = 0; i < size; ++i)
    for (int64_t j = 0; j < size; ++j)
      root(i, j) = normal(engine);
  for (int64_t i = 0; i < size; ++i)
    for (int64_t j = 0; j < size; ++j) {
      for (int64_t k = 0; k < size; ++k)
        product(i, j) += root(k, i) * root(k, j);
      product(i, j) += i == j;
    }
  std::vector<double> expected(size * kLanes), lanes(size * kLanes);
  for (double &value : expected)
    value = normal(engine);
  for (int64_t i = 0; i < size; ++i)
    dotLanes(product.row(i), expected.data(), size, &lanes[i * kLanes]);
  Matrix factor = product;
  ASSERT_TRUE(factorCholesky(factor));
  EXPECT_EQ(factor(1, 0), 0.0);
  solveCholesky(factor, lanes.data());
  for (size_t i = 0; i < lanes.size(); ++i)
    EXPECT_NEAR(lanes[i], expected[i], 1e-8);
}

TEST(Matrix, RejectsWhatIsNotPositiveDefinite) {
  Matrix matrix(2, 2);
  matrix(0, 0) = 1.0;
  matrix(0, 1) = matrix(1, 0) = 2.0;
  matrix(1, 1) = 1.0;
  EXPECT_FALSE(factorCholesky(matrix));
  Matrix notANumber(1, 1);
  notANumber(0, 0) = std::nan("");
  EXPECT_FALSE(factorCholesky(notANumber));
}

TEST(LayerStatistics, MomentsAreThoseOfTheRows) {
  for (const LayerShape &shape : {kDense, kDepthwise}) {
    Problem problem(shape, 500);
    LayerStatistics statistics = problem.observe(1);
    EXPECT_EQ(statistics.getRows(), 500);
    for (int64_t group = 0; group < shape.groups; ++group) {
      LayerMoments moments = statistics.getMoments(group);
      auto mean = [&](auto value) {
        double sum = 0.0;
        for (int64_t row = 0; row < problem.rows; ++row)
          sum += value(row);
        return sum / problem.rows;
      };
      for (int64_t i = 0; i < shape.inputs; ++i) {
        EXPECT_NEAR(moments.inputMean[i], mean([&](int64_t row) {
                      return problem.getInput(group, row, i);
                    }),
                    1e-6);
        for (int64_t j = 0; j < shape.inputs; ++j)
          EXPECT_NEAR(moments.covariance(i, j), mean([&](int64_t row) {
                        return (problem.getInput(group, row, i) -
                                moments.inputMean[i]) *
                               (problem.getInput(group, row, j) -
                                moments.inputMean[j]);
                      }),
                      1e-5);
        for (int64_t o = 0; o < shape.outputs; ++o)
          EXPECT_NEAR(moments.cross(o, i), mean([&](int64_t row) {
                        return (problem.getTarget(group, row, o) -
                                moments.targetMean[o]) *
                               (problem.getInput(group, row, i) -
                                moments.inputMean[i]);
                      }),
                      1e-4);
      }
    }
  }
}

TEST(LayerStatistics, NotANumberIsSeen) {
  Problem problem({1, 3, 1}, 4);
  EXPECT_TRUE(problem.observe(1).isFinite());
  problem.inputs[5] = std::nanf("");
  EXPECT_FALSE(problem.observe(1, /*covariances=*/false).isFinite());
}

TEST(Rounding, DoesNotDependOnThreads) {
  for (const LayerShape &shape : {kDense, kDepthwise}) {
    Problem problem(shape, 300);
    RoundingOptions options;
    options.bits = 4;
    RoundedWeights one =
        roundWeights(problem.weights, problem.observe(1), options, 1);
    RoundedWeights three =
        roundWeights(problem.weights, problem.observe(3), options, 3);
    EXPECT_EQ(one.codes, three.codes);
    EXPECT_EQ(one.scales, three.scales);
    EXPECT_EQ(one.bias, three.bias);
  }
}

TEST(Rounding, BeatsRoundingToNearest) {
  for (const LayerShape &shape : {kDense, kDepthwise})
    for (unsigned bits : {4u, 8u}) {
      Problem problem(shape, 400);
      RoundingOptions options;
      options.bits = bits;
      options.damping = 1e-4;
      RoundedWeights rounded =
          roundWeights(problem.weights, problem.observe(2), options, 2);
      int limit = (1 << (bits - 1)) - 1;
      for (int8_t code : rounded.codes)
        EXPECT_LE(std::abs(code), limit);
      double error = problem.getError(rounded);
      EXPECT_LT(error, 0.7 * problem.getError(problem.getNearest(bits)));
      // What it reports is what it does, but for the float32 products.
      EXPECT_NEAR(rounded.error, error, 0.02 * error + 1e-6 * rounded.variance);
    }
}

TEST(Rounding, RefinementsLowerTheError) {
  Problem problem(kDense, 400);
  RoundingOptions options;
  options.bits = 4;
  options.refinements = 0;
  double before = problem.getError(
      roundWeights(problem.weights, problem.observe(1), options, 1));
  options.refinements = 3;
  EXPECT_LT(problem.getError(
                roundWeights(problem.weights, problem.observe(1), options, 1)),
            before);
}

TEST(Rounding, OneScaleForAllRows) {
  Problem problem(kDense, 400);
  RoundingOptions options;
  options.perTensor = true;
  RoundedWeights rounded =
      roundWeights(problem.weights, problem.observe(1), options, 1);
  ASSERT_EQ(rounded.scales.size(), 1u);
  EXPECT_LT(problem.getError(rounded), 0.01);
}

TEST(Rounding, KeepsWhatIsOnTheGrid) {
  Problem problem({1, 8, 2}, 300);
  for (size_t i = 0; i < problem.weights.size(); ++i)
    problem.weights[i] = 0.25f * (static_cast<int>(i) % 15 - 7);
  Problem exact = problem;
  for (int64_t row = 0; row < exact.rows; ++row)
    for (int64_t o = 0; o < 2; ++o) {
      float sum = 0.0f;
      for (int64_t i = 0; i < 8; ++i)
        sum += exact.getWeight(0, o, i) * exact.getInput(0, row, i);
      exact.targets[row * 2 + o] = sum;
    }
  RoundingOptions options;
  options.bits = 4;
  RoundedWeights rounded =
      roundWeights(exact.weights, exact.observe(1), options, 1);
  for (size_t i = 0; i < rounded.codes.size(); ++i)
    EXPECT_NEAR(rounded.codes[i] * rounded.scales[i / 8], exact.weights[i],
                1e-5);
}

TEST(Rounding, InputsThatNeverChangeLeaveTheWeights) {
  Problem problem({1, 6, 3}, 50);
  std::fill(problem.inputs.begin(), problem.inputs.end(), 2.0f);
  std::fill(problem.targets.begin(), problem.targets.end(), 3.0f);
  RoundedWeights rounded =
      roundWeights(problem.weights, problem.observe(1), RoundingOptions(), 1);
  for (size_t i = 0; i < problem.weights.size(); ++i)
    EXPECT_NEAR(rounded.codes[i] * rounded.scales[i / 6], problem.weights[i],
                0.02);
  // The bias carries the mean alone.
  EXPECT_NEAR(problem.getError(rounded), 0.0, 1e-9);
}

} // namespace
