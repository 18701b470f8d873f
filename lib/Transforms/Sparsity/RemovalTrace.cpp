//===- RemovalTrace.cpp - Weights of least loss, one after the other ------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RemovalTrace.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir::mopt;

/// Eliminations that are kept aside before the inverse is updated with all of
/// them at once, which takes a small part of the memory traffic.
static constexpr int64_t kEliminations = 32;
static constexpr double kInfinity = std::numeric_limits<double>::infinity();

namespace {

/// The rows and the inverse without the columns that are gone. What is there is
/// indexed by position; positions change with flush().
class Eliminator {
public:
  Eliminator(const Matrix &inverse, std::vector<double> rows,
             const SparsityPattern &pattern);

  std::vector<Removal> run();

private:
  int64_t getBlockSize(int64_t block) const {
    return std::min(width, size - block * width);
  }
  int64_t findSingle();
  int64_t findBlock();
  double getBlockLoss(int64_t block);
  void eliminate(int64_t position);
  void flush();

  int64_t size, count, width;
  /// Positions in use.
  int64_t active;
  /// H^-1; only the lower half is kept up to date, and only by flush().
  Matrix inverse;
  /// Eliminations since then: H^-1 is that minus the sum of their products.
  Matrix steps;
  int64_t pending = 0;
  /// `count` rows of `size` elements.
  std::vector<double> weights;
  std::vector<double> diagonal;
  /// Infinite where a column cannot go (any more).
  std::vector<double> penalty;
  std::vector<double> scores;
  std::vector<int64_t> columns, positions;
  /// For blocks of several columns: H^-1 within each, up to date.
  std::vector<double> corners;
  std::vector<bool> isGone;
  std::vector<double> scratch;
  double loss = 0.0;
  /// Of KEPT:OF: what each group may still lose.
  int64_t groupSize = 0;
  std::vector<int64_t> allowed;
};

} // namespace

Eliminator::Eliminator(const Matrix &source, std::vector<double> rows,
                       const SparsityPattern &pattern)
    : size(source.getRows()), count(rows.size() / size),
      width(pattern.kind == SparsityPattern::Kind::Block
                ? std::min(pattern.columns, size)
                : 1),
      active(size), inverse(source), steps(kEliminations, size),
      weights(std::move(rows)), diagonal(size), penalty(size), scores(size),
      columns(size), positions(size) {
  for (int64_t i = 0; i < size; ++i) {
    diagonal[i] = inverse(i, i);
    columns[i] = positions[i] = i;
  }
  if (width > 1) {
    int64_t blocks = (size + width - 1) / width;
    isGone.resize(blocks);
    corners.resize(blocks * width * width);
    scratch.resize(width * (width + 1));
    for (int64_t block = 0; block < blocks; ++block)
      for (int64_t i = 0; i < getBlockSize(block); ++i)
        for (int64_t j = 0; j <= i; ++j)
          corners[(block * width + i) * width + j] =
              inverse(block * width + i, block * width + j);
  }
  if (pattern.kind != SparsityPattern::Kind::Neighbours)
    return;
  groupSize = pattern.columns;
  for (int64_t begin = 0; begin < size; begin += groupSize)
    allowed.push_back(
        std::max<int64_t>(0, std::min(groupSize, size - begin) - pattern.kept));
  for (int64_t i = 0; i < size; ++i)
    if (allowed[i / groupSize] == 0)
      penalty[i] = kInfinity;
}

/// The position whose column costs least; -1 where none may go.
int64_t Eliminator::findSingle() {
  std::fill_n(scores.begin(), active, 0.0);
  for (int64_t row = 0; row < count; ++row) {
    const double *values = &weights[row * size];
    for (int64_t i = 0; i < active; ++i)
      scores[i] += values[i] * values[i];
  }
  int64_t best = -1;
  loss = kInfinity;
  for (int64_t i = 0; i < active; ++i)
    scores[i] = scores[i] / diagonal[i] + penalty[i];
  for (int64_t i = 0; i < active; ++i)
    if (scores[i] < loss) {
      loss = scores[i];
      best = i;
    }
  return best;
}

double Eliminator::getBlockLoss(int64_t block) {
  int64_t length = getBlockSize(block);
  double *factor = scratch.data(), *solution = factor + width * width;
  const double *corner = &corners[block * width * width];
  for (int64_t i = 0; i < length; ++i)
    for (int64_t j = 0; j <= i; ++j) {
      double sum = corner[i * width + j];
      for (int64_t k = 0; k < j; ++k)
        sum -= factor[i * width + k] * factor[j * width + k];
      factor[i * width + j] = i == j ? std::sqrt(std::max(sum, 1e-300))
                                     : sum / factor[j * width + j];
    }
  double total = 0.0;
  for (int64_t row = 0; row < count; ++row)
    for (int64_t i = 0; i < length; ++i) {
      double value = weights[row * size + positions[block * width + i]];
      for (int64_t k = 0; k < i; ++k)
        value -= factor[i * width + k] * solution[k];
      solution[i] = value / factor[i * width + i];
      total += solution[i] * solution[i];
    }
  return total;
}

