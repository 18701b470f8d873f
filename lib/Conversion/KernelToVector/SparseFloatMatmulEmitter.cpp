//===- SparseFloatMatmulEmitter.cpp - Without scattered zeros -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatRows.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mopt/Dialect/Kernel/IR/IndependentLoops.h"

using namespace mlir;
using namespace mlir::mopt;

/// Sums that wait for one another are at least so many: a fused multiply-add
/// takes four cycles.
static constexpr int64_t kChains = 4;

namespace {

class SparseFloatMatmulEmitter {
public:
  SparseFloatMatmulEmitter(KernelEmitter &b, kernel::SparseFloatMatmulOp op,
                           ValueRange operands)
      : b(b), op(op), dot(op.getTile()), lanes(op.getTile().getLanes()),
        steps(op.getSteps()), groups(op.getNumGroups()), input(operands[0]),
        weights(operands[1]), bias(operands[2]), picks(operands[3]),
        windows(operands[4]), order(op.getOrder() ? operands[5] : Value()),
        output(operands.back()) {}

  void emit();

private:
  /// All rows of a group, of which `existing` lanes are outputs.
  void emitGroup(Value group, int64_t existing);
  void emitTile(Value group, int64_t existing, Value row, int64_t pixels);
  /// Adds the products of a window to the sums [pixel][chain].
  SmallVector<Value> emitWindow(Value window, Value in, int64_t pixels,
                                ValueRange carried);
  Value loadIndex(Value at);

  KernelEmitter &b;
  kernel::SparseFloatMatmulOp op;
  DotProduct dot;
  int64_t lanes, steps, groups;
  Value input, weights, bias, picks, windows, order, output;
};

} // namespace

Value SparseFloatMatmulEmitter::loadIndex(Value at) {
  return arith::IndexCastOp::create(b, b.getIndexType(),
                                    memref::LoadOp::create(b, windows, at));
}

SmallVector<Value> SparseFloatMatmulEmitter::emitWindow(Value window, Value in,
                                                        int64_t pixels,
                                                        ValueRange carried) {
  SmallVector<Value> sums(carried), low, high;
  int64_t chains = sums.size() / pixels;
  Value position = b.add(in, loadIndex(b.add(window, groups + 1)));
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    Value at = b.add(position, pixel * op.getInputs());
    low.push_back(b.load(dot.getSumType(), input, at));
    high.push_back(b.load(dot.getSumType(), input, b.add(at, lanes)));
  }
  auto bytes = VectorType::get(lanes, b.getI8Type());
  auto words = VectorType::get(lanes, b.getI32Type());
  Value first = b.mul(window, steps * lanes);
  for (int64_t step = 0; step < steps; ++step) {
    Value at = b.add(first, step * lanes);
    Value pick = arith::ExtUIOp::create(b, words, b.load(bytes, picks, at));
    Value w = b.load(dot.getSumType(), weights, at);
    for (int64_t pixel = 0; pixel < pixels; ++pixel) {
      Value x =
          b.callIntrinsic("llvm.x86.avx512.vpermi2var.ps.512", dot.getSumType(),
                          {low[pixel], pick, high[pixel]});
      Value &sum = sums[pixel * chains + step % chains];
      sum = dot.emit(b, sum, x, w);
    }
  }
  return sums;
}

void SparseFloatMatmulEmitter::emitTile(Value group, int64_t existing,
                                        Value row, int64_t pixels) {
  int64_t chains = std::clamp<int64_t>(kChains / pixels, 1, steps);
  Value firstLane = b.mul(group, lanes);
  SmallVector<Value> sums;
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    sums.push_back(b.load(dot.getSumType(), bias, firstLane));
    sums.append(chains - 1, b.constant(dot.getSumType(), 0));
  }
  Value in = b.mul(row, op.getInputs());
  sums = b.loop(loadIndex(group), loadIndex(b.add(group, 1)), sums,
                [&](Value window, ValueRange carried) {
                  return emitWindow(window, in, pixels, carried);
                });
  sums.front().getDefiningOp()->setAttr(
      kernel::kAssumedTripsAttr,
      b.getI64IntegerAttr(llvm::divideCeil(op.getNumWindows(), groups)));

  Value out = b.mul(row, op.getOutputs());
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    Value sum = sums[pixel * chains];
    for (int64_t chain = 1; chain < chains; ++chain)
      sum = arith::AddFOp::create(b, sum, sums[pixel * chains + chain]);
    Value at = b.add(out, pixel * op.getOutputs());
    if (!order) {
      storeFloats(b, op, sum, existing, output, b.add(at, firstLane));
      continue;
    }
    auto words = VectorType::get(lanes, b.getI32Type());
    Value mask = vector::ConstantMaskOp::create(
        b, VectorType::get(lanes, b.getI1Type()), ArrayRef<int64_t>{existing});
    vector::ScatterOp::create(b, /*resultType=*/Type(), output, ValueRange{at},
                              b.load(words, order, firstLane), mask,
                              clampFloats(b, op, sum));
  }
}

void SparseFloatMatmulEmitter::emitGroup(Value group, int64_t existing) {
  int64_t rows = op.getRows();
  int64_t pixels = std::min<int64_t>(op.getTile().getPixels(), rows);
  b.loop(rows / pixels, [&](Value tile) {
    emitTile(group, existing, b.mul(tile, pixels), pixels);
  });
  if (rows % pixels != 0)
    emitTile(group, existing, b.index(rows / pixels * pixels), rows % pixels);
}

void SparseFloatMatmulEmitter::emit() {
  int64_t outputs = op.getOutputs(), whole = outputs / lanes;
  b.loop(whole, [&](Value group) { emitGroup(group, lanes); });
  if (outputs % lanes != 0)
    emitGroup(b.index(whole), outputs % lanes);
}

void mopt::emitSparseFloatMatmul(KernelEmitter &b,
                                 kernel::SparseFloatMatmulOp op,
                                 ValueRange operands) {
  SparseFloatMatmulEmitter(b, op, operands).emit();
}
