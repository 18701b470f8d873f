//===- PixelPacking.cpp - Narrow pixels, written together -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Pixels of one or two vectors of sums do not fill what narrowing makes of
// four. Where they are all that a pixel has, neighbours lie side by side in
// memory, and two or four of them are narrowed and stored as one.

#include "KernelEmitter.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::mopt;

int64_t SumWriter::getPixelsTogether(int64_t channels) const {
  bool isWhole = channels == tile.getGroupSize();
  // Elements that are added come in the order of one pixel.
  if (residual || !isWhole || tile.getPack() != 4 || tile.getVectors() > 2)
    return 1;
  return 4 / tile.getVectors();
}

void SumWriter::emitPixels(KernelEmitter &b, ArrayRef<Value> sums,
                           Value firstLane, WritePlace at) const {
  int64_t vectors = tile.getVectors();
  SmallVector<Value> values;
  for (auto [i, sum] : llvm::enumerate(sums))
    values.push_back(rescale(
        b, sum,
        b.add(firstLane, static_cast<int64_t>(i) % vectors * tile.getLanes())));
  // What lies beyond the last pixel is not stored.
  values.resize(4, values.back());
  Value bytes = orderPixels(b, narrowFour(b, values));
  int64_t size =
      static_cast<int64_t>(sums.size()) / vectors * tile.getGroupSize();
  b.storeFirst(bytes, size, output, at.output);
}

Value SumWriter::orderPixels(KernelEmitter &b, Value bytes) const {
  int64_t vectors = tile.getVectors();
  // 128 bits have the same channels of all pixels: a transposition of words of
  // as many channels as vectors have in 128 bits.
  int64_t pixels = 4 / vectors, parts = tile.getLanes() / 4;
  if (parts > 1) {
    VectorType type = VectorType::get(
        pixels * parts, b.getIntegerType(32 * static_cast<unsigned>(vectors)));
    SmallVector<int64_t> order;
    for (int64_t pixel = 0; pixel < pixels; ++pixel)
      for (int64_t part = 0; part < parts; ++part)
        order.push_back(part * pixels + pixel);
    Value words = b.bitcast(bytes, type);
    bytes = b.bitcast(vector::ShuffleOp::create(b, words, words, order),
                      cast<VectorType>(bytes.getType()));
  }
  return bytes;
}

void SumWriter::emitPlaces(KernelEmitter &b, ArrayRef<Value> sums,
                           Value firstLane, int64_t channels,
                           ArrayRef<WritePlace> places) const {
  size_t vectors = tile.getVectors();
  size_t together = tile.getPack() == 4 && vectors <= 2 ? 4 / vectors : 1;
  for (size_t pixel = 0; pixel < places.size(); pixel += together) {
    auto own = sums.drop_front(pixel * vectors);
    if (together == 1) {
      emit(b, own.take_front(vectors), firstLane, channels, places[pixel]);
      continue;
    }
    size_t count = std::min(together, places.size() - pixel);
    SmallVector<Value> values;
    for (size_t i = 0; i < count; ++i) {
      SmallVector<Value> one;
      for (size_t j = 0; j < vectors; ++j)
        one.push_back(rescale(b, own[i * vectors + j],
                              b.add(firstLane, j * tile.getLanes())));
      if (residual)
        one = residual->emit(b, one, channels, places[pixel + i].addend);
      values.append(one);
    }
    // What lies beyond the last pixel is not stored.
    values.resize(4, values.back());
    Value bytes = orderPixels(b, narrowFour(b, values));
    int64_t size = tile.getGroupSize();
    for (size_t i = 0; i < count; ++i) {
      auto lanes = llvm::to_vector(
          llvm::seq<int64_t>(int64_t(i) * size, int64_t(i + 1) * size));
      b.storeFirst(vector::ShuffleOp::create(b, bytes, bytes, lanes), channels,
                   output, places[pixel + i].output);
    }
  }
}
