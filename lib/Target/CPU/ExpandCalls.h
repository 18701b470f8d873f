//===- ExpandCalls.h - Calls with all that functions need -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_EXPANDCALLS_H
#define MOPT_LIB_TARGET_CPU_EXPANDCALLS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::mopt {

/// On arguments of a function that are not its own inputs: which weight or
/// variable of the program (Program) they stand for, as an integer.
inline constexpr llvm::StringLiteral kProgramDataAttr = "mopt.program_data";

/// On a function that runs once: the variable that tells whether it has run, a
/// byte, as kProgramDataAttr of an argument would.
inline constexpr llvm::StringLiteral kFirstUseAttr = "mopt.first_use";

/// Turns the kernel.call, kernel.call_once, kernel.if, kernel.while and
/// kernel.observe in `func`, which are on buffers, into loops, branches and
/// calls. The functions
/// that are called have all their arguments: inputs, data of the program (which
/// `func` has among its arguments too), results, arena. Their memory becomes
/// buffers of `func`.
void expandCalls(func::FuncOp func);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_EXPANDCALLS_H
