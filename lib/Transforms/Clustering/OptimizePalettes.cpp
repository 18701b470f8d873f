//===- OptimizePalettes.cpp - Few values that reproduce layers ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Quantization/StoredWeights.h"
#include "../Reconstruction/LayerMetric.h"
#include "ObservedClustering.h"
#include "WeightGroups.h"
#include "mlir/IR/Remarks.h"
#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Transforms/Clustering/Palette.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_OPTIMIZEPALETTESPASS
#include "mopt/Transforms/Clustering/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

class PaletteOptimizer {
public:
  PaletteOptimizer(ModuleOp module, const ObservedClustering &options)
      : module(module), options(options), pass(options.settings.pass) {}

  LogicalResult run();

private:
  unsigned getClusters(Operation *layer) const {
    return options.convClusters && !isa<FullyConnectedOp>(layer)
               ? options.convClusters
               : options.clusters.clusters;
  }
  LogicalResult check(const OpFilter &filter);
  void replace(LinearLayer &layer, const LayerStatistics &statistics,
               unsigned threads);
  LogicalResult clusterOthers(const OpFilter &filter);

  ModuleOp module;
  const ObservedClustering &options;
  StringRef pass;
  DenseSet<Operation *> done;
};

struct OptimizePalettesPass
    : public mlir::mopt::impl::OptimizePalettesPassBase<OptimizePalettesPass> {
  using OptimizePalettesPassBase::OptimizePalettesPassBase;

  void runOnOperation() override {
    ObservedClustering options;
    options.clusters = {clusters, init, scope, keepZeros, seed};
    options.convClusters = convClusters;
    options.damping = damping;
    options.regression = regression;
    options.refinements = refinements;
    ObservedLayerSettings &settings = options.settings;
    settings.pass = getArgument().str();
    settings.data = data;
    settings.preprocess = preprocess;
    settings.exclude = exclude;
    settings.only = only;
    settings.samples = samples;
    settings.first = first;
    settings.threads = threads;
    options.capture.residual = residual;
    if (failed(clusterByData(getOperation(), options)))
      signalPassFailure();
  }
};

} // namespace

/// There must be something to do, and weights must be numbers.
LogicalResult PaletteOptimizer::check(const OpFilter &filter) {
  if (failed(checkClusters(module, "clusters", options.clusters.clusters)) ||
      (options.convClusters &&
       failed(checkClusters(module, "conv-clusters", options.convClusters))))
    return failure();
  if (!(options.damping >= 0.0) || !std::isfinite(options.damping))
    return module.emitError() << pass << ": damping is " << options.damping
                              << ", must be above 0, or 0 for automatic";
  bool isFloat = false, isLarge = false;
  for (LayerWeight &weight : collectLayerWeights(module, filter, "")) {
    isFloat |= weight.getType().getElementType().isF32();
    WeightGroups groups(weight, options.clusters.scope);
    for (size_t group = 0; group < groups.size(); ++group) {
      std::optional<std::vector<WeightedValue>> values =
          groups.collect(group, /*skipZeros=*/false);
      if (!values)
        return weight.user->emitError() << pass << ": '" << weight.getName()
                                        << "' has weights that are not finite";
      isLarge |= values->size() > getClusters(weight.user);
    }
  }
  if (!isFloat)
    return module.emitError() << pass
                              << ": there are no float32 weights; cluster "
                                 "before quantizing, or with method=plain";
  return isLarge ? success()
                 : failForFewValues(module, options.clusters.clusters);
}

void PaletteOptimizer::replace(LinearLayer &layer,
                               const LayerStatistics &statistics,
                               unsigned threads) {
  Operation *op = layer.getOp();
  const PlainClusters &clusters = options.clusters;
  PaletteOptions palette;
  palette.count = getClusters(op);
  palette.perRow = clusters.scope == ClusterScope::Channel;
  palette.keepZeros = clusters.keepZeros;
  palette.init = clusters.init;
  palette.seed = clusters.seed;
  palette.damping =
      options.damping > 0.0 ? options.damping : chooseDamping(statistics);
  palette.regression = options.regression;
  palette.refinements = options.refinements;
  PaletteWeights found =
      findPaletteWeights(layer.getWeights(), statistics, palette, threads);
  double noise = found.error / std::max(found.variance, 1e-30);
  remark::passed(op->getLoc(),
                 remark::RemarkOpts::name("Clustered").category("cluster"))
      << describeOp(op) << ": reconstructed"
      << remark::metric("values", palette.count)
      << remark::metric("elements", found.values.size())
      << remark::metric("relative error", std::sqrt(std::max(noise, 0.0)));
  layer.setWeightValues(found.values);
  layer.setBias(found.bias);
  done.insert(op);
}

/// Weights of layers that are not reconstructed, or of several.
LogicalResult PaletteOptimizer::clusterOthers(const OpFilter &filter) {
  for (LayerWeight &weight : collectLayerWeights(module, filter, "")) {
    if (done.contains(weight.user))
      continue;
    PlainClusters clusters = options.clusters;
    clusters.clusters = getClusters(weight.user);
    if (failed(clusterPlainly(weight, clusters, pass)))
      return failure();
  }
  return success();
}

LogicalResult PaletteOptimizer::run() {
  FailureOr<OpFilter> filter = OpFilter::create(
      module, pass, options.settings.exclude, options.settings.only);
  if (failed(filter) || failed(check(*filter)))
    return failure();
  auto repair = [&](LinearLayer &layer, const LayerStatistics &statistics,
                    unsigned threads) { replace(layer, statistics, threads); };
  if (failed(repairLayers(module, options.settings, options.capture, repair)) ||
      failed(clusterOthers(*filter)))
    return failure();
  eraseUnusedConstants(module);
  return success();
}

LogicalResult mopt::clusterByData(ModuleOp module,
                                  const ObservedClustering &options) {
  return PaletteOptimizer(module, options).run();
}
