//===- ComputeInPlace.cpp - Results over their operands -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComputeInPlace.h"

#include "BufferLife.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::mopt;

bool mopt::readsOwnElement(memref::LoadOp load, linalg::GenericOp op) {
  ArrayRef<int64_t> shape = load.getMemRefType().getShape();
  for (auto [dim, index] : llvm::enumerate(load.getIndices())) {
    // There is no choice in a dimension of size 1.
    if (shape[dim] == 1 && isConstantIntValue(index, 0))
      continue;
    auto own = index.getDefiningOp<linalg::IndexOp>();
    if (!own || own.getDim() != dim || own->getParentOp() != op)
      return false;
  }
  return true;
}

Value mopt::getElementwiseBuffer(linalg::GenericOp op) {
  if (op.getNumDpsInits() != 1 || op.getNumDpsInputs() != 0 ||
      op.getNumLoops() != op.getNumParallelLoops() ||
      !op.getIndexingMapsArray().front().isIdentity() ||
      !op.getRegionOutputArgs().front().use_empty())
    return {};
  return op.getDpsInits().front();
}

namespace {

class InPlace {
public:
  explicit InPlace(func::FuncOp func) : lives(func) {}

  void visit(linalg::GenericOp op) {
    Value result = getElementwiseBuffer(op);
    if (!result || !isFresh(result, op))
      return;
    llvm::SetVector<Value> operands;
    op.getBody()->walk(
        [&](memref::LoadOp load) { operands.insert(load.getMemRef()); });
    for (Value operand : operands)
      if (operand.getType() == result.getType() && merge(result, operand, op))
        return;
  }

private:
  /// True if nothing touches `buffer` before `op`.
  bool isFresh(Value buffer, Operation *op) {
    if (!buffer.getDefiningOp<memref::AllocOp>() && !isa<BlockArgument>(buffer))
      return false;
    return lives.get(buffer).begin == lives.getPosition(op);
  }

  bool merge(Value result, Value operand, linalg::GenericOp op) {
    auto owner = getOwningBuffer(operand).getDefiningOp<memref::AllocOp>();
    if (!owner || owner == result.getDefiningOp() ||
        lives.get(owner).end != lives.getPosition(op) ||
        !isReadElementwise(owner, operand, op))
      return false;
    if (auto alloc = result.getDefiningOp<memref::AllocOp>()) {
      result.replaceAllUsesWith(operand);
      alloc.erase();
      return true;
    }
    // An argument has to stay, so that the operand is computed in it.
    if (operand != owner.getResult())
      return false;
    operand.replaceAllUsesWith(result);
    owner.erase();
    return true;
  }

  /// True if `op` touches the bytes of `owner` only through `operand`, and
  /// there only the element that it writes next.
  bool isReadElementwise(memref::AllocOp owner, Value operand,
                         linalg::GenericOp op) {
    WalkResult result = op->walk([&](Operation *inner) {
      for (Value used : inner->getOperands()) {
        if (!isa<MemRefType>(used.getType()) ||
            getOwningBuffer(used) != owner.getResult())
          continue;
        auto load = dyn_cast<memref::LoadOp>(inner);
        if (!load || used != operand || !readsOwnElement(load, op))
          return WalkResult::interrupt();
      }
      return WalkResult::advance();
    });
    return !result.wasInterrupted();
  }

  BufferLives lives;
};

} // namespace

void mopt::computeIntoResults(func::FuncOp func) {
  for (auto copy : llvm::make_early_inc_range(
           func.getBody().front().getOps<memref::CopyOp>())) {
    auto alloc = copy.getSource().getDefiningOp<memref::AllocOp>();
    Value result = copy.getTarget();
    if (!alloc || alloc->getBlock() != copy->getBlock() ||
        !isa<BlockArgument>(result) || !result.hasOneUse() ||
        result.getType() != alloc.getType())
      continue;
    copy.erase();
    alloc.getResult().replaceAllUsesWith(result);
    alloc.erase();
  }
}

void mopt::computeInPlace(func::FuncOp func) {
  InPlace inPlace(func);
  for (auto op : func.getBody().front().getOps<linalg::GenericOp>())
    inPlace.visit(op);
}
