//===- SparsityCurves.cpp - What the sparsity of each layer costs ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SparsityCurves.h"

#include "ZeroTarget.h"
#include "mopt/Runtime/Progress.h"
#include "mopt/Runtime/SampleLoop.h"
#include "mopt/Transforms/Accuracy/LayerwiseModel.h"

#include <cmath>
#include <thread>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

static constexpr double kLevels[] = {0.1,  0.2, 0.3,  0.4, 0.5,  0.6,  0.7,
                                     0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0};

ArrayRef<double> mopt::getSparsityLevels() { return kLevels; }

double SparsityCurve::getCost(int64_t count) const {
  double part = static_cast<double>(count) / static_cast<double>(blocks);
  double lastPart = 0.0, last = 0.0;
  for (auto [level, cost] : llvm::zip_equal(getSparsityLevels(), costs)) {
    double root = std::sqrt(cost);
    if (part <= level) {
      double at = last + (root - last) * (part - lastPart) / (level - lastPart);
      return at * at;
    }
    lastPart = level;
    last = root;
  }
  return last * last;
}

namespace {

/// A layer in all of its pruned forms.
struct Variants {
  unsigned index;
  std::vector<std::unique_ptr<Executor>> executors;
};

/// Runs every form of every layer over samples.
class CurveMeter {
public:
  CurveMeter(func::FuncOp func, const ObservedPruning &pruning,
             const CurveOptions &options)
      : func(func), settings(pruning.settings), options(options) {}

  Error open();
  Error addVariants(const SparsityCurve &curve, ArrayRef<PrunedLayer> forms);
  Error measure(MutableArrayRef<SparsityCurve> curves);

private:
  func::FuncOp func;
  const ObservedLayerSettings &settings;
  CurveOptions options;
  std::optional<LayerwiseModel> model;
  std::vector<Variants> layers;
};

} // namespace

Error CurveMeter::open() {
  Expected<LayerwiseModel> made = LayerwiseModel::create(func);
  if (!made)
    return made.takeError();
  model.emplace(std::move(*made));
  return Error::success();
}

Error CurveMeter::addVariants(const SparsityCurve &curve,
                              ArrayRef<PrunedLayer> forms) {
  Variants variants;
  variants.index =
      llvm::find(model->getOps(), curve.op) - model->getOps().begin();
  for (const PrunedLayer &form : forms) {
    Expected<std::unique_ptr<Executor>> executor = model->compileVariant(
        variants.index, [&](ModuleOp module) -> FailureOr<bool> {
          std::string reason;
          std::optional<LinearLayer> layer;
          module.walk([&](Operation *op) {
            if (!layer)
              layer = LinearLayer::match(op, reason);
          });
          if (!layer)
            return failure();
          layer->setWeightValues(form.weights);
          layer->setBias(form.fit.bias);
          return true;
        });
    if (!executor)
      return executor.takeError();
    variants.executors.push_back(std::move(*executor));
  }
  layers.push_back(std::move(variants));
  return Error::success();
}

Error CurveMeter::measure(MutableArrayRef<SparsityCurve> curves) {
  auto module = func->getParentOfType<ModuleOp>();
  Expected<Preprocess> steps = getPreprocess(module, settings);
  if (!steps)
    return steps.takeError();
  Expected<std::unique_ptr<SampleSource>> source = openSamples(
      func, settings.data,
      settings.samples > 0 ? settings.first + settings.samples : 0, *steps);
  if (!source)
    return source.takeError();
  Expected<SmallVector<InputSpec>> specs = getInputSpecs(func);
  if (!specs)
    return specs.takeError();
  Expected<std::unique_ptr<Dataset>> dataset =
      openDatasetFor(*specs, settings.data, Labels::Optional, settings.samples);
  bool isLabelled = static_cast<bool>(dataset) && (*dataset)->hasLabels();
  // Labels that cannot be read are none: nothing here needs them.
  if (!dataset)
    llvm::consumeError(dataset.takeError());
  OutputDivergence divergence(func, isLabelled);

  int64_t size = (*source)->size() - settings.first;
  int64_t samples = std::min(size, options.samples);
  unsigned count =
      settings.threads ? settings.threads : std::thread::hardware_concurrency();
  count = std::max<int64_t>(1, std::min<int64_t>(count, samples));
  struct Thread {
    explicit Thread(const LayerwiseModel &model) : worker(model) {}
    LayerwiseModel::Worker worker;
    std::vector<std::vector<std::unique_ptr<Executor>>> executors;
  };
  std::vector<std::unique_ptr<Thread>> threads;
  for (unsigned i = 0; i < count; ++i) {
    threads.push_back(std::make_unique<Thread>(*model));
    for (const Variants &variants : layers) {
      auto &own = threads.back()->executors.emplace_back();
      for (const std::unique_ptr<Executor> &executor : variants.executors)
        own.push_back(executor->clone());
    }
  }

  // By sample, merged in the samples' order.
  std::vector<std::vector<OutputDivergence::Sums>> sums(samples);
  Progress progress("measuring sparse layers on sample", samples);
  auto runSample = [&](unsigned index, int64_t sample) -> Error {
    Thread &thread = *threads[index];
    SmallVector<Array> arrays;
    Expected<SmallVector<HostTensor>> inputs =
        (*source)->load(settings.first + sample * size / samples, arrays);
    if (!inputs)
      return inputs.takeError();
    if (Error error = thread.worker.run(*inputs))
      return error;
    SmallVector<HostTensor> reference = thread.worker.getOutputs();
    for (auto [layer, executors] : llvm::zip_equal(layers, thread.executors))
      for (const std::unique_ptr<Executor> &executor : executors) {
        auto outputs = thread.worker.runExchanged(
            LayerwiseModel::Worker::Exchange(layer.index, executor.get()));
        if (!outputs)
          return outputs.takeError();
        sums[sample].push_back(divergence.compare(*outputs, reference));
      }
    progress.advance();
    return Error::success();
  };
  if (Error error = forEachSample(0, samples, count, runSample))
    return error;
  size_t position = 0;
  for (SparsityCurve &curve : curves)
    for (size_t level = 0; level < getSparsityLevels().size();
         ++level, ++position) {
      OutputDivergence::Sums total;
      for (const auto &sample : sums)
        total.add(sample[position]);
      curve.costs.push_back(OutputDivergence::getTotal(total, samples));
    }
  return Error::success();
}

