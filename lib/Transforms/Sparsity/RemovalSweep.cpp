//===- RemovalSweep.cpp - Weights of least loss, in one pass --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RemovalSweep.h"

#include "../Reconstruction/Parallel.h"
#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace mlir::mopt;

/// Inputs that are looked at together.
static constexpr int64_t kInputsAtOnce = 64;

namespace {

class Sweeper {
public:
  Sweeper(const RemovalSweep &sweep, int64_t count);

  RemovalSweep::Result run();

private:
  bool isGroups() const {
    return sweep.pattern.kind == SparsityPattern::Kind::Neighbours;
  }
  int64_t getBlock(int64_t row, int64_t input) const {
    return row / height * blocksOfBand + input / width;
  }
  void sortInputs();
  void countByLossAlone(int64_t count);
  void sweepChunk(int64_t chunk);
  void chooseBlocks(int64_t begin, int64_t end, int64_t quota);
  void chooseNeighbours(int64_t begin, int64_t end);

  const RemovalSweep &sweep;
  int64_t size, rows, height, width, blocksOfBand;
  /// Inputs that stay side by side when they are sorted.
  int64_t together;
  std::vector<int64_t> order;
  Matrix factor;
  /// Where in `order` each chunk begins, and the end; the last comes first.
  std::vector<int64_t> begins;
  std::vector<int64_t> quotas;
  /// By row and position, those of kLanes rows interleaved.
  std::vector<double> errors, scores;
  std::vector<bool> mask;
};

} // namespace

Sweeper::Sweeper(const RemovalSweep &sweep, int64_t count)
    : sweep(sweep), size(sweep.covariance->getRows()),
      rows(sweep.best.size() / size) {
  const SparsityPattern &pattern = sweep.pattern;
  bool isBlock = pattern.kind == SparsityPattern::Kind::Block;
  height = isBlock ? pattern.rows : 1;
  width = isBlock ? std::min(pattern.columns, size) : 1;
  blocksOfBand = (size + width - 1) / width;
  together = isGroups() ? std::min(pattern.columns, size) : width;
  mask.resize((rows + height - 1) / height * blocksOfBand);
  sortInputs();
  if (!isGroups())
    countByLossAlone(count);
}

void Sweeper::sortInputs() {
  const Matrix &covariance = *sweep.covariance;
  std::vector<std::pair<double, int64_t>> groups;
  for (int64_t begin = 0; begin < size; begin += together) {
    double variance = 0.0;
    int64_t end = std::min(begin + together, size);
    for (int64_t i = begin; i < end; ++i)
      variance += covariance(i, i) / static_cast<double>(end - begin);
    groups.emplace_back(variance, begin);
  }
  llvm::sort(groups);
  begins.push_back(0);
  for (auto [variance, begin] : groups) {
    for (int64_t i = begin; i < std::min(begin + together, size); ++i)
      order.push_back(i);
    if (static_cast<int64_t>(order.size()) - begins.back() >= kInputsAtOnce)
      begins.push_back(order.size());
  }
  if (begins.back() != size)
    begins.push_back(size);
  // What is definite in one order is so in every other; rounding may see that
  // differently.
  for (double damping = sweep.damping;; damping *= 10.0) {
    factor = Matrix(size, size);
    for (int64_t i = 0; i < size; ++i) {
      for (int64_t j = i; j < size; ++j)
        factor(i, j) = covariance(order[i], order[j]);
      factor(i, i) += damping;
    }
    if (factorCholesky(factor))
      return;
  }
}

/// Sets the quotas of chunks.
void Sweeper::countByLossAlone(int64_t count) {
  std::vector<std::pair<double, int64_t>> losses(mask.size());
  std::vector<int64_t> sizes(mask.size());
  for (size_t i = 0; i < losses.size(); ++i)
    losses[i].second = i;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < size; ++i) {
      double value = sweep.best[row * size + i];
      losses[getBlock(row, i)].first += value * value / (*sweep.inverse)(i, i);
      ++sizes[getBlock(row, i)];
    }
  for (size_t i = 0; i < losses.size(); ++i)
    losses[i].first /= static_cast<double>(sizes[i]);
  count = std::min<int64_t>(count, losses.size());
  std::nth_element(losses.begin(), losses.begin() + count, losses.end());
  std::vector<int64_t> chunkOf(blocksOfBand);
  for (size_t chunk = 0; chunk + 1 < begins.size(); ++chunk)
    for (int64_t i = begins[chunk]; i < begins[chunk + 1]; ++i)
      chunkOf[order[i] / width] = chunk;
  quotas.resize(begins.size() - 1);
  for (int64_t i = 0; i < count; ++i)
    ++quotas[chunkOf[losses[i].second % blocksOfBand]];
}

