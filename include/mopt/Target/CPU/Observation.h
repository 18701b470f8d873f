//===- Observation.h - Compiled code that shows its values -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_CPU_OBSERVATION_H
#define MOPT_TARGET_CPU_OBSERVATION_H

#include "mopt/Runtime/Executor.h"

namespace mlir::mopt {

/// What a `kernel.observe` of compiled code calls, on the thread that runs the
/// code, with the index of the op and the elements of its operand. They are
/// valid during the call.
using ObserveFunction = void (*)(int64_t index, const void *elements);

/// Compiles `func`, which may hold kernel.observe ops beside ops of the mopt
/// dialect, as a whole. Only what lies between a value's computation and its
/// last reader needs memory, whether it is observed or not.
llvm::Expected<std::unique_ptr<Executor>>
createObservedExecutor(func::FuncOp func, const ExecutorOptions &options,
                       ObserveFunction observe);

/// What was seen of elements while they were computed.
struct ObservedExtremes {
  float min, max;
  /// False if one is NaN or infinite; then the others say nothing.
  bool areFinite;
};

/// As ObserveFunction; `extremes` is null where they are not known.
using ShowFunction = void (*)(int64_t index, llvm::ArrayRef<float> elements,
                              const ObservedExtremes *extremes);

/// Runs `func`, which has no results, without compiling it: with kernels that
/// are part of mopt and that give the same bits as those it generates. Null
/// where the function has ops that need more, or on a CPU that these kernels
/// are not for. What a run costs is about the same; what compiling costs, that
/// of some hundred runs, it saves.
llvm::Expected<std::unique_ptr<Executor>>
createReadyExecutor(func::FuncOp func, const ExecutorOptions &options,
                    ShowFunction show);

} // namespace mlir::mopt

#endif // MOPT_TARGET_CPU_OBSERVATION_H
