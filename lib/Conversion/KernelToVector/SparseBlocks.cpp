//===- SparseBlocks.cpp - Products of blocks that are not zero ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SparseBlocks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mopt/Dialect/Kernel/IR/IndependentLoops.h"

using namespace mlir;
using namespace mlir::mopt;

Value SparseBlocks::loadIndex(KernelEmitter &b, Value at) const {
  return arith::IndexCastOp::create(b, b.getIndexType(),
                                    memref::LoadOp::create(b, blocks, at));
}

void SparseBlocks::emitBlock(KernelEmitter &b, MutableArrayRef<Value> sums,
                             Value block, Value input, Value in,
                             ArrayRef<int64_t> inputs, bool flips) const {
  DotProduct dot(tile);
  int64_t vectors = tile.getVectors();
  Value position = b.add(in, loadIndex(b, b.add(block, lists + 1)));
  Value weight = b.mul(block, blockWeights);
  SmallVector<Value> w;
  for (int64_t i = 0; i < vectors; ++i)
    w.push_back(b.load(dot.getOperandType(), weights,
                       b.add(weight, i * tile.getLanes() * tile.getDepth())));
  for (auto [pixel, distance] : llvm::enumerate(inputs)) {
    Value x = dot.broadcast(b, input, b.add(position, distance), flips);
    for (int64_t i = 0; i < vectors; ++i) {
      Value &sum = sums[pixel * vectors + i];
      sum = dot.emit(b, sum, x, w[i]);
    }
  }
}

SmallVector<Value> SparseBlocks::emit(KernelEmitter &b, ValueRange start,
                                      Value list, Value end, Value input,
                                      Value in, ArrayRef<int64_t> inputs,
                                      bool flips) const {
  DotProduct dot(tile);
  int64_t own = start.size();
  SmallVector<Value> first(start);
  if (chains > 1)
    first.append((chains - 1) * own, b.constant(dot.getSumType(), 0));
  SmallVector<Value> sums =
      b.loop(loadIndex(b, list), loadIndex(b, end), first,
             [&](Value round, ValueRange carried) {
               SmallVector<Value> sums(carried);
               for (int64_t chain = 0; chain < chains; ++chain)
                 emitBlock(b, MutableArrayRef(sums).slice(chain * own, own),
                           b.add(b.mul(round, chains), chain), input, in,
                           inputs, flips);
               return sums;
             });
  sums.front().getDefiningOp()->setAttr(kernel::kAssumedTripsAttr,
                                        b.getI64IntegerAttr(rounds));
  for (int64_t chain = 1; chain < chains; ++chain)
    for (int64_t i = 0; i < own; ++i) {
      Value more = sums[chain * own + i];
      if (tile.isFloat())
        sums[i] = arith::AddFOp::create(b, sums[i], more);
      else
        sums[i] = b.add(sums[i], more);
    }
  sums.truncate(own);
  return sums;
}
