//===- PaletteFloatMatmulEmitter.cpp - Weights looked up -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

class PaletteFloatMatmulEmitter {
public:
  PaletteFloatMatmulEmitter(KernelEmitter &b, kernel::PaletteFloatMatmulOp op,
                            ValueRange operands)
      : b(b), op(op), dot(op.getTile()), lanes(op.getTile().getLanes()),
        blocks(op.getNumBlocks()), input(operands[0]), indices(operands[1]),
        bias(operands[2]), palettes(operands[3]), output(operands[4]) {}

  void emit();

private:
  /// All rows of the `count` outputs from `first` on.
  void emitGroup(Value first, int64_t count);
  void emitTile(Value first, int64_t count, Value row, int64_t pixels);
  /// Adds the products of a block to the sums [pixel][output]. Only `inputs`
  /// inputs of it exist.
  SmallVector<Value> emitBlock(Value first, int64_t count, Value in,
                               int64_t pixels, Value block, int64_t inputs,
                               ValueRange carried);
  /// The entries that the low bits of `index` name.
  Value lookUp(ArrayRef<Value> palette, Value index);
  Value addLanes(Value sum);

  KernelEmitter &b;
  kernel::PaletteFloatMatmulOp op;
  DotProduct dot;
  int64_t lanes, blocks;
  Value input, indices, bias, palettes, output;
  /// The vectors of the palette of every output of a group.
  SmallVector<SmallVector<Value>> tables;
};

} // namespace

Value PaletteFloatMatmulEmitter::lookUp(ArrayRef<Value> palette, Value index) {
  VectorType type = dot.getSumType();
  if (palette.size() == 1)
    return b.callIntrinsic("llvm.x86.avx512.permvar.sf.512", type,
                           {palette[0], index});
  return b.callIntrinsic("llvm.x86.avx512.vpermi2var.ps.512", type,
                         {palette[0], index, palette[1]});
}

SmallVector<Value>
PaletteFloatMatmulEmitter::emitBlock(Value first, int64_t count, Value in,
                                     int64_t pixels, Value block,
                                     int64_t inputs, ValueRange carried) {
  SmallVector<Value> sums(carried), words;
  auto type = VectorType::get(lanes, b.getI32Type());
  for (int64_t i = 0; i < count; ++i) {
    Value at = b.add(b.mul(b.add(first, i), blocks), block);
    words.push_back(b.load(type, indices, b.mul(at, lanes)));
  }
  Value from = b.add(in, b.mul(block, op.getBlockInputs()));
  for (int64_t start = 0; start < inputs; start += lanes) {
    SmallVector<Value> x;
    for (int64_t pixel = 0; pixel < pixels; ++pixel)
      x.push_back(b.loadFirst(dot.getSumType(), inputs - start, input,
                              b.add(from, pixel * op.getInputs() + start)));
    int64_t shift = start / lanes * op.getBits();
    for (int64_t i = 0; i < count; ++i) {
      Value index = words[i];
      if (shift != 0)
        index = arith::ShRUIOp::create(b, index, b.constant(type, shift));
      Value w = lookUp(tables[i], index);
      for (int64_t pixel = 0; pixel < pixels; ++pixel) {
        Value &sum = sums[pixel * count + i];
        sum = dot.emit(b, sum, x[pixel], w);
      }
    }
  }
  return sums;
}

Value PaletteFloatMatmulEmitter::addLanes(Value sum) {
  for (int64_t size = lanes / 2; size != 0; size /= 2) {
    auto low = llvm::to_vector(llvm::seq<int64_t>(0, size));
    auto high = llvm::to_vector(llvm::seq<int64_t>(size, 2 * size));
    sum = arith::AddFOp::create(b, vector::ShuffleOp::create(b, sum, sum, low),
                                vector::ShuffleOp::create(b, sum, sum, high));
  }
  return vector::ExtractOp::create(b, sum, int64_t(0));
}

void PaletteFloatMatmulEmitter::emitTile(Value first, int64_t count, Value row,
                                         int64_t pixels) {
  SmallVector<Value> sums(pixels * count, b.constant(dot.getSumType(), 0));
  Value in = b.mul(row, op.getInputs());
  int64_t size = op.getBlockInputs(), rest = op.getInputs() % size;
  int64_t whole = op.getInputs() / size;
  sums = b.loop(whole, sums, [&](Value block, ValueRange carried) {
    return emitBlock(first, count, in, pixels, block, size, carried);
  });
  if (rest != 0)
    sums = emitBlock(first, count, in, pixels, b.index(whole), rest, sums);
  auto type = VectorType::get(count, b.getF32Type());
  Value start = b.load(type, bias, first);
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    SmallVector<Value> totals;
    for (int64_t i = 0; i < count; ++i)
      totals.push_back(addLanes(sums[pixel * count + i]));
    Value all = vector::FromElementsOp::create(b, type, totals);
    all = clampFloats(b, op, arith::AddFOp::create(b, all, start));
    b.store(all, output,
            b.add(b.add(b.mul(row, op.getOutputs()), pixel * op.getOutputs()),
                  first));
  }
}

void PaletteFloatMatmulEmitter::emitGroup(Value first, int64_t count) {
  int64_t size = op.getPaletteSize();
  tables.clear();
  for (int64_t i = 0; i < count; ++i) {
    SmallVector<Value> &table = tables.emplace_back();
    Value at = op.hasManyPalettes() ? b.mul(b.add(first, i), size) : b.index(0);
    for (int64_t entry = 0; entry < size; entry += lanes)
      table.push_back(b.load(dot.getSumType(), palettes, b.add(at, entry)));
  }
  int64_t rows = op.getRows();
  int64_t pixels = std::min<int64_t>(op.getTile().getPixels(), rows);
  b.loop(rows / pixels, [&](Value tile) {
    emitTile(first, count, b.mul(tile, pixels), pixels);
  });
  if (rows % pixels != 0)
    emitTile(first, count, b.index(rows / pixels * pixels), rows % pixels);
}

void PaletteFloatMatmulEmitter::emit() {
  int64_t outputs = op.getOutputs(), size = op.getTile().getVectors();
  b.loop(outputs / size,
         [&](Value group) { emitGroup(b.mul(group, size), size); });
  if (outputs % size != 0)
    emitGroup(b.index(outputs / size * size), outputs % size);
}

void mopt::emitPaletteFloatMatmul(KernelEmitter &b,
                                  kernel::PaletteFloatMatmulOp op,
                                  ValueRange operands) {
  PaletteFloatMatmulEmitter(b, op, operands).emit();
}
