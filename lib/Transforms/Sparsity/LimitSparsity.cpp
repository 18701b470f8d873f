//===- LimitSparsity.cpp - The largest sparsity that loses little ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Accuracy/DropMeter.h"
#include "../Accuracy/PrefixSearch.h"
#include "../Accuracy/RunSilently.h"
#include "SparsityBudget.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/Support/Format.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_LIMITSPARSITYPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

/// The largest sparsity that is tried, in parts of a hundred.
static constexpr int kMostPercent = 99;

namespace {

struct LimitSparsityPass
    : public mlir::mopt::impl::LimitSparsityPassBase<LimitSparsityPass> {
  using LimitSparsityPassBase::LimitSparsityPassBase;
  friend struct mlir::mopt::ObservedPruning;

  void runOnOperation() override;

private:
  Error limitSparsity(func::FuncOp func, const SparsityBudget *budget);
  LogicalResult prune(ModuleOp module) const;
};

} // namespace

LogicalResult LimitSparsityPass::prune(ModuleOp module) const {
  if (byData) {
    OptimizeSparsityPassOptions options;
    options.pattern = pattern;
    options.data = data;
    options.samples = samples;
    options.first = first;
    options.preprocess = preprocess;
    options.damping = damping;
    options.exactProducts = exactProducts;
    options.exclude = exclude;
    options.only = only;
    options.excludeOps = excludeOps;
    options.onlyOps = onlyOps;
    options.threads = threads;
    if (failed(runSilently(module, createOptimizeSparsityPass(options))))
      return failure();
  }
  PruneWeightsPassOptions options;
  options.pattern = pattern;
  options.exclude = exclude;
  options.only = only;
  options.excludeOps = excludeOps;
  options.onlyOps = onlyOps;
  return runSilently(module, createPruneWeightsPass(options));
}

Error LimitSparsityPass::limitSparsity(func::FuncOp func,
                                       const SparsityBudget *budget) {
  Expected<DropMeter> meter =
      DropMeter::open(func, {eval.empty() ? data : eval, evalSamples, metric,
                             preprocess, threads});
  if (!meter)
    return meter.takeError();
  std::optional<DropMeter::Measured> last;
  auto getRatio = [](unsigned steps) {
    return (kMostPercent - static_cast<double>(steps)) / 100.0;
  };
  auto suffices = [&](unsigned steps) -> Expected<bool> {
    IRMapping mapping;
    OwningOpRef<ModuleOp> copy(cast<ModuleOp>(getOperation()->clone(mapping)));
    for (auto [op, ratio] :
         shareSparsity(getOperation(), budget, getRatio(steps)))
      setSparsity(mapping.lookup(op), ratio);
    if (failed(prune(*copy)))
      return llvm::createStringError("the model cannot be pruned");
    Expected<DropMeter::Measured> measured = meter->measure(*copy);
    if (!measured)
      return measured.takeError();
    if (!meter->isGoodEnough(*measured, maxDrop))
      return false;
    last = *measured;
    return true;
  };
  Expected<std::optional<unsigned>> steps =
      findShortestPrefix(kMostPercent - 1, suffices);
  if (!steps)
    return steps.takeError();
  if (!*steps)
    return llvm::createStringError(
        "max-drop cannot be met, even with a sparsity of 0.01");
  for (auto [op, ratio] :
       shareSparsity(getOperation(), budget, getRatio(**steps)))
    setSparsity(op, ratio);
  std::string ratio;
  llvm::raw_string_ostream(ratio) << llvm::format("%.2f", getRatio(**steps));
  mlir::emitRemark(func.getLoc()) << "max-drop allows a sparsity of " << ratio
                                  << ": " << meter->describe(*last);
  return Error::success();
}

void LimitSparsityPass::runOnOperation() {
  ModuleOp module = getOperation();
  auto report = [&](Error error) {
    mlir::emitError(module.getLoc())
        << getArgument() << ": " << llvm::toString(std::move(error));
    signalPassFailure();
  };
  auto funcs = module.getOps<func::FuncOp>();
  if (funcs.empty() || (*funcs.begin()).isExternal())
    return report(llvm::createStringError("there is no function to measure"));
  if (data.empty() && eval.empty())
    return report(llvm::createStringError(
        "there is no data to measure on; give some with eval= or "
        "calibration="));
  if (!(maxDrop >= 0))
    return report(llvm::createStringError("max-drop must not be negative"));
  Expected<ObservedPruning> pruning = ObservedPruning::of(*this);
  if (!pruning)
    return report(pruning.takeError());
  if (pruning->pattern.kind == SparsityPattern::Kind::Neighbours)
    return report(llvm::createStringError("pattern=" + pattern +
                                          " leaves no sparsity to choose"));
  std::optional<SparsityBudget> budget;
  if (search != SparsitySearch::Uniform) {
    FailureOr<SparsityBudget> measured = SparsityBudget::measure(
        module, *pruning,
        {search == SparsitySearch::Error ? SparsityMeasure::Error
                                         : SparsityMeasure::Divergence,
         measureSamples});
    if (failed(measured))
      return signalPassFailure();
    budget = std::move(*measured);
  }
  if (Error error = limitSparsity(*funcs.begin(), budget ? &*budget : nullptr))
    report(std::move(error));
}
