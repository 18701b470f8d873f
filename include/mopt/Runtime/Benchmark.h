//===- Benchmark.h - Latency of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_BENCHMARK_H
#define MOPT_RUNTIME_BENCHMARK_H

#include "mopt/Runtime/Executor.h"

namespace mlir::mopt {

/// Wall-clock time of one inference over repeated runs, in microseconds.
struct Latency {
  double median = 0, p10 = 0, p90 = 0;
  int64_t repetitions = 0;
  /// CPU time of a run, all threads of the process together: the mean.
  double cpu = 0;
};

/// Runs `executor` on `inputs`: first until 0.2 s have passed to warm up (at
/// least once), then `repetitions` times, or, where that is 0, for about 2 s
/// and at least 5 times.
llvm::Expected<Latency> measureLatency(Executor &executor,
                                       ArrayRef<HostTensor> inputs,
                                       int64_t repetitions);

/// Inputs drawn from `seed`: integers over the whole range of their type,
/// floats from a normal distribution with mean 0 and variance 1.
SmallVector<HostTensor> drawInputs(FunctionType type, uint64_t seed);

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_BENCHMARK_H
