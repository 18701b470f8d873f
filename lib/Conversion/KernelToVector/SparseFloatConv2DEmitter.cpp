//===- SparseFloatConv2DEmitter.cpp - Floats without zeros -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"
#include "SparseBlocks.h"
#include "mopt/Dialect/Kernel/IR/WindowSteps.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

namespace {

/// The sums of a tile of pixels times a group of channels stay in registers
/// over all taps and their blocks.
class SparseFloatConv2DEmitter {
public:
  SparseFloatConv2DEmitter(KernelEmitter &b, kernel::SparseFloatConv2DOp op,
                           ValueRange operands)
      : b(b), op(op), rows(b, op), tile(op.getTile()), input(operands[0]),
        bias(operands[2]), output(operands.back()),
        taps(op.getKernel()[0] * op.getKernel()[1]),
        blocks(op, operands[1], operands[3], op.getNumGroups() * taps) {}

  void emit();

private:
  /// The channels of group `group`, of which `existing` exist.
  void emitGroup(const FloatRows::Row &row, const FloatRows::Tile &pixels,
                 Value group, int64_t existing);
  /// Adds the taps of one row of the window, whose lists begin at `list`, as
  /// `own` does.
  SmallVector<Value> emitTaps(const FloatRows::Tile &pixels, TileAttr own,
                              ValueRange start, Value list, Value window);

  KernelEmitter &b;
  kernel::SparseFloatConv2DOp op;
  FloatRows rows;
  TileAttr tile;
  Value input, bias, output;
  int64_t taps;
  SparseBlocks blocks;
};

} // namespace

SmallVector<Value>
SparseFloatConv2DEmitter::emitTaps(const FloatRows::Tile &pixels, TileAttr own,
                                   ValueRange start, Value list, Value window) {
  SmallVector<Value> sums(start);
  // Places of blocks count from the first column: dilation does not matter.
  for (const FloatRows::Taps &taps : rows.getTaps(pixels, /*merges=*/true)) {
    int64_t count = taps.end - taps.first;
    auto part = MutableArrayRef(sums).slice(taps.first * tile.getVectors(),
                                            count * tile.getVectors());
    SmallVector<int64_t> inputs;
    for (int64_t pixel = taps.first; pixel < taps.end; ++pixel)
      inputs.push_back(pixel * rows.getPixelStride());
    SmallVector<Value> added =
        blocks.withTile(own).emit(b, ValueRange(part), b.add(list, taps.column),
                                  b.add(list, taps.column + taps.count), input,
                                  window, inputs, /*flips=*/false);
    llvm::copy(added, part.begin());
  }
  return sums;
}

void SparseFloatConv2DEmitter::emitGroup(const FloatRows::Row &row,
                                         const FloatRows::Tile &pixels,
                                         Value group, int64_t existing) {
  Value firstLane = b.mul(group, tile.getGroupSize());
  TileAttr own = kernel::getTileOf(tile, existing);
  DotProduct dot(own);
  SmallVector<Value> first, sums;
  for (int64_t i = 0; i < tile.getVectors(); ++i)
    first.push_back(
        b.load(dot.getSumType(), bias, b.add(firstLane, i * tile.getLanes())));
  for (int64_t pixel = 0; pixel < pixels.pixels; ++pixel)
    sums.append(first);
  Value list = b.mul(group, taps);
  Value origin = b.mul(pixels.column, rows.getPixelStride());
  sums = rows.loopTaps(row, sums, [&](Value tap, Value in, ValueRange carried) {
    return emitTaps(pixels, own, carried,
                    b.add(list, b.mul(tap, rows.getNumColumns())),
                    b.add(in, origin));
  });

  int64_t channels = op.getOutputShape()[3];
  Value out = b.add(b.add(row.out, b.mul(pixels.column, channels)), firstLane);
  for (int64_t pixel = 0; pixel < pixels.pixels; ++pixel)
    for (int64_t i = 0; i < tile.getVectors(); ++i) {
      int64_t lane = i * tile.getLanes();
      if (lane < existing)
        storeFloats(b, op, sums[pixel * tile.getVectors() + i], existing - lane,
                    output, b.add(out, pixel * channels + lane));
    }
}

void SparseFloatConv2DEmitter::emit() {
  int64_t size = tile.getGroupSize(), channels = op.getOutputShape()[3];
  int64_t whole = channels / size;
  rows.emitRows([&](const FloatRows::Row &row) {
    rows.emitTiles([&](const FloatRows::Tile &pixels) {
      b.loop(whole, [&](Value group) { emitGroup(row, pixels, group, size); });
      if (channels % size != 0)
        emitGroup(row, pixels, b.index(whole), channels % size);
    });
  });
}

void mopt::emitSparseFloatConv2D(KernelEmitter &b,
                                 kernel::SparseFloatConv2DOp op,
                                 ValueRange operands) {
  SparseFloatConv2DEmitter(b, op, operands).emit();
}
