//===- DropMeter.h - What a changed model loses -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_ACCURACY_DROPMETER_H
#define MOPT_LIB_TRANSFORMS_ACCURACY_DROPMETER_H

#include "mopt/Runtime/Executor.h"
#include "mopt/Runtime/ModelIO.h"
#include "mopt/Transforms/Accuracy/Passes.h"

namespace mlir::mopt {

/// Runs changed forms of a model beside the model itself, on data.
class DropMeter {
public:
  struct Options {
    /// Labelled for DropMetric::Top1.
    std::string data;
    /// From the first; 0 = all.
    int64_t samples = 0;
    DropMetric metric = DropMetric::Top1;
    /// Empty = what the module records.
    std::string preprocess;
    /// 0 = one per core.
    unsigned threads = 0;
  };

  /// What a changed model does, beside the original one.
  struct Measured {
    int64_t correct = 0, originalCorrect = 0, total = 0;
    /// Answers, and those that both models give.
    int64_t answers = 0, sameAnswers = 0;
    double snr = 0;
  };

  /// `func` must outlive the meter and must not change.
  static llvm::Expected<DropMeter> open(func::FuncOp func,
                                        const Options &options);

  /// Compiles and runs the first function of `module`.
  llvm::Expected<Measured> measure(ModuleOp module) const;

  /// Whether at most `limit` percentage points of top-1 are lost, every output
  /// keeps a signal-to-noise ratio of `limit` dB, or at most `limit` percent of
  /// the answers change: no more right ones than that can be lost, whatever
  /// the labels are.
  bool isGoodEnough(const Measured &measured, double limit) const;
  std::string describe(const Measured &measured) const;

  const Dataset &getDataset() const { return *dataset; }
  const Preprocess &getPreprocess() const { return preprocess; }

private:
  Options options;
  SmallVector<InputSpec> specs;
  std::unique_ptr<Dataset> dataset;
  Preprocess preprocess;
  std::unique_ptr<Executor> executor;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_ACCURACY_DROPMETER_H
