//===- BlockPruning.cpp - Blocks of least magnitude -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockPruning.h"

#include "ZeroTarget.h"
#include "llvm/ADT/STLExtras.h"

#include <limits>
#include <tuple>

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// A block that may go.
struct Candidate {
  float square;
  uint32_t tensor;
  /// Its number in the tensor, and its elements.
  uint32_t number, size;

  bool operator<(const Candidate &other) const {
    return std::tie(square, tensor, number) <
           std::tie(other.square, other.tensor, other.number);
  }
};

} // namespace

/// NaN has no place in an order; it counts as large and is kept.
static float getOrder(double value) {
  return std::isnan(value) ? std::numeric_limits<float>::infinity()
                           : static_cast<float>(value);
}

static std::vector<Candidate> collectBlocks(const LayerWeight &weight,
                                            uint32_t tensor,
                                            const SparsityPattern &pattern) {
  std::vector<float> magnitudes = getMagnitudes(weight);
  std::vector<Candidate> blocks;
  WeightMatrix(weight).forEachBlock(pattern, [&](ArrayRef<int64_t> indices) {
    double sum = 0.0;
    for (int64_t index : indices)
      sum += double(magnitudes[index]) * magnitudes[index];
    blocks.push_back({getOrder(sum / static_cast<double>(indices.size())),
                      tensor, static_cast<uint32_t>(blocks.size()),
                      static_cast<uint32_t>(indices.size())});
  });
  return blocks;
}

/// Marks the elements of the blocks in `gone`, which are of one tensor.
static void mark(const LayerWeight &weight, const SparsityPattern &pattern,
                 const std::vector<bool> &gone, std::vector<bool> &mask) {
  size_t number = 0;
  WeightMatrix(weight).forEachBlock(pattern, [&](ArrayRef<int64_t> indices) {
    if (gone[number++])
      for (int64_t index : indices)
        mask[index] = true;
  });
}

static void markNeighbours(const LayerWeight &weight,
                           const SparsityPattern &pattern,
                           std::vector<bool> &mask) {
  std::vector<float> magnitudes = getMagnitudes(weight);
  SmallVector<int64_t> order;
  WeightMatrix(weight).forEachBlock(pattern, [&](ArrayRef<int64_t> indices) {
    order.assign(indices.begin(), indices.end());
    // The least first, the earlier one of equals.
    llvm::sort(order, [&](int64_t a, int64_t b) {
      return std::make_tuple(getOrder(magnitudes[a]), a) <
             std::make_tuple(getOrder(magnitudes[b]), b);
    });
    int64_t gone = std::max<int64_t>(
        static_cast<int64_t>(indices.size()) - pattern.kept, 0);
    for (int64_t index : ArrayRef(order).take_front(gone))
      mask[index] = true;
  });
}

std::vector<std::vector<bool>>
mopt::chooseBlocks(ArrayRef<LayerWeight> weights,
                   const SparsityPattern &pattern, double sparsity,
                   SparsityAllocation allocation) {
  std::vector<std::vector<bool>> masks;
  std::vector<std::vector<bool>> gone;
  std::vector<Candidate> all;
  int64_t elements = 0;
  for (auto [tensor, weight] : llvm::enumerate(weights)) {
    masks.emplace_back(weight.elements, false);
    if (pattern.kind == SparsityPattern::Kind::Neighbours) {
      markNeighbours(weight, pattern, masks.back());
      continue;
    }
    std::vector<Candidate> blocks = collectBlocks(weight, tensor, pattern);
    gone.emplace_back(blocks.size(), false);
    elements += weight.elements;
    if (allocation == SparsityAllocation::Global) {
      all.insert(all.end(), blocks.begin(), blocks.end());
      continue;
    }
    int64_t target = getZeroTarget(sparsity, blocks.size());
    llvm::sort(blocks);
    for (const Candidate &block : ArrayRef(blocks).take_front(target))
      gone[tensor][block.number] = true;
  }
  if (pattern.kind == SparsityPattern::Kind::Neighbours)
    return masks;
  llvm::sort(all);
  int64_t target = getZeroTarget(sparsity, elements), removed = 0;
  for (const Candidate &block : all) {
    if (removed >= target)
      break;
    gone[block.tensor][block.number] = true;
    removed += block.size;
  }
  for (auto [tensor, weight] : llvm::enumerate(weights))
    mark(weight, pattern, gone[tensor], masks[tensor]);
  return masks;
}

BlockCount mopt::countSparseBlocks(const LayerWeight &weight,
                                   const SparsityPattern &pattern) {
  std::vector<float> magnitudes = getMagnitudes(weight);
  BlockCount count;
  WeightMatrix(weight).forEachBlock(pattern, [&](ArrayRef<int64_t> indices) {
    int64_t kept = llvm::count_if(
        indices, [&](int64_t index) { return magnitudes[index] != 0.0f; });
    ++count.blocks;
    count.sparse += kept <= pattern.kept;
  });
  return count;
}
