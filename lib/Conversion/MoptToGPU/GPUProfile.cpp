//===- GPUProfile.cpp - What a GPU is good at -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToGPU/GPUProfile.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::mopt;

// lavapipe was measured (docs/GPU.md). The other rows follow what their vendors
// advise; no such device was at hand.

// A load from a storage buffer is a loop over lanes there, with a branch for
// each number, and one from a uniform buffer a load for each of them; a fetch
// of a texel is a call that gathers it for all lanes. Whoever keeps more sums
// needs fewer of them, but the compiler of lavapipe takes longer.
static constexpr GPUTile kSoftwareBytes[] = {{4, 8}, {7, 8}, {5, 8}, {2, 8},
                                             {1, 8}, {4, 4}, {7, 4}, {5, 4},
                                             {2, 4}, {1, 4}};
static constexpr GPUTile kSoftwareFloats[] = {{8, 8}, {7, 8}, {4, 8}, {5, 8},
                                              {2, 8}, {1, 8}, {4, 4}, {7, 4},
                                              {5, 4}, {2, 4}, {1, 4}};
static constexpr int64_t kSoftwareDepthwise[] = {7, 4, 8, 5, 2, 1};

// Registers are shared by all invocations that a core holds: small tiles.
static constexpr GPUTile kSmall[] = {{4, 4}, {2, 4}, {1, 4}};
static constexpr GPUTile kMedium[] = {{4, 8}, {2, 8}, {4, 4},
                                      {2, 4}, {1, 8}, {1, 4}};
static constexpr int64_t kSmallDepthwise[] = {4, 2, 1};

static constexpr int64_t kSmallUniform = 16 << 10, kLargeUniform = 64 << 10;

static const GPUProfile kProfiles[] = {
    {"generic", 0, 0, 64, 64, 1024, kSmallUniform, /*loadsTexels=*/false, true,
     4, kMedium, kMedium, kSmallDepthwise},
    // VK_VENDOR_ID_MESA
    {"lavapipe", 0x10005, 8, 64, 256, 64, /*uniformBytes=*/0,
     /*loadsTexels=*/true, true, 2, kSoftwareBytes, kSoftwareFloats,
     kSoftwareDepthwise},
    {"mali", 0x13B5, 0, 64, 32, 1024, kSmallUniform, /*loadsTexels=*/false,
     true, 4, kSmall, kSmall, kSmallDepthwise},
    {"adreno", 0x5143, 0, 128, 48, 1024, kLargeUniform, /*loadsTexels=*/false,
     true, 4, kMedium, kMedium, kSmallDepthwise},
    {"nvidia", 0x10DE, 32, 128, 64, 1024, kLargeUniform, /*loadsTexels=*/false,
     true, 4, kMedium, kMedium, kSmallDepthwise},
    {"amd", 0x1002, 0, 64, 64, 1024, kLargeUniform, /*loadsTexels=*/false, true,
     4, kMedium, kMedium, kSmallDepthwise},
    {"intel", 0x8086, 0, 64, 64, 512, kSmallUniform, /*loadsTexels=*/false,
     true, 4, kMedium, kMedium, kSmallDepthwise},
};

ArrayRef<GPUProfile> mopt::getGPUProfiles() { return kProfiles; }

llvm::Expected<const GPUProfile *> mopt::parseGPUProfile(StringRef name) {
  std::string names;
  for (const GPUProfile &profile : kProfiles) {
    if (profile.name == name)
      return &profile;
    names += (names.empty() ? "" : ", ") + profile.name.str();
  }
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 "there is no profile '" + name +
                                     "'; choose one of " + names);
}

const GPUProfile &mopt::chooseGPUProfile(uint32_t vendor,
                                         uint32_t subgroupSize) {
  for (bool isExact : {true, false})
    for (const GPUProfile &profile : kProfiles)
      if (profile.vendor && profile.vendor == vendor &&
          (!isExact || profile.subgroupSize == subgroupSize))
        return profile;
  return kProfiles[0];
}

TileFigures mopt::getTileFigures(const GPUProfile &profile, GPUTile tile,
                                 int64_t valueBytes) {
  // A step loads words of each pixel, bytes or a float of as many input
  // channels, and the weights of these for every output channel.
  int64_t words = valueBytes == 1 ? profile.byteWords : 4;
  int64_t depth = 4 * words / valueBytes;
  int64_t loaded = 4 * words * (tile.pixels + tile.channels);
  // The sums, the pixels' values, one vector of weights, and indices.
  int64_t registers = tile.pixels * tile.channels + words * tile.pixels + 4 + 8;
  double occupancy =
      std::min(1.0, static_cast<double>(profile.registers) / double(registers));
  return {registers, occupancy,
          double(loaded) / double(tile.pixels * tile.channels * depth)};
}

/// Loads are counted as this many products of the values that they bring. That
/// fits what lavapipe executes for 3x3 windows of bytes in rows of 32: 4x8, 7x8
/// and 8x8 take 3.39, 3.75 and 2.92 million instructions, by this 1, 1.02 and
/// 0.79 times as much.
static constexpr int64_t kLoadCost = 3;

GPUTile mopt::chooseTile(ArrayRef<GPUTile> tiles, int64_t pixels,
                         int64_t channels, int64_t taps) {
  GPUTile best = tiles.back();
  int64_t least = std::numeric_limits<int64_t>::max();
  for (GPUTile tile : tiles) {
    // Results that there are not lie in another pixel's place.
    if (llvm::alignTo(channels, 4) % tile.channels)
      continue;
    int64_t loaded =
        pixels % tile.pixels ? tile.pixels * taps : tile.pixels + taps - 1;
    int64_t work = taps * tile.pixels * tile.channels +
                   kLoadCost * (loaded + taps * tile.channels);
    int64_t cost = llvm::divideCeil(pixels, tile.pixels) *
                   llvm::divideCeil(channels, tile.channels) * work;
    if (cost < least) {
      least = cost;
      best = tile;
    }
  }
  return best;
}
