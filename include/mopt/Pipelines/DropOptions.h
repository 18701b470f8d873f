//===- DropOptions.h - How much accuracy a pipeline may lose -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_DROPOPTIONS_H
#define MOPT_PIPELINES_DROPOPTIONS_H

#include "mlir/Pass/PassOptions.h"
#include "mopt/Transforms/Accuracy/Passes.h"

namespace mlir::mopt {

/// The options of `mopt-limit-drop`; without `max-drop` it does not run.
struct DropOptions {
  template <typename T>
  using Option = mlir::detail::PassOptions::Option<T>;

  explicit DropOptions(mlir::detail::PassOptions &parent)
      : maxDrop(parent, "max-drop",
                llvm::cl::desc("Keep the fewest layers float that let the "
                               "model lose no more than this: percentage "
                               "points of top-1, or, with metric=snr, the dB "
                               "that every output keeps")),
        metric(
            parent, "metric", llvm::cl::desc("What max-drop limits"),
            llvm::cl::init(DropMetric::Top1),
            llvm::cl::values(clEnumValN(DropMetric::Top1, "top1",
                                        "loss of top-1 in percentage points"),
                             clEnumValN(DropMetric::SNR, "snr",
                                        "least signal-to-noise ratio in dB"))),
        eval(parent, "eval",
             llvm::cl::desc("Data that max-drop measures on, labelled for "
                            "top1; default: that of calibration")),
        evalSamples(parent, "eval-samples",
                    llvm::cl::desc("Number of samples that max-drop measures "
                                   "on, from the first; 0 = all"),
                    llvm::cl::init(0)) {}

  Option<double> maxDrop;
  Option<DropMetric> metric;
  Option<std::string> eval;
  Option<int64_t> evalSamples;
};

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_DROPOPTIONS_H
