//===- DeepCompress.cpp - All means of making models small -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Accuracy/ModelSize.h"
#include "../Accuracy/PrefixSearch.h"
#include "../Accuracy/RunSilently.h"
#include "../Calibration/SampleSource.h"
#include "../Clustering/ObservedClustering.h"
#include "../Quantization/StoredWeights.h"
#include "../Sparsity/SparsityBudget.h"
#include "HeldOutDivergence.h"
#include "SizeSearch.h"
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
#include "llvm/Support/SaveAndRestore.h"

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

/// Where the search for a size begins.
static constexpr double kFirstGuess = 0.9;

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
  SparsityMeasure costs = SparsityMeasure::Divergence;
  /// Samples that are kept back where something is chosen by them.
  int64_t kept = 0;
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
  Expected<int64_t> countHeldOut(Start &start) const;
  Expected<DropMeter> openMeter(Start &start) const;
  Expected<SparsityBudget> measureBudget(SparsityMeasure costs);
  Expected<OwningOpRef<ModuleOp>> makeTrial(double ratio, Start &start);
  Error takeBudget(Start &start);
  Error compareMeasures(double ratio, Start &start);
  Expected<double> choose(Start &start);
  Expected<double> search(double guess, Start &start);
  Error begin(Start &start);
  LogicalResult prune(ModuleOp module) const;
  LogicalResult cluster(ModuleOp module, Start &start) const;
  LogicalResult quantize(ModuleOp module) const;
  Error compress(ModuleOp module, double ratio, Start &start, StepTable *table);
  Expected<double> chooseRatio(Start &start);
  Expected<double> chooseRatioForSize(double guess, Start &start);
  Error run();

  bool isLimited() const { return maxDrop >= 0.0; }
  bool isSized() const { return smaller > 0.0; }
  /// Whether the limit is one on samples that are kept back.
  bool isLimitedByHeldOut() const { return isLimited() && eval.empty(); }
  /// Whether both measures of costs are to be tried.
  bool comparesMeasures() const {
    return measure == BudgetMeasure::Auto && !data.empty() && sparsity > 0.0;
  }
  DropMetric getMetric() const {
    if (!eval.empty() || (isLimited() && metric != DropMetric::Top1))
      return metric;
    // Without labels the answers of the model itself count.
    return isLimited() ? DropMetric::Agreement : DropMetric::SNR;
  }

  /// After the first ones that are kept back; 0 = all.
  int64_t getRepairSamples() const {
    return samples > 0 ? std::max<int64_t>(1, samples - first) : 0;
  }

  /// Samples that do not repair, from the first.
  int64_t first = 0;
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
  if (isLimitedByHeldOut() && data.empty())
    return llvm::createStringError("max-drop needs data");
  if (!(heldOut >= 0.0 && heldOut <= 0.5))
    return llvm::createStringError("held-out must be from 0 to 0.5");
  if (!(smaller >= 0.0 && std::isfinite(smaller)))
    return llvm::createStringError("smaller must not be negative");
  if (isSized() && isLimited())
    return llvm::createStringError(
        "max-drop and smaller both choose the sparsity; give one of both");
  return Error::success();
}

/// Of the steps that look at data; `verb` is what they do to a layer.
ObservedLayerSettings DeepCompressPass::getSettings(StringRef verb) const {
  ObservedLayerSettings settings;
  settings.verb = verb.str();
  settings.pass = getArgument().str();
  settings.data = data;
  settings.samples = getRepairSamples();
  settings.first = first;
  settings.preprocess = preprocess;
  settings.exclude = exclude;
  settings.only = only;
  settings.threads = threads;
  return settings;
}

/// Samples of data that are kept back where something is chosen by them.
Expected<int64_t> DeepCompressPass::countHeldOut(Start &start) const {
  if (heldOut == 0.0 || !(isLimitedByHeldOut() || comparesMeasures()))
    return 0;
  Expected<std::unique_ptr<SampleSource>> source =
      openSamples(start.getFunction(), data, samples, Preprocess());
  if (!source)
    return source.takeError();
  return static_cast<int64_t>(heldOut * static_cast<double>((*source)->size()));
}

