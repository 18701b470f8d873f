//===- FloatStrategy.cpp - Choice of the tile of float kernels ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatLayer.h"

#include "Strategy.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::DotKind;
using kernel::TileAttr;

/// Vector registers of a step: sums, weights, a broadcast input, a product
/// where the instruction does not add.
static int64_t getRegisters(DotKind dot, int64_t vectors, int64_t pixels) {
  return vectors * pixels + vectors + 1 + (dot == DotKind::MULADD ? 1 : 0);
}

/// A vector of 512 bits of products a cycle, two of fewer bits; two
/// loads a cycle; four cycles from a sum to the next. Loads beside products are
/// not quite free.
int64_t mopt::getFloatStepCost(int64_t lanes, int64_t total, int64_t vectors,
                               int64_t pixels, int64_t width) {
  int64_t tiles = llvm::divideCeil(pixels, width);
  int64_t perVector = lanes == 16 ? 16 : 8;
  int64_t cost = 0;
  for (int64_t first = 0; first < total; first += vectors) {
    int64_t size = std::min(vectors, total - first);
    for (int64_t i = 0; i < tiles; ++i) {
      int64_t wide = pixels / tiles + (i < pixels % tiles ? 1 : 0);
      int64_t loads = wide + size;
      cost += std::max({perVector * wide * size, 8 * loads, int64_t(64)});
      cost += 2 * loads;
    }
  }
  return cost;
}

static TileAttr chooseConvolution(const FloatLayer &layer,
                                  const KernelTarget &target, DotKind dot) {
  int64_t channels = layer.sizes.weights.outputs;
  int64_t pixels = layer.sizes.columns.output;
  int64_t usable = target.registers - (target.registers >= 32 ? 2 : 1);
  TileAttr best;
  int64_t bestCost = 0;
  auto [widest, narrowest] = getVectorWidths(target, channels);
  for (int64_t lanes = widest; lanes >= narrowest; lanes /= 2) {
    int64_t total = llvm::divideCeil(channels, lanes);
    for (int64_t vectors = 1; vectors <= std::min<int64_t>(total, 8);
         ++vectors) {
      int64_t spare = usable - getRegisters(dot, vectors, 0);
      if (spare < vectors)
        continue;
      int64_t tiles = llvm::divideCeil(pixels, spare / vectors);
      int64_t width = llvm::divideCeil(pixels, tiles);
      int64_t cost = getFloatStepCost(lanes, total, vectors, pixels, width);
      if (best && cost >= bestCost)
        continue;
      best = TileAttr::get(layer.sizes.op->getContext(), dot, lanes, vectors,
                           width, /*pack=*/1);
      bestCost = cost;
    }
  }
  return best;
}

static TileAttr chooseDepthwise(const FloatLayer &layer,
                                const KernelTarget &target, DotKind dot) {
  // Sums, the weights of a row, and the inputs on their way through.
  const LayerDim &columns = layer.sizes.columns;
  int64_t spare = target.registers - columns.taps - 4;
  int64_t most = std::clamp<int64_t>(spare, 1, 8);
  int64_t tiles = llvm::divideCeil(columns.output, most);
  return TileAttr::get(layer.sizes.op->getContext(), dot, target.lanes,
                       /*vectors=*/1, llvm::divideCeil(columns.output, tiles),
                       /*pack=*/1);
}

TileAttr mopt::chooseFloatTile(const FloatLayer &layer,
                               const KernelTarget &target, DotKind dot) {
  return layer.sizes.isDepthwise ? chooseDepthwise(layer, target, dot)
                                 : chooseConvolution(layer, target, dot);
}
