//===- VerifyWeights.cpp - Checking the sparsity of weights -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ZeroTarget.h"
#include "mopt/Transforms/Sparsity/Passes.h"
#include "mopt/Transforms/Utils/LayerWeights.h"
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
    SmallVector<std::pair<Location, std::string>> offences;
    int64_t zeros = 0, elements = 0;
    for (const LayerWeight &weight : collectLayerWeights(module, *filter, "")) {
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
          module.getLoc(),
          llvm::formatv("{0} of {1} weights are zero", zeros, elements).str());
    if (offences.empty())
      return;
    InFlightDiagnostic diagnostic =
        mlir::emitError(module.getLoc())
        << "the weights are less sparse than "
        << llvm::formatv("{0:F4}", double(sparsity)).str()
        << "; run mopt-prune-weights first";
    for (const auto &[location, text] : offences)
      diagnostic.attachNote(location) << text;
    diagnostic.report();
    signalPassFailure();
  }
};

} // namespace
