//===- PackWeights.cpp - Weights in the order of kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackWeights.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

std::vector<int16_t> mopt::packConvolutionWeights(const Weights &weights,
                                                  TileAttr tile,
                                                  bool splitsColumns) {
  int64_t step = tile.getDepth();
  int64_t runs = splitsColumns ? weights.columns : 1;
  int64_t length =
      splitsColumns ? weights.depth : weights.columns * weights.depth;
  std::vector<int16_t> packed;
  for (int64_t first = 0; first < weights.outputs; first += tile.getGroupSize())
    for (int64_t row = 0; row < weights.rows; ++row)
      for (int64_t run = 0; run < runs; ++run)
        for (int64_t k = 0; k < length; k += step)
          for (int64_t i = 0; i < tile.getVectors(); ++i)
            for (int64_t lane = 0; lane < tile.getLanes(); ++lane)
              for (int64_t j = k; j < k + step; ++j) {
                int64_t output = first + tile.getChannel(i, lane);
                bool exists = output < weights.outputs && j < length;
                int64_t column = splitsColumns ? run : j / weights.depth;
                packed.push_back(
                    exists ? weights.at(output, row, column, j % weights.depth)
                           : 0);
              }
  return packed;
}

std::vector<int16_t> mopt::packDepthwiseWeights(const Weights &weights,
                                                TileAttr tile) {
  int64_t step = tile.getDepth();
  std::vector<int16_t> packed;
  for (const kernel::Chunk &chunk : kernel::getChunks(tile, weights.outputs))
    for (int64_t first = 0; first < weights.rows; first += step)
      for (int64_t column = 0; column < weights.columns; ++column)
        for (int64_t i = 0; i < tile.getVectors(); ++i)
          for (int64_t lane = 0; lane < chunk.tile.getLanes(); ++lane)
            for (int64_t row = first; row < first + step; ++row) {
              int64_t output = chunk.first + chunk.tile.getChannel(i, lane);
              bool exists = output < weights.outputs && row < weights.rows;
              packed.push_back(exists ? weights.at(output, row, column, 0) : 0);
            }
  return packed;
}
