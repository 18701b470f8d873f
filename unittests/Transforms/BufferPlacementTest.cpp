//===- BufferPlacementTest.cpp - Buffers that share one arena -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Utils/BufferPlacement.h"

#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace mlir::mopt;

/// Fails where two buffers that live at the same time share a byte, an offset
/// is not aligned, or a buffer ends behind the arena.
static void expectValid(ArrayRef<BufferDemand> buffers,
                        const BufferPlacement &plan) {
  ASSERT_EQ(plan.offsets.size(), buffers.size());
  for (size_t i = 0; i < buffers.size(); ++i) {
    EXPECT_EQ(plan.offsets[i] % buffers[i].alignment, 0);
    EXPECT_LE(plan.offsets[i] + buffers[i].bytes, plan.size);
    for (size_t j = 0; j < i; ++j)
      if (buffers[i].life.overlaps(buffers[j].life))
        EXPECT_TRUE(plan.offsets[i] + buffers[i].bytes <= plan.offsets[j] ||
                    plan.offsets[j] + buffers[j].bytes <= plan.offsets[i]);
  }
}

TEST(BufferPlacementTest, Nothing) { EXPECT_EQ(placeBuffers({}).size, 0); }

TEST(BufferPlacementTest, ChainUsesTwoHalves) {
  // Each buffer lives until the next one is written: the arena is as large as
  // the largest two neighbours.
  SmallVector<BufferDemand> buffers;
  for (unsigned i = 0; i < 10; ++i)
    buffers.push_back({{i, i + 1}, 100 + 10 * i, 1});
  BufferPlacement plan = placeBuffers(buffers);
  expectValid(buffers, plan);
  EXPECT_EQ(plan.size, 190 + 180);
}

TEST(BufferPlacementTest, RandomLives) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    SmallVector<BufferDemand> buffers;
    for (int i = 0; i < 40; ++i) {
      unsigned begin = random() % 50;
      unsigned end = begin + random() % 10;
      buffers.push_back({{begin, end},
                         static_cast<int64_t>(1 + random() % 1000),
                         int64_t(1) << (random() % 8)});
    }
    expectValid(buffers, placeBuffers(buffers));
  }
}
