//===- HVXTiles.cpp - Tiles of channels in Hexagon's lanes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Kernel/IR/HVXTiles.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt::kernel;

/// Sums that stay in registers, and pixels that results are written by.
static constexpr int64_t kMaxSums = 24, kStore = 4;

/// True if tiles would write behind their last part over a row that the first
/// part has written. What a tile with all columns writes over, it writes again.
static bool writesOver(PlanesAttr output, HVXTiles tiles) {
  int64_t step = output.getStep(), columns = output.getColumns();
  if (tiles.height <= step || tiles.parts == 1)
    return false;
  int64_t width = columns / tiles.parts;
  for (int64_t phase = 0; phase < step; ++phase) {
    // Columns of the phase from `begin` on.
    auto count = [&](int64_t begin) {
      return llvm::divideCeil(columns - phase, step) -
             llvm::divideCeil(std::max<int64_t>(begin - phase, 0), step);
    };
    auto last = static_cast<int64_t>(count(columns - width));
    auto gap = output.getPitch() - static_cast<int64_t>(count(0));
    if (static_cast<int64_t>(llvm::alignTo(last, kStore)) - last > gap)
      return true;
  }
  return false;
}

static int64_t countTiles(PlanesAttr output, HVXTiles tiles) {
  return llvm::divideCeil(output.getRows(), tiles.height) * tiles.parts;
}

HVXTiles mlir::mopt::kernel::chooseHVXTiles(PlanesAttr output,
                                            int64_t vectors) {
  int64_t columns = output.getColumns(), most = kMaxSums / vectors;
  HVXTiles best = {1, static_cast<int64_t>(llvm::divideCeil(columns, most))};
  for (int64_t tall = 2; tall <= std::min(output.getRows(), most); ++tall) {
    HVXTiles tiles = {
        tall, static_cast<int64_t>(llvm::divideCeil(columns, most / tall))};
    if (countTiles(output, tiles) < countTiles(output, best) &&
        !writesOver(output, tiles))
      best = tiles;
  }
  return best;
}

SmallVector<std::pair<int64_t, int64_t>>
mlir::mopt::kernel::chooseHVXGroups(PlanesAttr output) {
  using Groups = SmallVector<std::pair<int64_t, int64_t>>;
  Groups threes = HVXChannelConv2DOp::getGroups(output.getChannels());
  auto vectors = static_cast<int64_t>(
      llvm::divideCeil(output.getChannels(), HVXChannelConv2DOp::kLanes));
  if (vectors % 2)
    return threes;
  Groups pairs = {{vectors / 2, 2}};
  auto count = [&](const Groups &groups) {
    int64_t tiles = 0;
    for (auto [number, size] : groups)
      tiles += number * countTiles(output, chooseHVXTiles(output, size));
    return tiles;
  };
  // Three take the least for a product: a tenth less must be gained.
  return 10 * count(pairs) < 9 * count(threes) ? pairs : threes;
}