/// What the limit and the table measure with.
Expected<DropMeter> DeepCompressPass::openMeter(Start &start) const {
  DropMeter::Options options;
  options.metric = getMetric();
  options.preprocess = preprocess;
  options.threads = threads;
  options.data = eval.empty() ? data : eval;
  options.samples = !eval.empty()                       ? evalSamples
                    : isLimitedByHeldOut() && first > 0 ? first
                                                        : samples.getValue();
  return DropMeter::open(start.getFunction(), options);
}

Expected<SparsityBudget>
DeepCompressPass::measureBudget(SparsityMeasure costs) {
  ObservedPruning pruning;
  pruning.settings = getSettings("pruned by data");
  pruning.sparsity = sparsity;
  pruning.damping = damping;
  CurveOptions curves;
  curves.measure = costs;
  FailureOr<SparsityBudget> budget =
      SparsityBudget::measure(getOperation(), pruning, curves);
  if (failed(budget))
    return makeToldError();
  return std::move(*budget);
}

/// A compressed copy of the module.
Expected<OwningOpRef<ModuleOp>> DeepCompressPass::makeTrial(double ratio,
                                                            Start &start) {
  IRMapping mapping;
  OwningOpRef<ModuleOp> copy(cast<ModuleOp>(getOperation()->clone(mapping)));
  for (auto [op, share] : start.share(getOperation(), ratio))
    setSparsity(mapping.lookup(op), share);
  // Remarks are for the model that is kept.
  ErrorsOnly errorsOnly(&getContext());
  if (Error error = compress(*copy, ratio, start, nullptr))
    return std::move(error);
  return std::move(copy);
}

/// Measures what the sparsity of layers costs.
Error DeepCompressPass::takeBudget(Start &start) {
  if (data.empty() || sparsity == 0.0)
    return Error::success();
  Expected<SparsityBudget> budget = measureBudget(start.costs);
  if (!budget)
    return budget.takeError();
  start.budget = std::move(*budget);
  return Error::success();
}

/// Compresses by both measures of costs, without the samples that are kept
/// back, and compares what the outputs for these become. The budget is then the
/// one that was found to do better there: measured anew, on all samples, it
/// would be another one.
Error DeepCompressPass::compareMeasures(double ratio, Start &start) {
  llvm::SaveAndRestore leaveOut(first, start.kept);
  double divergence[2];
  std::optional<SparsityBudget> budgets[2];
  for (bool isError : {false, true}) {
    ErrorsOnly errorsOnly(&getContext());
    start.costs =
        isError ? SparsityMeasure::Error : SparsityMeasure::Divergence;
    if (Error error = takeBudget(start))
      return error;
    budgets[isError] = start.budget;
    Expected<OwningOpRef<ModuleOp>> trial = makeTrial(ratio, start);
    if (!trial)
      return trial.takeError();
    Expected<double> moved = measureHeldOutDivergence(
        *start.original, **trial, start.kept, getSettings("compared"));
    if (!moved)
      return moved.takeError();
    divergence[isError] = *moved;
  }
  bool isError = divergence[1] < divergence[0];
  mlir::emitRemark(getOperation().getLoc())
      << "sparsity is shared by measure=" << (isError ? "error" : "divergence")
      << llvm::formatv(
             ": a divergence of {0:F4} on {1} samples kept back, else {2:F4}",
             divergence[isError], start.kept, divergence[!isError])
             .str();
  start.budget = std::move(budgets[isError]);
  return Error::success();
}

Error DeepCompressPass::begin(Start &start) {
  ModuleOp module = getOperation();
  auto funcs = module.getOps<func::FuncOp>();
  if (funcs.empty() || (*funcs.begin()).isExternal())
    return llvm::createStringError("there is no function");
  start.original = module.clone();
  Expected<int64_t> kept = countHeldOut(start);
  if (!kept)
    return kept.takeError();
  start.kept = *kept;
  // All samples repair, unless some measure a limit.
  first = isLimitedByHeldOut() ? start.kept : 0;
  start.costs = measure == BudgetMeasure::Error ? SparsityMeasure::Error
                                                : SparsityMeasure::Divergence;
  if (eval.empty() && data.empty())
    return Error::success();
  Expected<DropMeter> meter = openMeter(start);
  if (!meter)
    return meter.takeError();
  start.meter = std::move(*meter);
  return Error::success();
}

