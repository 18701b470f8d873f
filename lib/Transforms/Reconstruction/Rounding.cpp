//===- Rounding.cpp - Integers that reproduce a layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Reconstruction/Rounding.h"
#include "LayerMetric.h"
#include "Parallel.h"
#include "mopt/Transforms/Quantization/Parameters.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <numeric>

using namespace mlir::mopt;

/// Parts of the largest weight that are tried as the end of the scale: clipping
/// a few weights can cost less than a coarse step for all of them.
static constexpr double kCoarseParts[] = {1.0,  0.93, 0.86, 0.79,
                                          0.72, 0.65, 0.58, 0.5};
static constexpr double kFineParts[] = {1.0, 0.9, 0.8};

/// Sweeps over the inputs of one refinement; most rows need two or three.
static constexpr int kSweeps = 8;

namespace {

/// Some rows of one group; per-input arrays hold kLanes elements an input, in
/// the order of the metric.
struct Chunk {
  int64_t group = 0;
  /// Row within the group.
  int64_t first = 0;
  int64_t count = 0;
  std::vector<double> weights;
  /// H times weights.
  std::vector<double> pull;
  std::vector<double> codes;
  double scales[kLanes];
  double costs[kLanes];
  double magnitudes[kLanes];
};

class Rounder {
public:
  Rounder(llvm::ArrayRef<float> weights, const LayerStatistics &statistics,
          const RoundingOptions &options, unsigned threads)
      : original(weights), shape(statistics.getShape()), options(options),
        threads(threads), limit((1 << (options.bits - 1)) - 1),
        leastScale(chooseSymmetricScale(0.0, static_cast<int64_t>(limit))) {
    moments.resize(shape.groups);
    metrics.resize(shape.groups);
    forEachTask(shape.groups, threads, [&](int64_t group) {
      moments[group] = statistics.getMoments(group);
      metrics[group] = LayerMetric::create(moments[group], options.damping);
    });
    for (int64_t group = 0; group < shape.groups; ++group)
      for (int64_t row = 0; row < shape.outputs; row += kLanes) {
        Chunk chunk;
        chunk.group = group;
        chunk.first = row;
        chunk.count = std::min(kLanes, shape.outputs - row);
        chunks.push_back(std::move(chunk));
      }
  }

  RoundedWeights run();

private:
  int64_t getRow(const Chunk &chunk, int64_t lane) const {
    return chunk.group * shape.outputs + chunk.first + lane;
  }
  void startRows(Chunk &chunk) const;
  void assign(const Chunk &chunk, const double *scales,
              std::vector<double> &codes, double *costs) const;
  void descend(Chunk &chunk) const;
  void refitScale(const Chunk &chunk, double *numerators,
                  double *denominators) const;
  void chooseScales();
  void refine();
  RoundedWeights collect() const;

  llvm::ArrayRef<float> original;
  const LayerShape &shape;
  const RoundingOptions &options;
  unsigned threads;
  double limit;
  /// What rows without weights get.
  double leastScale;
  std::vector<LayerMoments> moments;
  std::vector<LayerMetric> metrics;
  std::vector<Chunk> chunks;
};

} // namespace

/// The weights to be rounded, and what they are multiplied with to know the
/// direction of descent.
void Rounder::startRows(Chunk &chunk) const {
  const LayerMetric &metric = metrics[chunk.group];
  const LayerMoments &moment = moments[chunk.group];
  int64_t size = shape.inputs;
  chunk.weights.assign(size * kLanes, 0.0);
  chunk.pull.assign(size * kLanes, 0.0);
  for (int64_t lane = 0; lane < chunk.count; ++lane) {
    const float *row = &original[getRow(chunk, lane) * size];
    if (options.regression)
      metric.startRegression(moment, chunk.first + lane, row, lane,
                             chunk.weights.data());
    else
      for (int64_t i = 0; i < size; ++i)
        chunk.weights[i * kLanes + lane] = row[metric.order[i]];
  }
  if (options.regression)
    solveCholesky(metric.factor, chunk.weights.data());
  for (int64_t i = 0; i < size; ++i)
    dotLanes(metric.covariance.row(i), chunk.weights.data(), size,
             &chunk.pull[i * kLanes]);
  std::fill_n(chunk.magnitudes, kLanes, 0.0);
  for (int64_t i = 0; i < size; ++i)
    for (int64_t lane = 0; lane < kLanes; ++lane)
      chunk.magnitudes[lane] = std::max(
          chunk.magnitudes[lane], std::abs(chunk.weights[i * kLanes + lane]));
}

