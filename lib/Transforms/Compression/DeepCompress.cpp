//===- DeepCompress.cpp - All means of making models small -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Accuracy/PrefixSearch.h"
#include "../Accuracy/RunSilently.h"
#include "../Clustering/ObservedClustering.h"
#include "../Quantization/StoredWeights.h"
#include "../Sparsity/SparsityBudget.h"
#include "StepTable.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/IRMapping.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Transforms/Calibration/Passes.h"
#include "mopt/Transforms/Clustering/Passes.h"
#include "mopt/Transforms/Compression/Passes.h"
#include "mopt/Transforms/Quantization/LayerRecipe.h"
#include "mopt/Transforms/Quantization/Passes.h"
#include "mopt/Transforms/Reconstruction/Passes.h"
#include "mopt/Transforms/Sparsity/Passes.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

namespace mlir::mopt {
#define GEN_PASS_DEF_DEEPCOMPRESSPASS
#include "mopt/Transforms/Compression/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

/// Steps of the search for the sparsest model.
static constexpr double kStep = 0.005;

/// An error that a diagnostic has told already.
static Error makeToldError() { return llvm::createStringError(""); }

/// Rounds to 8 significant bits, ties to even: the container then holds two
/// bytes that are zero in every value.
static float roundToBFloat16(float value) {
  llvm::APFloat rounded(value);
  bool losesInfo;
  rounded.convert(llvm::APFloat::BFloat(), llvm::APFloat::rmNearestTiesToEven,
                  &losesInfo);
  return rounded.convertToFloat();
}

static void roundBiases(ModuleOp module) {
  module.walk([](Operation *op) {
    std::string reason;
    std::optional<LinearLayer> layer = LinearLayer::match(op, reason);
    if (!layer)
      return;
    std::vector<float> bias = layer->getBias();
    if (llvm::all_of(bias, [](float value) { return value == 0.0f; }))
      return;
    for (float &value : bias)
      value = roundToBFloat16(value);
    layer->setBias(bias);
  });
  eraseUnusedConstants(module);
}

namespace {

/// What the steps begin with.
struct Start {
  OwningOpRef<ModuleOp> original;
  std::optional<DropMeter> meter;
  /// Of data.
  std::optional<SparsityBudget> budget;

  func::FuncOp getFunction() {
    return *original->getOps<func::FuncOp>().begin();
  }
  SparsityShares share(ModuleOp module, double ratio) const {
    return shareSparsity(module, budget ? &*budget : nullptr, ratio);
  }
};

/// Prunes, clusters and quantizes the module, or copies of it to find out how
/// far it can be pruned.
struct DeepCompressPass
    : public mlir::mopt::impl::DeepCompressPassBase<DeepCompressPass> {
  using DeepCompressPassBase::DeepCompressPassBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<MoptDialect, quant::QuantDialect>();
  }
  void runOnOperation() override;

private:
  Error check() const;
  ObservedLayerSettings getSettings(StringRef verb) const;
  Error begin(Start &start);
  LogicalResult prune(ModuleOp module) const;
  LogicalResult cluster(ModuleOp module, Start &start) const;
  LogicalResult quantize(ModuleOp module) const;
  Error compress(ModuleOp module, double ratio, Start &start, StepTable *table);
  Expected<double> chooseRatio(Start &start);
  Error run();

  bool isLimited() const { return maxDrop >= 0.0; }
  DropMetric getMetric() const {
    return eval.empty() ? DropMetric::SNR : metric.getValue();
  }
};

} // namespace

Error DeepCompressPass::check() const {
  if (!(sparsity >= 0.0 && sparsity < 1.0))
    return llvm::createStringError(llvm::formatv(
        "sparsity is {0}, must be from 0 to below 1", sparsity.getValue()));
  if (!(damping >= 0.0 && std::isfinite(damping)))
    return llvm::createStringError("damping must be above 0, or 0 for "
                                   "automatic");
  for (unsigned count : {clusters.getValue(), convClusters.getValue()})
    if ((count != 0 || count == clusters) && (count < 2 || count > 256))
      return llvm::createStringError("clusters is " + Twine(count) +
                                     ", must be between 2 and 256");
  if (form == CompressedForm::Int8 && data.empty())
    return llvm::createStringError("form=int8 needs data");
  if (isLimited() && eval.empty() &&
      (metric == DropMetric::Top1 || data.empty()))
    return llvm::createStringError(
        metric == DropMetric::Top1
            ? "max-drop needs labelled data; give some with eval=, or "
              "metric=snr"
            : "max-drop needs data");
  return Error::success();
}

/// Of the steps that look at data; `verb` is what they do to a layer.
ObservedLayerSettings DeepCompressPass::getSettings(StringRef verb) const {
  ObservedLayerSettings settings;
  settings.verb = verb.str();
  settings.pass = getArgument().str();
  settings.data = data;
  settings.samples = samples;
  settings.preprocess = preprocess;
  settings.exclude = exclude;
  settings.only = only;
  settings.threads = threads;
  return settings;
}

Error DeepCompressPass::begin(Start &start) {
  ModuleOp module = getOperation();
  auto funcs = module.getOps<func::FuncOp>();
  if (funcs.empty() || (*funcs.begin()).isExternal())
    return llvm::createStringError("there is no function");
  start.original = module.clone();
  if (!eval.empty() || !data.empty()) {
    Expected<DropMeter> meter = DropMeter::open(
        start.getFunction(),
        {eval.empty() ? data : eval, eval.empty() ? samples : evalSamples,
         getMetric(), preprocess, threads});
    if (!meter)
      return meter.takeError();
    start.meter = std::move(*meter);
  }
  if (data.empty() || sparsity == 0.0)
    return Error::success();
  ObservedPruning pruning;
  pruning.settings = getSettings("pruned by data");
  pruning.sparsity = sparsity;
  pruning.damping = damping;
  CurveOptions curves;
  curves.measure = measure;
  FailureOr<SparsityBudget> budget =
      SparsityBudget::measure(module, pruning, curves);
  if (failed(budget))
    return makeToldError();
  start.budget = std::move(*budget);
  return Error::success();
}