/// More zeros never cost less: what says otherwise is chance.
static void makeMonotone(SparsityCurve &curve) {
  double largest = 0.0;
  for (double &cost : curve.costs) {
    // A NaN is the worst of all.
    if (!(cost < std::numeric_limits<double>::max()))
      cost = std::numeric_limits<float>::max();
    cost = largest = std::max(largest, cost);
  }
}

FailureOr<std::vector<SparsityCurve>>
mopt::measureSparsityCurves(ModuleOp module, const ObservedPruning &pruning,
                            const CurveOptions &options) {
  auto funcs = module.getOps<func::FuncOp>();
  if (funcs.empty() || (*funcs.begin()).isExternal())
    return module.emitError()
           << pruning.settings.pass << ": there is no function";
  func::FuncOp func = *funcs.begin();
  auto fail = [&](Error error) -> LogicalResult {
    return mlir::emitError(func.getLoc())
           << pruning.settings.pass << ": " << llvm::toString(std::move(error));
  };
  bool measures = options.measure == SparsityMeasure::Divergence;
  CurveMeter meter(func, pruning, options);
  if (measures)
    if (Error error = meter.open())
      return fail(std::move(error));
  std::vector<SparsityCurve> curves;
  bool isBroken = false;
  auto observe = [&](LinearLayer &layer, const LayerStatistics &statistics,
                     unsigned threads) {
    if (isBroken)
      return;
    FailureOr<LayerTarget> target =
        LayerTarget::of(layer.getOp(), pruning.pattern, pruning.sparsity);
    isBroken = failed(target);
    if (isBroken || LayerRecipe::get(layer.getOp()).sparsity ||
        target->pattern.kind == SparsityPattern::Kind::Neighbours ||
        !ObservedPruning::getReasonAgainst(layer, target->pattern).empty())
      return;
    LayerPruner forms(layer.getWeights(), statistics,
                      pruning.getOptions(target->pattern, statistics, threads));
    SparsityCurve curve{layer.getOp(),
                        forms.getBlocks(),
                        layer.getShape().getWeightRows() *
                            layer.getShape().inputs,
                        {}};
    std::vector<PrunedLayer> pruned;
    for (double level : getSparsityLevels()) {
      PrunedLayer form =
          forms.prune(getZeroTarget(level, curve.blocks), /*isTrial=*/true);
      if (measures)
        pruned.push_back(std::move(form));
      else
        curve.costs.push_back(std::max(0.0, form.fit.error) /
                              std::max(form.fit.variance, 1e-30));
    }
    if (measures)
      if (Error error = meter.addVariants(curve, pruned)) {
        isBroken = true;
        (void)fail(std::move(error));
        return;
      }
    curves.push_back(std::move(curve));
  };
  if (failed(repairLayers(module, pruning.settings, LayerCapture::Options(),
                          observe)) ||
      isBroken)
    return failure();
  if (measures && !curves.empty())
    if (Error error = meter.measure(curves))
      return fail(std::move(error));
  for (SparsityCurve &curve : curves)
    makeMonotone(curve);
  return curves;
}
