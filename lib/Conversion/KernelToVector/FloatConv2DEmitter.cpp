//===- FloatConv2DEmitter.cpp - Convolutions of floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"

using namespace mlir;
using namespace mlir::mopt;
using kernel::TileAttr;

namespace {

/// An implicit matrix product: the sums of a tile of pixels times a group of
/// channels stay in registers over all taps.
class FloatConv2DEmitter {
public:
  FloatConv2DEmitter(KernelEmitter &b, kernel::FloatConv2DOp op,
                     ValueRange operands)
      : b(b), op(op), rows(b, op), tile(op.getTile()), input(operands[0]),
        weights(operands[1]), bias(operands[2]), output(operands[3]) {
    steps = op.getInputShape()[3] / tile.getDepth();
  }

  void emit();

private:
  /// All pixels of the channels from `channel` on, of which `existing` exist.
  void emitGroup(Value group, int64_t existing);
  void emitTile(const FloatRows::Row &row, const FloatRows::Tile &pixels,
                Value group, int64_t existing);
  /// Adds the products of `count` steps to the sums of `pixels` pixels.
  SmallVector<Value> emitSteps(ValueRange sums, int64_t pixels, int64_t count,
                               Value in, Value weight);

  KernelEmitter &b;
  kernel::FloatConv2DOp op;
  FloatRows rows;
  TileAttr tile;
  Value input, weights, bias, output;
  int64_t steps;
  /// The vectors of the group: the last may have fewer lanes.
  SmallVector<DotProduct> vectors;
  /// Elements of weights of a step and of a row of the window of the group.
  int64_t stepWeights = 0, rowWeights = 0;
};

} // namespace

SmallVector<Value> FloatConv2DEmitter::emitSteps(ValueRange start,
                                                 int64_t pixels, int64_t count,
                                                 Value in, Value weight) {
  return b.loop(count, start, [&](Value step, ValueRange carried) {
    SmallVector<Value> sums(carried), w;
    Value from = b.add(weight, b.mul(step, stepWeights));
    for (auto [i, dot] : llvm::enumerate(vectors))
      w.push_back(b.load(dot.getOperandType(), weights,
                         b.add(from, i * tile.getLanes() * tile.getDepth())));
    Value position = b.add(in, b.mul(step, tile.getDepth()));
    for (int64_t pixel = 0; pixel < pixels; ++pixel) {
      Value at = b.add(position, pixel * rows.getPixelStride());
      Value x = vectors[0].broadcast(b, input, at, /*flips=*/false);
      for (auto [i, dot] : llvm::enumerate(vectors)) {
        Value part = b.takeFirst(x, dot.getOperandType());
        Value &sum = sums[pixel * vectors.size() + i];
        sum = dot.emit(b, sum, part, w[i]);
      }
    }
    return sums;
  });
}

void FloatConv2DEmitter::emitTile(const FloatRows::Row &row,
                                  const FloatRows::Tile &pixels, Value group,
                                  int64_t existing) {
  Value firstLane = b.mul(group, tile.getGroupSize());
  SmallVector<Value> first, sums;
  for (auto [i, dot] : llvm::enumerate(vectors))
    first.push_back(
        b.load(dot.getSumType(), bias, b.add(firstLane, i * tile.getLanes())));
  for (int64_t pixel = 0; pixel < pixels.pixels; ++pixel)
    sums.append(first);

  int64_t perPixel = vectors.size();
  // Only the last group may be shorter.
  Value groupWeight =
      b.mul(group, op.getKernel()[0] * op.getKernel()[1] * steps *
                       tile.getGroupSize() * tile.getDepth());
  Value origin = b.mul(pixels.column, rows.getPixelStride());
  sums = rows.loopTaps(row, sums, [&](Value tap, Value in, ValueRange carried) {
    Value weight = b.add(groupWeight, b.mul(tap, rowWeights));
    Value window = b.add(in, origin);
    // Dilated columns that exist for all pixels are a loop.
    if (!pixels.edge && rows.hasDilatedColumns())
      return b.loop(
          rows.getNumColumns(), carried, [&](Value column, ValueRange values) {
            return emitSteps(values, pixels.pixels, steps,
                             b.add(window, b.mul(column, rows.getTapStride())),
                             b.add(weight, b.mul(column, steps * stepWeights)));
          });
    SmallVector<Value> values(carried);
    for (const FloatRows::Taps &taps :
         rows.getTaps(pixels, !rows.hasDilatedColumns())) {
      auto part = MutableArrayRef(values).slice(
          taps.first * perPixel, (taps.end - taps.first) * perPixel);
      SmallVector<Value> added =
          emitSteps(ValueRange(part), taps.end - taps.first, taps.count * steps,
                    b.add(window, taps.first * rows.getPixelStride() +
                                      taps.column * rows.getTapStride()),
                    b.add(weight, taps.column * steps * stepWeights));
      llvm::copy(added, part.begin());
    }
    return values;
  });

  int64_t channels = op.getOutputShape()[3];
  Value out = b.add(b.add(row.out, b.mul(pixels.column, channels)), firstLane);
  for (int64_t pixel = 0; pixel < pixels.pixels; ++pixel)
    for (int64_t i = 0; i < perPixel; ++i) {
      int64_t lane = i * tile.getLanes();
      storeFloats(b, op, sums[pixel * perPixel + i], existing - lane, output,
                  b.add(out, pixel * channels + lane));
    }
}

void FloatConv2DEmitter::emitGroup(Value group, int64_t existing) {
  vectors.clear();
  for (int64_t lane = 0; lane < existing; lane += tile.getLanes()) {
    int64_t lanes = tile.getLanes();
    while (lanes > 4 && existing - lane <= lanes / 2)
      lanes /= 2;
    vectors.emplace_back(tile.withLanes(lanes));
  }
  stepWeights = vectors.size() * tile.getLanes() * tile.getDepth();
  rowWeights = op.getKernel()[1] * steps * stepWeights;
  rows.emitRows([&](const FloatRows::Row &row) {
    rows.emitTiles([&](const FloatRows::Tile &pixels) {
      emitTile(row, pixels, group, existing);
    });
  });
}

void FloatConv2DEmitter::emit() {
  int64_t size = tile.getGroupSize(), channels = op.getOutputShape()[3];
  int64_t whole = channels / size;
  b.loop(whole, [&](Value group) { emitGroup(group, size); });
  if (channels % size != 0)
    emitGroup(b.index(whole), channels % size);
}

void mopt::emitFloatConv2D(KernelEmitter &b, kernel::FloatConv2DOp op,
                           ValueRange operands) {
  FloatConv2DEmitter(b, op, operands).emit();
}
