//===- LayerMetric.cpp - What errors of weights cost -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerMetric.h"
#include "Parallel.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <numeric>

using namespace mlir::mopt;

/// Found on ResNet-8 (1000 images) and EfficientNet-Lite0 (100 images).
static constexpr double kDampingOfNoise = 0.03;
static constexpr double kLeastDamping = 0.001, kMostDamping = 1.0;

static void sortByVariance(const LayerMoments &moments,
                           std::vector<int64_t> &order) {
  const Matrix &covariance = moments.covariance;
  llvm::sort(order, [&](int64_t a, int64_t b) {
    return std::make_pair(covariance(a, a), a) <
           std::make_pair(covariance(b, b), b);
  });
}

/// H of the inputs in `order`.
static Matrix takeCovariance(const LayerMoments &moments,
                             llvm::ArrayRef<int64_t> order, double damping) {
  int64_t size = order.size();
  Matrix matrix(size, size);
  for (int64_t i = 0; i < size; ++i) {
    const double *from = moments.covariance.row(order[i]);
    double *to = matrix.row(i);
    for (int64_t j = 0; j < size; ++j)
      to[j] = from[order[j]];
    to[i] += damping;
  }
  return matrix;
}

LayerMetric LayerMetric::create(const LayerMoments &moments, double damping) {
  LayerMetric metric;
  int64_t size = moments.covariance.getRows();
  metric.order.resize(size);
  std::iota(metric.order.begin(), metric.order.end(), 0);
  sortByVariance(moments, metric.order);
  double mean = 0.0;
  for (int64_t i = 0; i < size; ++i)
    mean += moments.covariance(i, i) / size;
  // Inputs that never change say nothing: every direction counts alike then.
  metric.damping = mean > 0.0 ? damping * mean : 1.0;
  // More damping where rounding has made the sums of few rows indefinite.
  for (;; metric.damping *= 10.0) {
    metric.covariance = takeCovariance(moments, metric.order, metric.damping);
    metric.factor = metric.covariance;
    if (factorCholesky(metric.factor))
      return metric;
    metric.damping = std::max(metric.damping, mean * 1e-6);
  }
}

LayerMetric LayerMetric::createForSupport(const LayerMetric &whole,
                                          const LayerMoments &moments,
                                          llvm::ArrayRef<int64_t> kept,
                                          bool factored) {
  LayerMetric metric;
  metric.order.assign(kept.begin(), kept.end());
  sortByVariance(moments, metric.order);
  metric.damping = whole.damping;
  metric.covariance = takeCovariance(moments, metric.order, metric.damping);
  if (!factored)
    return metric;
  metric.factor = metric.covariance;
  // A part of a definite matrix is definite; rounding may see that differently.
  while (!factorCholesky(metric.factor)) {
    metric.damping *= 10.0;
    metric.factor = takeCovariance(moments, metric.order, metric.damping);
  }
  return metric;
}

void LayerMetric::startRegression(const LayerMoments &moments, int64_t output,
                                  const float *row, int64_t lane,
                                  double *lanes) const {
  for (size_t i = 0; i < order.size(); ++i)
    lanes[i * kLanes + lane] =
        moments.cross(output, order[i]) + damping * row[order[i]];
}

LayerFit mlir::mopt::fitRows(llvm::ArrayRef<float> weights,
                             const LayerShape &shape,
                             llvm::ArrayRef<LayerMoments> moments,
                             unsigned threads) {
  int64_t size = shape.inputs, rows = shape.getWeightRows();
  LayerFit fit;
  fit.bias.resize(rows);
  std::vector<double> errors(rows);
  forEachTask(rows, threads, [&](int64_t row) {
    const LayerMoments &moment = moments[row / shape.outputs];
    int64_t output = row % shape.outputs;
    const float *values = weights.data() + row * size;
    double bias = moment.targetMean[output];
    // |V e|^2 over the undamped covariance, and what the regression left over.
    double error = moment.targetVariance[output];
    for (int64_t i = 0; i < size; ++i) {
      double value = values[i];
      if (value == 0.0)
        continue;
      bias -= value * moment.inputMean[i];
      const double *covariance = moment.covariance.row(i);
      double sum = 0.0;
      for (int64_t j = 0; j < size; ++j)
        sum += covariance[j] * values[j];
      error += value * (sum - 2 * moment.cross(output, i));
    }
    fit.bias[row] = static_cast<float>(bias);
    errors[row] = error;
  });
  for (int64_t row = 0; row < rows; ++row) {
    const LayerMoments &moment = moments[row / shape.outputs];
    fit.variance += moment.targetVariance[row % shape.outputs] / rows;
    fit.error += errors[row] / rows;
  }
  return fit;
}

double mlir::mopt::chooseDamping(const LayerStatistics &statistics) {
  double inputs = statistics.getShape().inputs;
  // Rows of one sample are near copies of each other and count as one.
  double samples = std::max<int64_t>(1, statistics.getSamples());
  double ratio = inputs / samples;
  return std::clamp(kDampingOfNoise * ratio * ratio, kLeastDamping,
                    kMostDamping);
}
