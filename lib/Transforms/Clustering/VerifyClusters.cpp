//===- VerifyClusters.cpp - Weights of few values? -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightGroups.h"
#include "mopt/Transforms/Utils/Offences.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_VERIFYCLUSTERSPASS
#include "mopt/Transforms/Clustering/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct VerifyClustersPass
    : public mlir::mopt::impl::VerifyClustersPassBase<VerifyClustersPass> {
  using VerifyClustersPassBase::VerifyClustersPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<OpFilter> filter =
        OpFilter::create(module, getArgument(), exclude, only);
    if (failed(filter))
      return signalPassFailure();
    markAllAnalysesPreserved();
    Offences offences;
    for (const LayerWeight &weight : collectLayerWeights(module, *filter, "")) {
      WeightGroups groups(weight, scope);
      for (size_t group = 0; group < groups.size(); ++group) {
        std::optional<std::vector<WeightedValue>> values =
            groups.collect(group, /*skipZeros=*/false);
        if (values && values->size() <= clusters)
          continue;
        std::string count =
            values ? llvm::formatv("{0} different values", values->size()).str()
                   : "values that are not finite";
        std::string place = groups.size() > 1
                                ? llvm::formatv("channel {0} of ", group).str()
                                : "";
        offences.emplace_back(
            weight.user->getLoc(),
            llvm::formatv("{0}'{1}' has {2}", place, weight.getName(), count)
                .str());
        break;
      }
    }
    if (failed(reportOffences(
            module,
            "the weights have more than " + Twine(unsigned(clusters)) +
                " different values; run mopt-cluster-weights first",
            offences)))
      signalPassFailure();
  }
};

} // namespace
