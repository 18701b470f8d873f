//===- VerifyWeights.cpp - Checking the sparsity of weights -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockPruning.h"
#include "ZeroTarget.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_VERIFYWEIGHTSPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct VerifyWeightsPass
    : public mlir::mopt::impl::VerifyWeightsPassBase<VerifyWeightsPass> {
  using VerifyWeightsPassBase::VerifyWeightsPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<OpFilter> filter =
        OpFilter::create(module, getArgument(), exclude, only);
    if (failed(filter))
      return signalPassFailure();
    markAllAnalysesPreserved();
    llvm::Expected<SparsityPattern> parsed = SparsityPattern::parse(pattern);
    if (!parsed) {
      module.emitError() << getArgument() << ": "
                         << llvm::toString(parsed.takeError());
      return signalPassFailure();
    }
    SmallVector<LayerWeight> weights = collectLayerWeights(module, *filter, "");
    if (parsed->kind != SparsityPattern::Kind::Element)
      llvm::erase_if(weights, [](const LayerWeight &weight) {
        return !hasInputChannels(weight);
      });
    Offences offences = parsed->kind == SparsityPattern::Kind::Element
                            ? checkElements(weights)
                            : checkBlocks(weights, *parsed);
    if (offences.empty())
      return;
    InFlightDiagnostic diagnostic = mlir::emitError(module.getLoc());
    if (parsed->kind == SparsityPattern::Kind::Neighbours)
      diagnostic << "the weights are not sparse as " << StringRef(pattern);
    else
      diagnostic << "the weights are less sparse than "
                 << llvm::formatv("{0:F4}", double(sparsity)).str();
    diagnostic << "; run mopt-prune-weights first";
    for (const auto &[location, text] : offences)
      diagnostic.attachNote(location) << text;
    diagnostic.report();
    signalPassFailure();
  }

  using Offences = SmallVector<std::pair<Location, std::string>>;

  Offences checkElements(ArrayRef<LayerWeight> weights) {
    Offences offences;
    int64_t zeros = 0, elements = 0;
    for (const LayerWeight &weight : weights) {
      int64_t found = weight.countZeros();
      zeros += found;
      elements += weight.elements;
      if (allocation == SparsityAllocation::Uniform &&
          found < getZeroTarget(sparsity, weight.elements))
        offences.emplace_back(
            weight.user->getLoc(),
            llvm::formatv("'{0}': {1} of {2} weights are zero",
                          weight.getName(), found, weight.elements)
                .str());
    }
    if (allocation == SparsityAllocation::Global &&
        zeros < getZeroTarget(sparsity, elements))
      offences.emplace_back(
          getOperation().getLoc(),
          llvm::formatv("{0} of {1} weights are zero", zeros, elements).str());
    return offences;
  }

  Offences checkBlocks(ArrayRef<LayerWeight> weights,
                       const SparsityPattern &pattern) {
    Offences offences;
    bool isGroups = pattern.kind == SparsityPattern::Kind::Neighbours;
    bool isGlobal = allocation == SparsityAllocation::Global && !isGroups;
    for (const LayerWeight &weight : weights) {
      BlockCount count = countSparseBlocks(weight, pattern);
      int64_t target =
          isGroups ? count.blocks : getZeroTarget(sparsity, count.blocks);
      if (!isGlobal && count.sparse < target)
        offences.emplace_back(
            weight.user->getLoc(),
            llvm::formatv("'{0}': {1} of {2} {3}", weight.getName(),
                          count.sparse, count.blocks,
                          isGroups ? "groups keep so few" : "blocks are zero")
                .str());
    }
    // Blocks at the edges are smaller: elements count.
    if (isGlobal)
      return checkElements(weights);
    return offences;
  }
};

} // namespace
