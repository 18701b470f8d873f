//===- Palette.cpp - Few values that reproduce a layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Clustering/Palette.h"

#include "../Reconstruction/LayerMetric.h"
#include "../Reconstruction/Parallel.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir::mopt;

/// Sweeps over the inputs of one refinement.
static constexpr int kSweeps = 8;

/// Rows with this part of zeros or more get a metric of their own.
static constexpr double kManyZeros = 1.0 / 8.0;

/// Sums over all rows are made in so many parts, whatever the threads.
static constexpr size_t kParts = 16;

/// Index of a weight that stays zero, and is no part of the palette.
static constexpr uint16_t kZero = 0xffff;

namespace {

/// Rows of one group that share a metric; per-input arrays hold kLanes elements
/// an input, in the order of that metric.
struct Chunk {
  int64_t group = 0;
  /// Row within the group.
  int64_t first = 0;
  int64_t count = 0;
  /// Inputs that the only row reads; empty: the metric is that of the group.
  std::vector<int64_t> kept;
  /// Inputs in the order of the metric.
  std::vector<int64_t> order;
  std::vector<double> weights;
  /// H times weights.
  std::vector<double> pull;
  /// What the weights are now: places in a palette, and values.
  std::vector<uint16_t> indices;
  std::vector<double> values;
};

class PaletteFinder {
public:
  PaletteFinder(llvm::ArrayRef<float> weights,
                const LayerStatistics &statistics,
                const PaletteOptions &options, unsigned threads);

  PaletteWeights run();

private:
  using Palette = std::vector<double>;

  int64_t getRow(const Chunk &chunk, int64_t lane) const {
    return chunk.group * shape.outputs + chunk.first + lane;
  }
  Palette &getPalette(const Chunk &chunk, int64_t lane) {
    return palettes[options.perRow ? getRow(chunk, lane) : 0];
  }
  void makeChunks();
  /// The metric of a chunk; `own` holds it where it is not that of the group.
  const LayerMetric &getMetric(const Chunk &chunk, LayerMetric &own,
                               bool factored) const;
  void startRows(Chunk &chunk) const;
  void findCentroids();
  void assign(Chunk &chunk);
  void descend(Chunk &chunk);
  void addEquations(const Chunk &chunk, int64_t lane, const LayerMetric &metric,
                    Matrix &products, std::vector<double> &right) const;
  void refitCentroids();
  static void solveCentroids(Palette &palette, Matrix &products,
                             const std::vector<double> &right);
  void sortPalettes();
  PaletteWeights collect() const;

  /// Calls `visit(index of the input, lane)` for all weights that are not held
  /// at zero.
  template <typename Visit>
  static void forEachWeight(const Chunk &chunk, Visit visit) {
    for (size_t i = 0; i < chunk.order.size(); ++i)
      for (int64_t lane = 0; lane < chunk.count; ++lane)
        if (chunk.indices[i * kLanes + lane] != kZero)
          visit(i, lane);
  }

  llvm::ArrayRef<float> original;
  const LayerShape &shape;
  const PaletteOptions &options;
  unsigned threads;
  /// Whether each palette leaves a place to zero.
  std::vector<bool> holdsZero;
  std::vector<LayerMoments> moments;
  std::vector<LayerMetric> metrics;
  std::vector<Chunk> chunks;
  /// Ascending; one a row, or one.
  std::vector<Palette> palettes;
};

} // namespace

PaletteFinder::PaletteFinder(llvm::ArrayRef<float> weights,
                             const LayerStatistics &statistics,
                             const PaletteOptions &options, unsigned threads)
    : original(weights), shape(statistics.getShape()), options(options),
      threads(threads) {
  moments.resize(shape.groups);
  metrics.resize(shape.groups);
  forEachTask(shape.groups, threads, [&](int64_t group) {
    moments[group] = statistics.getMoments(group);
    metrics[group] = LayerMetric::create(moments[group], options.damping);
  });
  palettes.resize(options.perRow ? shape.getWeightRows() : 1);
  holdsZero.resize(palettes.size());
  makeChunks();
}

