//===- ConcatKernel.cpp - Channels of images behind each other ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HVXImageKernels.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

/// Vectors that are copied in a turn.
static constexpr int64_t kTogether = 4;

/// Copies `vectors` vectors.
static void copyVectors(HVXEmitter &b, Value from, Value to, int64_t vectors) {
  auto copy = [&](ValueRange at, int64_t count) {
    Values loaded;
    for (int64_t i = 0; i < count; ++i)
      loaded.push_back(
          b.load(b.vec, b.at(at[0], i * kHVXVectorBytes), kHVXVectorBytes));
    for (int64_t i = 0; i < count; ++i)
      b.store(loaded[i], b.at(at[1], i * kHVXVectorBytes), kHVXVectorBytes);
    return Values{b.at(at[0], count * kHVXVectorBytes),
                  b.at(at[1], count * kHVXVectorBytes)};
  };
  Values at = {from, to};
  if (vectors >= kTogether)
    at = b.loop(vectors / kTogether, at,
                [&](ValueRange turn) { return copy(turn, kTogether); });
  copy(at, vectors % kTogether);
}

void mopt::emitKernel(HVXEmitter &b, HVXConcatOp op, ArrayRef<Value> pointers) {
  PlanesAttr out = op.getOutputPlanes();
  Value to = b.at(pointers.back(), out.getFrontBytes());
  for (auto [pointer, attr] :
       llvm::zip_equal(pointers.drop_back(), op.getInputPlanes())) {
    auto in = cast<PlanesAttr>(attr);
    Values inits = {b.at(pointer, in.getFrontBytes()), to};
    to = b.loop(llvm::divideCeil(in.getChannels(), 4), inits,
                [&](ValueRange plane) {
                  copyVectors(b, plane[0], plane[1], out.getNumVectors());
                  return Values{b.at(plane[0], in.getPlaneBytes()),
                                b.at(plane[1], out.getPlaneBytes())};
                })[1];
  }
  if (op.getBorder())
    emitBorder(b, pointers.back(), out, *op.getBorder());
}
