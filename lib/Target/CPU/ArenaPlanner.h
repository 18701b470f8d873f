//===- ArenaPlanner.h - Static placement of temporaries -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_ARENAPLANNER_H
#define MOPT_LIB_TARGET_CPU_ARENAPLANNER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::mopt {

/// Every offset in the arena, and the arena itself, is a multiple of this.
inline constexpr int64_t kArenaAlignment = 64;

/// Replaces every `memref.alloc` of a static shape in the entry block of `func`
/// by a view into one arena, a new last argument of type memref<Nxi8>. Buffers
/// whose lives (first definition to last use, in block order, through views)
/// do not overlap may share bytes. Largest first, each at the lowest offset
/// that is free for its whole life. Returns N, which may be 0.
int64_t planArena(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_ARENAPLANNER_H