/// Rounds with error feedback.
void Rounder::assign(const Chunk &chunk, const double *scales,
                     std::vector<double> &codes, double *costs) const {
  const LayerMetric &metric = metrics[chunk.group];
  int64_t size = shape.inputs;
  codes.resize(size * kLanes);
  std::vector<double> errors(size * kLanes);
  std::fill_n(costs, kLanes, 0.0);
  double sums[kLanes];
  for (int64_t i = size - 1; i >= 0; --i) {
    const double *row = metric.factor.row(i);
    dotLanes(row + i + 1, errors.data() + (i + 1) * kLanes, size - i - 1, sums);
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      int64_t at = i * kLanes + lane;
      double wanted = chunk.weights[at] - sums[lane] / row[i];
      double code =
          std::clamp(std::round(wanted / scales[lane]), -limit, limit);
      codes[at] = code;
      errors[at] = code * scales[lane] - chunk.weights[at];
      double left = row[i] * (code * scales[lane] - wanted);
      costs[lane] += left * left;
    }
  }
}

/// Changes single codes while that lowers the cost.
void Rounder::descend(Chunk &chunk) const {
  const LayerMetric &metric = metrics[chunk.group];
  int64_t size = shape.inputs;
  // The gradient H (codes * scale - weights).
  std::vector<double> gradient(size * kLanes);
  for (int64_t i = 0; i < size; ++i) {
    double *here = &gradient[i * kLanes];
    dotLanes(metric.covariance.row(i), chunk.codes.data(), size, here);
    for (int64_t lane = 0; lane < kLanes; ++lane)
      here[lane] =
          here[lane] * chunk.scales[lane] - chunk.pull[i * kLanes + lane];
  }
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    bool changed = false;
    for (int64_t i = 0; i < size; ++i) {
      double steps[kLanes];
      bool moves = false;
      for (int64_t lane = 0; lane < kLanes; ++lane) {
        double &code = chunk.codes[i * kLanes + lane];
        double best = code - gradient[i * kLanes + lane] /
                                 (metric.covariance(i, i) * chunk.scales[lane]);
        // A code on the border of two would be changed for nothing.
        double next = std::clamp(std::round(best), -limit, limit);
        if (std::abs(best - code) <= 0.5 + 1e-9)
          next = code;
        steps[lane] = (next - code) * chunk.scales[lane];
        moves |= next != code;
        code = next;
      }
      if (moves)
        addLanes(gradient.data(), metric.covariance.row(i), size, steps);
      changed |= moves;
    }
    if (!changed)
      return;
  }
}

/// The best scale of fixed codes is q.Hw / q.Hq; adds both.
void Rounder::refitScale(const Chunk &chunk, double *numerators,
                         double *denominators) const {
  const LayerMetric &metric = metrics[chunk.group];
  double products[kLanes];
  for (int64_t i = 0; i < shape.inputs; ++i) {
    dotLanes(metric.covariance.row(i), chunk.codes.data(), shape.inputs,
             products);
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      double code = chunk.codes[i * kLanes + lane];
      numerators[lane] += code * chunk.pull[i * kLanes + lane];
      denominators[lane] += code * products[lane];
    }
  }
}