void PaletteFinder::makeChunks() {
  int64_t size = shape.inputs;
  auto getWeights = [&](int64_t group, int64_t row) {
    return original.slice((group * shape.outputs + row) * size, size);
  };
  auto isSparse = [&](llvm::ArrayRef<float> row) {
    return options.keepZeros &&
           static_cast<double>(llvm::count(row, 0.0f)) >= kManyZeros * size;
  };
  for (int64_t group = 0; group < shape.groups; ++group)
    for (int64_t row = 0; row < shape.outputs;) {
      Chunk chunk;
      chunk.group = group;
      chunk.first = row;
      llvm::ArrayRef<float> first = getWeights(group, row);
      if (isSparse(first)) {
        for (int64_t i = 0; i < size; ++i)
          if (first[i] != 0.0f)
            chunk.kept.push_back(i);
        chunk.count = 1;
      } else {
        while (chunk.count < kLanes && row + chunk.count < shape.outputs &&
               !isSparse(getWeights(group, row + chunk.count)))
          ++chunk.count;
      }
      for (int64_t lane = 0; options.keepZeros && lane < chunk.count; ++lane)
        if (llvm::is_contained(getWeights(group, row + lane), 0.0f))
          holdsZero[options.perRow ? getRow(chunk, lane) : 0] = true;
      row += chunk.count;
      // A row of nothing but zeros has nothing to find.
      if (!isSparse(first) || !chunk.kept.empty())
        chunks.push_back(std::move(chunk));
    }
}

const LayerMetric &PaletteFinder::getMetric(const Chunk &chunk,
                                            LayerMetric &own,
                                            bool factored) const {
  const LayerMetric &whole = metrics[chunk.group];
  if (chunk.kept.empty())
    return whole;
  own = LayerMetric::createForSupport(whole, moments[chunk.group], chunk.kept,
                                      factored);
  return own;
}

/// The weights that are to be replaced, and what they are multiplied with to
/// know the direction of descent.
void PaletteFinder::startRows(Chunk &chunk) const {
  LayerMetric own;
  const LayerMetric &metric = getMetric(chunk, own, options.regression);
  size_t size = metric.order.size();
  chunk.order = metric.order;
  chunk.weights.assign(size * kLanes, 0.0);
  chunk.pull.assign(size * kLanes, 0.0);
  chunk.indices.assign(size * kLanes, kZero);
  chunk.values.assign(size * kLanes, 0.0);
  for (int64_t lane = 0; lane < chunk.count; ++lane) {
    const float *row = &original[getRow(chunk, lane) * shape.inputs];
    if (options.regression)
      metric.startRegression(moments[chunk.group], chunk.first + lane, row,
                             lane, chunk.weights.data());
    for (size_t i = 0; i < size; ++i) {
      if (!options.regression)
        chunk.weights[i * kLanes + lane] = row[metric.order[i]];
      if (!options.keepZeros || row[metric.order[i]] != 0.0f)
        chunk.indices[i * kLanes + lane] = 0;
    }
  }
  if (options.regression)
    solveCholesky(metric.factor, chunk.weights.data());
  for (size_t i = 0; i < size; ++i)
    dotLanes(metric.covariance.row(i), chunk.weights.data(), size,
             &chunk.pull[i * kLanes]);
}

void PaletteFinder::findCentroids() {
  std::vector<std::vector<WeightedValue>> values(palettes.size());
  for (const Chunk &chunk : chunks) {
    const LayerMoments &moment = moments[chunk.group];
    double damping = metrics[chunk.group].damping;
    forEachWeight(chunk, [&](size_t i, int64_t lane) {
      auto value = static_cast<float>(chunk.weights[i * kLanes + lane]);
      int64_t input = chunk.order[i];
      values[options.perRow ? getRow(chunk, lane) : 0].push_back(
          {value == 0.0f ? 0.0f : value,
           moment.covariance(input, input) + damping});
    });
  }
  forEachTask(palettes.size(), threads, [&](int64_t index) {
    std::vector<WeightedValue> &all = values[index];
    if (all.empty())
      return;
    llvm::sort(all, [](const WeightedValue &a, const WeightedValue &b) {
      return std::make_pair(a.value, a.weight) <
             std::make_pair(b.value, b.weight);
    });
    size_t count = 0;
    for (const WeightedValue &entry : all) {
      if (count && all[count - 1].value == entry.value)
        all[count - 1].weight += entry.weight;
      else
        all[count++] = entry;
    }
    all.resize(count);
    ClusterSearch search;
    search.count = options.count - (holdsZero[index] ? 1 : 0);
    search.init = options.init;
    search.seed = options.seed;
    std::vector<float> centroids = mlir::mopt::findCentroids(all, search);
    palettes[index].assign(centroids.begin(), centroids.end());
  });
}

/// The place of the value that is nearest to `value`.
static size_t findPlace(llvm::ArrayRef<double> palette, double value) {
  size_t above = llvm::lower_bound(palette, value) - palette.begin();
  if (above == 0)
    return 0;
  if (above == palette.size())
    return above - 1;
  return value - palette[above - 1] <= palette[above] - value ? above - 1
                                                              : above;
}

