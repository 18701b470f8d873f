//===- CompressionPipelines.cpp - Pipelines of all means -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Pipelines/CompressionPipelines.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Transforms/Clustering/Passes.h"
#include "mopt/Transforms/Graph/Passes.h"

using namespace mlir;
using namespace mlir::mopt;

/// The most that max-drop and smaller take unless told.
static constexpr double kMostSparsity = 0.98;

llvm::Error
mopt::buildDeepCompressPipeline(OpPassManager &manager,
                                const DeepCompressOptions &options) {
  bool isLimited = options.maxDrop.getNumOccurrences();
  if (isLimited && !(options.maxDrop >= 0.0))
    return llvm::createStringError("max-drop must not be negative");
  if (isLimited && options.eval.empty() && options.calibration.empty())
    return llvm::createStringError(
        "max-drop needs samples to measure on; give eval=DATA with labels, or "
        "calibration=DATA");
  bool isSized = options.smaller.getNumOccurrences();
  if (isSized && !(options.smaller >= 1.0))
    return llvm::createStringError("smaller must be at least 1");
  if (isSized && isLimited)
    return llvm::createStringError(
        "max-drop and smaller both choose the sparsity; give one of both");
  if (options.form == CompressedForm::Int8 && options.calibration.empty())
    return llvm::createStringError(
        "form=int8 needs samples; give calibration=DATA");
  DeepCompressPassOptions compress;
  compress.sparsity =
      (isLimited || isSized) && !options.sparsity.getNumOccurrences()
          ? kMostSparsity
          : options.sparsity;
  compress.clusters = options.clusters;
  compress.convClusters = options.convClusters;
  compress.form = options.form;
  compress.data = options.calibration;
  compress.samples = options.samples;
  compress.preprocess = options.preprocess;
  compress.damping = options.damping;
  compress.measure = options.measure;
  compress.heldOut = options.heldOut;
  if (isSized)
    compress.smaller = options.smaller;
  if (isLimited)
    compress.maxDrop = options.maxDrop;
  compress.metric = options.metric;
  compress.eval = options.eval;
  compress.evalSamples = options.evalSamples;
  compress.exclude = options.exclude;
  compress.only = options.only;
  compress.report = options.report;
  compress.threads = options.threads;
  // Folded later, the factors of channels would make more values.
  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  manager.addPass(createDeepCompressPass(compress));
  VerifyClustersPassOptions verify;
  verify.clusters =
      std::max(options.clusters.getValue(), options.convClusters.getValue());
  verify.exclude = options.exclude;
  verify.only = options.only;
  manager.addPass(createVerifyClustersPass(verify));
  return llvm::Error::success();
}
