//===- ClusterWeights.cpp - Weights of few values -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlainClusters.h"
#include "mopt/Runtime/Progress.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_CLUSTERWEIGHTSPASS
#include "mopt/Transforms/Clustering/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct ClusterWeightsPass
    : public mlir::mopt::impl::ClusterWeightsPassBase<ClusterWeightsPass> {
  using ClusterWeightsPassBase::ClusterWeightsPassBase;

  void runOnOperation() override;
};

} // namespace

void ClusterWeightsPass::runOnOperation() {
  ModuleOp module = getOperation();
  if (failed(checkClusters(module, "clusters", clusters)))
    return signalPassFailure();
  FailureOr<OpFilter> filter =
      OpFilter::create(module, getArgument(), exclude, only);
  if (failed(filter))
    return signalPassFailure();
  SmallVector<LayerWeight> weights =
      collectLayerWeights(module, *filter, "clustered");
  if (weights.empty()) {
    module.emitWarning("there are no weights to cluster");
    return;
  }
  PlainClusters options{clusters, init, scope, keepZeros, seed};
  bool changed = false;
  Progress progress("clustering tensor", weights.size());
  for (LayerWeight &weight : weights) {
    progress.advance();
    FailureOr<bool> result = clusterPlainly(weight, options, getArgument());
    if (failed(result))
      return signalPassFailure();
    changed |= *result;
  }
  if (!changed) {
    (void)failForFewValues(module, clusters);
    signalPassFailure();
  }
}
