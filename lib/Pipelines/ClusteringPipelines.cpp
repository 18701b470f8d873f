//===- ClusteringPipelines.cpp - Pipelines that cluster weights -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Pipelines/ClusteringPipelines.h"

#include "NotAvailable.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Transforms/Graph/Passes.h"

using namespace mlir;
using namespace mlir::mopt;

/// What both methods are told.
template <typename PassOptions>
static PassOptions getClusterOptions(const ClusterOptions &options) {
  PassOptions result;
  result.clusters = options.clusters;
  result.init = options.init;
  result.scope = options.scope;
  result.keepZeros = options.keepZeros;
  result.seed = options.seed;
  result.exclude = options.exclude;
  result.only = options.only;
  return result;
}

static llvm::Error addPalettes(OpPassManager &manager,
                               const ClusterOptions &options) {
  if (options.calibration.empty())
    return llvm::createStringError(
        "method=obs needs samples; give calibration=DATA");
  // Folded later, the factors of channels would make more values.
  manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  auto palettes = getClusterOptions<OptimizePalettesPassOptions>(options);
  palettes.data = options.calibration;
  palettes.samples = options.samples;
  palettes.preprocess = options.preprocess;
  palettes.convClusters = options.convClusters;
  palettes.threads = options.threads;
  manager.addPass(createOptimizePalettesPass(palettes));
  return llvm::Error::success();
}

static llvm::Error addPlainClusters(OpPassManager &manager,
                                    const ClusterOptions &options) {
  if (!options.calibration.empty())
    return llvm::createStringError(
        "calibration= is for methods that need data; plain needs none");
  if (options.convClusters)
    return llvm::createStringError("conv-clusters= is for method=obs");
  manager.addPass(createClusterWeightsPass(
      getClusterOptions<ClusterWeightsPassOptions>(options)));
  return llvm::Error::success();
}

llvm::Error mopt::buildClusterPipeline(OpPassManager &manager,
                                       const ClusterOptions &options) {
  StringRef method(options.method);
  if (method != "plain" && method != "obs")
    return notAvailable("method", method, "plain, obs");
  if (llvm::Error error = method == "obs" ? addPalettes(manager, options)
                                          : addPlainClusters(manager, options))
    return error;

  VerifyClustersPassOptions verify;
  verify.clusters =
      std::max(options.clusters.getValue(), options.convClusters.getValue());
  verify.scope = options.scope;
  verify.exclude = options.exclude;
  verify.only = options.only;
  manager.addPass(createVerifyClustersPass(verify));
  return llvm::Error::success();
}
