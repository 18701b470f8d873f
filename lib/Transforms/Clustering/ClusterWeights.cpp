//===- ClusterWeights.cpp - Weights of few values -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightGroups.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>

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

private:
  /// True if something changed; fails with a diagnostic.
  FailureOr<bool> cluster(LayerWeight &weight);
};

} // namespace

FailureOr<bool> ClusterWeightsPass::cluster(LayerWeight &weight) {
  WeightGroups groups(weight, scope);
  AsmResourceBlob blob = allocateConstBlob(weight.bytes.bytes().size());
  MutableArrayRef<char> bytes = blob.getMutableData();
  llvm::copy(weight.bytes.bytes(), bytes.begin());
  size_t most = 0;
  bool changed = false;
  double error = 0.0, energy = 0.0;
  for (size_t group = 0; group < groups.size(); ++group) {
    std::optional<std::vector<WeightedValue>> all =
        groups.collect(group, /*skipZeros=*/false);
    if (!all)
      return weight.user->emitError()
             << "mopt-cluster-weights: '" << weight.getName()
             << "' has weights that are not finite";
    most = std::max<size_t>(most, std::min<size_t>(all->size(), clusters));
    if (all->size() <= clusters)
      continue;
    changed = true;
    bool skipsZeros =
        keepZeros && llvm::any_of(*all, [](const WeightedValue &entry) {
          return entry.value == 0.0f;
        });
    ClusterSearch search;
    search.count = clusters - (skipsZeros ? 1 : 0);
    search.init = init;
    search.seed = seed;
    search.isInteger = groups.isInteger();
    if (skipsZeros)
      llvm::erase_if(
          *all, [](const WeightedValue &entry) { return entry.value == 0.0f; });
    std::vector<float> centroids = findCentroids(*all, search);
    if (skipsZeros)
      // A mean of both signs: what it stands for must not look pruned.
      for (float &centroid : centroids)
        if (centroid == 0.0f)
          centroid =
              groups.isInteger() ? 1.0f : std::numeric_limits<float>::min();
    groups.replace(group, bytes, [&](float value) {
      if (skipsZeros && value == 0.0f)
        return value;
      float centroid = centroids[findNearest(centroids, value)];
      error += (double(value) - centroid) * (double(value) - centroid);
      energy += double(value) * value;
      return centroid;
    });
  }
  if (!changed) {
    weight.user->emitRemark()
        << weight.getName() << " is not clustered: it has no more than " << most
        << " different values";
    return false;
  }
  weight.replace(std::move(blob));
  remark::passed(weight.user->getLoc(),
                 remark::RemarkOpts::name("Clustered").category("cluster"))
      << weight.getName() << remark::metric("values", most)
      << remark::metric("elements", weight.elements)
      << remark::metric(
             "snr_db",
             llvm::formatv("{0:F2}", error > 0.0
                                         ? 10.0 * std::log10(energy / error)
                                         : INFINITY)
                 .str());
  return true;
}

void ClusterWeightsPass::runOnOperation() {
  ModuleOp module = getOperation();
  if (clusters < 2 || clusters > 256) {
    module.emitError() << "clusters is " << unsigned(clusters)
                       << ", must be between 2 and 256";
    return signalPassFailure();
  }
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
  bool changed = false;
  for (LayerWeight &weight : weights) {
    FailureOr<bool> result = cluster(weight);
    if (failed(result))
      return signalPassFailure();
    changed |= *result;
  }
  if (!changed) {
    module.emitError() << "clusters is " << unsigned(clusters)
                       << ", and no tensor has more different weights";
    signalPassFailure();
  }
}
