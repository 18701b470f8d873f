//===- ObservedModel.h - A model that shows its activations -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_CALIBRATION_OBSERVEDMODEL_H
#define MOPT_LIB_TRANSFORMS_CALIBRATION_OBSERVEDMODEL_H

#include "SampleSource.h"
#include "mlir/IR/OwningOpRef.h"
#include "mopt/Runtime/Executor.h"
#include "mopt/Transforms/Calibration/Observer.h"

namespace mlir::mopt {

/// The float32 tensors of `func` that change from run to run, in order.
SmallVector<Value> collectActivations(func::FuncOp func);

/// A copy of a float function that shows every float32 activation, ready to
/// run on several threads. Compiled code shows it where it is computed, so that
/// a thread needs no more memory than to run the model. The weights are those
/// of the original's module, which must outlive it.
class ObservedModel {
public:
  /// Where kernels of mopt's own are not enough, compiles the copy; where it
  /// cannot be compiled it is interpreted, and a remark says so. `compiles`
  /// asks for the second; nothing but time depends on it. `threads` 0 = one per
  /// core.
  static llvm::Expected<ObservedModel>
  create(func::FuncOp func, unsigned threads, bool compiles = false);

  /// The activations, as values of the original function.
  ArrayRef<Value> getValues() const { return values; }
  unsigned getNumThreads() const { return workers.size(); }

  /// Runs samples [begin, end) on all threads and calls `observe(sample, index,
  /// elements, range)` for each activation, from several threads at a time but
  /// for one sample only from one, in the order of the values. `range` is what
  /// getExtremes gives of the elements. Fails with the error of the lowest
  /// failing sample, whatever thread it ran on.
  using ObserveFn = llvm::function_ref<llvm::Error(
      int64_t sample, size_t index, ArrayRef<float> elements,
      std::optional<ValueRange32> range)>;
  llvm::Error run(const SampleSource &source, int64_t begin, int64_t end,
                  ObserveFn observe);

private:
  llvm::Error runSample(Executor &worker, ArrayRef<HostTensor> inputs,
                        int64_t sample, ObserveFn observe);

  OwningOpRef<ModuleOp> module;
  SmallVector<Value> values;
  std::vector<std::unique_ptr<Executor>> workers;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_CALIBRATION_OBSERVEDMODEL_H
