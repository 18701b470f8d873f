//===- IndependentLoops.h - Loops that threads may share -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_KERNEL_IR_INDEPENDENTLOOPS_H
#define MOPT_DIALECT_KERNEL_IR_INDEPENDENTLOOPS_H

#include "llvm/ADT/StringRef.h"

namespace mlir::mopt::kernel {

/// Name of the attribute of an scf.for without results whose iterations may run
/// in any order and at once, also beside everything else that is in the block
/// of the loop. Threads share such loops.
inline constexpr llvm::StringLiteral kIndependentAttr = "kernel.independent";

/// Name of the attribute of an scf.for whose bounds are data: how many
/// iterations it has on average, for who estimates work.
inline constexpr llvm::StringLiteral kAssumedTripsAttr = "kernel.assumed_trips";

} // namespace mlir::mopt::kernel

#endif // MOPT_DIALECT_KERNEL_IR_INDEPENDENTLOOPS_H
