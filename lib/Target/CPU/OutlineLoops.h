//===- OutlineLoops.h - One function per loop nest -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_OUTLINELOOPS_H
#define MOPT_LIB_TARGET_CPU_OUTLINELOOPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::mopt {

/// Moves every top-level scf.for of `func` into a private function of its own
/// (`<name>_loop_<i>`). Buffers become arguments that do not alias each other,
/// which is what lets the loops be vectorised; constants are copied along.
/// Precondition: the buffers that one nest writes overlap no other buffer that
/// it uses (see planArena).
void outlineLoops(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_OUTLINELOOPS_H
