//===- Profile.h - Time of each op of a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_CPU_PROFILE_H
#define MOPT_TARGET_CPU_PROFILE_H

#include "mopt/Runtime/Executor.h"

namespace mlir::mopt {

/// What one op of a model took.
struct OpProfile {
  /// Its place in the body of the function.
  int64_t number = 0;
  /// Without the dialect: `conv_2d`.
  std::string op;
  /// Of the tensor that it computes; empty if the model has none.
  std::string name;
  /// Shape of its (first) result.
  SmallVector<int64_t> shape;
  /// Median over the runs, in microseconds. 0 for ops that became part of
  /// others or of nothing, as a reshape does.
  double microseconds = 0;
  /// Multiply-accumulate operations of convolutions and fully connected layers;
  /// 0 for other ops.
  int64_t macs = 0;
  /// Of a layer whose kernel leaves out zeros, the part of the steps of a dense
  /// kernel of the same vectors that it takes.
  std::optional<double> blocks;
};

/// The ops of `func` that compute something, in order, without times.
SmallVector<OpProfile> describeOps(func::FuncOp func);

/// Compiles `func` as createJITExecutor does, with a look at the clock between
/// its ops, and runs it on `inputs`: first until 0.2 s have passed to warm up,
/// then `repetitions` times, or, where that is 0, for about 1 s and at least 5
/// times. One entry per op, in the order of the function.
llvm::Expected<SmallVector<OpProfile>>
profileOps(func::FuncOp func, const ExecutorOptions &options,
           ArrayRef<HostTensor> inputs, int64_t repetitions);

} // namespace mlir::mopt

#endif // MOPT_TARGET_CPU_PROFILE_H
