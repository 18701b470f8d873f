//===- FloatConstants.cpp - Weights of float kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatLayer.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

static std::vector<float> packDepthwise(const FloatLayer &layer,
                                        TileAttr tile) {
  const Weights &w = layer.sizes.weights;
  std::vector<float> packed;
  for (const kernel::Chunk &chunk : kernel::getChunks(tile, w.outputs))
    for (int64_t row = 0; row < w.rows; ++row)
      for (int64_t column = 0; column < w.columns; ++column)
        for (int64_t lane = 0; lane < chunk.tile.getLanes(); ++lane) {
          int64_t output = chunk.first + lane;
          packed.push_back(
              output < w.outputs
                  ? layer.weights[w.getIndex(output, row, column, 0)]
                  : 0.0f);
        }
  return packed;
}

std::vector<float> mopt::packFloatWeights(const FloatLayer &layer,
                                          TileAttr tile, int64_t channels) {
  if (layer.sizes.isDepthwise)
    return packDepthwise(layer, tile);
  const Weights &w = layer.sizes.weights;
  int64_t depth = tile.getDepth(), size = tile.getGroupSize();
  std::vector<float> packed;
  for (int64_t first = 0; first < w.outputs; first += size) {
    int64_t end = std::min<int64_t>(first + size,
                                    llvm::alignTo(w.outputs, tile.getLanes()));
    for (int64_t row = 0; row < w.rows; ++row)
      for (int64_t column = 0; column < w.columns; ++column)
        for (int64_t step = 0; step < channels; step += depth)
          for (int64_t output = first; output < end; ++output)
            for (int64_t c = step; c < step + depth; ++c)
              packed.push_back(
                  output < w.outputs && c < w.depth
                      ? layer.weights[w.getIndex(output, row, column, c)]
                      : 0.0f);
  }
  return packed;
}
