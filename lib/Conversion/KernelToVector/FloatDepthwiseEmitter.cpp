//===- FloatDepthwiseEmitter.cpp - Depthwise convolutions of floats -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Lanes are channels: a column of the input that is loaded once serves all
/// pixels of a tile that see it.
class FloatDepthwiseEmitter {
public:
  FloatDepthwiseEmitter(KernelEmitter &b, kernel::FloatDepthwiseConv2DOp op,
                        ValueRange operands)
      : b(b), op(op), rows(b, op), input(operands[0]), weights(operands[1]),
        bias(operands[2]), output(operands[3]), channels(op.getInputShape()[3]),
        taps(op.getKernel()[0] * op.getKernel()[1]) {}

  void emit();

private:
  /// A tile of the channels from `first` on, of which `existing` exist. Their
  /// weights begin with element first * taps.
  void emitTile(const FloatRows::Row &row, const FloatRows::Tile &pixels,
                kernel::TileAttr tile, Value first, int64_t existing);

  KernelEmitter &b;
  kernel::FloatDepthwiseConv2DOp op;
  FloatRows rows;
  Value input, weights, bias, output;
  int64_t channels, taps;
};

} // namespace

void FloatDepthwiseEmitter::emitTile(const FloatRows::Row &row,
                                     const FloatRows::Tile &pixels,
                                     kernel::TileAttr tile, Value first,
                                     int64_t existing) {
  DotProduct dot(tile);
  VectorType type = dot.getSumType();
  SmallVector<Value> sums(pixels.pixels, b.load(type, bias, first));
  Value origin = b.add(b.mul(pixels.column, rows.getPixelStride()), first);
  Value chunkWeights = b.mul(first, taps);
  int64_t columns = rows.getNumColumns();
  sums = rows.loopTaps(row, sums, [&](Value tap, Value in, ValueRange carried) {
    SmallVector<Value> values(carried);
    Value weight = b.add(chunkWeights, b.mul(tap, columns * tile.getLanes()));
    Value window = b.add(in, origin);
    // By distance from the first pixel's window.
    llvm::MapVector<int64_t, Value> loaded;
    for (const FloatRows::Taps &part : rows.getTaps(pixels, /*merges=*/false)) {
      Value w =
          b.load(type, weights, b.add(weight, part.column * tile.getLanes()));
      for (int64_t pixel = part.first; pixel < part.end; ++pixel) {
        int64_t at =
            pixel * rows.getPixelStride() + part.column * rows.getTapStride();
        Value &x = loaded[at];
        if (!x)
          x = b.loadFirst(type, existing, input, b.add(window, at));
        values[pixel] = dot.emit(b, values[pixel], x, w);
      }
    }
    return values;
  });
  Value out = b.add(b.add(row.out, b.mul(pixels.column, channels)), first);
  for (int64_t pixel = 0; pixel < pixels.pixels; ++pixel)
    storeFloats(b, op, sums[pixel], existing, output,
                b.add(out, pixel * channels));
}

void FloatDepthwiseEmitter::emit() {
  SmallVector<kernel::Chunk> chunks = kernel::getChunks(op.getTile(), channels);
  // Channels innermost: what a tile touches lies together in memory.
  rows.emitRows([&](const FloatRows::Row &row) {
    rows.emitTiles([&](const FloatRows::Tile &pixels) {
      for (size_t i = 0; i < chunks.size();) {
        kernel::TileAttr tile = chunks[i].tile;
        int64_t size = tile.getGroupSize(), first = chunks[i].first;
        int64_t existing = std::min(size, channels - first);
        size_t count = 1;
        while (i + count < chunks.size() && chunks[i + count].tile == tile &&
               chunks[i + count].first + size <= channels)
          ++count;
        b.loop(count, [&](Value j) {
          emitTile(row, pixels, tile, b.add(b.mul(j, size), first), existing);
        });
        i += count;
      }
    });
  });
}

void mopt::emitFloatDepthwiseConv2D(KernelEmitter &b,
                                    kernel::FloatDepthwiseConv2DOp op,
                                    ValueRange operands) {
  FloatDepthwiseEmitter(b, op, operands).emit();
}
