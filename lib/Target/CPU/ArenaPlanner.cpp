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

/// How often the search moves a buffer to the front. Nearly every model needs
/// none of them.
static constexpr int kSearchSteps = 200;

namespace {

/// One buffer: when it lives, how large it is.
struct Buffer {
  memref::AllocOp alloc;
  BufferLife life;
  int64_t bytes, alignment;
};

/// Where the buffers lie.
struct Plan {
  SmallVector<int64_t> offsets;
  int64_t size = 0;
};

} // namespace

static int64_t getBytes(MemRefType type) {
  // Booleans and other sub-byte elements take a byte each in memory.
  int64_t bits = std::max(8u, type.getElementTypeBitWidth());
  return type.getNumElements() * (bits / 8);
}

/// Small buffers lie closer together than vectors of any width need: that would
/// multiply the arena of a small model.
static int64_t getAlignment(int64_t bytes) {
  return bytes >= kArenaAlignment
             ? kArenaAlignment
             : std::clamp<int64_t>(llvm::PowerOf2Ceil(bytes), 1, 16);
}

/// The largest sum of the bytes of buffers that live at the same time.
static int64_t getLowerBound(ArrayRef<Buffer> buffers) {
  int64_t bound = 0;
  // The sum has its maximum where a buffer begins.
  for (const Buffer &start : buffers) {
    int64_t sum = 0;
    for (const Buffer &buffer : buffers)
      if (buffer.life.begin <= start.life.begin &&
          buffer.life.end >= start.life.begin)
        sum += buffer.bytes;
    bound = std::max(bound, sum);
  }
  return bound;
}

/// Places the buffers in `order`, each at the lowest offset that is free for
/// its whole life.
static Plan place(ArrayRef<Buffer> buffers, ArrayRef<unsigned> order) {
  Plan plan;
  plan.offsets.resize(buffers.size());
  SmallVector<std::pair<int64_t, int64_t>> taken;
  for (auto [count, index] : llvm::enumerate(order)) {
    const Buffer &buffer = buffers[index];
    // The occupied ranges during its life, by offset.
    taken.clear();
    for (unsigned other : order.take_front(count))
      if (buffer.life.overlaps(buffers[other].life))
        taken.push_back(
            {plan.offsets[other], plan.offsets[other] + buffers[other].bytes});
    llvm::sort(taken);
    int64_t offset = 0;
    for (auto [begin, end] : taken) {
      if (offset + buffer.bytes <= begin)
        break;
      offset = std::max<int64_t>(offset, llvm::alignTo(end, buffer.alignment));
    }
    plan.offsets[index] = offset;
    plan.size = std::max(plan.size, offset + buffer.bytes);
  }
  return plan;
}

/// Tries some orders, then improves the best one: what lies on top, where it
/// makes the arena large, is placed before the others.
static Plan findPlan(ArrayRef<Buffer> buffers) {
  int64_t bound = getLowerBound(buffers);
  auto getOrder = [&](auto &&key) {
    auto order = llvm::to_vector(llvm::seq<unsigned>(0, buffers.size()));
    llvm::sort(order, [&](unsigned a, unsigned b) {
      return std::pair(key(buffers[a]), a) < std::pair(key(buffers[b]), b);
    });
    return order;
  };
  SmallVector<unsigned> orders[] = {
      getOrder(
          [](const Buffer &b) { return std::pair(-b.bytes, b.life.begin); }),
      getOrder(
          [](const Buffer &b) { return std::pair(b.life.begin, -b.bytes); }),
      getOrder([](const Buffer &b) {
        int64_t duration = b.life.end - b.life.begin + 1;
        return std::pair(-duration * b.bytes, b.life.begin);
      })};
  Plan best;
  SmallVector<unsigned> order;
  for (ArrayRef<unsigned> candidate : orders) {
    Plan plan = place(buffers, candidate);
    if (order.empty() || plan.size < best.size) {
      best = std::move(plan);
      order.assign(candidate.begin(), candidate.end());
    }
  }
  Plan current = best;
  for (int step = 0; step < kSearchSteps && best.size > bound; ++step) {
    auto *top = llvm::find_if(order, [&](unsigned index) {
      return current.offsets[index] + buffers[index].bytes == current.size;
    });
    std::rotate(order.begin(), top, top + 1);
    current = place(buffers, order);
    if (current.size < best.size)
      best = current;
  }
  return best;
}

int64_t mopt::planArena(func::FuncOp func) {
  BufferLives lives(func);
  SmallVector<Buffer> buffers;
  for (auto alloc : llvm::make_early_inc_range(
           func.getBody().front().getOps<memref::AllocOp>())) {
    if (!alloc.getType().hasStaticShape())
      continue;
    BufferLife life = lives.get(alloc);
    int64_t bytes = getBytes(alloc.getType());
    buffers.push_back({alloc, life, bytes, getAlignment(bytes)});
  }
  Plan plan = findPlan(buffers);
  plan.size = llvm::alignTo(plan.size, kArenaAlignment);

  OpBuilder builder(func.getContext());
  auto arenaType = MemRefType::get({plan.size}, builder.getI8Type());
  unsigned index = func.getNumArguments();
  (void)func.insertArgument(index, arenaType, {}, func.getLoc());
  Value arena = func.getArgument(index);
  for (auto [buffer, at] : llvm::zip_equal(buffers, plan.offsets)) {
    memref::AllocOp alloc = buffer.alloc;
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
