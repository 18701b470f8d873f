//===- PartlyCompiled.h - Compiled parts between evaluated ops --*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_PARTLYCOMPILED_H
#define MOPT_LIB_TARGET_CPU_PARTLYCOMPILED_H

#include "mopt/Runtime/Executor.h"

namespace mlir::mopt {

/// Compiles all of `func`; fails where an op has no lowering.
llvm::Expected<std::unique_ptr<Executor>>
createCompiledExecutor(func::FuncOp func, const ExecutorOptions &options);

/// Compiles what can be compiled of `func` and of the functions that it calls:
/// whole functions, or runs of ops between those that have no lowering. These
/// are evaluated, which is also how control flow gets from one compiled
/// function to the next. Null where that does not help: an op has no evaluator
/// either, a shape is open, or no op is in the way of compiling it all.
llvm::Expected<std::unique_ptr<Executor>>
createPartlyCompiledExecutor(func::FuncOp func, const ExecutorOptions &options);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_PARTLYCOMPILED_H
