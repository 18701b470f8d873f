//===- HostCalls.h - What compiled code calls in the program ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_HOSTCALLS_H
#define MOPT_LIB_TARGET_CPU_HOSTCALLS_H

#include "ProfileMarks.h"
#include "mopt/Target/CPU/Observation.h"

namespace mlir::mopt {

/// The name under which compiled code calls the observing function.
inline constexpr llvm::StringLiteral kObserveFunction = "mopt_observe";

/// Functions of the program that runs the code; null where it calls none.
struct HostCalls {
  /// Called between ops.
  ProfileMark mark = nullptr;
  /// Called by kernel.observe.
  ObserveFunction observe = nullptr;
};

/// createJITExecutor, compiled as a whole, with calls of the program.
llvm::Expected<std::unique_ptr<Executor>>
createCallingExecutor(func::FuncOp func, const ExecutorOptions &options,
                      HostCalls calls);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_HOSTCALLS_H
