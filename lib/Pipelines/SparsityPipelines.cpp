//===- SparsityPipelines.cpp - Pipelines that remove weights --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Pipelines/SparsityPipelines.h"

#include "NotAvailable.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Transforms/Graph/Passes.h"
#include "mopt/Transforms/Quantization/Passes.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {
/// sparsity-allocation=
enum class Sharing { Uniform, Global, Auto };
} // namespace

/// What the passes that observe layers have in common.
template <typename PassOptions>
static PassOptions getObservedOptions(const PruneOptions &options) {
  PassOptions result;
  result.sparsity = options.sparsity;
  result.pattern = options.pattern;
  result.data = options.calibration;
  result.samples = options.observed.samples;
  result.first = options.observed.first;
  result.preprocess = options.observed.preprocess;
  result.damping = options.observed.damping;
  options.selection.apply(result);
  result.threads = options.observed.threads;
  return result;
}

/// Chooses a ratio for each layer, as far as they are not all the same.
static void addAllocation(OpPassManager &manager, const PruneOptions &options,
                          bool isObserved, Sharing sharing) {
  if (options.observed.maxDrop.getNumOccurrences()) {
    auto limit = getObservedOptions<LimitSparsityPassOptions>(options);
    limit.maxDrop = options.observed.maxDrop;
    limit.metric = options.observed.metric;
    limit.eval = options.observed.eval;
    limit.evalSamples = options.observed.evalSamples;
    limit.byData = isObserved;
    limit.search = sharing == Sharing::Auto     ? SparsitySearch::Divergence
                   : sharing == Sharing::Global ? SparsitySearch::Error
                                                : SparsitySearch::Uniform;
    limit.measureSamples = options.observed.measureSamples;
    manager.addPass(createLimitSparsityPass(limit));
    return;
  }
  if (!isObserved || sharing == Sharing::Uniform)
    return;
  auto allocate = getObservedOptions<AllocateSparsityPassOptions>(options);
  allocate.measure = sharing == Sharing::Auto ? SparsityMeasure::Divergence
                                              : SparsityMeasure::Error;
  allocate.measureSamples = options.observed.measureSamples;
  manager.addPass(createAllocateSparsityPass(allocate));
}

static llvm::Expected<Sharing> getSharing(const PruneOptions &options,
                                          const SparsityPattern &pattern,
                                          bool isObserved) {
  bool isFixed = pattern.kind == SparsityPattern::Kind::Neighbours;
  StringRef name = options.allocation;
  if (name == "uniform")
    return Sharing::Uniform;
  bool isLimited = options.observed.maxDrop.getNumOccurrences();
  if (name != "global" && (name != "auto" || !isObserved || isFixed))
    return notAvailable("sparsity-allocation", name,
                        isFixed       ? "uniform, global: the pattern says "
                                        "what every layer loses"
                        : !isObserved ? "uniform, global; auto with method=obs"
                                      : "uniform, global, auto");
  if (isLimited && !isObserved)
    return notAvailable("sparsity-allocation",
                        name + " of method=magnitude with max-drop", "uniform");
  // The pattern leaves nothing to share.
  if (isFixed && isObserved)
    return Sharing::Uniform;
  return name == "auto" ? Sharing::Auto : Sharing::Global;
}

llvm::Error mopt::buildPrunePipeline(OpPassManager &manager,
                                     const PruneOptions &options) {
  if (StringRef(options.pattern) == "channel")
    return buildChannelPipeline(manager, options);
  llvm::Expected<SparsityPattern> pattern =
      SparsityPattern::parse(options.pattern);
  if (!pattern)
    return pattern.takeError();
  bool isObserved = StringRef(options.method) == "obs";
  if (!isObserved && StringRef(options.method) != "magnitude")
    return notAvailable("method", StringRef(options.method), "magnitude, obs");
  bool isLimited = options.observed.maxDrop.getNumOccurrences();
  if (isObserved && options.calibration.empty())
    return llvm::createStringError(
        "method=obs needs samples; give calibration=DATA");
  if (!isObserved && !isLimited && !options.calibration.empty())
    return llvm::createStringError(
        "calibration= is for methods that need data; magnitude needs none");
  if (isLimited && options.sparsity.getNumOccurrences())
    return llvm::createStringError(
        "max-drop chooses the sparsity; give one of both");
  llvm::Expected<Sharing> sharing = getSharing(options, *pattern, isObserved);
  if (!sharing)
    return sharing.takeError();

  if (isObserved)
    manager.addNestedPass<func::FuncOp>(createFoldBatchNormPass());
  if (!options.selection.recipe.empty()) {
    ApplyRecipePassOptions recipe;
    recipe.file = options.selection.recipe;
    recipe.aspect = RecipeAspect::Sparsity;
    manager.addPass(createApplyRecipePass(recipe));
  }
  addAllocation(manager, options, isObserved, *sharing);
  if (isObserved)
    manager.addPass(createOptimizeSparsityPass(
        getObservedOptions<OptimizeSparsityPassOptions>(options)));

  // With method=obs this prunes what cannot be reconstructed; the others have
  // their zeros.
  SparsityAllocation allocation = *sharing == Sharing::Global && !isObserved
                                      ? SparsityAllocation::Global
                                      : SparsityAllocation::Uniform;
  PruneWeightsPassOptions prune;
  prune.sparsity = options.sparsity;
  prune.pattern = options.pattern;
  prune.allocation = allocation;
  options.selection.apply(prune);
  prune.report = options.report;
  manager.addPass(createPruneWeightsPass(prune));

  VerifyWeightsPassOptions verify;
  verify.sparsity = options.sparsity;
  verify.pattern = options.pattern;
  verify.allocation = allocation;
  options.selection.apply(verify);
  manager.addPass(createVerifyWeightsPass(verify));
  manager.addPass(createDropSparsityRecipesPass());
  return llvm::Error::success();
}

llvm::Error
mopt::buildSparseEncodingPipeline(OpPassManager &manager,
                                  const SparseEncodingOptions &options) {
  StringRef mode(options.mode);
  if (mode != "auto" && mode != "kernels" && mode != "off")
    return notAvailable("mode", mode, "auto, kernels, off");
  // Constants are dense at the beginning of every pipeline.
  if (mode == "off")
    return llvm::Error::success();
  EncodeSparseWeightsPassOptions encode;
  encode.runtime = mode == "auto" ? SparseRuntime::Any : SparseRuntime::Kernels;
  encode.minSaving = options.minSaving;
  encode.exclude = options.exclude;
  encode.only = options.only;
  manager.addPass(createEncodeSparseWeightsPass(encode));
  return llvm::Error::success();
}
