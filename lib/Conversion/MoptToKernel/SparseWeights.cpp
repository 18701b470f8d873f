//===- SparseWeights.cpp - Weights of sparse kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackWeights.h"
#include "SparseStrategy.h"
#include "Strategy.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

namespace {

/// Collects the lists of blocks of a kernel, one after the other.
template <typename T>
class BlockLists {
public:
  /// `size`: weights of a block.
  BlockLists(int64_t chains, int64_t size) : chains(chains), size(size) {}

  void beginList() {
    fillRound();
    starts.push_back(places.size() / chains);
  }

  /// Appends a block, which may be shorter, if any of its weights is not zero.
  void append(ArrayRef<T> block, int64_t place) {
    if (llvm::all_of(block, [](T weight) { return weight == T(0); }))
      return;
    llvm::append_range(values, block);
    values.resize(values.size() + size - block.size());
    places.push_back(static_cast<int32_t>(place));
  }

  /// Starts and places, which becomes the `blocks` of a kernel.
  std::vector<int32_t> finish() {
    beginList();
    llvm::append_range(starts, places);
    return std::move(starts);
  }

  std::vector<T> values;

private:
  /// Completes the round with blocks of zeros, at a place that exists.
  void fillRound() {
    while (places.size() % chains != 0) {
      places.push_back(0);
      values.resize(values.size() + size);
    }
  }

  int64_t chains, size;
  std::vector<int32_t> starts, places;
};

} // namespace

SparseWeights mopt::packSparseWeights(const Layer &layer,
                                      const SparseTile &choice, int64_t pitch) {
  TileAttr tile = choice.tile;
  const Weights &weights = layer.weights;
  kernel::WindowSteps window = getWindowSteps(layer);
  PackedWeights dense = packConvolutionWeights(weights, tile, window);
  int64_t runs = layer.columns.dilation != 1 ? weights.columns : 1;
  auto getPlace = [&](int64_t step) {
    int64_t run = step / window.getRunSteps();
    return run / runs * layer.rows.dilation * pitch +
           run % runs * layer.columns.dilation * layer.channels +
           step % window.getRunSteps() * tile.getDepth();
  };
  int64_t size = tile.getGroupSize() * tile.getDepth();
  BlockLists<int16_t> lists(choice.chains, size);
  ArrayRef<int16_t> rest(dense.values);
  while (!rest.empty()) {
    lists.beginList();
    auto append = [&](int64_t step) {
      lists.append(rest.take_front(size), getPlace(step));
      rest = rest.drop_front(size);
    };
    for (int64_t step = 0; step < window.getCount(); ++step)
      append(step);
    for (int64_t step : dense.repeated)
      append(step);
  }
  std::vector<int32_t> blocks = lists.finish();
  return {std::move(lists.values), std::move(blocks)};
}

std::vector<float> mopt::packSparseFloatWeights(const FloatLayer &layer,
                                                const SparseTile &choice,
                                                int64_t channels,
                                                std::vector<int32_t> &blocks) {
  TileAttr tile = choice.tile;
  const Weights &weights = layer.sizes.weights;
  std::vector<float> dense = FloatPacking(layer, tile, channels).pack();
  ArrayRef<float> rest(dense);
  int64_t size = tile.getGroupSize(), depth = tile.getDepth();
  BlockLists<float> lists(choice.chains, size * depth);
  for (int64_t first = 0; first < weights.outputs; first += size) {
    // Dense kernels have no vectors that no channel needs.
    int64_t outputs = std::min<int64_t>(
        llvm::alignTo(weights.outputs, tile.getLanes()) - first, size);
    for (int64_t row = 0; row < weights.rows; ++row)
      for (int64_t column = 0; column < weights.columns; ++column) {
        lists.beginList();
        for (int64_t c = 0; c < channels; c += depth) {
          int64_t place = column * layer.sizes.columns.dilation * channels + c;
          lists.append(rest.take_front(outputs * depth), place);
          rest = rest.drop_front(outputs * depth);
        }
      }
  }
  blocks = lists.finish();
  return std::move(lists.values);
}
