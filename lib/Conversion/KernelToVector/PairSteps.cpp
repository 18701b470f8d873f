//===- PairSteps.cpp - Products of two pixels and two channels ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PairSteps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::mopt;

SmallVector<Value> mopt::exchangePairs(KernelEmitter &b, ArrayRef<Value> sums,
                                       int64_t vectors) {
  SmallVector<Value> result(sums);
  int64_t pixels = static_cast<int64_t>(sums.size()) / vectors;
  for (int64_t pixel = 0; pixel < pixels; pixel += 2)
    for (int64_t i = 0; i < vectors; ++i) {
      int64_t first = pixel * vectors + i, second = first + vectors;
      Value x = sums[first], y = sums[second];
      result[first] =
          vector::ShuffleOp::create(b, x, y, ArrayRef<int64_t>{0, 1, 4, 5});
      result[second] =
          vector::ShuffleOp::create(b, x, y, ArrayRef<int64_t>{2, 3, 6, 7});
    }
  return result;
}

Value mopt::loadPair(KernelEmitter &b, Value buffer, Value first, Value second,
                     bool flips) {
  VectorType half = VectorType::get(8, b.getI8Type());
  auto both = llvm::to_vector(llvm::seq<int64_t>(0, 16));
  Value bytes = vector::ShuffleOp::create(b, b.load(half, buffer, first),
                                          b.load(half, buffer, second), both);
  if (!flips)
    return bytes;
  return arith::XOrIOp::create(b, bytes, b.constant(bytes.getType(), -128));
}

SmallVector<Value> mopt::emitPairStep(KernelEmitter &b, kernel::TileAttr tile,
                                      ValueRange start, int64_t pixels,
                                      Value input, Value in, int64_t stride,
                                      bool flips, Value weights, Value weight) {
  SmallVector<Value> sums(start), w;
  VectorType bytes = VectorType::get(16, b.getI8Type());
  int64_t vectors = tile.getVectors();
  for (int64_t i = 0; i < 2 * vectors; ++i)
    w.push_back(b.load(bytes, weights, b.add(weight, 16 * i)));
  DotProduct dot(tile);
  for (int64_t pixel = 0; pixel < pixels; pixel += 2) {
    // A last pixel without another one goes with itself.
    int64_t other = std::min(pixel + 1, pixels - 1);
    Value x = loadPair(b, input, b.add(in, pixel * stride),
                       b.add(in, other * stride), flips);
    for (int64_t i = 0; i < vectors; ++i)
      for (int64_t half : {0, 1}) {
        Value &sum = sums[(pixel + half) * vectors + i];
        sum = dot.emit(b, sum, x, w[2 * i + half]);
      }
  }
  return sums;
}
