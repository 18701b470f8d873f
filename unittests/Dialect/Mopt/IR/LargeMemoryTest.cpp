//===- LargeMemoryTest.cpp - Memory for much data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/LargeMemory.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

#include <cstring>
#include <optional>

using namespace mlir;
using namespace mlir::mopt;

namespace {

bool areZero(ArrayRef<char> bytes) {
  return llvm::all_of(bytes, [](char byte) { return byte == 0; });
}

bool isAligned(const void *data) {
  return reinterpret_cast<uintptr_t>(data) % 64 == 0;
}

TEST(LargeMemoryTest, IsZeroAndAligned) {
  for (size_t size : {size_t(0), size_t(1), size_t(64), size_t(4096),
                      (size_t(4) << 20) - 1, (size_t(9) << 20) + 3}) {
    std::shared_ptr<char> memory = allocateLarge(size);
    ASSERT_TRUE(memory);
    EXPECT_TRUE(isAligned(memory.get())) << size;
    EXPECT_TRUE(areZero({memory.get(), size})) << size;
    std::memset(memory.get(), 1, size);
  }
}

TEST(LargeMemoryTest, DropsWholePagesOnly) {
  constexpr size_t kSize = 1 << 20;
  std::shared_ptr<char> memory = allocateLarge(kSize);
  std::memset(memory.get(), 7, kSize);
  dropPages(memory.get() + 100, kSize - 200);
  ArrayRef<char> all(memory.get(), kSize);
  auto isSeven = [](char byte) { return byte == 7; };
  EXPECT_TRUE(llvm::all_of(all.take_front(100), isSeven));
  EXPECT_TRUE(llvm::all_of(all.take_back(100), isSeven));
  // Less than a page is none.
  std::memset(memory.get(), 7, kSize);
  dropPages(memory.get() + 1, 1000);
  EXPECT_TRUE(llvm::all_of(all, isSeven));
}

TEST(LargeMemoryTest, BlobsOutliveTheirArenaAndEachOther) {
  std::optional<BlobArena> arena(std::in_place);
  std::vector<AsmResourceBlob> blobs;
  std::vector<char> bytes(300000);
  for (size_t i = 0; i < 40; ++i) {
    // Small ones, and some that no slab of before holds.
    size_t size = i % 10 == 9 ? 200000 * i : 1000 * i;
    bytes.resize(std::max(bytes.size(), size));
    std::fill(bytes.begin(), bytes.end(), char(i));
    if (i % 2) {
      blobs.push_back(arena->copy(ArrayRef(bytes).take_front(size), 16));
      EXPECT_FALSE(blobs.back().isMutable());
      EXPECT_EQ(blobs.back().getDataAlignment(), 16u);
    } else {
      blobs.push_back(arena->allocate(size));
      EXPECT_TRUE(areZero(blobs.back().getData()));
      llvm::fill(blobs.back().getMutableData(), char(i));
    }
    EXPECT_EQ(blobs.back().getData().size(), size);
    EXPECT_TRUE(isAligned(blobs.back().getData().data()));
  }
  arena.reset();
  for (size_t i = 0; i < 40; i += 3)
    blobs[i] = AsmResourceBlob();
  for (size_t i = 0; i < 40; ++i)
    EXPECT_TRUE(llvm::all_of(blobs[i].getData(), [&](char byte) {
      return byte == char(i);
    })) << i;
}

} // namespace
