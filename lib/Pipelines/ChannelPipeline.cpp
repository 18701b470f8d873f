//===- ChannelPipeline.cpp - Pruning whole channels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NotAvailable.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Pipelines/SparsityPipelines.h"

using namespace mlir;
using namespace mlir::mopt;

llvm::Error mopt::buildChannelPipeline(OpPassManager &manager,
                                       const PruneOptions &options) {
  bool solves = StringRef(options.method) == "obs";
  if (!solves && StringRef(options.method) != "magnitude")
    return notAvailable("method", StringRef(options.method), "magnitude, obs");
  if (solves && options.calibration.empty())
    return llvm::createStringError(
        "method=obs needs samples; give calibration=DATA");
  bool isLimited = options.observed.maxDrop.getNumOccurrences();
  if (!solves && !isLimited && !options.calibration.empty())
    return llvm::createStringError(
        "calibration= is for methods that need data; magnitude needs none");
  if (isLimited && options.sparsity.getNumOccurrences())
    return llvm::createStringError(
        "max-drop chooses the sparsity; give one of both");
  if (isLimited && !(options.observed.maxDrop >= 0.0))
    return llvm::createStringError("max-drop must not be negative");
  if (!options.selection.recipe.empty() ||
      !options.selection.excludeOps.empty() ||
      !options.selection.onlyOps.empty())
    return llvm::createStringError(
        "pattern=channel selects layers with exclude and only");
  PruneChannelsPassOptions prune;
  if (StringRef(options.allocation) == "global")
    prune.allocation = ChannelAllocation::Global;
  else if (StringRef(options.allocation) == "auto" && solves)
    prune.allocation = ChannelAllocation::Auto;
  else if (StringRef(options.allocation) != "uniform")
    return notAvailable("sparsity-allocation", StringRef(options.allocation),
                        "uniform, global, auto (with method=obs)");
  prune.sparsity = options.sparsity;
  // A limit asks for the fewest products unless it is told otherwise.
  prune.measure = isLimited && !options.channels.measure.getNumOccurrences()
                      ? ChannelMeasure::MACs
                      : options.channels.measure;
  prune.multiple = options.channels.multiple;
  if (solves)
    prune.data = options.calibration;
  if (isLimited) {
    prune.maxDrop = options.observed.maxDrop;
    prune.metric = options.observed.metric;
    prune.eval = options.observed.eval.empty() ? options.calibration
                                               : options.observed.eval;
    prune.evalSamples = options.observed.evalSamples;
    prune.isShrunk = options.channels.shrink;
  }
  prune.samples = options.observed.samples;
  prune.preprocess = options.observed.preprocess;
  prune.measureSamples = options.observed.measureSamples;
  prune.threads = options.observed.threads;
  prune.exclude = options.selection.exclude;
  prune.only = options.selection.only;
  prune.report = options.report;
  manager.addPass(createPruneChannelsPass(prune));
  if (options.channels.shrink)
    manager.addPass(createShrinkChannelsPass());
  return llvm::Error::success();
}
