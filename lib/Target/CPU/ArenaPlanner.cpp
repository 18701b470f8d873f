//===- ArenaPlanner.cpp - Static placement of temporaries -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ArenaPlanner.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {
/// One buffer: when it lives, as positions in the block, and where it lies.
struct Placement {
  memref::AllocOp alloc;
  unsigned begin, end;
  int64_t bytes;
  int64_t offset = 0;

  bool overlapsInTime(const Placement &other) const {
    return begin <= other.end && other.begin <= end;
  }
};
} // namespace

static int64_t getBytes(MemRefType type) {
  // Booleans and other sub-byte elements take a byte each in memory.
  int64_t bits = std::max(8u, type.getElementTypeBitWidth());
  return llvm::alignTo(type.getNumElements() * (bits / 8), kArenaAlignment);
}

/// The position of the last op that touches `value` or a view of it.
static unsigned getLastUse(Value value, Block *block,
                           const DenseMap<Operation *, unsigned> &positions) {
  unsigned last = 0;
  for (Operation *user : value.getUsers()) {
    Operation *top = block->findAncestorOpInBlock(*user);
    last = std::max(last, positions.lookup(top));
    if (isa<ViewLikeOpInterface>(user))
      for (Value view : user->getResults())
        last = std::max(last, getLastUse(view, block, positions));
  }
  return last;
}

static void place(Placement &placement, ArrayRef<Placement> placed) {
  // The occupied ranges during its life, by offset.
  SmallVector<std::pair<int64_t, int64_t>> taken;
  for (const Placement &other : placed)
    if (placement.overlapsInTime(other))
      taken.push_back({other.offset, other.offset + other.bytes});
  llvm::sort(taken);
  int64_t offset = 0;
  for (auto [begin, end] : taken) {
    if (offset + placement.bytes <= begin)
      break;
    offset = std::max(offset, end);
  }
  placement.offset = offset;
}

int64_t mopt::planArena(func::FuncOp func) {
  Block *block = &func.getBody().front();
  DenseMap<Operation *, unsigned> positions;
  for (auto [i, op] : llvm::enumerate(*block))
    positions[&op] = i;

  SmallVector<Placement> waiting;
  for (auto alloc : block->getOps<memref::AllocOp>())
    if (alloc.getType().hasStaticShape())
      waiting.push_back({alloc, positions.lookup(alloc),
                         getLastUse(alloc, block, positions),
                         getBytes(alloc.getType())});
  llvm::sort(waiting, [](const Placement &a, const Placement &b) {
    return std::make_pair(-a.bytes, a.begin) <
           std::make_pair(-b.bytes, b.begin);
  });
  SmallVector<Placement> placed;
  int64_t size = 0;
  for (Placement &placement : waiting) {
    place(placement, placed);
    size = std::max(size, placement.offset + placement.bytes);
    placed.push_back(placement);
  }

  OpBuilder builder(func.getContext());
  auto arenaType = MemRefType::get({size}, builder.getI8Type());
  unsigned index = func.getNumArguments();
  (void)func.insertArgument(index, arenaType, {}, func.getLoc());
  Value arena = func.getArgument(index);
  for (Placement &placement : placed) {
    builder.setInsertionPoint(placement.alloc);
    Location loc = placement.alloc.getLoc();
    Value offset =
        arith::ConstantIndexOp::create(builder, loc, placement.offset);
    Value view = memref::ViewOp::create(builder, loc, placement.alloc.getType(),
                                        arena, offset, ValueRange());
    placement.alloc.replaceAllUsesWith(view);
    placement.alloc.erase();
  }
  return size;
}
