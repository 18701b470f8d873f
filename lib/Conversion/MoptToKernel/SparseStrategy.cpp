//===- SparseStrategy.cpp - Which layers leave out zeros -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SparseStrategy.h"

#include "Strategy.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;
using kernel::TileAttr;

/// Weights of which fewer are zero than one of so many are not looked at more
/// closely.
static constexpr int64_t kFewZeros = 5;
/// In sixteenths of a cycle: what a tile costs besides its steps, which is
/// more where the number of steps is data: a branch is predicted wrongly.
static constexpr int64_t kTileCost = 16 * 8;
static constexpr int64_t kSparseTileCost = 16 * 20;
/// Cycles, in sixteenths, from a sum to the next of its chain.
static constexpr int64_t kLatency = 64;
/// Elements of an input or of weights at most: places are 32-bit integers.
static constexpr int64_t kMaxElements = int64_t(1) << 30;

namespace {

/// Which steps of which output channels have weights that are not zero.
class ZeroPattern {
public:
  /// Steps of `depth` along the channels of a tap (`splitsColumns`) or of a row
  /// of the window. `isZero` is asked for elements of the weights.
  ZeroPattern(const Weights &weights, int64_t depth, bool splitsColumns,
              function_ref<bool(int64_t)> isZero)
      : outputs(weights.outputs) {
    int64_t runs = splitsColumns ? weights.columns : 1;
    int64_t length =
        splitsColumns ? weights.depth : weights.columns * weights.depth;
    int64_t perRun = llvm::divideCeil(length, depth);
    steps = weights.rows * runs * perRun;
    isUsed.assign(outputs * steps, 0);
    for (int64_t output = 0; output < outputs; ++output)
      for (int64_t row = 0; row < weights.rows; ++row)
        for (int64_t column = 0; column < weights.columns; ++column)
          for (int64_t c = 0; c < weights.depth; ++c) {
            int64_t run = row * runs + (splitsColumns ? column : 0);
            int64_t k = splitsColumns ? c : column * weights.depth + c;
            if (!isZero(weights.getIndex(output, row, column, c)))
              isUsed[output * steps + run * perRun + k / depth] = 1;
          }
  }

  int64_t getNumSteps() const { return steps; }

  /// Steps that any channel of a group uses, of all groups of `size` of the
  /// channels from `first` up to `end`.
  int64_t countBlocks(int64_t size, int64_t first, int64_t end) const {
    int64_t blocks = 0;
    for (; first < end; first += size)
      for (int64_t step = 0; step < steps; ++step) {
        bool any = false;
        int64_t last = std::min(first + size, end);
        for (int64_t output = first; output < last && !any; ++output)
          any = isUsed[output * steps + step];
        blocks += any;
      }
    return blocks;
  }

private:
  int64_t outputs, steps;
  std::vector<uint8_t> isUsed;
};

/// The pixels of a layer: `rows` times `columns` that tiles are cut of.
struct PixelGrid {
  int64_t rows, columns;
};

/// Searches the tiles of a layer.
class SparseSearch {
public:
  SparseSearch(const ZeroPattern &pattern, const KernelTarget &target,
               DotKind dot, int64_t channels, PixelGrid grid,
               MLIRContext *context)
      : pattern(pattern), target(target), dot(dot), channels(channels),
        grid(grid), context(context) {}

  /// `joinsRows`: tiles may have several rows.
  std::optional<SparseTile> run(bool joinsRows);
  int64_t getCost() const { return bestCost; }

private:
  void tryTile(int64_t vectors, bool joinsRows);
  /// Of one block of `lanes` lanes a vector, for `pixels` pixels.
  int64_t getBlockCost(int64_t lanes, int64_t vectors, int64_t pixels,
                       int64_t chains) const;

  const ZeroPattern &pattern;
  const KernelTarget &target;
  DotKind dot;
  int64_t channels;
  PixelGrid grid;
  MLIRContext *context;
  int64_t lanes = 0;
  SparseTile best;
  int64_t bestCost = 0;
};

} // namespace

