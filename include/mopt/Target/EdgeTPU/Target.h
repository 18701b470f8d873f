//===- Target.h - What the Edge TPU's compiler takes ------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_EDGETPU_TARGET_H
#define MOPT_TARGET_EDGETPU_TARGET_H

#include "mopt/Transforms/Partition/Partition.h"

namespace mlir::mopt {

inline constexpr llvm::StringLiteral kEdgeTPUTarget = "edgetpu";

/// The statuses that the compiler's log gives to operators.
namespace edgetpu_status {
inline constexpr llvm::StringLiteral kMapped = "Mapped to Edge TPU";
inline constexpr llvm::StringLiteral kNotSupported = "Operation not supported";
inline constexpr llvm::StringLiteral kVersion =
    "Operation version not supported";
inline constexpr llvm::StringLiteral kDataType =
    "Operation is working on an unsupported data type";
inline constexpr llvm::StringLiteral kLimitation =
    "Operation is otherwise supported, but not mapped due to some unspecified "
    "limitation";
inline constexpr llvm::StringLiteral kSecondSubgraph =
    "More than one subgraph is not supported";
} // namespace edgetpu_status

/// Numbers of the chip ("beagle"): 4 x 4 tiles.
namespace edgetpu_chip {
inline constexpr int64_t kTiles = 16;
/// Memory for activations, bytes a tile.
inline constexpr int64_t kNarrowMemoryPerTile = 196608;
inline constexpr int64_t kNarrowMemory = kTiles * kNarrowMemoryPerTile;
/// What the compiler calls usable of the memory for parameters: 7.7 MiB.
inline constexpr int64_t kParameterMemory = int64_t(7.7 * (1 << 20));
} // namespace edgetpu_chip

/// The operators that the compiler (release 16) accepts, with the limits that
/// its documentation states and those that its results show. docs/EdgeTPU.md
/// has the table. The chip runs one region of a model.
std::unique_ptr<PartitionTarget> createEdgeTPUTarget();

/// Makes it known to mopt-partition as `edgetpu`.
void registerEdgeTPUTarget();

/// A mean over this many values is refused: the compiler leaves one of
/// 256 x 128 on the CPU, and takes 33 x 33.
inline constexpr int64_t kEdgeTPUMaxReduction = 1 << 15;

} // namespace mlir::mopt

#endif // MOPT_TARGET_EDGETPU_TARGET_H
