//===- KMeans.cpp - Few numbers for many -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Numbers have an order, so that a cluster is an interval of the sorted values:
// its mean comes from sums over all values up to each one, in no time.

#include "mopt/Transforms/Clustering/KMeans.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace mlir;
using namespace mlir::mopt;

static constexpr int kMaxIterations = 200;

size_t mopt::findNearest(llvm::ArrayRef<float> centroids, float value) {
  size_t above = llvm::lower_bound(centroids, value) - centroids.begin();
  if (above == 0)
    return 0;
  if (above == centroids.size())
    return above - 1;
  double down = double(value) - centroids[above - 1];
  double up = double(centroids[above]) - value;
  return down <= up ? above - 1 : above;
}

namespace {

class Search {
public:
  Search(llvm::ArrayRef<WeightedValue> values, const ClusterSearch &options)
      : values(values), options(options), random(options.seed) {
    weights.reserve(values.size() + 1);
    moments.reserve(values.size() + 1);
    weights.push_back(0.0);
    moments.push_back(0.0);
    for (const WeightedValue &entry : values) {
      weights.push_back(weights.back() + entry.weight);
      moments.push_back(moments.back() + entry.weight * entry.value);
    }
  }

  std::vector<float> run();

private:
  void begin();
  void beginPlusPlus();
  /// The value at which `part` of all weight is reached.
  float findQuantile(double part) const;
  /// Means of the values that are nearest to each centroid.
  bool improve();
  float round(double centroid) const {
    return static_cast<float>(options.isInteger ? std::nearbyint(centroid)
                                                : centroid);
  }
  /// Different centroids in order, as many as asked: the values that are worst
  /// off become centroids.
  void complete();

  llvm::ArrayRef<WeightedValue> values;
  const ClusterSearch &options;
  std::mt19937_64 random;
  std::vector<double> weights, moments;
  std::vector<float> centroids;
};

} // namespace

float Search::findQuantile(double part) const {
  size_t index =
      llvm::lower_bound(weights, part * weights.back()) - weights.begin();
  return values[std::clamp<size_t>(index, 1, values.size()) - 1].value;
}

/// The same on every machine, which std::uniform_real_distribution is not.
static double drawUnit(std::mt19937_64 &random) {
  return static_cast<double>(random() >> 11) * 0x1p-53;
}

void Search::beginPlusPlus() {
  centroids = {findQuantile(drawUnit(random))};
  std::vector<double> costs(values.size(), INFINITY);
  while (centroids.size() < options.count) {
    double total = 0.0;
    for (auto [entry, cost] : llvm::zip_equal(values, costs)) {
      double distance = double(entry.value) - centroids.back();
      cost = std::min(cost, entry.weight * distance * distance);
      total += cost;
    }
    double at = drawUnit(random) * total;
    size_t index = 0;
    while (index + 1 < costs.size() && at >= costs[index])
      at -= costs[index++];
    centroids.push_back(values[index].value);
  }
}

void Search::begin() {
  unsigned count = options.count;
  double least = values.front().value, greatest = values.back().value;
  switch (options.init) {
  case CentroidInit::KMeansPlusPlus:
    beginPlusPlus();
    break;
  case CentroidInit::Linear:
    for (unsigned i = 0; i < count; ++i)
      centroids.push_back(round(
          least + (greatest - least) * (count == 1 ? 0.5 : i / (count - 1.0))));
    break;
  case CentroidInit::Density:
    for (unsigned i = 0; i < count; ++i)
      centroids.push_back(findQuantile((i + 0.5) / count));
    break;
  case CentroidInit::Random:
    for (unsigned i = 0; i < count; ++i)
      centroids.push_back(findQuantile(drawUnit(random)));
    break;
  }
}

bool Search::improve() {
  bool changed = false;
  size_t start = 0;
  for (size_t i = 0; i < centroids.size(); ++i) {
    size_t end = values.size();
    if (i + 1 < centroids.size()) {
      double bound = (double(centroids[i]) + centroids[i + 1]) / 2.0;
      end = std::upper_bound(values.begin() + start, values.end(), bound,
                             [](double bound, const WeightedValue &entry) {
                               return bound < entry.value;
                             }) -
            values.begin();
    }
    double weight = weights[end] - weights[start];
    if (end > start && weight > 0.0) {
      float mean = round((moments[end] - moments[start]) / weight);
      // Rounding of the sums must not lead out of the interval.
      mean = std::clamp(mean, values[start].value, values[end - 1].value);
      changed |= mean != centroids[i];
      centroids[i] = mean;
    }
    start = end;
  }
  return changed;
}

void Search::complete() {
  llvm::sort(centroids);
  centroids.erase(llvm::unique(centroids), centroids.end());
  while (centroids.size() < options.count) {
    double worst = 0.0;
    float value = 0.0f;
    for (const WeightedValue &entry : values) {
      double distance =
          double(entry.value) - centroids[findNearest(centroids, entry.value)];
      double cost = entry.weight * distance * distance;
      if (cost > worst) {
        worst = cost;
        value = entry.value;
      }
    }
    if (worst == 0.0)
      return;
    centroids.insert(llvm::lower_bound(centroids, value), value);
  }
}

std::vector<float> Search::run() {
  begin();
  complete();
  for (int i = 0; i < kMaxIterations && improve(); ++i)
    complete();
  return std::move(centroids);
}

std::vector<float> mopt::findCentroids(llvm::ArrayRef<WeightedValue> values,
                                       const ClusterSearch &search) {
  if (values.size() <= search.count) {
    std::vector<float> all;
    for (const WeightedValue &entry : values)
      all.push_back(entry.value);
    return all;
  }
  return Search(values, search).run();
}
