//===- DivideLoops.h - Work of a function in items -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_DIVIDELOOPS_H
#define MOPT_LIB_TARGET_CPU_DIVIDELOOPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::mopt {

/// Name of the function attribute, in LLVM IR too, that holds the number of
/// items of a divided function.
inline constexpr llvm::StringLiteral kItemsAttr = "mopt-items";

/// Turns the linalg ops of `func`, not those inside of other ops, into loops,
/// and marks those whose iterations are independent (kernel.independent).
void lowerToIndependentLoops(func::FuncOp func);

/// Divides the private functions that `caller` calls: one whose loops are
/// independent and have enough work for two threads (any, if `everything`)
/// takes two more arguments, a range [begin, end) of items, and computes only
/// these. Items are numbered from 0 in the order of the loops; any two may be
/// computed at once. Calls in `caller` ask for all of them.
void divideFunctions(func::FuncOp caller, bool everything = false);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_DIVIDELOOPS_H