/// With error feedback.
void PaletteFinder::assign(Chunk &chunk) {
  LayerMetric own;
  const LayerMetric &metric = getMetric(chunk, own, /*factored=*/true);
  int64_t size = metric.order.size();
  std::vector<double> errors(size * kLanes);
  double sums[kLanes];
  for (int64_t i = size - 1; i >= 0; --i) {
    const double *row = metric.factor.row(i);
    dotLanes(row + i + 1, errors.data() + (i + 1) * kLanes, size - i - 1, sums);
    for (int64_t lane = 0; lane < chunk.count; ++lane) {
      int64_t at = i * kLanes + lane;
      if (chunk.indices[at] != kZero) {
        const Palette &palette = getPalette(chunk, lane);
        size_t place =
            findPlace(palette, chunk.weights[at] - sums[lane] / row[i]);
        chunk.indices[at] = static_cast<uint16_t>(place);
        chunk.values[at] = palette[place];
      }
      errors[at] = chunk.values[at] - chunk.weights[at];
    }
  }
}

/// Changes single weights while that lowers the cost.
void PaletteFinder::descend(Chunk &chunk) {
  LayerMetric own;
  const LayerMetric &metric = getMetric(chunk, own, /*factored=*/false);
  int64_t size = metric.order.size();
  // The gradient H (values - weights).
  std::vector<double> gradient(size * kLanes);
  for (int64_t i = 0; i < size; ++i) {
    double *here = &gradient[i * kLanes];
    dotLanes(metric.covariance.row(i), chunk.values.data(), size, here);
    for (int64_t lane = 0; lane < kLanes; ++lane)
      here[lane] -= chunk.pull[i * kLanes + lane];
  }
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    bool changed = false;
    for (int64_t i = 0; i < size; ++i) {
      double steps[kLanes] = {};
      bool moves = false;
      double curvature = metric.covariance(i, i);
      for (int64_t lane = 0; lane < chunk.count; ++lane) {
        int64_t at = i * kLanes + lane;
        if (chunk.indices[at] == kZero)
          continue;
        const Palette &palette = getPalette(chunk, lane);
        double value = chunk.values[at];
        double best = value - gradient[at] / curvature;
        size_t place = findPlace(palette, best);
        // A weight on the border of two would be changed for nothing.
        if (std::abs(palette[place] - best) >=
            std::abs(value - best) * (1.0 - 1e-9))
          continue;
        steps[lane] = palette[place] - value;
        chunk.indices[at] = static_cast<uint16_t>(place);
        chunk.values[at] = palette[place];
        moves = true;
      }
      if (moves)
        addLanes(gradient.data(), metric.covariance.row(i), size, steps);
      changed |= moves;
    }
    if (!changed)
      return;
  }
}

/// Adds the normal equations of one row, whose weights are A c with the
/// centroids c: A^T H A and A^T H w.
void PaletteFinder::addEquations(const Chunk &chunk, int64_t lane,
                                 const LayerMetric &metric, Matrix &products,
                                 std::vector<double> &right) const {
  size_t size = chunk.order.size();
  std::vector<std::pair<uint32_t, uint16_t>> free;
  for (size_t i = 0; i < size; ++i)
    if (uint16_t place = chunk.indices[i * kLanes + lane]; place != kZero)
      free.emplace_back(i, place);
  for (auto [i, place] : free) {
    const double *covariance = metric.covariance.row(i);
    double *sums = products.row(place);
    for (auto [j, other] : free)
      sums[other] += covariance[j];
    right[place] += chunk.pull[i * kLanes + lane];
  }
}

void PaletteFinder::solveCentroids(Palette &palette, Matrix &products,
                                   const std::vector<double> &right) {
  int64_t count = palette.size();
  std::vector<double> lanes(count * kLanes);
  for (int64_t i = 0; i < count; ++i) {
    lanes[i * kLanes] = right[i];
    // What no weight has stays where it is.
    if (products(i, i) == 0.0) {
      products(i, i) = 1.0;
      lanes[i * kLanes] = palette[i];
    }
  }
  if (!factorCholesky(products))
    return;
  solveCholesky(products, lanes.data());
  for (int64_t i = 0; i < count; ++i)
    palette[i] = lanes[i * kLanes];
}

