//===- OptimizePalettes.cpp - Few values that reproduce layers -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Quantization/StoredWeights.h"
#include "../Reconstruction/LayerMetric.h"
#include "../Reconstruction/ObservedLayers.h"
#include "PlainClusters.h"
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

struct OptimizePalettesPass
    : public mlir::mopt::impl::OptimizePalettesPassBase<OptimizePalettesPass> {
  using OptimizePalettesPassBase::OptimizePalettesPassBase;

  void runOnOperation() override;

private:
  unsigned getClusters(Operation *layer) const {
    return convClusters && !isa<FullyConnectedOp>(layer) ? convClusters
                                                         : clusters;
  }
  LogicalResult check(const OpFilter &filter);
  void replace(LinearLayer &layer, const LayerStatistics &statistics,
               unsigned threads);
  LogicalResult clusterOthers(const OpFilter &filter,
                              const DenseSet<Operation *> &done);
};

} // namespace

/// There must be something to do, and weights must be numbers.
LogicalResult OptimizePalettesPass::check(const OpFilter &filter) {
  ModuleOp module = getOperation();
  if (failed(checkClusters(module, "clusters", clusters)) ||
      (convClusters &&
       failed(checkClusters(module, "conv-clusters", convClusters))))
    return failure();
  if (!(damping >= 0.0) || !std::isfinite(damping))
    return module.emitError()
           << getArgument() << ": damping is " << damping.getValue()
           << ", must be above 0, or 0 for automatic";
  bool isFloat = false, isLarge = false;
  for (LayerWeight &weight : collectLayerWeights(module, filter, "")) {
    isFloat |= weight.getType().getElementType().isF32();
    WeightGroups groups(weight, scope);
    for (size_t group = 0; group < groups.size(); ++group) {
      std::optional<std::vector<WeightedValue>> values =
          groups.collect(group, /*skipZeros=*/false);
      if (!values)
        return weight.user->emitError()
               << getArgument() << ": '" << weight.getName()
               << "' has weights that are not finite";
      isLarge |= values->size() > getClusters(weight.user);
    }
  }
  if (!isFloat)
    return module.emitError() << getArgument()
                              << ": there are no float32 weights; cluster "
                                 "before quantizing, or with method=plain";
  return isLarge ? success() : failForFewValues(module, clusters);
}

void OptimizePalettesPass::replace(LinearLayer &layer,
                                   const LayerStatistics &statistics,
                                   unsigned threads) {
  Operation *op = layer.getOp();
  PaletteOptions options;
  options.count = getClusters(op);
  options.perRow = scope == ClusterScope::Channel;
  options.keepZeros = keepZeros;
  options.init = init;
  options.seed = seed;
  options.damping =
      damping > 0.0 ? damping.getValue() : chooseDamping(statistics);
  options.regression = regression;
  options.refinements = refinements;
  PaletteWeights found =
      findPaletteWeights(layer.getWeights(), statistics, options, threads);
  double noise = found.error / std::max(found.variance, 1e-30);
  remark::passed(op->getLoc(),
                 remark::RemarkOpts::name("Clustered").category("cluster"))
      << describeOp(op) << ": reconstructed"
      << remark::metric("values", options.count)
      << remark::metric("elements", found.values.size())
      << remark::metric("relative error", std::sqrt(std::max(noise, 0.0)));
  layer.setWeightValues(found.values);
  layer.setBias(found.bias);
}

/// Weights of layers that are not reconstructed, or of several.
LogicalResult
OptimizePalettesPass::clusterOthers(const OpFilter &filter,
                                    const DenseSet<Operation *> &done) {
  for (LayerWeight &weight : collectLayerWeights(getOperation(), filter, "")) {
    if (done.contains(weight.user))
      continue;
    PlainClusters options{getClusters(weight.user), init, scope, keepZeros,
                          seed};
    if (failed(clusterPlainly(weight, options, getArgument())))
      return failure();
  }
  return success();
}

void OptimizePalettesPass::runOnOperation() {
  ModuleOp module = getOperation();
  FailureOr<OpFilter> filter =
      OpFilter::create(module, getArgument(), exclude, only);
  if (failed(filter) || failed(check(*filter)))
    return signalPassFailure();
  ObservedLayerSettings settings;
  settings.pass = getArgument().str();
  settings.data = data;
  settings.preprocess = preprocess;
  settings.exclude = exclude;
  settings.only = only;
  settings.samples = samples;
  settings.first = first;
  settings.threads = threads;
  LayerCapture::Options capture;
  capture.residual = residual;
  DenseSet<Operation *> done;
  auto repair = [&](LinearLayer &layer, const LayerStatistics &statistics,
                    unsigned threadCount) {
    replace(layer, statistics, threadCount);
    done.insert(layer.getOp());
  };
  if (failed(repairLayers(module, settings, capture, repair)) ||
      failed(clusterOthers(*filter, done)))
    return signalPassFailure();
  eraseUnusedConstants(module);
}
