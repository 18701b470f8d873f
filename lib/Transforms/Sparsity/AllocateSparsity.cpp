//===- AllocateSparsity.cpp - The sparsity of each layer by its cost ------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SparsityBudget.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_ALLOCATESPARSITYPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct AllocateSparsityPass
    : public mlir::mopt::impl::AllocateSparsityPassBase<AllocateSparsityPass> {
  using AllocateSparsityPassBase::AllocateSparsityPassBase;
  friend struct mlir::mopt::ObservedPruning;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<SparsityBudget> budget = failure();
    if (llvm::Expected<ObservedPruning> pruning = ObservedPruning::of(*this))
      budget =
          SparsityBudget::measure(module, *pruning, {measure, measureSamples});
    else
      module.emitError() << getArgument() << ": "
                         << llvm::toString(pruning.takeError());
    if (failed(budget))
      return signalPassFailure();
    for (auto [op, ratio] : budget->share(sparsity))
      setSparsity(op, ratio);
  }
};

} // namespace
