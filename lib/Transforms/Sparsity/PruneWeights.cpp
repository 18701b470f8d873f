//===- PruneWeights.cpp - Magnitude pruning -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockPruning.h"
#include "LayerTarget.h"
#include "ValueCount.h"
#include "ZeroTarget.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/ToolOutputFile.h"

#include <algorithm>

namespace mlir::mopt {
#define GEN_PASS_DEF_PRUNEWEIGHTSPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// The magnitude below which weights go, and how many of exactly that
/// magnitude go with them, the earliest first.
struct Threshold {
  float magnitude = 0.0f;
  int64_t atMagnitude = 0;
};

} // namespace

/// The threshold that sets exactly `target` of the weights to zero. Linear in
/// their number.
static Threshold findThreshold(ArrayRef<LayerWeight> weights, int64_t target) {
  if (target == 0)
    return {};
  std::vector<float> magnitudes;
  int64_t total = 0;
  for (const LayerWeight &weight : weights)
    total += weight.elements;
  magnitudes.reserve(total);
  for (const LayerWeight &weight : weights)
    weight.forEachMagnitude([&](int64_t, float magnitude) {
      // NaN has no place in an order; it counts as large and is kept.
      magnitudes.push_back(std::isnan(magnitude)
                               ? std::numeric_limits<float>::infinity()
                               : magnitude);
    });
  auto nth = magnitudes.begin() + (target - 1);
  std::nth_element(magnitudes.begin(), nth, magnitudes.end());
  float bound = *nth;
  // Everything before `nth` is at most `bound`; what is below it goes anyway.
  int64_t below = std::count_if(magnitudes.begin(), nth,
                                [&](float value) { return value < bound; });
  return {bound, target - below};
}

/// Which weights are at most the threshold, which keeps count from one tensor
/// to the next.
static std::vector<bool> chooseElements(const LayerWeight &weight,
                                        Threshold &threshold) {
  std::vector<bool> mask(weight.elements, false);
  weight.forEachMagnitude([&](int64_t index, float magnitude) {
    if (magnitude > threshold.magnitude || std::isnan(magnitude))
      return;
    if (magnitude == threshold.magnitude && threshold.atMagnitude-- <= 0)
      return;
    mask[index] = true;
  });
  return mask;
}

/// A copy of the weights' bytes with zeros where `mask` says.
static AsmResourceBlob pruneBytes(const LayerWeight &weight,
                                  const std::vector<bool> &mask) {
  ArrayRef<char> old = weight.bytes.bytes();
  AsmResourceBlob blob = allocateConstBlob(old.size());
  char *out = blob.getMutableData().data();
  std::memcpy(out, old.data(), old.size());
  QuantParams params = getQuantParams(weight.getType());
  size_t width = old.size() / std::max<int64_t>(weight.elements, 1);
  // Weights with a zero point each channel do not exist in the format.
  char zero = params.isQuantized() ? static_cast<char>(params.zeroPoint()) : 0;
  for (size_t index = 0; index < mask.size(); ++index)
    if (mask[index])
      std::memset(out + index * width, zero, width);
  return blob;
}

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
    if (!report.empty() && failed(writeReport()))
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
                        ? chooseElements(weight, threshold)
                        : std::vector<bool>());
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
    int64_t before = weight.countZeros();
    if (llvm::is_contained(mask, true)) {
      AsmResourceBlob pruned = pruneBytes(weight, mask);
      keepValueCount(weight, pruned.getMutableData());
      if (pruned.getData() != weight.bytes.bytes())
        weight.replace(std::move(pruned));
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

  LogicalResult writeReport() {
    std::error_code code;
    llvm::ToolOutputFile file(report, code, llvm::sys::fs::OF_Text);
    if (code)
      return getOperation().emitError()
             << "cannot write report '" << report << "': " << code.message();
    file.os() << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(rows)));
    file.keep();
    return success();
  }

  llvm::json::Array rows;
};

} // namespace
