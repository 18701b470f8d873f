//===- Regression.cpp - Weights that reproduce a layer best -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Regression.h"

#include "Parallel.h"

using namespace mlir::mopt;

RegressedLayer mlir::mopt::regressLayer(llvm::ArrayRef<float> weights,
                                        const LayerStatistics &statistics,
                                        const LayerSupport &support,
                                        unsigned threads) {
  std::vector<LayerMoments> moments(statistics.getShape().groups);
  forEachTask(moments.size(), threads, [&](int64_t group) {
    moments[group] = statistics.getMoments(group);
  });
  return regressMoments(weights, statistics.getShape(), moments,
                        chooseDamping(statistics), support, threads);
}

RegressedLayer mlir::mopt::regressMoments(llvm::ArrayRef<float> weights,
                                          const LayerShape &shape,
                                          llvm::ArrayRef<LayerMoments> moments,
                                          double damping,
                                          const LayerSupport &support,
                                          unsigned threads) {
  RegressedLayer result;
  result.weights.assign(shape.getWeightRows() * shape.inputs, 0.0f);
  std::vector<int64_t> kept;
  for (int64_t i = 0; i < shape.inputs; ++i)
    if (support.inputs[i])
      kept.push_back(i);
  // Groups side by side where there are many, else the rows of each.
  forEachTask(shape.groups, threads, [&](int64_t group) {
    LayerMetric metric = LayerMetric::createForSupport(
        LayerMetric::create(moments[group], damping), moments[group], kept,
        true);
    std::vector<int64_t> rows;
    for (int64_t i = 0; i < shape.outputs; ++i)
      if (support.rows[group * shape.outputs + i])
        rows.push_back(i);
    auto size = static_cast<int64_t>(kept.size());
    int64_t tasks = (static_cast<int64_t>(rows.size()) + kLanes - 1) / kLanes;
    forEachTask(tasks, shape.groups > 1 ? 1 : threads, [&](int64_t task) {
      std::vector<double> lanes(size * kLanes);
      int64_t begin = task * kLanes;
      int64_t count =
          std::min<int64_t>(kLanes, static_cast<int64_t>(rows.size()) - begin);
      for (int64_t lane = 0; lane < count; ++lane) {
        int64_t output = rows[begin + lane];
        metric.startRegression(
            moments[group], output,
            weights.data() + (group * shape.outputs + output) * shape.inputs,
            lane, lanes.data());
      }
      solveCholesky(metric.factor, lanes.data());
      for (int64_t lane = 0; lane < count; ++lane) {
        float *row =
            result.weights.data() +
            (group * shape.outputs + rows[begin + lane]) * shape.inputs;
        for (int64_t i = 0; i < size; ++i)
          row[metric.order[i]] = static_cast<float>(lanes[i * kLanes + lane]);
      }
    });
  });
  LayerFit fit = fitRows(result.weights, shape, moments, threads);
  result.bias = std::move(fit.bias);
  for (int64_t row = 0; row < shape.getWeightRows(); ++row)
    if (!support.rows[row])
      result.bias[row] = 0.0f;
  result.error = fit.error;
  result.variance = fit.variance;
  return result;
}