/// Marks the `quota` blocks of least score.
void Sweeper::chooseBlocks(int64_t begin, int64_t end, int64_t quota) {
  int64_t bands = mask.size() / blocksOfBand;
  std::vector<std::pair<double, int64_t>> losses;
  for (int64_t band = 0; band < bands; ++band)
    for (int64_t i = begin; i < end;) {
      int64_t block = order[i] / width;
      double sum = 0.0;
      int64_t elements = 0;
      for (; i < end && order[i] / width == block; ++i)
        for (int64_t row = band * height;
             row < std::min((band + 1) * height, rows); ++row) {
          sum += scores[(row / kLanes * size + i) * kLanes + row % kLanes];
          ++elements;
        }
      losses.emplace_back(sum / static_cast<double>(elements),
                          band * blocksOfBand + block);
    }
  std::nth_element(losses.begin(), losses.begin() + quota, losses.end());
  for (int64_t i = 0; i < quota; ++i)
    mask[losses[i].second] = true;
}

void Sweeper::chooseNeighbours(int64_t begin, int64_t end) {
  std::vector<std::pair<double, int64_t>> losses;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = begin; i < end;) {
      int64_t group = order[i] / together;
      losses.clear();
      for (; i < end && order[i] / together == group; ++i)
        losses.emplace_back(
            scores[(row / kLanes * size + i) * kLanes + row % kLanes],
            getBlock(row, order[i]));
      llvm::sort(losses);
      int64_t gone = static_cast<int64_t>(losses.size()) - sweep.pattern.kept;
      for (int64_t k = 0; k < gone; ++k)
        mask[losses[k].second] = true;
    }
}

void Sweeper::sweepChunk(int64_t chunk) {
  int64_t begin = begins[chunk], end = begins[chunk + 1];
  int64_t panels = (rows + kLanes - 1) / kLanes;
  // What the errors of the inputs after the chunk ask of each in it.
  std::vector<double> pulls(panels * (end - begin) * kLanes);
  auto getWeight = [&](int64_t panel, int64_t position, int64_t lane) {
    int64_t row = panel * kLanes + lane;
    return row < rows ? sweep.best[row * size + order[position]] : 0.0;
  };
  forEachTask(panels, sweep.threads, [&](int64_t panel) {
    double *panelErrors = &errors[panel * size * kLanes];
    for (int64_t i = begin; i < end; ++i) {
      const double *row = factor.row(i);
      double *pull = &pulls[(panel * (end - begin) + i - begin) * kLanes];
      dotLanes(row + end, panelErrors + end * kLanes, size - end, pull);
      for (int64_t lane = 0; lane < kLanes; ++lane) {
        double value = row[i] * getWeight(panel, i, lane) - pull[lane];
        scores[(panel * size + i) * kLanes + lane] = value * value;
      }
    }
  });
  if (isGroups())
    chooseNeighbours(begin, end);
  else
    chooseBlocks(begin, end, quotas[chunk]);
  forEachTask(panels, sweep.threads, [&](int64_t panel) {
    double *panelErrors = &errors[panel * size * kLanes];
    double sums[kLanes];
    for (int64_t i = end - 1; i >= begin; --i) {
      const double *row = factor.row(i);
      dotLanes(row + i + 1, panelErrors + (i + 1) * kLanes, end - i - 1, sums);
      const double *pull = &pulls[(panel * (end - begin) + i - begin) * kLanes];
      for (int64_t lane = 0; lane < kLanes; ++lane) {
        int64_t at = panel * kLanes + lane;
        double &error = panelErrors[i * kLanes + lane];
        if (at < rows && mask[getBlock(at, order[i])])
          error = -getWeight(panel, i, lane);
        else
          error = -(pull[lane] + sums[lane]) / row[i];
      }
    }
  });
}

RemovalSweep::Result Sweeper::run() {
  int64_t panels = (rows + kLanes - 1) / kLanes;
  errors.resize(panels * size * kLanes);
  scores.resize(panels * size * kLanes);
  for (int64_t chunk = begins.size() - 2; chunk >= 0; --chunk)
    sweepChunk(chunk);
  RemovalSweep::Result result;
  result.weights = sweep.best;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < size; ++i) {
      double &weight = result.weights[row * size + order[i]];
      weight += errors[(row / kLanes * size + i) * kLanes + row % kLanes];
      if (mask[getBlock(row, order[i])])
        weight = 0.0;
    }
  result.mask = std::move(mask);
  return result;
}

RemovalSweep::Result RemovalSweep::run(int64_t count) const {
  return Sweeper(*this, count).run();
}
