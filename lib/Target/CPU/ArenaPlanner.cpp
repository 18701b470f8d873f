//===- ArenaPlanner.cpp - Static placement of temporaries -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArenaPlanner.h"

#include "BufferLife.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;

static int64_t getBytes(MemRefType type) {
  // Booleans and other sub-byte elements take a byte each in memory.
  int64_t bits = std::max(8u, type.getElementTypeBitWidth());
  return type.getNumElements() * (bits / 8);
}

/// Small buffers lie closer together than vectors of any width need: that would
/// multiply the arena of a small model.
static int64_t getAlignment(int64_t bytes, int64_t alignment) {
  return bytes >= alignment
             ? alignment
             : std::clamp<int64_t>(llvm::PowerOf2Ceil(bytes), 1, 16);
}

int64_t mopt::planArena(func::FuncOp func, int64_t alignment) {
  BufferLives lives(func);
  SmallVector<memref::AllocOp> allocs;
  SmallVector<BufferDemand> buffers;
  for (auto alloc : llvm::make_early_inc_range(
           func.getBody().front().getOps<memref::AllocOp>())) {
    if (!alloc.getType().hasStaticShape())
      continue;
    int64_t bytes = getBytes(alloc.getType());
    allocs.push_back(alloc);
    buffers.push_back(
        {lives.get(alloc), bytes, getAlignment(bytes, alignment)});
  }
  BufferPlacement plan = placeBuffers(buffers);
  plan.size = llvm::alignTo(plan.size, alignment);

  OpBuilder builder(func.getContext());
  auto arenaType = MemRefType::get({plan.size}, builder.getI8Type());
  unsigned index = func.getNumArguments();
  (void)func.insertArgument(index, arenaType, {}, func.getLoc());
  Value arena = func.getArgument(index);
  for (auto [alloc, at] : llvm::zip_equal(allocs, plan.offsets)) {
    builder.setInsertionPoint(alloc);
    Location loc = alloc.getLoc();
    Value offset = arith::ConstantIndexOp::create(builder, loc, at);
    Value view = memref::ViewOp::create(builder, loc, alloc.getType(), arena,
                                        offset, ValueRange());
    alloc.replaceAllUsesWith(view);
    alloc.erase();
  }
  return plan.size;
}
