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

/// The alignment of the arena, of its size, and of every buffer in it that is
/// not smaller, where the target asks for no more; smaller ones are aligned to
/// 16 or to their size.
inline constexpr int64_t kArenaAlignment = 64;

/// Replaces every `memref.alloc` of a static shape in the entry block of `func`
/// by a view into one arena, a new last argument of type memref<Nxi8>. Buffers
/// that are not in use at the same time (BufferLife) may share bytes. Returns
/// N, which may be 0. Some orders of first-fit placement and a short search
/// bring N to the largest sum of live buffers or near it. N and the places of
/// buffers of `alignment` bytes and more are multiples of `alignment`. Same
/// function, same plan.
int64_t planArena(func::FuncOp func, int64_t alignment = kArenaAlignment);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_ARENAPLANNER_H
