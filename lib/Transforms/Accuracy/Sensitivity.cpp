//===- Sensitivity.cpp - What quantising each layer alone costs -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Accuracy/Sensitivity.h"

#include "mopt/Runtime/Progress.h"
#include "mopt/Runtime/SampleLoop.h"
#include "mopt/Transforms/Accuracy/LayerwiseModel.h"

#include <thread>

using namespace mlir;
using namespace mlir::mopt;

double LayerCost::getSNR() const {
  double worst = std::numeric_limits<double>::infinity();
  for (const DifferenceSums &output : outputs)
    // A NaN is the worst of all.
    if (double snr = output.getSNR(); !(snr >= worst))
      worst = snr;
  return worst;
}

static bool isNumeric(const HostTensor &tensor) {
  return getArrayType(tensor.getType().getElementType()).has_value();
}

/// Adds how far `values` are from `reference`.
static void compare(const HostTensor &values, const HostTensor &reference,
                    DifferenceSums &sums) {
  if (isNumeric(values))
    sums.add(getRealElements(values), getRealElements(reference));
}

static int64_t getLargest(const HostTensor &tensor) {
  SmallVector<float> values = getRealElements(tensor);
  return llvm::max_element(values) - values.begin();
}

/// What one sample costs, `own` left out.
static LayerCost compareOutputs(ArrayRef<HostTensor> values,
                                ArrayRef<HostTensor> reference) {
  LayerCost cost;
  for (auto [value, expected] : llvm::zip_equal(values, reference))
    compare(value, expected, cost.outputs.emplace_back());
  if (isNumeric(values.front()))
    cost.agreement =
        getLargest(values.front()) == getLargest(reference.front());
  return cost;
}

static void add(LayerCost &sum, const LayerCost &sample) {
  sum.outputs.resize(sample.outputs.size());
  for (auto [total, sums] : llvm::zip_equal(sum.outputs, sample.outputs))
    total.add(sums);
  sum.own.add(sample.own);
  sum.agreement += sample.agreement;
}

namespace {
/// The executors of one thread.
struct Thread {
  explicit Thread(const LayerwiseModel &model) : worker(model) {}

  LayerwiseModel::Worker worker;
  /// The quantised layers, in program order.
  std::vector<std::unique_ptr<Executor>> variants;
  SmallVector<LayerwiseModel::Worker::Exchange> exchanges;
};
} // namespace

llvm::Expected<Sensitivity>
mopt::measureSensitivity(func::FuncOp func,
                         llvm::function_ref<FailureOr<bool>(ModuleOp)> quantize,
                         const SensitivityOptions &options) {
  llvm::Expected<SmallVector<InputSpec>> specs = getInputSpecs(func);
  if (!specs)
    return specs.takeError();
  llvm::Expected<LayerwiseModel> model = LayerwiseModel::create(func);
  if (!model)
    return model.takeError();
  SmallVector<unsigned> layers;
  std::vector<std::unique_ptr<Executor>> variants;
  {
    Progress progress("quantising layer", model->getOps().size());
    for (unsigned index = 0; index < model->getOps().size(); ++index) {
      progress.advance();
      llvm::Expected<std::unique_ptr<Executor>> variant =
          model->compileVariant(index, quantize);
      if (!variant)
        return variant.takeError();
      if (!*variant)
        continue;
      layers.push_back(index);
      variants.push_back(std::move(*variant));
    }
  }

  int64_t size = options.dataset->size();
  int64_t samples = std::min(size, options.samples);
  unsigned count =
      options.threads ? options.threads : std::thread::hardware_concurrency();
  count = std::max<int64_t>(1, std::min<int64_t>(count, samples));
  std::vector<std::unique_ptr<Thread>> threads;
  for (unsigned i = 0; i < count; ++i) {
    threads.push_back(std::make_unique<Thread>(*model));
    Thread &thread = *threads.back();
    for (auto [layer, variant] : llvm::zip_equal(layers, variants)) {
      thread.variants.push_back(variant->clone());
      thread.exchanges.emplace_back(layer, thread.variants.back().get());
    }
  }

  // By sample, the layers and then all of them; merged in the samples' order.
  std::vector<std::vector<LayerCost>> costs(samples);
  Progress progress("measuring layers on sample", samples);
  auto runSample = [&](unsigned index, int64_t sample) -> llvm::Error {
    Thread &thread = *threads[index];
    SmallVector<Array> arrays;
    llvm::Expected<SmallVector<HostTensor>> inputs =
        loadSample(*options.dataset, sample * size / samples, *specs,
                   func.getFunctionType(), options.preprocess, arrays);
    if (!inputs)
      return inputs.takeError();
    if (llvm::Error error = thread.worker.run(*inputs))
      return error;
    SmallVector<HostTensor> reference = thread.worker.getOutputs();
    for (auto &exchange : thread.exchanges) {
      auto outputs = thread.worker.runExchanged(exchange);
      if (!outputs)
        return outputs.takeError();
      LayerCost &cost =
          costs[sample].emplace_back(compareOutputs(*outputs, reference));
      for (auto [value, expected] :
           llvm::zip_equal(thread.worker.getExchangedResults(exchange.first),
                           thread.worker.getResults(exchange.first)))
        compare(value, expected, cost.own);
    }
    auto outputs = thread.worker.runExchanged(thread.exchanges);
    if (!outputs)
      return outputs.takeError();
    costs[sample].push_back(compareOutputs(*outputs, reference));
    progress.advance();
    return llvm::Error::success();
  };
  if (llvm::Error error = forEachSample(0, samples, count, runSample))
    return std::move(error);

  Sensitivity result;
  result.samples = samples;
  for (unsigned layer : layers)
    result.layers.push_back({model->getOps()[layer], {}});
  for (const std::vector<LayerCost> &sample : costs) {
    for (auto [layer, cost] : llvm::zip(result.layers, sample))
      add(layer.cost, cost);
    add(result.together, sample.back());
  }
  llvm::sort(result.layers, [](const auto &a, const auto &b) {
    double x = a.cost.getSNR(), y = b.cost.getSNR();
    // What is not a number is worse than any number.
    if (std::isnan(x) != std::isnan(y))
      return std::isnan(x);
    return x != y && !std::isnan(x) ? x < y : a.op->isBeforeInBlock(b.op);
  });
  return result;
}
