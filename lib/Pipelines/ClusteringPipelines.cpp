//===- ClusteringPipelines.cpp - Pipelines that cluster weights -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Pipelines/ClusteringPipelines.h"

#include "NotAvailable.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::mopt;

llvm::Error mopt::buildClusterPipeline(OpPassManager &manager,
                                       const ClusterOptions &options) {
  if (StringRef(options.method) != "plain")
    return notAvailable("method", StringRef(options.method), "plain");
  if (!options.calibration.empty())
    return llvm::createStringError(
        "calibration= is for methods that need data; plain needs none");
  ClusterWeightsPassOptions cluster;
  cluster.clusters = options.clusters;
  cluster.init = options.init;
  cluster.scope = options.scope;
  cluster.keepZeros = options.keepZeros;
  cluster.seed = options.seed;
  cluster.exclude = options.exclude;
  cluster.only = options.only;
  manager.addPass(createClusterWeightsPass(cluster));

  VerifyClustersPassOptions verify;
  verify.clusters = options.clusters;
  verify.scope = options.scope;
  verify.exclude = options.exclude;
  verify.only = options.only;
  manager.addPass(createVerifyClustersPass(verify));
  return llvm::Error::success();
}
