//===- ChannelLosses.cpp - What outputs lose with channels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Reconstruction/Regression.h"
#include "ChannelRepair.h"
#include "mopt/Runtime/DifferenceSums.h"
#include "mopt/Runtime/ModelIO.h"
#include "mopt/Runtime/SampleLoop.h"
#include "mopt/Transforms/Accuracy/LayerwiseModel.h"

#include <cmath>
#include <numeric>
#include <thread>

using namespace mlir;
using namespace mlir::mopt;

/// Numbers of removed classes that are tried for a set.
static constexpr int64_t kLevels = 8;

namespace {

/// Some removed classes of a set: the layers that read them, solved for anew.
struct Variant {
  size_t set;
  int64_t removed;
  std::vector<std::pair<unsigned, std::unique_ptr<Executor>>> layers;
  double loss = 0.0;
};

} // namespace

/// Numbers of classes, the most among them, about evenly apart.
static SmallVector<int64_t> getLevels(const ChannelSet &set) {
  SmallVector<int64_t> levels;
  int64_t odd = set.size() % set.unit;
  for (int64_t count = odd ? odd : set.unit; count <= set.getMostRemoved();
       count += set.unit)
    levels.push_back(count);
  int64_t steps = levels.size();
  if (steps <= kLevels)
    return levels;
  SmallVector<int64_t> chosen;
  for (int64_t i = 1; i <= kLevels; ++i)
    chosen.push_back(levels[i * steps / kLevels - 1]);
  return chosen;
}

/// How far outputs are from what they were: relative entropy for chances, else
/// the error's part of the signal.
static double compareOutput(const HostTensor &now, const HostTensor &before) {
  if (!getArrayType(now.getType().getElementType()))
    return 0.0;
  SmallVector<float> values = getRealElements(now),
                     wanted = getRealElements(before);
  double sum = 0.0, least = 0.0, entropy = 0.0;
  for (auto [value, expected] : llvm::zip_equal(values, wanted)) {
    sum += expected;
    least = std::min({least, double(value), double(expected)});
    if (expected > 0.0f)
      entropy += expected * std::log(expected / std::max(double(value), 1e-7));
  }
  if (wanted.size() > 1 && least >= 0.0 && std::abs(sum - 1.0) < 0.01)
    return entropy;
  DifferenceSums sums;
  sums.add(values, wanted);
  return sums.signal > 0.0 ? sums.noise / sums.signal : sums.noise;
}

/// Makes the measured losses those of single classes: they grow evenly from one
/// level to the next, and steps that cost less than earlier ones share with
/// them, so that what comes first is never dearer than what it opens the way
/// to.
static void spreadLosses(ChannelSet &set, ArrayRef<int64_t> levels,
                         ArrayRef<double> losses) {
  struct Step {
    int64_t classes;
    double loss;
    double perClass() const { return loss / static_cast<double>(classes); }
  };
  SmallVector<Step> steps;
  int64_t removed = 0;
  double loss = 0.0;
  for (auto [level, total] : llvm::zip_equal(levels, losses)) {
    double next = std::max(loss, std::isfinite(total) ? total : 1e30);
    steps.push_back({level - removed, next - loss});
    removed = level;
    loss = next;
    while (steps.size() > 1 &&
           steps.back().perClass() < steps[steps.size() - 2].perClass()) {
      Step last = steps.pop_back_val();
      steps.back().classes += last.classes;
      steps.back().loss += last.loss;
    }
  }
  size_t place = 0;
  for (const Step &step : steps)
    for (int64_t i = 0; i < step.classes; ++i)
      set.saliencies[place++] = step.perClass();
}

