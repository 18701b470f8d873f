//===- VerifyWeights.cpp - Checking the sparsity of weights -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockPruning.h"
#include "LayerTarget.h"
#include "ZeroTarget.h"
#include "mopt/Transforms/Utils/Offences.h"
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
    FailureOr<OpFilter> filter = OpFilter::create(
        module, getArgument(), {exclude, only, excludeOps, onlyOps});
    if (failed(filter))
      return signalPassFailure();
    markAllAnalysesPreserved();
    llvm::Expected<SparsityPattern> parsed = SparsityPattern::parse(pattern);
    if (!parsed) {
      module.emitError() << getArgument() << ": "
                         << llvm::toString(parsed.takeError());
      return signalPassFailure();
    }
    // Tensors that share a ratio are counted together.
    SmallVector<LayerWeight> together;
    Offences offences;
    for (LayerWeight &weight : collectLayerWeights(module, *filter, "")) {
      FailureOr<LayerTarget> target =
          LayerTarget::of(weight.user, *parsed, sparsity);
      if (failed(target))
        return signalPassFailure();
      if (target->pattern.kind != SparsityPattern::Kind::Element &&
          !hasInputChannels(weight))
        continue;
      bool isGroups = target->pattern.kind == SparsityPattern::Kind::Neighbours;
      if (allocation == SparsityAllocation::Global && !target->isOwn &&
          !isGroups)
        together.push_back(std::move(weight));
      else
        check(weight, *target, offences);
    }
    checkTogether(together, offences);
    std::string what =
        parsed->kind == SparsityPattern::Kind::Neighbours
            ? "not sparse as " + pattern
            : llvm::formatv("less sparse than {0:F4}", double(sparsity)).str();
    if (failed(reportOffences(module,
                              "the weights are " + what +
                                  "; run mopt-prune-weights first",
                              offences)))
      signalPassFailure();
  }

  static void check(const LayerWeight &weight, const LayerTarget &target,
                    Offences &offences) {
    int64_t found, all;
    StringRef what = "weights are zero";
    if (target.pattern.kind == SparsityPattern::Kind::Element) {
      found = weight.countZeros();
      all = weight.elements;
    } else {
      BlockCount count = countSparseBlocks(weight, target.pattern);
      found = count.sparse;
      all = count.blocks;
      what = "blocks are zero";
    }
    int64_t wanted = getZeroTarget(target.sparsity, all);
    if (target.pattern.kind == SparsityPattern::Kind::Neighbours) {
      wanted = all;
      what = "groups keep so few";
    }
    if (found < wanted)
      offences.emplace_back(weight.user->getLoc(),
                            llvm::formatv("'{0}': {1} of {2} {3}",
                                          weight.getName(), found, all, what)
                                .str());
  }

  /// Blocks at the edges are smaller: elements count.
  void checkTogether(ArrayRef<LayerWeight> weights, Offences &offences) {
    int64_t zeros = 0, elements = 0;
    for (const LayerWeight &weight : weights) {
      zeros += weight.countZeros();
      elements += weight.elements;
    }
    if (zeros < getZeroTarget(sparsity, elements))
      offences.emplace_back(
          getOperation().getLoc(),
          llvm::formatv("{0} of {1} weights are zero", zeros, elements).str());
  }
};

} // namespace