int64_t SparseSearch::getBlockCost(int64_t lanes, int64_t vectors,
                                   int64_t pixels, int64_t chains) const {
  bool isFloat = kernel::multipliesFloats(dot);
  int64_t sums = pixels * vectors;
  int64_t loads = pixels + vectors + 1;
  int64_t perSum = isFloat && lanes < 16 ? 8 : getProductCost(target, lanes);
  int64_t perLoad = isFloat ? 8 : perSum / 2;
  int64_t cost = std::max({perSum * sums, perLoad * loads, kLatency / chains});
  // A broadcast takes a shuffle of its own where vectors have 128 bits.
  if (!isFloat && lanes == 4)
    cost += 8 * pixels;
  return cost + 2 * loads;
}

void SparseSearch::tryTile(int64_t vectors, bool joinsRows) {
  // Of 32 registers many stay for the constants of the end, which LLVM moves
  // out of the loop; a tile of 16 pixels loses nothing against one of 27.
  bool isFloat = kernel::multipliesFloats(dot);
  int64_t kept = target.registers < 32 ? 1 : isFloat ? 4 : 8;
  int64_t usable = target.registers - kept;
  TileAttr none =
      TileAttr::get(context, dot, lanes, vectors, 0, isFloat ? 1 : target.pack);
  bool addsUp = dot == DotKind::MULADD;
  int64_t spare = usable - getConvolutionRegisters(none, /*flips=*/false) -
                  (addsUp ? 1 : 0);
  int64_t limit = spare / vectors;
  if (limit < 1)
    return;
  int64_t rows = 1;
  if (joinsRows && grid.columns <= limit / 2)
    rows = llvm::divideCeil(
        grid.rows,
        llvm::divideCeil(grid.rows, std::min(grid.rows, limit / grid.columns)));
  int64_t parts = llvm::divideCeil(grid.columns, limit);
  int64_t columns = llvm::divideCeil(grid.columns, parts);
  int64_t bands = llvm::divideCeil(grid.rows, rows);
  int64_t sums = rows * columns * vectors;
  int64_t chains = std::max<int64_t>(std::min<int64_t>(4, spare) / sums, 1);

  int64_t groups = llvm::divideCeil(channels, lanes * vectors);
  // The last group may have narrower vectors.
  int64_t size = lanes * vectors, rest = channels % size;
  int64_t narrow = rest ? kernel::getTileOf(none, rest).getLanes() : lanes;
  int64_t whole = narrow < lanes ? channels - rest : channels;
  // Blocks that complete rounds: half of one for each group.
  int64_t blocks =
      pattern.countBlocks(size, 0, whole) + groups * (chains - 1) / 2;
  int64_t narrowBlocks = pattern.countBlocks(size, whole, channels);
  int64_t cost = 0;
  auto add = [&](int64_t count, int64_t pixels) {
    if (count > 0 && pixels > 0)
      cost += count *
              (blocks * getBlockCost(lanes, vectors, pixels, chains) +
               narrowBlocks * getBlockCost(narrow, vectors, pixels, chains) +
               groups * kSparseTileCost);
  };
  int64_t wideBands = grid.rows - bands * (rows - 1);
  int64_t wideParts = grid.columns - parts * (columns - 1);
  add(wideBands * wideParts, rows * columns);
  add((bands - wideBands) * wideParts, (rows - 1) * columns);
  add(wideBands * (parts - wideParts), rows * (columns - 1));
  add((bands - wideBands) * (parts - wideParts), (rows - 1) * (columns - 1));
  if (best.tile && cost >= bestCost)
    return;
  best = {TileAttr::get(context, dot, lanes, vectors, columns,
                        isFloat ? 1 : target.pack),
          chains, rows};
  bestCost = cost;
}

std::optional<SparseTile> SparseSearch::run(bool joinsRows) {
  // A layer of nothing but zeros has no blocks to store, and LLVM no constants
  // of no elements.
  if (pattern.countBlocks(1, 0, channels) == 0)
    return std::nullopt;
  // Narrower vectors than the widest have twice the broadcasts: nothing is won.
  lanes = getVectorWidths(target, channels).first;
  for (int64_t vectors : {1, 2, 4})
    if (vectors == 1 || lanes * vectors < channels + lanes)
      tryTile(vectors, joinsRows);
  if (!best.tile)
    return std::nullopt;
  return best;
}

/// What a kernel of these sizes takes as one row: all pixels, if it can.
static PixelGrid getGrid(const Layer &layer) {
  const LayerDim &rows = layer.rows, &columns = layer.columns;
  if (layer.isPointwise())
    return {1, layer.batches * rows.output * columns.output};
  return {layer.batches * rows.output, columns.output};
}

