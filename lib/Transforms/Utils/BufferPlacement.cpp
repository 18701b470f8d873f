//===- BufferPlacement.cpp - Buffers that share one arena -----------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Utils/BufferPlacement.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;

/// How often the search moves a buffer to the front. Nearly every model needs
/// none of them.
static constexpr int kSearchSteps = 200;

/// The largest sum of the bytes of buffers that live at the same time.
static int64_t getLowerBound(ArrayRef<BufferDemand> buffers) {
  int64_t bound = 0;
  // The sum has its maximum where a buffer begins.
  for (const BufferDemand &start : buffers) {
    int64_t sum = 0;
    for (const BufferDemand &buffer : buffers)
      if (buffer.life.begin <= start.life.begin &&
          buffer.life.end >= start.life.begin)
        sum += buffer.bytes;
    bound = std::max(bound, sum);
  }
  return bound;
}

/// Places the buffers in `order`, each at the lowest offset that is free for
/// its whole life.
static BufferPlacement place(ArrayRef<BufferDemand> buffers,
                             ArrayRef<unsigned> order) {
  BufferPlacement plan;
  plan.offsets.resize(buffers.size());
  SmallVector<std::pair<int64_t, int64_t>> taken;
  for (auto [count, index] : llvm::enumerate(order)) {
    const BufferDemand &buffer = buffers[index];
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

// The best order is improved so: what lies on top, where it makes the arena
// large, is placed before the others.
BufferPlacement mopt::placeBuffers(ArrayRef<BufferDemand> buffers) {
  int64_t bound = getLowerBound(buffers);
  auto getOrder = [&](auto &&key) {
    auto order = llvm::to_vector(llvm::seq<unsigned>(0, buffers.size()));
    llvm::sort(order, [&](unsigned a, unsigned b) {
      return std::pair(key(buffers[a]), a) < std::pair(key(buffers[b]), b);
    });
    return order;
  };
  SmallVector<unsigned> orders[] = {
      getOrder([](const BufferDemand &b) {
        return std::pair(-b.bytes, b.life.begin);
      }),
      getOrder([](const BufferDemand &b) {
        return std::pair(b.life.begin, -b.bytes);
      }),
      getOrder([](const BufferDemand &b) {
        int64_t duration = b.life.end - b.life.begin + 1;
        return std::pair(-duration * b.bytes, b.life.begin);
      })};
  BufferPlacement best;
  SmallVector<unsigned> order;
  for (ArrayRef<unsigned> candidate : orders) {
    BufferPlacement plan = place(buffers, candidate);
    if (order.empty() || plan.size < best.size) {
      best = std::move(plan);
      order.assign(candidate.begin(), candidate.end());
    }
  }
  BufferPlacement current = best;
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
