//===- OptimizeSparsity.cpp - Sparse weights that reproduce layers --------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Quantization/StoredWeights.h"
#include "LayerPruner.h"
#include "ObservedPruning.h"
#include "ZeroTarget.h"
#include "mlir/IR/Remarks.h"

#include <cmath>

namespace mlir::mopt {
#define GEN_PASS_DEF_OPTIMIZESPARSITYPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct OptimizeSparsityPass
    : public mlir::mopt::impl::OptimizeSparsityPassBase<OptimizeSparsityPass> {
  using OptimizeSparsityPassBase::OptimizeSparsityPassBase;
  friend struct mlir::mopt::ObservedPruning;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::Expected<ObservedPruning> pruning = ObservedPruning::of(*this);
    if (!pruning) {
      module.emitError() << getArgument() << ": "
                         << llvm::toString(pruning.takeError());
      return signalPassFailure();
    }
    bool isFailed = false;
    auto prune = [&](LinearLayer &layer, const LayerStatistics &statistics,
                     unsigned threads) {
      Operation *op = layer.getOp();
      FailureOr<LayerTarget> target =
          LayerTarget::of(op, pruning->pattern, sparsity);
      if (failed(target)) {
        isFailed = true;
        return;
      }
      if (std::string reason =
              ObservedPruning::getReasonAgainst(layer, target->pattern);
          !reason.empty()) {
        mlir::emitRemark(op->getLoc())
            << describeOp(op) << " is not reconstructed: " << reason;
        return;
      }
      LayerPruner pruner(
          layer.getWeights(), statistics,
          pruning->getOptions(target->pattern, statistics, threads));
      replace(layer, pruner.prune(
                         getZeroTarget(target->sparsity, pruner.getBlocks())));
    };
    if (failed(repairLayers(module, pruning->settings, LayerCapture::Options(),
                            prune)) ||
        isFailed)
      return signalPassFailure();
    eraseUnusedConstants(module);
  }

  void replace(LinearLayer &layer, const PrunedLayer &pruned) {
    Operation *op = layer.getOp();
    double noise = pruned.fit.error / std::max(pruned.fit.variance, 1e-30);
    remark::analysis(
        op->getLoc(),
        remark::RemarkOpts::name("Reconstruction").category("prune"))
        << describeOp(op) << ": reconstructed"
        << remark::metric("relative error", std::sqrt(std::max(noise, 0.0)));
    layer.setWeightValues(pruned.weights);
    layer.setBias(pruned.fit.bias);
  }
};

} // namespace
