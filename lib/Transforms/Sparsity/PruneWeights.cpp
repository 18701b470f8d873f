//===- PruneWeights.cpp - Magnitude pruning -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockPruning.h"
#include "LayerTarget.h"
#include "MagnitudeSelect.h"
#include "ValueCount.h"
#include "ZeroTarget.h"
#include "mlir/IR/Remarks.h"
#include "mopt/Runtime/Progress.h"
#include "mopt/Target/ModelFile.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_PRUNEWEIGHTSPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct PruneWeightsPass
    : public mlir::mopt::impl::PruneWeightsPassBase<PruneWeightsPass> {
  using PruneWeightsPassBase::PruneWeightsPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!(sparsity >= 0.0 && sparsity <= 1.0)) {
      module.emitError() << "sparsity is " << sparsity
                         << ", must be between 0 and 1";
      return signalPassFailure();
    }
    llvm::Expected<SparsityPattern> parsed = SparsityPattern::parse(pattern);
    if (!parsed) {
      module.emitError() << getArgument() << ": "
                         << llvm::toString(parsed.takeError());
      return signalPassFailure();
    }
    FailureOr<OpFilter> filter = OpFilter::create(
        module, getArgument(), {exclude, only, excludeOps, onlyOps});
    if (failed(filter))
      return signalPassFailure();
    SmallVector<LayerWeight> weights =
        collectLayerWeights(module, *filter, "pruned");
    if (weights.empty())
      module.emitWarning("there are no weights to prune");

    Progress line("pruning tensor", weights.size());
    progress = &line;
    // Tensors that compete wait for each other.
    SmallVector<LayerWeight> together;
    for (LayerWeight &weight : weights) {
      FailureOr<LayerTarget> target =
          LayerTarget::of(weight.user, *parsed, sparsity);
      if (failed(target))
        return signalPassFailure();
      if (allocation == SparsityAllocation::Global && !target->isOwn)
        together.push_back(std::move(weight));
      else
        pruneTogether(weight, target->pattern, target->sparsity);
    }
    pruneTogether(together, *parsed, sparsity);
    if (!report.empty() &&
        failed(writeJSONFile(getOperation().getLoc(), report, std::move(rows))))
      signalPassFailure();
  }

  void pruneTogether(MutableArrayRef<LayerWeight> weights,
                     const SparsityPattern &pattern, double ratio) {
    if (pattern.kind == SparsityPattern::Kind::Element)
      pruneElements(weights, ratio);
    else
      pruneBlocks(weights, pattern, ratio);
  }

  void pruneElements(MutableArrayRef<LayerWeight> weights, double ratio) {
    int64_t total = 0;
    for (const LayerWeight &weight : weights)
      total += weight.elements;
    Threshold threshold = findThreshold(weights, getZeroTarget(ratio, total));
    // Zeros sort first: nothing changes where the bound lies among them.
    for (LayerWeight &weight : weights)
      prune(weight, threshold.magnitude > 0.0f
                        ? std::optional(pruneBelow(weight, threshold))
                        : std::nullopt);
  }

  void pruneBlocks(MutableArrayRef<LayerWeight> all,
                   const SparsityPattern &pattern, double ratio) {
    SmallVector<LayerWeight> weights;
    for (LayerWeight &weight : all)
      if (hasInputChannels(weight))
        weights.push_back(std::move(weight));
      else
        weight.user->emitRemark()
            << weight.getName()
            << " is not pruned: a pattern is one of input channels, and every "
               "output has only one";
    std::vector<std::vector<bool>> masks =
        chooseBlocks(weights, pattern, ratio, allocation);
    for (auto [weight, mask] : llvm::zip_equal(weights, masks))
      prune(weight, mask);
  }

  void prune(LayerWeight &weight, const std::vector<bool> &mask) {
    prune(weight, llvm::is_contained(mask, true)
                      ? std::optional(pruneBytes(weight, mask))
                      : std::nullopt);
  }

  void prune(LayerWeight &weight, std::optional<AsmResourceBlob> pruned) {
    progress->advance();
    int64_t before = weight.countZeros();
    if (pruned) {
      keepValueCount(weight, pruned->getMutableData());
      if (pruned->getData() != weight.bytes.bytes())
        weight.replace(std::move(*pruned));
    }
    int64_t zeros = weight.countZeros();
    double ratio =
        static_cast<double>(zeros) / std::max<int64_t>(weight.elements, 1);
    remark::passed(weight.user->getLoc(),
                   remark::RemarkOpts::name("Pruned").category("prune"))
        << weight.getName() << remark::metric("zeros", zeros)
        << remark::metric("elements", weight.elements)
        << remark::metric("sparsity", llvm::formatv("{0:F4}", ratio).str());
    rows.push_back(
        llvm::json::Object{{"name", weight.getName()},
                           {"op", weight.user->getName().getStringRef()},
                           {"elements", weight.elements},
                           {"zeros_before", before},
                           {"zeros", zeros},
                           {"sparsity", ratio}});
  }

  llvm::json::Array rows;
  Progress *progress = nullptr;
};

} // namespace
