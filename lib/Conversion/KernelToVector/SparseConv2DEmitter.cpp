//===- SparseConv2DEmitter.cpp - Convolutions without zeros -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SparseBlocks.h"
#include "mopt/Dialect/Kernel/IR/WindowSteps.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

namespace {

/// Output pixels that are computed together: `rows` times `columns`.
struct PixelTile {
  int64_t rows, columns;
  /// The input of the first tap of the first pixel.
  Value window;
  Value batch, row, column;
};

/// The sums of a tile of pixels times a group of channels stay in registers
/// over all blocks of the group.
class SparseConv2DEmitter {
public:
  SparseConv2DEmitter(KernelEmitter &b, kernel::SparseConv2DOp op,
                      ValueRange operands)
      : b(b), op(op), tile(op.getTile()), input(operands[0]), bias(operands[2]),
        output(operands.back()), writer(tile, op, operands),
        in(op.getInputLayout()), out(op.getOutputLayout()),
        addend(op.getAddendLayout()),
        blocks(op, operands[1], operands[3 + op.getFactors().size()],
               op.getNumGroups()) {
    channels = op.getInputShape()[3];
    outputChannels = op.getOutputShape()[3];
  }

  void emit();

private:
  /// All channels of a tile.
  void emitTile(const PixelTile &pixels);
  /// The channels of group `group`, of which `existing` exist.
  void emitGroup(const PixelTile &pixels, Value group, int64_t existing);
  /// Stores the sums of the group whose first channel is `firstLane`.
  void write(const PixelTile &pixels, ArrayRef<Value> sums, Value firstLane,
             int64_t existing);

  KernelEmitter &b;
  kernel::SparseConv2DOp op;
  TileAttr tile;
  Value input, bias, output;
  SumWriter writer;
  kernel::ImageLayout in, out, addend;
  SparseBlocks blocks;
  int64_t channels, outputChannels;
};

} // namespace

void SparseConv2DEmitter::write(const PixelTile &pixels, ArrayRef<Value> sums,
                                Value firstLane, int64_t existing) {
  WritePlace first = writer.getRow(b, pixels.batch, pixels.row, firstLane)
                         .advance(b, b.mul(pixels.column, outputChannels));
  SmallVector<WritePlace> places;
  for (int64_t row = 0; row < pixels.rows; ++row)
    for (int64_t column = 0; column < pixels.columns; ++column) {
      int64_t along = column * outputChannels;
      places.push_back({b.add(first.output, row * out.row + along),
                        first.addend
                            ? b.add(first.addend, row * addend.row + along)
                            : Value()});
    }
  writer.withTile(kernel::getTileOf(tile, existing))
      .emitPlaces(b, sums, firstLane, existing, places);
}

void SparseConv2DEmitter::emitGroup(const PixelTile &pixels, Value group,
                                    int64_t existing) {
  TileAttr own = kernel::getTileOf(tile, existing);
  DotProduct dot(own);
  Value firstLane = b.mul(group, tile.getGroupSize());
  SmallVector<Value> first, start;
  for (int64_t i = 0; i < tile.getVectors(); ++i)
    first.push_back(
        b.load(dot.getSumType(), bias, b.add(firstLane, i * tile.getLanes())));
  SmallVector<int64_t> inputs;
  for (int64_t row = 0; row < pixels.rows; ++row)
    for (int64_t column = 0; column < pixels.columns; ++column) {
      start.append(first);
      inputs.push_back(row * op.getStrides()[0] * in.row +
                       column * op.getStrides()[1] * channels);
    }
  SmallVector<Value> sums =
      blocks.withTile(own).emit(b, start, group, b.add(group, 1), input,
                                pixels.window, inputs, op.flipsInput());
  write(pixels, sums, firstLane, existing);
}

void SparseConv2DEmitter::emitTile(const PixelTile &pixels) {
  int64_t size = tile.getGroupSize(), whole = outputChannels / size;
  b.loop(whole, [&](Value group) { emitGroup(pixels, group, size); });
  if (outputChannels % size != 0)
    emitGroup(pixels, b.index(whole), outputChannels % size);
}

/// Calls `body` in loops over tiles that make up `size`, of at most `limit` and
/// of two neighbouring sizes, with the size and the start of each.
static void loopTiles(KernelEmitter &b, int64_t size, int64_t limit,
                      function_ref<void(int64_t size, Value first)> body) {
  int64_t tiles = llvm::divideCeil(size, limit);
  int64_t width = llvm::divideCeil(size, tiles);
  int64_t wide = size - tiles * (width - 1);
  b.loop(wide, [&](Value i) { body(width, b.mul(i, width)); });
  b.loop(tiles - wide, [&](Value i) {
    body(width - 1, b.add(b.mul(i, width - 1), wide * width));
  });
}

void SparseConv2DEmitter::emit() {
  emitOutputBorder(b, op, output);
  ArrayRef<int64_t> shape = op.getOutputShape();
  // Tiles outside, groups inside: what a tile reads and the lines of memory
  // that it writes stay in the cache for all channels.
  b.loop(shape[0], [&](Value batch) {
    loopTiles(b, shape[1], op.getTileRows(), [&](int64_t rows, Value row) {
      Value rowIn = b.add(b.add(b.mul(batch, in.image),
                                b.mul(row, op.getStrides()[0] * in.row)),
                          in.first);
      loopTiles(
          b, shape[2], tile.getPixels(), [&](int64_t columns, Value column) {
            Value window =
                b.add(rowIn, b.mul(column, op.getStrides()[1] * channels));
            emitTile({rows, columns, window, batch, row, column});
          });
    });
  });
}

void mopt::emitSparseConv2D(KernelEmitter &b, kernel::SparseConv2DOp op,
                            ValueRange operands) {
  SparseConv2DEmitter(b, op, operands).emit();
}
