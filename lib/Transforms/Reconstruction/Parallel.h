//===- Parallel.h - Independent tasks on several threads -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_PARALLEL_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_PARALLEL_H

#include "mopt/Runtime/SampleLoop.h"

namespace mlir::mopt {

/// Calls `work(task)` for every task of [0, count), several at a time.
inline void forEachTask(int64_t count, unsigned threads,
                        llvm::function_ref<void(int64_t)> work) {
  llvm::cantFail(forEachSample(0, count, threads, [&](unsigned, int64_t task) {
    work(task);
    return llvm::Error::success();
  }));
}

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_PARALLEL_H
