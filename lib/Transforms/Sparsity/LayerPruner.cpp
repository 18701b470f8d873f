//===- LayerPruner.cpp - Removing weights of one layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerPruner.h"

#include "../Reconstruction/Parallel.h"
#include "RemovalSweep.h"
#include "RemovalTrace.h"

#include <cmath>
#include <queue>

using namespace mlir::mopt;

/// What solving for the weights that stay may take behind a sweep, in terms of
/// what an exact search may take: each row is a system of its own, which grows
/// with the third power of its size, and the sweep has done most of it.
static constexpr double kRefitShare = 16.0;

std::string LayerPruner::getReasonAgainst(const LayerShape &shape,
                                          const SparsityPattern &pattern) {
  if (pattern.kind == SparsityPattern::Kind::Block && shape.groups > 1 &&
      shape.outputs % pattern.rows != 0)
    return "blocks of " + std::to_string(pattern.rows) +
           " outputs do not divide its groups of " +
           std::to_string(shape.outputs);
  return "";
}

LayerPruner::LayerPruner(llvm::ArrayRef<float> weights,
                         const LayerStatistics &statistics,
                         const LayerPrunerOptions &options)
    : shape(statistics.getShape()), options(options), original(weights),
      moments(shape.groups), groups(shape.groups) {
  const SparsityPattern &pattern = options.pattern;
  bool isBlock = pattern.kind == SparsityPattern::Kind::Block;
  width = isBlock ? std::min(pattern.columns, shape.inputs) : 1;
  blocksOfBand = (shape.inputs + width - 1) / width;
  int64_t height = isBlock ? pattern.rows : 1;
  for (int64_t group = 0; group < shape.groups; ++group)
    for (int64_t row = 0; row < shape.outputs; row += height)
      bands.push_back({group, group * shape.outputs + row,
                       std::min(height, shape.outputs - row)});
  double size = static_cast<double>(shape.inputs);
  isExact = size * size * size / 6 * static_cast<double>(bands.size()) <=
            options.exactProducts;
  forEachTask(shape.groups, options.threads, [&](int64_t index) {
    Group &group = groups[index];
    moments[index] = statistics.getMoments(index);
    group.metric = LayerMetric::create(moments[index], options.damping);
  });
  for (Group &group : groups)
    invert(group);
  regress();
}

void LayerPruner::invert(Group &group) const {
  int64_t size = shape.inputs;
  llvm::ArrayRef<int64_t> order = group.metric.order;
  group.inverse = Matrix(size, size);
  forEachTask((size + kLanes - 1) / kLanes, options.threads, [&](int64_t task) {
    std::vector<double> lanes(size * kLanes);
    int64_t first = task * kLanes, count = std::min(kLanes, size - first);
    for (int64_t lane = 0; lane < count; ++lane)
      lanes[(first + lane) * kLanes + lane] = 1.0;
    solveCholesky(group.metric.factor, lanes.data());
    for (int64_t lane = 0; lane < count; ++lane) {
      double *row = group.inverse.row(order[first + lane]);
      for (int64_t i = 0; i < size; ++i)
        row[order[i]] = lanes[i * kLanes + lane];
    }
  });
}

void LayerPruner::regress() {
  int64_t size = shape.inputs;
  best.resize(original.size());
  int64_t chunks = (shape.outputs + kLanes - 1) / kLanes;
  forEachTask(shape.groups * chunks, options.threads, [&](int64_t task) {
    const Group &group = groups[task / chunks];
    int64_t first = task % chunks * kLanes;
    int64_t count = std::min(kLanes, shape.outputs - first);
    int64_t row = task / chunks * shape.outputs + first;
    std::vector<double> lanes(size * kLanes);
    for (int64_t lane = 0; lane < count; ++lane)
      group.metric.startRegression(moments[task / chunks], first + lane,
                                   &original[(row + lane) * size], lane,
                                   lanes.data());
    solveCholesky(group.metric.factor, lanes.data());
    for (int64_t lane = 0; lane < count; ++lane)
      for (int64_t i = 0; i < size; ++i)
        best[(row + lane) * size + group.metric.order[i]] =
            lanes[i * kLanes + lane];
  });
}

std::vector<double> LayerPruner::getBandRows(const Band &band) const {
  auto begin = best.begin() + band.firstRow * shape.inputs;
  return std::vector<double>(begin, begin + band.rows * shape.inputs);
}

/// Merges the orders of all bands: the next of least loss a weight comes first.
void LayerPruner::trace() {
  std::vector<std::vector<Removal>> removals(bands.size());
  forEachTask(bands.size(), options.threads, [&](int64_t index) {
    const Band &band = bands[index];
    removals[index] = traceRemovals(groups[band.group].inverse,
                                    getBandRows(band), options.pattern);
  });
  struct Next {
    double loss;
    uint32_t band, index;
    bool operator<(const Next &other) const {
      return std::tie(other.loss, other.band) < std::tie(loss, band);
    }
  };
  std::priority_queue<Next> queue;
  auto push = [&](uint32_t band, uint32_t index) {
    if (index >= removals[band].size())
      return;
    Removal removal = removals[band][index];
    int64_t columns = std::min(width, shape.inputs - removal.block * width);
    queue.push({removal.loss / static_cast<double>(columns * bands[band].rows),
                band, index});
  };
  for (size_t band = 0; band < bands.size(); ++band)
    push(band, 0);
  while (!queue.empty()) {
    Next next = queue.top();
    queue.pop();
    order.push_back({next.band, removals[next.band][next.index].block});
    push(next.band, next.index + 1);
  }
  isTraced = true;
}

