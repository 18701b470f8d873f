//===- PartitionTarget.h - What Hexagon takes of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_HEXAGON_PARTITIONTARGET_H
#define MOPT_TARGET_HEXAGON_PARTITIONTARGET_H

#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Transforms/Partition/Partition.h"

namespace mlir::mopt {

inline constexpr llvm::StringLiteral kHexagonTarget = "hexagon";

/// Takes every op that is lowered to loops and whose loops call nothing but
/// what mopt has for Hexagon. It looks at an op by lowering a copy of it.
/// Control flow and variables belong to the function that they are in, which
/// may be compiled as a whole; alone they are refused. Of an op that no kernel
/// of its vectors computes it says so, with the reason: in `mode`, or in that
/// of the op's module, which is `fixed` where that says nothing.
std::unique_ptr<PartitionTarget>
createHexagonTarget(std::optional<RequantizeMode> mode = std::nullopt);

/// Makes it known as `hexagon`.
void registerHexagonTarget();

} // namespace mlir::mopt

#endif // MOPT_TARGET_HEXAGON_PARTITIONTARGET_H