static bool fitsPlaces(const Layer &layer, int64_t weights) {
  return layer.rows.getPadded() * layer.columns.getPadded() * layer.channels <
             kMaxElements &&
         weights < kMaxElements;
}

template <typename T>
static bool hasZeros(ArrayRef<T> weights) {
  int64_t zeros = llvm::count(weights, T(0));
  return zeros * kFewZeros >= static_cast<int64_t>(weights.size());
}

/// The tiles, the sums of which are made of all steps.
static int64_t getDenseCost(int64_t steps, int64_t stepCost, PixelGrid grid,
                            TileAttr tile, int64_t channels) {
  int64_t tiles = llvm::divideCeil(grid.columns, tile.getPixels()) *
                  llvm::divideCeil(channels, tile.getGroupSize());
  return grid.rows * (steps * stepCost + tiles * kTileCost);
}

/// The model is no better than this: a sparse kernel has to promise a tenth.
static bool isCheaper(int64_t sparse, int64_t dense) {
  return sparse < dense - dense / 10;
}

std::optional<SparseTile> mopt::chooseSparseTile(const Layer &layer,
                                                 const KernelTarget &target,
                                                 DotKind dot, bool force) {
  const Weights &weights = layer.weights;
  if (layer.isDepthwise || !hasZeros(ArrayRef(weights.values)) ||
      !fitsPlaces(layer, weights.values.size()))
    return std::nullopt;
  // Nothing is left out as fast as a matrix unit multiplies.
  if (layer.dot == DotKind::TDPBSSD)
    return std::nullopt;
  MLIRContext *context = layer.op->getContext();
  bool splitsColumns = layer.columns.dilation != 1;
  auto isZero = [&](int64_t i) { return weights.values[i] == 0; };
  ZeroPattern pattern(weights, kernel::getDepth(dot), splitsColumns, isZero);
  PixelGrid grid = force ? PixelGrid{layer.rows.output, layer.columns.output}
                         : getGrid(layer);
  SparseSearch search(pattern, target, dot, weights.outputs, grid, context);
  std::optional<SparseTile> choice = search.run(/*joinsRows=*/true);
  if (!choice || force)
    return choice;
  TileAttr dense =
      chooseConvolutionTile(context, target, layer.dot, weights.outputs,
                            grid.columns, /*flips=*/false);
  int64_t length =
      splitsColumns ? weights.depth : weights.columns * weights.depth;
  int64_t steps = weights.rows * (splitsColumns ? weights.columns : 1) *
                  llvm::divideCeil(length, kernel::getDepth(layer.dot));
  int64_t groups = llvm::divideCeil(weights.outputs, dense.getGroupSize());
  int64_t cost =
      getDenseCost(steps,
                   getStepCost(dense, groups, grid.columns,
                               getProductCost(target, dense.getLanes())),
                   grid, dense, weights.outputs);
  if (!isCheaper(search.getCost(), cost))
    return std::nullopt;
  return choice;
}

std::optional<SparseTile>
mopt::chooseSparseFloatTile(const FloatLayer &layer, const KernelTarget &target,
                            DotKind dot, int64_t &cost) {
  const Layer &sizes = layer.sizes;
  const Weights &weights = sizes.weights;
  if (sizes.isDepthwise || !hasZeros(ArrayRef(layer.weights)) ||
      !fitsPlaces(sizes, layer.weights.size()))
    return std::nullopt;
  auto isZero = [&](int64_t i) { return layer.weights[i] == 0.0f; };
  ZeroPattern pattern(weights, kernel::getDepth(dot), /*splitsColumns=*/true,
                      isZero);
  PixelGrid grid = {sizes.batches * sizes.rows.output, sizes.columns.output};
  SparseSearch search(pattern, target, dot, weights.outputs, grid,
                      sizes.op->getContext());
  std::optional<SparseTile> choice = search.run(/*joinsRows=*/false);
  TileAttr dense = chooseFloatTile(layer, target, dot);
  if (!choice || !dense)
    return std::nullopt;
  cost = getDenseCost(
      pattern.getNumSteps(),
      getFloatStepCost(dense.getLanes(),
                       llvm::divideCeil(weights.outputs, dense.getLanes()),
                       dense.getVectors(), grid.columns, dense.getPixels()),
      grid, dense, weights.outputs);
  if (!isCheaper(search.getCost(), cost))
    return std::nullopt;
  cost = search.getCost();
  return choice;
}