LogicalResult mopt::measureLosses(ModuleOp module, const ChannelGraph &graph,
                                  const ObservedFunction &observed,
                                  const ObservedLayerSettings &settings,
                                  std::vector<ChannelSet> &sets,
                                  int64_t samples) {
  func::FuncOp func = *module.getOps<func::FuncOp>().begin();
  auto fail = [&](llvm::Error error) {
    return module.emitError()
           << settings.pass << ": " << llvm::toString(std::move(error));
  };
  llvm::Expected<Preprocess> steps = getPreprocess(module, settings);
  if (!steps)
    return fail(steps.takeError());
  llvm::Expected<std::unique_ptr<SampleSource>> source =
      openSamples(func, settings.data, settings.samples, *steps);
  if (!source)
    return fail(source.takeError());
  llvm::Expected<LayerwiseModel> model = LayerwiseModel::create(func);
  if (!model)
    return fail(model.takeError());
  DenseMap<Operation *, unsigned> places;
  for (auto [i, op] : llvm::enumerate(model->getOps()))
    places[op] = i;
  unsigned threads =
      settings.threads ? settings.threads : std::thread::hardware_concurrency();

  std::vector<Variant> variants;
  {
    Progress progress("solving for layers around set", sets.size());
    for (auto [index, set] : llvm::enumerate(sets)) {
      progress.advance();
      for (int64_t level : getLevels(set)) {
        Variant &variant = variants.emplace_back();
        variant.set = index;
        variant.removed = level;
        ArrayRef<int> gone = ArrayRef<int>(set.classes).take_front(level);
        for (const ChannelLayer &layer : graph.getLayers()) {
          const ObservedFunction::Layer *found = observed.find(layer.op);
          if (!found || layer.inputs.empty())
            continue;
          LayerSupport support =
              LayerSupport::getWhole(found->layer.getShape());
          bool reads = false;
          for (size_t i = 0; i < support.inputs.size(); ++i)
            if (llvm::is_contained(
                    gone, graph.find(layer.inputs[i % layer.inputs.size()]))) {
              support.inputs[i] = false;
              reads = true;
            }
          if (!reads)
            continue;
          RegressedLayer solved = regressLayer(
              found->layer.getWeights(), found->statistics, support, threads);
          llvm::Expected<std::unique_ptr<Executor>> executor =
              model->compileVariant(
                  places.lookup(layer.op),
                  [&](ModuleOp copy) -> FailureOr<bool> {
                    bool changed = false;
                    copy.walk([&](Operation *op) {
                      std::string reason;
                      if (auto match = LinearLayer::match(op, reason)) {
                        match->setWeightValues(solved.weights);
                        match->setBias(solved.bias);
                        changed = true;
                      }
                    });
                    return changed;
                  });
          if (!executor)
            return fail(executor.takeError());
          if (*executor)
            variant.layers.emplace_back(places.lookup(layer.op),
                                        std::move(*executor));
        }
      }
    }
  }

  int64_t size = (*source)->size(), count = std::min(size, samples);
  struct Thread {
    explicit Thread(const LayerwiseModel &model) : worker(model) {}
    LayerwiseModel::Worker worker;
    std::vector<std::unique_ptr<Executor>> executors;
    std::vector<SmallVector<LayerwiseModel::Worker::Exchange>> exchanges;
  };
  std::vector<std::unique_ptr<Thread>> workers;
  for (unsigned i = 0; i < threads; ++i) {
    workers.push_back(std::make_unique<Thread>(*model));
    for (const Variant &variant : variants) {
      auto &exchanges = workers.back()->exchanges.emplace_back();
      for (const auto &[place, executor] : variant.layers) {
        workers.back()->executors.push_back(executor->clone());
        exchanges.emplace_back(place, workers.back()->executors.back().get());
      }
    }
  }
  std::vector<std::vector<double>> losses(count);
  Progress progress("removing channels on sample", count);
  llvm::Error error = forEachSample(
      0, count, threads, [&](unsigned thread, int64_t sample) -> llvm::Error {
        Thread &own = *workers[thread];
        SmallVector<Array> arrays;
        llvm::Expected<SmallVector<HostTensor>> inputs =
            (*source)->load(sample * size / count, arrays);
        if (!inputs)
          return inputs.takeError();
        if (llvm::Error error = own.worker.run(*inputs))
          return error;
        SmallVector<HostTensor> reference = own.worker.getOutputs();
        for (const auto &exchanges : own.exchanges) {
          double loss = 0.0;
          if (!exchanges.empty()) {
            auto outputs = own.worker.runExchanged(exchanges);
            if (!outputs)
              return outputs.takeError();
            for (auto [now, before] : llvm::zip_equal(*outputs, reference))
              loss += compareOutput(now, before);
          }
          losses[sample].push_back(loss);
        }
        progress.advance();
        return llvm::Error::success();
      });
  if (error)
    return fail(std::move(error));
  for (const std::vector<double> &sample : losses)
    for (auto [variant, loss] : llvm::zip_equal(variants, sample))
      variant.loss += loss / static_cast<double>(count);
  for (auto [index, set] : llvm::enumerate(sets)) {
    SmallVector<int64_t> levels;
    SmallVector<double> measured;
    for (const Variant &variant : variants)
      if (variant.set == index) {
        levels.push_back(variant.removed);
        measured.push_back(variant.loss);
      }
    spreadLosses(set, levels, measured);
  }
  return success();
}