/// Removes what recipes say.
LogicalResult DeepCompressPass::prune(ModuleOp module) const {
  if (!data.empty()) {
    OptimizeSparsityPassOptions options;
    options.sparsity = 0.0;
    options.damping = damping;
    options.data = data;
    options.samples = samples;
    options.preprocess = preprocess;
    options.exclude = exclude;
    options.only = only;
    options.threads = threads;
    if (failed(runSilently(module, createOptimizeSparsityPass(options))))
      return failure();
  }
  PruneWeightsPassOptions options;
  options.sparsity = 0.0;
  options.exclude = exclude;
  options.only = only;
  if (failed(runSilently(module, createPruneWeightsPass(options))))
    return failure();
  dropSparsityRecipes(module);
  return success();
}

LogicalResult DeepCompressPass::cluster(ModuleOp module, Start &start) const {
  if (data.empty()) {
    ClusterWeightsPassOptions options;
    options.clusters = clusters;
    options.exclude = exclude;
    options.only = only;
    return runSilently(module, createClusterWeightsPass(options));
  }
  ObservedClustering options;
  options.clusters.clusters = clusters;
  options.convClusters = convClusters;
  options.settings = getSettings("clustered by data");
  options.capture.reference = start.getFunction();
  return clusterByData(module, options);
}

LogicalResult DeepCompressPass::quantize(ModuleOp module) const {
  CalibratePassOptions calibrate;
  calibrate.data = data;
  calibrate.samples = samples;
  calibrate.preprocess = preprocess;
  calibrate.method = CalibrationMethod::Percentile;
  calibrate.threads = threads;
  CorrectBiasesPassOptions biases;
  biases.data = data;
  biases.samples = samples;
  biases.preprocess = preprocess;
  biases.activations = ActivationForm::Int8;
  biases.granularity = WeightGranularity::Tensor;
  biases.threads = threads;
  QuantizePassOptions quantize;
  quantize.granularity = WeightGranularity::Tensor;
  return success(
      succeeded(runSilently(module, createCalibratePass(calibrate))) &&
      succeeded(runSilently(module, createCorrectBiasesPass(biases))) &&
      succeeded(runSilently(module, createQuantizePass(quantize))) &&
      succeeded(runSilently(module, createVerifyQuantizedPass())));
}

/// All steps on `module`, whose recipes name the sparsity of each layer.
Error DeepCompressPass::compress(ModuleOp module, double ratio, Start &start,
                                 StepTable *table) {
  auto record = [&](StringRef step) {
    return table ? table->add(step, module) : Error::success();
  };
  if (ratio > 0.0) {
    if (failed(prune(module)))
      return makeToldError();
    if (Error error = record("pruned"))
      return error;
  }
  if (failed(cluster(module, start)))
    return makeToldError();
  if (Error error = record("clustered"))
    return error;
  if (form == CompressedForm::Int8) {
    if (failed(quantize(module)))
      return makeToldError();
    return record("int8");
  }
  roundBiases(module);
  return record("biases of 8 bits");
}

Expected<double> DeepCompressPass::chooseRatio(Start &start) {
  auto getRatio = [&](unsigned steps) {
    return std::max(0.0, sparsity - kStep * steps);
  };
  auto suffices = [&](unsigned steps) -> Expected<bool> {
    IRMapping mapping;
    OwningOpRef<ModuleOp> copy(cast<ModuleOp>(getOperation()->clone(mapping)));
    for (auto [op, share] : start.share(getOperation(), getRatio(steps)))
      setSparsity(mapping.lookup(op), share);
    if (Error error = compress(*copy, getRatio(steps), start, nullptr))
      return std::move(error);
    Expected<DropMeter::Measured> measured = start.meter->measure(*copy);
    if (!measured)
      return measured.takeError();
    return start.meter->isGoodEnough(*measured, maxDrop);
  };
  Expected<std::optional<unsigned>> steps = findShortestPrefix(
      static_cast<unsigned>(std::ceil(sparsity / kStep)), suffices);
  if (!steps)
    return steps.takeError();
  if (!*steps)
    return llvm::createStringError(
        "max-drop cannot be met, even without pruning; ask for more clusters");
  return getRatio(**steps);
}

Error DeepCompressPass::run() {
  ModuleOp module = getOperation();
  if (Error error = check())
    return error;
  Start start;
  if (Error error = begin(start))
    return error;
  double ratio = sparsity;
  if (isLimited()) {
    Expected<double> chosen = chooseRatio(start);
    if (!chosen)
      return chosen.takeError();
    ratio = *chosen;
  }
  StepTable table(start.meter ? &*start.meter : nullptr, getMetric());
  if (Error error = table.add("original", module))
    return error;
  for (auto [op, share] : start.share(module, ratio))
    setSparsity(op, share);
  if (Error error = compress(module, ratio, start, &table))
    return error;
  mlir::emitRemark(module.getLoc()) << "compressed:\n" << table.format();
  if (report.empty())
    return Error::success();
  if (failed(writeJSONFile(module.getLoc(), report, table.toJSON())))
    signalPassFailure();
  return Error::success();
}

void DeepCompressPass::runOnOperation() {
  Error error = run();
  if (!error)
    return;
  signalPassFailure();
  if (std::string text = llvm::toString(std::move(error)); !text.empty())
    mlir::emitError(getOperation().getLoc()) << getArgument() << ": " << text;
}
