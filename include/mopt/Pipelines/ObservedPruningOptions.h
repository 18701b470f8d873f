//===- ObservedPruningOptions.h - Options of pruning by data ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_OBSERVEDPRUNINGOPTIONS_H
#define MOPT_PIPELINES_OBSERVEDPRUNINGOPTIONS_H

#include "mlir/Pass/PassOptions.h"
#include "mopt/Transforms/Sparsity/Passes.h"

namespace mlir::mopt {

/// The options of `--prune` about data: what method=obs observes, and what
/// max-drop measures on.
struct ObservedPruningOptions {
  template <typename T>
  using Option = mlir::detail::PassOptions::Option<T>;

  explicit ObservedPruningOptions(mlir::detail::PassOptions &parent)
      : samples(parent, "samples",
                llvm::cl::desc("Number of samples of calibration to use; 0 = "
                               "all"),
                llvm::cl::init(0)),
        first(parent, "first",
              llvm::cl::desc("Samples to leave out before the first one"),
              llvm::cl::init(0)),
        preprocess(parent, "preprocess",
                   llvm::cl::desc("What to do with uint8 data, e.g. "
                                  "mean:127,std:128")),
        damping(parent, "damping",
                llvm::cl::desc("method=obs: trust in the given weights against "
                               "the data; 0 = by the number of samples"),
                llvm::cl::init(0.0)),
        measureSamples(
            parent, "measure-samples",
            llvm::cl::desc("sparsity-allocation=auto: at most this "
                           "many samples measure what a ratio costs"),
            llvm::cl::init(256)),
        maxDrop(parent, "max-drop",
                llvm::cl::desc("In place of sparsity: the sparsest model that "
                               "loses no more than this: percentage points of "
                               "top-1, or, with metric=snr, the dB that every "
                               "output keeps")),
        metric(parent, "metric", llvm::cl::desc("What max-drop limits"),
               llvm::cl::init(DropMetric::Top1), getDropMetricValues()),
        eval(parent, "eval",
             llvm::cl::desc("max-drop: data to measure on, with labels for "
                            "top-1; default: that of calibration")),
        evalSamples(parent, "eval-samples",
                    llvm::cl::desc("Number of samples to measure on, from the "
                                   "first; 0 = all"),
                    llvm::cl::init(0)),
        threads(parent, "threads", llvm::cl::desc("Threads; 0 = one per core"),
                llvm::cl::init(0)) {}

  Option<int64_t> samples, first;
  Option<std::string> preprocess;
  Option<double> damping;
  Option<int64_t> measureSamples;
  Option<double> maxDrop;
  Option<DropMetric> metric;
  Option<std::string> eval;
  Option<int64_t> evalSamples;
  Option<unsigned> threads;
};

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_OBSERVEDPRUNINGOPTIONS_H
