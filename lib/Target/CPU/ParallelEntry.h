//===- ParallelEntry.h - Code that shares its work -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_PARALLELENTRY_H
#define MOPT_LIB_TARGET_CPU_PARALLELENTRY_H

#include "llvm/IR/Function.h"

namespace mlir::mopt {

/// Makes a copy of `serial` that takes two more pointers, a function
///     void parallelFor(void *context, void (*task)(void *data, size_t begin,
///                                                  size_t end),
///                      void *data, size_t count)
/// and its `context`. In the copy, calls of functions that divideFunctions
/// divided become calls of this function, which has to have the task called for
/// ranges that make up [0, count), and returns when all are done.
llvm::Function *makeParallelEntry(llvm::Function &serial);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_PARALLELENTRY_H
