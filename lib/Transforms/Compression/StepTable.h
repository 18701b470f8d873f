//===- StepTable.h - What the steps of compression do -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_COMPRESSION_STEPTABLE_H
#define MOPT_LIB_TRANSFORMS_COMPRESSION_STEPTABLE_H

#include "../Accuracy/DropMeter.h"
#include "llvm/Support/JSON.h"

namespace mlir::mopt {

/// What a model is after each step of its compression.
class StepTable {
public:
  /// `meter` measures models beside the original one by `metric`; null: they
  /// are not run.
  StepTable(const DropMeter *meter, DropMetric metric)
      : meter(meter), metric(metric) {}

  /// Adds what `module` is now. The first is the original.
  llvm::Error add(StringRef step, ModuleOp module);

  /// A line a step, for people.
  std::string format() const;
  llvm::json::Array toJSON() const;

private:
  struct Step {
    std::string name;
    /// Of the .tflite and of the container.
    int64_t bytes = 0, coded = 0;
    double sparsity = 0.0;
    /// The most different weights of a tensor.
    int64_t values = 0;
    /// Top-1 or answers as before in percent, or dB; infinite for what is the
    /// original.
    double quality = 0.0;
  };

  double getQuality(const DropMeter::Measured &measured) const;

  const DropMeter *meter;
  DropMetric metric;
  std::vector<Step> steps;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_COMPRESSION_STEPTABLE_H
