//===- Strategy.cpp - Choice of instruction and register tile -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strategy.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;
using kernel::TileAttr;

int64_t mopt::getConvolutionRegisters(TileAttr tile, bool flips) {
  int64_t product = tile.getDot() == DotKind::PMADDWD ? 1 : 0;
  int64_t pixels = tile.getPixels(), weights = tile.getVectors();
  if (tile.takesPairs()) {
    pixels = llvm::alignTo(pixels, 2);
    weights *= 2;
  }
  return pixels * tile.getVectors() + weights + 1 + product + (flips ? 1 : 0);
}

/// Registers that LLVM may use: a spill in the innermost loop costs a factor of
/// two, so some stay free for what it moves out of the loop.
static int64_t getUsableRegisters(const KernelTarget &target) {
  return target.registers >= 32 ? target.registers - 3 : target.registers - 1;
}

/// Two loads take the time of a dot product, and there is the latency of a
/// chain of sums. Loads beside dot products are not quite free.
int64_t mopt::getStepCost(TileAttr tile, int64_t groups, int64_t pixels,
                          int64_t product) {
  int64_t tiles = llvm::divideCeil(pixels, tile.getPixels());
  int64_t cost = 0;
  for (int64_t i = 0; i < tiles; ++i) {
    int64_t width = pixels / tiles + (i < pixels % tiles ? 1 : 0);
    if (tile.takesPairs())
      width = llvm::alignTo(width, 2);
    int64_t sums = width * tile.getVectors();
    int64_t loads = width + tile.getVectors();
    cost += std::max<int64_t>({product * sums, product * loads / 2, 64}) +
            2 * loads;
  }
  return groups * cost;
}

/// Sums of up to 64 channels and 16 pixels of a row, with as few channels that
/// do not exist as can be.
static TileAttr chooseMatrixTile(MLIRContext *context,
                                 const KernelTarget &target, DotKind dot,
                                 int64_t channels, int64_t pixels) {
  int64_t total = llvm::divideCeil(channels, target.lanes);
  int64_t best = 0;
  for (int64_t vectors : {4, 3, 2, 1})
    if (!best || llvm::alignTo(total, vectors) < llvm::alignTo(total, best))
      best = vectors;
  int64_t tiles = llvm::divideCeil(pixels, kernel::kMatrixRows);
  return TileAttr::get(context, dot, target.lanes, best,
                       llvm::divideCeil(pixels, tiles), target.pack);
}

int64_t mopt::getProductCost(const KernelTarget &target, int64_t lanes) {
  return target.halvesWidest && 2 * lanes == target.lanes ? 8 : 16;
}

std::pair<int64_t, int64_t> mopt::getVectorWidths(const KernelTarget &target,
                                                  int64_t channels) {
  // Few channels take narrower vectors.
  int64_t widest = target.lanes;
  while (widest > 4 && 2 * channels <= widest)
    widest /= 2;
  int64_t empty = llvm::alignTo(channels, widest) - channels;
  bool mayHalve =
      target.halvesWidest && widest == target.lanes && 2 * empty >= widest;
  return {widest, mayHalve ? widest / 2 : widest};
}

TileAttr mopt::chooseConvolutionTile(MLIRContext *context,
                                     const KernelTarget &target, DotKind dot,
                                     int64_t channels, int64_t pixels,
                                     bool flips) {
  if (dot == DotKind::TDPBSSD)
    return chooseMatrixTile(context, target, dot, channels, pixels);
  auto [widest, narrowest] = getVectorWidths(target, channels);
  TileAttr best;
  int64_t bestCost = 0;
  for (int64_t lanes = widest; lanes >= narrowest; lanes /= 2) {
    int64_t total = llvm::divideCeil(channels, lanes);
    // More than four vectors of channels pay where there are few pixels only.
    for (int64_t vectors : {4, 3, 2, 1, 8, 7, 6, 5}) {
      if (vectors > total)
        continue;
      auto makeTile = [&](int64_t width) {
        return TileAttr::get(context, dot, lanes, vectors, width, target.pack);
      };
      int64_t spare = getUsableRegisters(target) -
                      getConvolutionRegisters(makeTile(0), flips);
      int64_t limit = spare / vectors;
      if (makeTile(0).takesPairs())
        limit -= limit % 2;
      if (limit <= 0)
        continue;
      // A row in tiles of nearly one size.
      int64_t tiles = llvm::divideCeil(pixels, limit);
      TileAttr tile = makeTile(llvm::divideCeil(pixels, tiles));
      int64_t groups = llvm::divideCeil(total, vectors);
      int64_t cost =
          getStepCost(tile, groups, pixels, getProductCost(target, lanes));
      if (!best || cost < bestCost) {
        best = tile;
        bestCost = cost;
      }
    }
  }
  return best;
}

kernel::WindowSteps mopt::getWindowSteps(const Layer &layer) {
  kernel::WindowSteps steps = kernel::getWindowSteps(
      layer.dot, {layer.rows.taps, layer.columns.taps}, layer.channels,
      layer.columns.stride, layer.columns.dilation);
  if (layer.isDepthwise || layer.leavesOutZeros)
    steps.joinsRests = false;
  return steps;
}

TileAttr mopt::chooseKeptTile(MLIRContext *context, const KernelTarget &target,
                              DotKind dot, int64_t channels, int64_t pixels,
                              int64_t steps, bool flips) {
  // What narrows four vectors at once.
  if (dot != DotKind::VPDPBUSD || target.pack != 4)
    return {};
  int64_t lanes = getVectorWidths(target, channels).second;
  int64_t vectors = channels / lanes;
  if (channels % lanes != 0 || (vectors != 1 && vectors != 2))
    return {};
  TileAttr tile =
      TileAttr::get(context, dot, lanes, vectors, 4 / vectors, target.pack);
  if (target.registers < 32 || flips || !kernel::keepsWeights(tile, steps))
    return {};
  int64_t tiles = llvm::divideCeil(pixels, tile.getPixels());
  return TileAttr::get(context, dot, lanes, vectors,
                       llvm::divideCeil(pixels, tiles), target.pack);
}

/// Outputs of a row that depthwise kernels of 16-bit values compute together.
static constexpr int64_t kMaxDepthwisePixels = 4;

TileAttr mopt::chooseDepthwiseTile(MLIRContext *context,
                                   const KernelTarget &target, DotKind dot,
                                   const LayerDim &rows,
                                   const LayerDim &columns) {
  // A step turns the bytes of four rows into four vectors, or the 16-bit values
  // of two rows into two.
  int64_t vectors = kernel::multipliesBytes(dot) ? 4 : 2;
  // Of 16 bits, each part of the window is read once for all outputs of a tile:
  // next to their sums are two vectors of it, two on the way, and a product.
  if (vectors == 2) {
    int64_t most = std::clamp<int64_t>((target.registers - 6) / vectors, 1,
                                       kMaxDepthwisePixels);
    int64_t tiles = llvm::divideCeil(columns.output, most);
    return TileAttr::get(context, dot, target.lanes, vectors,
                         llvm::divideCeil(columns.output, tiles),
                         std::min(target.pack, vectors));
  }
  // Two outputs share the loads of weights where their columns stay in
  // registers, of which all other values take 11.
  int64_t operands = (columns.taps + columns.stride) *
                     llvm::divideCeil(rows.taps, vectors) * vectors;
  bool isShared = columns.dilation == 1 && columns.output > 1 &&
                  operands + 11 <= target.registers;
  return TileAttr::get(context, dot, target.lanes, vectors, isShared ? 2 : 1,
                       std::min(target.pack, vectors));
}