void PaletteFinder::refitCentroids() {
  if (options.perRow) {
    forEachTask(chunks.size(), threads, [&](int64_t task) {
      Chunk &chunk = chunks[task];
      LayerMetric own;
      const LayerMetric &metric = getMetric(chunk, own, /*factored=*/false);
      for (int64_t lane = 0; lane < chunk.count; ++lane) {
        Palette &palette = getPalette(chunk, lane);
        Matrix products(palette.size(), palette.size());
        std::vector<double> right(palette.size());
        addEquations(chunk, lane, metric, products, right);
        solveCentroids(palette, products, right);
      }
    });
  } else {
    size_t count = palettes[0].size(), parts = std::min(kParts, chunks.size());
    std::vector<Matrix> products(parts, Matrix(count, count));
    std::vector<std::vector<double>> right(parts, std::vector<double>(count));
    forEachTask(parts, threads, [&](int64_t part) {
      for (size_t i = part; i < chunks.size(); i += parts) {
        LayerMetric own;
        const LayerMetric &metric =
            getMetric(chunks[i], own, /*factored=*/false);
        for (int64_t lane = 0; lane < chunks[i].count; ++lane)
          addEquations(chunks[i], lane, metric, products[part], right[part]);
      }
    });
    for (size_t part = 1; part < parts; ++part)
      for (size_t i = 0; i < count; ++i) {
        right[0][i] += right[part][i];
        for (size_t j = 0; j < count; ++j)
          products[0](i, j) += products[part](i, j);
      }
    solveCentroids(palettes[0], products[0], right[0]);
  }
  sortPalettes();
}

/// Makes centroids float32 and brings them in order again; the weights follow.
void PaletteFinder::sortPalettes() {
  std::vector<std::vector<uint16_t>> places(palettes.size());
  for (size_t index = 0; index < palettes.size(); ++index) {
    Palette &palette = palettes[index];
    for (double &centroid : palette) {
      centroid = static_cast<float>(centroid);
      // What a weight stands for that was not pruned must not look so.
      if (holdsZero[index] && centroid == 0.0)
        centroid = std::numeric_limits<float>::min();
    }
    std::vector<uint16_t> order(palette.size());
    std::iota(order.begin(), order.end(), 0);
    llvm::sort(order, [&](uint16_t a, uint16_t b) {
      return std::make_pair(palette[a], a) < std::make_pair(palette[b], b);
    });
    Palette sorted;
    places[index].resize(order.size());
    for (auto [place, from] : llvm::enumerate(order)) {
      places[index][from] = static_cast<uint16_t>(place);
      sorted.push_back(palette[from]);
    }
    palette = std::move(sorted);
  }
  for (Chunk &chunk : chunks)
    forEachWeight(chunk, [&](size_t i, int64_t lane) {
      size_t index = options.perRow ? getRow(chunk, lane) : 0;
      uint16_t &place = chunk.indices[i * kLanes + lane];
      place = places[index][place];
      chunk.values[i * kLanes + lane] = palettes[index][place];
    });
}

PaletteWeights PaletteFinder::collect() const {
  PaletteWeights result;
  result.values.resize(shape.getWeightRows() * shape.inputs);
  for (const Chunk &chunk : chunks)
    forEachWeight(chunk, [&](size_t i, int64_t lane) {
      result.values[getRow(chunk, lane) * shape.inputs + chunk.order[i]] =
          static_cast<float>(chunk.values[i * kLanes + lane]);
    });
  LayerFit fit = fitRows(result.values, shape, moments, threads);
  result.bias = std::move(fit.bias);
  result.error = fit.error;
  result.variance = fit.variance;
  return result;
}

PaletteWeights PaletteFinder::run() {
  if (chunks.empty())
    return collect();
  auto forEachChunk = [&](auto work) {
    forEachTask(chunks.size(), threads,
                [&](int64_t task) { work(chunks[task]); });
  };
  forEachChunk([&](Chunk &chunk) { startRows(chunk); });
  findCentroids();
  forEachChunk([&](Chunk &chunk) { assign(chunk); });
  for (unsigned round = 0; round < options.refinements; ++round) {
    forEachChunk([&](Chunk &chunk) { descend(chunk); });
    refitCentroids();
  }
  sortPalettes();
  forEachChunk([&](Chunk &chunk) { descend(chunk); });
  return collect();
}

PaletteWeights mlir::mopt::findPaletteWeights(llvm::ArrayRef<float> weights,
                                              const LayerStatistics &statistics,
                                              const PaletteOptions &options,
                                              unsigned threads) {
  return PaletteFinder(weights, statistics, options, threads).run();
}
