//===- GPUProfileTest.cpp - The tiles of kernels ----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToGPU/GPUProfile.h"
#include "gtest/gtest.h"

using namespace mlir::mopt;

namespace {

constexpr GPUTile kTiles[] = {{4, 8}, {7, 8}, {2, 8}, {4, 4}, {1, 4}};

std::pair<int64_t, int64_t> choose(int64_t pixels, int64_t channels,
                                   int64_t taps = 1) {
  GPUTile tile = chooseTile(kTiles, pixels, channels, taps);
  return {tile.pixels, tile.channels};
}

TEST(ChooseTile, WastesLeast) {
  EXPECT_EQ(choose(14, 16), std::make_pair(7l, 8l));
  EXPECT_EQ(choose(4, 16), std::make_pair(4l, 8l));
  EXPECT_EQ(choose(1, 8), std::make_pair(1l, 4l));
}

// 20 channels would be 24: the last four lie in the next pixel.
TEST(ChooseTile, ChannelsAreWholeTiles) {
  EXPECT_EQ(choose(4, 20), std::make_pair(4l, 4l));
  EXPECT_EQ(choose(4, 21), std::make_pair(4l, 8l));
}

// Five tiles of 7 pixels have 35, but 8 of 4 load shared inputs once.
TEST(ChooseTile, WindowsSlideInTilesThatDivideARow) {
  EXPECT_EQ(choose(32, 16), std::make_pair(7l, 8l));
  EXPECT_EQ(choose(32, 16, 3), std::make_pair(4l, 8l));
  EXPECT_EQ(choose(31, 16, 3), std::make_pair(7l, 8l));
}

} // namespace