/// Finds the sparsity, by the better measure of its costs at that sparsity.
Expected<double> DeepCompressPass::choose(Start &start) {
  bool compares = comparesMeasures() && start.kept > 0;
  double ratio = sparsity;
  if (!compares || isLimited() || isSized()) {
    if (Error error = takeBudget(start))
      return std::move(error);
    Expected<double> found = search(std::min(ratio, kFirstGuess), start);
    if (!found || !compares || *found == 0.0)
      return found;
    ratio = *found;
  }
  if (Error error = compareMeasures(ratio, start))
    return std::move(error);
  return search(ratio, start);
}

/// Removes what recipes say.
LogicalResult DeepCompressPass::prune(ModuleOp module) const {
  if (!data.empty()) {
    OptimizeSparsityPassOptions options;
    options.sparsity = 0.0;
    options.damping = damping;
    options.data = data;
    options.samples = getRepairSamples();
    options.first = first;
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
  calibrate.samples = getRepairSamples();
  calibrate.first = first;
  calibrate.preprocess = preprocess;
  calibrate.method = CalibrationMethod::Percentile;
  calibrate.threads = threads;
  CorrectBiasesPassOptions biases;
  biases.data = data;
  biases.samples = getRepairSamples();
  biases.first = first;
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

/// The sparsity that is asked for; `guess` is near it.
Expected<double> DeepCompressPass::search(double guess, Start &start) {
  if (isLimited())
    return chooseRatio(start);
  return isSized() ? chooseRatioForSize(guess, start)
                   : Expected<double>(sparsity.getValue());
}

Expected<double> DeepCompressPass::chooseRatio(Start &start) {
  auto getRatio = [&](unsigned steps) {
    return std::max(0.0, sparsity - kStep * steps);
  };
  auto suffices = [&](unsigned steps) -> Expected<bool> {
    Expected<OwningOpRef<ModuleOp>> trial = makeTrial(getRatio(steps), start);
    if (!trial)
      return trial.takeError();
    Expected<DropMeter::Measured> measured = start.meter->measure(**trial);
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

/// The least sparsity with which the container is as small as asked.
Expected<double> DeepCompressPass::chooseRatioForSize(double guess,
                                                      Start &start) {
  int64_t before = countModelBytes(getOperation());
  if (before == 0)
    return llvm::createStringError("the model cannot be written as .tflite");
  auto target = static_cast<int64_t>(static_cast<double>(before) / smaller);
  int64_t least = before;
  Expected<std::optional<double>> found = findSparsityForSize(
      sparsity, guess, target, [&](double ratio) -> Expected<int64_t> {
        Expected<OwningOpRef<ModuleOp>> trial = makeTrial(ratio, start);
        if (!trial)
          return trial.takeError();
        int64_t bytes = countModelBytes(**trial, ModelFormat::Compressed);
        least = std::min(least, bytes);
        return bytes;
      });
  if (!found)
    return found.takeError();
  if (!*found)
    return llvm::createStringError(llvm::formatv(
        "smaller={0} cannot be reached: with sparsity={1} the container is "
        "{2:F1} times smaller; ask for fewer clusters",
        smaller.getValue(), sparsity.getValue(),
        static_cast<double>(before) /
            static_cast<double>(std::max<int64_t>(1, least))));
  return **found;
}

Error DeepCompressPass::run() {
  ModuleOp module = getOperation();
  if (Error error = check())
    return error;
  Start start;
  if (Error error = begin(start))
    return error;
  Expected<double> chosen = choose(start);
  if (!chosen)
    return chosen.takeError();
  double ratio = *chosen;
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