/// The block that costs least by weight, as blocks at the edge are smaller; -1
/// where all are gone.
int64_t Eliminator::findBlock() {
  int64_t best = -1;
  double least = kInfinity;
  for (int64_t block = 0, end = isGone.size(); block < end; ++block) {
    if (isGone[block])
      continue;
    double cost = getBlockLoss(block);
    if (cost / static_cast<double>(getBlockSize(block)) < least) {
      least = cost / static_cast<double>(getBlockSize(block));
      loss = cost;
      best = block;
    }
  }
  return best;
}

void Eliminator::eliminate(int64_t position) {
  double *step = steps.row(pending);
  std::copy_n(inverse.row(position), position + 1, step);
  for (int64_t i = position + 1; i < active; ++i)
    step[i] = inverse(i, position);
  subtractRows(step, &steps(0, position), size, steps.row(0), size, pending,
               active);
  double scale = 1.0 / std::sqrt(std::max(step[position], 1e-300));
  for (int64_t i = 0; i < active; ++i) {
    step[i] *= scale;
    diagonal[i] -= step[i] * step[i];
  }
  for (int64_t row = 0; row < count; ++row) {
    double *values = &weights[row * size];
    double factor = values[position] * scale;
    for (int64_t i = 0; i < active; ++i)
      values[i] -= factor * step[i];
  }
  penalty[position] = kInfinity;
  for (int64_t block = 0, end = isGone.size(); block < end; ++block) {
    if (isGone[block])
      continue;
    double *corner = &corners[block * width * width];
    for (int64_t i = 0; i < getBlockSize(block); ++i)
      for (int64_t j = 0; j <= i; ++j)
        corner[i * width + j] -= step[positions[block * width + i]] *
                                 step[positions[block * width + j]];
  }
  positions[columns[position]] = -1;
  columns[position] = -1;
  if (++pending == kEliminations)
    flush();
}

/// Brings the inverse up to date and closes the gaps.
void Eliminator::flush() {
  std::vector<int64_t> kept;
  for (int64_t i = 0; i < active; ++i)
    if (columns[i] >= 0)
      kept.push_back(i);
  auto close = [&](double *values) {
    for (size_t i = 0; i < kept.size(); ++i)
      values[i] = values[kept[i]];
  };
  for (int64_t k = 0; k < pending; ++k)
    close(steps.row(k));
  for (int64_t row = 0; row < count; ++row)
    close(&weights[row * size]);
  close(penalty.data());
  for (size_t i = 0; i < kept.size(); ++i) {
    // Neither index grows: what is still to be read is not overwritten.
    double *target = inverse.row(i);
    const double *source = inverse.row(kept[i]);
    for (size_t j = 0; j <= i; ++j)
      target[j] = source[kept[j]];
    subtractRows(target, &steps(0, i), size, steps.row(0), size, pending,
                 i + 1);
    diagonal[i] = target[i];
    columns[i] = columns[kept[i]];
    positions[columns[i]] = i;
  }
  active = kept.size();
  pending = 0;
}

std::vector<Removal> Eliminator::run() {
  std::vector<Removal> removals;
  if (width > 1) {
    for (int64_t block; (block = findBlock()) >= 0;) {
      removals.push_back({static_cast<uint32_t>(block), loss});
      isGone[block] = true;
      for (int64_t i = 0; i < getBlockSize(block); ++i)
        eliminate(positions[block * width + i]);
    }
    return removals;
  }
  for (int64_t position; (position = findSingle()) >= 0;) {
    int64_t column = columns[position];
    removals.push_back({static_cast<uint32_t>(column), loss});
    eliminate(position);
    if (!groupSize || --allowed[column / groupSize] > 0)
      continue;
    int64_t begin = column / groupSize * groupSize;
    for (int64_t i = begin; i < std::min(begin + groupSize, size); ++i)
      if (positions[i] >= 0)
        penalty[positions[i]] = kInfinity;
  }
  return removals;
}

std::vector<Removal> mlir::mopt::traceRemovals(const Matrix &inverse,
                                               std::vector<double> rows,
                                               const SparsityPattern &pattern) {
  return Eliminator(inverse, std::move(rows), pattern).run();
}
