//===- SampleLoop.h - Work on many samples with several threads -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_SAMPLELOOP_H
#define MOPT_RUNTIME_SAMPLELOOP_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// Calls `work(thread, sample)` for every sample of [begin, end), handed out in
/// order to `threads` threads (the caller's is thread 0). Stops at the first
/// failure and returns the error of the lowest failing sample, so that the
/// message does not depend on which thread was first.
llvm::Error
forEachSample(int64_t begin, int64_t end, unsigned threads,
              llvm::function_ref<llvm::Error(unsigned, int64_t)> work);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_SAMPLELOOP_H