LayerPruner::Mask LayerPruner::chooseByTrace(int64_t blocks) {
  if (!isTraced)
    trace();
  if (isGroups())
    blocks = order.size();
  Mask mask(getBlocks());
  for (const Block &block : llvm::ArrayRef(order).take_front(blocks))
    mask[block.band * blocksOfBand + block.block] = true;
  return mask;
}

/// Solves for the weights that stay. The sums of what is gone are the smaller
/// system where little is gone.
void LayerPruner::refit(const Band &band, llvm::ArrayRef<int64_t> kept,
                        llvm::ArrayRef<int64_t> gone,
                        std::vector<float> &weights) const {
  const Group &group = groups[band.group];
  const LayerMoments &moments = this->moments[band.group];
  int64_t size = shape.inputs;
  bool byGone = gone.size() < kept.size();
  LayerMetric metric;
  if (byGone) {
    metric.order.assign(gone.begin(), gone.end());
    metric.factor = Matrix(gone.size(), gone.size());
    for (size_t i = 0; i < gone.size(); ++i)
      for (size_t j = i; j < gone.size(); ++j)
        metric.factor(i, j) = group.inverse(gone[i], gone[j]);
    byGone = gone.empty() || factorCholesky(metric.factor);
  }
  if (!byGone)
    metric = LayerMetric::createForSupport(group.metric, moments, kept,
                                           /*factored=*/true);
  llvm::ArrayRef<int64_t> order = metric.order;
  for (int64_t first = 0; first < band.rows; first += kLanes) {
    int64_t count = std::min(kLanes, band.rows - first);
    std::vector<double> lanes(order.size() * kLanes);
    for (int64_t lane = 0; lane < count; ++lane) {
      int64_t row = band.firstRow + first + lane;
      if (!byGone)
        metric.startRegression(moments, row % shape.outputs,
                               &original[row * size], lane, lanes.data());
      else
        for (size_t i = 0; i < order.size(); ++i)
          lanes[i * kLanes + lane] = best[row * size + order[i]];
    }
    if (!order.empty())
      solveCholesky(metric.factor, lanes.data());
    for (int64_t lane = 0; lane < count; ++lane) {
      int64_t row = band.firstRow + first + lane;
      float *out = &weights[row * size];
      if (!byGone) {
        for (size_t i = 0; i < order.size(); ++i)
          out[order[i]] = static_cast<float>(lanes[i * kLanes + lane]);
        continue;
      }
      std::vector<double> values(&best[row * size], &best[row * size] + size);
      for (size_t i = 0; i < order.size(); ++i) {
        const double *column = group.inverse.row(order[i]);
        double factor = lanes[i * kLanes + lane];
        for (int64_t j = 0; j < size; ++j)
          values[j] -= factor * column[j];
      }
      for (int64_t i : kept)
        out[i] = static_cast<float>(values[i]);
    }
  }
}

LayerPruner::Mask
LayerPruner::chooseBySweep(int64_t blocks, std::vector<float> &weights) const {
  Mask mask(getBlocks());
  int64_t bandsOfGroup = bands.size() / groups.size();
  for (auto [index, group] : llvm::enumerate(groups)) {
    RemovalSweep sweep;
    sweep.best = llvm::ArrayRef(best).slice(
        index * shape.outputs * shape.inputs, shape.outputs * shape.inputs);
    sweep.covariance = &moments[index].covariance;
    sweep.damping = group.metric.damping;
    sweep.inverse = &group.inverse;
    sweep.pattern = options.pattern;
    sweep.threads = options.threads;
    // Groups do not compete: each loses its part.
    int64_t share = blocks * static_cast<int64_t>(index + 1) /
                        static_cast<int64_t>(groups.size()) -
                    blocks * static_cast<int64_t>(index) /
                        static_cast<int64_t>(groups.size());
    RemovalSweep::Result part = sweep.run(share);
    for (int64_t i = 0; i < bandsOfGroup * blocksOfBand; ++i)
      mask[index * bandsOfGroup * blocksOfBand + i] = part.mask[i];
    llvm::copy(part.weights,
               weights.begin() + index * shape.outputs * shape.inputs);
  }
  return mask;
}

bool LayerPruner::isRefitCheap(const Mask &mask) const {
  double products = 0.0;
  for (size_t band = 0; band < bands.size(); ++band) {
    auto begin = mask.begin() + band * blocksOfBand;
    int64_t gone = std::count(begin, begin + blocksOfBand, true) * width;
    auto side = static_cast<double>(
        std::min(gone, std::max<int64_t>(shape.inputs - gone, 0)));
    products += side * side * side / 6;
  }
  return products <= kRefitShare * options.exactProducts;
}

PrunedLayer LayerPruner::prune(int64_t blocks, bool isTrial) {
  PrunedLayer result;
  result.weights.resize(original.size());
  Mask mask =
      isExact ? chooseByTrace(blocks) : chooseBySweep(blocks, result.weights);
  if (isExact || (!isTrial && isRefitCheap(mask))) {
    std::fill(result.weights.begin(), result.weights.end(), 0.0f);
    forEachTask(bands.size(), options.threads, [&](int64_t index) {
      std::vector<int64_t> kept, gone;
      for (int64_t i = 0; i < shape.inputs; ++i)
        (mask[index * blocksOfBand + i / width] ? gone : kept).push_back(i);
      refit(bands[index], kept, gone, result.weights);
    });
  }
  result.fit = fitRows(result.weights, shape, moments, options.threads);
  return result;
}
