//===- GPUProfile.h - What a GPU is good at -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The tiles and memories that kernels use are data: one row a kind of device,
// found by name or by what Vulkan says of the device.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOGPU_GPUPROFILE_H
#define MOPT_CONVERSION_MOPTTOGPU_GPUPROFILE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// Results of one invocation: pixels of a row, output channels (a multiple of
/// 4).
struct GPUTile {
  int64_t pixels, channels;
};

struct GPUProfile {
  StringRef name;
  /// The vendorID of Vulkan; 0 for any.
  uint32_t vendor;
  /// Invocations that run together; 0 for any.
  uint32_t subgroupSize;
  /// Invocations of a workgroup.
  int64_t workgroup;
  /// 32-bit registers that an invocation can hold while the device is full, and
  /// invocations that a core holds at most.
  int64_t registers, residentInvocations;
  /// Weights of at most this many bytes lie in a uniform buffer; 0 for never.
  int64_t uniformBytes;
  /// Whether what a kernel only reads, and no uniform buffer holds, comes
  /// through the texture units.
  bool loadsTexels;
  /// Whether sums of products of four bytes are one instruction of the module.
  bool hasIntegerDot;
  /// Words of each pixel that a step of a convolution of bytes loads: 1, 2, 4.
  int64_t byteWords;
  /// From the best one to the smallest, one of 1 pixel and 4 channels.
  ArrayRef<GPUTile> byteTiles, floatTiles;
  /// Pixels of a depthwise tile, which has four channels.
  ArrayRef<int64_t> depthwisePixels;
};

/// All rows; the first one is the default.
ArrayRef<GPUProfile> getGPUProfiles();

/// The row of this name, or an error that lists all names.
llvm::Expected<const GPUProfile *> parseGPUProfile(StringRef name);

/// The row for a device: that of its vendor and subgroup size, of its vendor,
/// or the generic one.
const GPUProfile &chooseGPUProfile(uint32_t vendor, uint32_t subgroupSize);

/// What a tile costs a device.
struct TileFigures {
  /// Registers of an invocation.
  int64_t registers;
  /// Part of the invocations that a core could hold which these registers leave
  /// room for, at most 1.
  double occupancy;
  /// Bytes that an invocation loads for each multiply-accumulate.
  double loadedBytesPerMac;
};

/// For a tile of `profile` whose values have `valueBytes` (1 or 4) bytes.
TileFigures getTileFigures(const GPUProfile &profile, GPUTile tile,
                           int64_t valueBytes);

/// The tile for `pixels` in a row and `channels` outputs, which it divides into
/// whole tiles once they are rounded up to fours: the one of `tiles` that takes
/// the fewest products and loads, those for pixels that there are not included;
/// the first one of several. `taps` are those of a row of the window if a
/// pixel's inputs are those of the one before it a tap later, otherwise 1:
/// tiles that divide a row load such inputs once.
GPUTile chooseTile(ArrayRef<GPUTile> tiles, int64_t pixels, int64_t channels,
                   int64_t taps);

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOGPU_GPUPROFILE_H
