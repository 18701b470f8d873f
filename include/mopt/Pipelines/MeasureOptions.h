//===- MeasureOptions.h - Measuring what a pipeline does --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_MEASUREOPTIONS_H
#define MOPT_PIPELINES_MEASUREOPTIONS_H

#include "mlir/Pass/PassOptions.h"
#include "mopt/Transforms/Accuracy/Passes.h"

namespace mlir::mopt {

/// The options of all pipelines that measure what they do.
struct MeasureOptions {
  template <typename T>
  using Option = mlir::detail::PassOptions::Option<T>;

  explicit MeasureOptions(mlir::detail::PassOptions &parent)
      : eval(parent, "eval",
             llvm::cl::desc("Data to measure on, with labels where top-1 is "
                            "asked for; default: that of calibration")),
        evalSamples(parent, "eval-samples",
                    llvm::cl::desc("Number of samples to measure on, from the "
                                   "first; 0 = all"),
                    llvm::cl::init(0)),
        report(parent, "report",
               llvm::cl::desc("Write a report of what quantization did: a page "
                              "(.html) or the facts (.json)")) {}

  Option<std::string> eval;
  Option<int64_t> evalSamples;
  Option<std::string> report;
};

/// The options of `mopt-limit-drop`; without `max-drop` it does not run.
struct DropOptions {
  template <typename T>
  using Option = mlir::detail::PassOptions::Option<T>;

  explicit DropOptions(mlir::detail::PassOptions &parent)
      : maxDrop(
            parent, "max-drop",
            llvm::cl::desc(
                "Keep the fewest layers in higher precision (fallback) that "
                "let the model lose no more than this: percentage points "
                "of top-1, or, with metric=snr, the dB that every output "
                "keeps")),
        metric(parent, "metric", llvm::cl::desc("What max-drop limits"),
               llvm::cl::init(DropMetric::Top1), getDropMetricValues()),
        fallback(
            parent, "fallback",
            llvm::cl::desc("What layers become that max-drop does not let "
                           "be quantised"),
            llvm::cl::init(DropFallback::Float),
            llvm::cl::values(
                clEnumValN(DropFallback::Float, "float", "they stay float"),
                clEnumValN(DropFallback::Int16x8, "int16x8",
                           "activations of 16 bits, weights of 8"))) {}

  Option<double> maxDrop;
  Option<DropMetric> metric;
  Option<DropFallback> fallback;
};

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_MEASUREOPTIONS_H
