//===- FloatPacking.cpp - Weights of float kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatPacking.h"

using namespace mlir;
using namespace mlir::mopt;

FloatPacking::FloatPacking(const FloatLayer &layer, kernel::TileAttr tile,
                           int64_t channels)
    : values(layer.values), weights(layer.weights), sizes(layer.sizes.weights),
      isDepthwise(layer.sizes.isDepthwise), tile(tile), channels(channels) {}

int64_t FloatPacking::getSize() const {
  return kernel::getPaddedFloatChannels(tile, sizes.outputs, isDepthwise) *
         getTaps();
}

int64_t FloatPacking::getNumParts() const {
  return isDepthwise ? 1 : llvm::divideCeil(sizes.outputs, tile.getGroupSize());
}

void FloatPacking::packChunks(float *to) const {
  for (const kernel::Chunk &chunk : kernel::getChunks(tile, sizes.outputs))
    for (int64_t row = 0; row < sizes.rows; ++row)
      for (int64_t column = 0; column < sizes.columns; ++column)
        for (int64_t lane = 0; lane < chunk.tile.getLanes(); ++lane) {
          int64_t output = chunk.first + lane;
          *to++ = output < sizes.outputs
                      ? weights[sizes.getIndex(output, row, column, 0)]
                      : 0.0f;
        }
}

/// The weights of one tap of the outputs [first, end), one product a step. Few
/// channels at a time, so that the lines that are written stay near.
void FloatPacking::packTap(int64_t row, int64_t column, int64_t first,
                           int64_t end, float *to) const {
  constexpr int64_t kBlock = 16;
  int64_t width = end - first, existing = std::min(end, sizes.outputs) - first;
  for (int64_t begin = 0; begin < channels; begin += kBlock) {
    int64_t count = std::min(kBlock, channels - begin);
    float *block = to + begin * width;
    for (int64_t i = 0; i < existing; ++i) {
      const float *from =
          &weights[sizes.getIndex(first + i, row, column, begin)];
      for (int64_t c = 0; c < count; ++c)
        block[c * width + i] = from[c];
    }
    for (int64_t c = 0; c < count; ++c)
      std::fill(block + c * width + existing, block + (c + 1) * width, 0.0f);
  }
}

void FloatPacking::packGroup(int64_t first, float *to) const {
  int64_t depth = tile.getDepth();
  int64_t end =
      std::min<int64_t>(first + tile.getGroupSize(),
                        llvm::alignTo(sizes.outputs, tile.getLanes()));
  for (int64_t row = 0; row < sizes.rows; ++row)
    for (int64_t column = 0; column < sizes.columns; ++column) {
      if (depth == 1 && sizes.depthStride == 1 && channels == sizes.depth) {
        packTap(row, column, first, end, to);
        to += channels * (end - first);
        continue;
      }
      for (int64_t step = 0; step < channels; step += depth)
        for (int64_t output = first; output < end; ++output)
          for (int64_t c = step; c < step + depth; ++c)
            *to++ = output < sizes.outputs && c < sizes.depth
                        ? weights[sizes.getIndex(output, row, column, c)]
                        : 0.0f;
    }
}

void FloatPacking::pack(int64_t part, MutableArrayRef<float> packed) const {
  if (isDepthwise)
    return packChunks(packed.data());
  int64_t first = part * tile.getGroupSize();
  packGroup(first, packed.data() + first * getTaps());
}

std::vector<float> FloatPacking::pack() const {
  std::vector<float> packed(getSize());
  for (int64_t part = 0; part < getNumParts(); ++part)
    pack(part, packed);
  return packed;
}
