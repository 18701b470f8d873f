//===- ProfileMarks.h - Clock between ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How compiled code tells which op it is working on: ops are numbered, their
// numbers survive lowering as locations, and where a number changes a call of
// the marking function is inserted.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_PROFILEMARKS_H
#define MOPT_LIB_TARGET_CPU_PROFILEMARKS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::mopt {

/// The name under which compiled code calls the marking function.
inline constexpr llvm::StringLiteral kProfileMark = "mopt_profile_mark";

/// Called with the number of the op that begins now, -1 after the last one.
using ProfileMark = void (*)(int64_t);

/// Gives each op in the body of `func` its position there as its number.
void numberOps(func::FuncOp func);

/// The number in `loc`, the first one if there are several; -1 without one.
int64_t getOpNumber(Location loc);

/// Names functions that `func` calls and nothing else does after the numbered
/// op whose work they do: `op12_conv_2d`, and with a further number where there
/// are several. `names` has the names of ops by number.
void nameFunctions(func::FuncOp func, ArrayRef<std::string> names);

/// Inserts the calls into `func`, which is on buffers, in its entry block.
void insertMarks(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_PROFILEMARKS_H