void Rounder::chooseScales() {
  forEachTask(chunks.size(), threads, [&](int64_t task) {
    startRows(chunks[task]);
    std::fill_n(chunks[task].costs, kLanes,
                std::numeric_limits<double>::infinity());
  });
  double largest = 0.0;
  for (const Chunk &chunk : chunks)
    largest = std::max(largest, *std::max_element(chunk.magnitudes,
                                                  chunk.magnitudes + kLanes));
  llvm::ArrayRef<double> parts = options.bits <= 4
                                     ? llvm::ArrayRef(kCoarseParts)
                                     : llvm::ArrayRef(kFineParts);
  auto tryPart = [&](Chunk &chunk, double part, bool keep) {
    double scales[kLanes], costs[kLanes];
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      double end = options.perTensor ? largest : chunk.magnitudes[lane];
      scales[lane] = std::max(part * end / limit, leastScale);
    }
    std::vector<double> codes;
    assign(chunk, scales, codes, costs);
    if (chunk.codes.empty())
      chunk.codes.resize(codes.size());
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      if (!keep && costs[lane] >= chunk.costs[lane])
        continue;
      chunk.costs[lane] = costs[lane];
      chunk.scales[lane] = scales[lane];
      for (int64_t i = 0; i < shape.inputs; ++i)
        chunk.codes[i * kLanes + lane] = codes[i * kLanes + lane];
    }
  };
  if (!options.perTensor) {
    forEachTask(chunks.size(), threads, [&](int64_t task) {
      for (double part : parts)
        tryPart(chunks[task], part, /*keep=*/false);
    });
    return;
  }
  double best = std::numeric_limits<double>::infinity(), bestPart = 1.0;
  auto tryEverywhere = [&](double part) {
    forEachTask(chunks.size(), threads, [&](int64_t task) {
      tryPart(chunks[task], part, /*keep=*/true);
    });
    double total = 0.0;
    for (const Chunk &chunk : chunks)
      for (int64_t lane = 0; lane < chunk.count; ++lane)
        total += chunk.costs[lane];
    return total;
  };
  for (double part : parts)
    if (double total = tryEverywhere(part); total < best) {
      best = total;
      bestPart = part;
    }
  tryEverywhere(bestPart);
}

void Rounder::refine() {
  for (unsigned round = 0; round < options.refinements; ++round) {
    std::vector<double> numerators(chunks.size() * kLanes),
        denominators(chunks.size() * kLanes);
    forEachTask(chunks.size(), threads, [&](int64_t task) {
      descend(chunks[task]);
      refitScale(chunks[task], &numerators[task * kLanes],
                 &denominators[task * kLanes]);
    });
    if (options.perTensor) {
      double numerator =
          std::accumulate(numerators.begin(), numerators.end(), 0.0);
      double denominator =
          std::accumulate(denominators.begin(), denominators.end(), 0.0);
      std::fill(numerators.begin(), numerators.end(), numerator);
      std::fill(denominators.begin(), denominators.end(), denominator);
    }
    for (auto [task, chunk] : llvm::enumerate(chunks))
      for (int64_t lane = 0; lane < chunk.count; ++lane) {
        double scale = numerators[task * kLanes + lane] /
                       denominators[task * kLanes + lane];
        // Codes of nothing but zeros have no best scale.
        if (scale > 0.0 && std::isfinite(scale))
          chunk.scales[lane] = std::max(scale, leastScale);
      }
  }
  // The format stores scales as float32; the last word is with the codes.
  forEachTask(chunks.size(), threads, [&](int64_t task) {
    Chunk &chunk = chunks[task];
    for (double &scale : chunk.scales)
      scale = static_cast<float>(scale);
    descend(chunk);
  });
}

RoundedWeights Rounder::collect() const {
  RoundedWeights result;
  int64_t size = shape.inputs, rows = shape.getWeightRows();
  result.codes.resize(rows * size);
  result.scales.resize(options.perTensor ? 1 : rows);
  // The values that kernels compute with are float32.
  std::vector<float> values(rows * size);
  for (const Chunk &chunk : chunks)
    for (int64_t lane = 0; lane < chunk.count; ++lane) {
      const LayerMetric &metric = metrics[chunk.group];
      int64_t row = getRow(chunk, lane);
      float scale = static_cast<float>(chunk.scales[lane]);
      result.scales[options.perTensor ? 0 : row] = scale;
      for (int64_t i = 0; i < size; ++i) {
        int64_t at = row * size + metric.order[i];
        auto code = static_cast<float>(chunk.codes[i * kLanes + lane]);
        result.codes[at] = static_cast<int8_t>(code);
        values[at] = code * scale;
      }
    }
  LayerFit fit = fitRows(values, shape, moments, threads);
  result.bias = std::move(fit.bias);
  result.error = fit.error;
  result.variance = fit.variance;
  return result;
}

RoundedWeights Rounder::run() {
  chooseScales();
  refine();
  return collect();
}

RoundedWeights mlir::mopt::roundWeights(llvm::ArrayRef<float> weights,
                                        const LayerStatistics &statistics,
                                        const RoundingOptions &options,
                                        unsigned threads) {
  return Rounder(weights, statistics, options, threads).run();
}
