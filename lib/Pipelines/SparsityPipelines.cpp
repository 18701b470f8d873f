//===- SparsityPipelines.cpp - Pipelines that remove weights -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Pipelines/SparsityPipelines.h"

#include "NotAvailable.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::mopt;

llvm::Error mopt::buildPrunePipeline(OpPassManager &manager,
                                     const PruneOptions &options) {
  if (StringRef(options.pattern) == "channel")
    return buildChannelPipeline(manager, options);
  llvm::Expected<SparsityPattern> pattern =
      SparsityPattern::parse(options.pattern);
  if (!pattern)
    return pattern.takeError();
  if (StringRef(options.method) != "magnitude")
    return notAvailable("method", StringRef(options.method), "magnitude");
  if (!options.calibration.empty())
    return llvm::createStringError(
        "calibration= is for methods that need data; magnitude needs none");
  SparsityAllocation allocation = SparsityAllocation::Uniform;
  if (StringRef(options.allocation) == "global")
    allocation = SparsityAllocation::Global;
  else if (StringRef(options.allocation) != "uniform")
    return notAvailable("sparsity-allocation", StringRef(options.allocation),
                        "uniform, global");

  PruneWeightsPassOptions prune;
  prune.sparsity = options.sparsity;
  prune.pattern = options.pattern;
  prune.allocation = allocation;
  prune.exclude = options.exclude;
  prune.only = options.only;
  prune.report = options.report;
  manager.addPass(createPruneWeightsPass(prune));

  VerifyWeightsPassOptions verify;
  verify.sparsity = options.sparsity;
  verify.pattern = options.pattern;
  verify.allocation = allocation;
  verify.exclude = options.exclude;
  verify.only = options.only;
  manager.addPass(createVerifyWeightsPass(verify));
  return llvm::Error::success();
}

llvm::Error
mopt::buildSparseEncodingPipeline(OpPassManager &manager,
                                  const SparseEncodingOptions &options) {
  StringRef mode(options.mode);
  if (mode != "auto" && mode != "kernels" && mode != "off")
    return notAvailable("mode", mode, "auto, kernels, off");
  // Constants are dense at the beginning of every pipeline.
  if (mode == "off")
    return llvm::Error::success();
  EncodeSparseWeightsPassOptions encode;
  encode.runtime = mode == "auto" ? SparseRuntime::Any : SparseRuntime::Kernels;
  encode.minSaving = options.minSaving;
  encode.exclude = options.exclude;
  encode.only = options.only;
  manager.addPass(createEncodeSparseWeightsPass(encode));
  return llvm::Error::success();
}
