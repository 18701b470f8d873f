//===- Evaluation.cpp - Accuracy of a model on data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Evaluation.h"

#include "mopt/Runtime/Progress.h"
#include "mopt/Runtime/SampleLoop.h"

#include <cmath>
#include <numeric>
#include <thread>

using namespace mlir;
using namespace mlir::mopt;

/// The `count` indices of the largest values, best first.
static SmallVector<int64_t, 5> getBest(ArrayRef<float> values, int64_t count,
                                       int64_t offset) {
  SmallVector<int64_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  count = std::min<int64_t>(count, order.size());
  std::partial_sort(order.begin(), order.begin() + count, order.end(),
                    [&](int64_t a, int64_t b) {
                      return values[a] != values[b] ? values[a] > values[b]
                                                    : a < b;
                    });
  SmallVector<int64_t, 5> best;
  for (int64_t i = 0; i < count; ++i)
    best.push_back(order[i] - offset);
  return best;
}

llvm::Expected<Answers> mopt::evaluate(const Executor &executor,
                                       ArrayRef<InputSpec> specs,
                                       const Dataset &dataset,
                                       const EvaluationOptions &options,
                                       bool keepOutputs) {
  int64_t total = dataset.size();
  Answers answers;
  answers.best.resize(total);
  if (keepOutputs)
    answers.outputs.resize(total);
  int64_t most = *std::max_element(options.topK.begin(), options.topK.end());
  FunctionType type = executor.getFunctionType();

  unsigned count =
      options.threads ? options.threads : std::thread::hardware_concurrency();
  count = std::max<int64_t>(1, std::min<int64_t>(count, total));
  std::vector<std::unique_ptr<Executor>> workers;
  for (unsigned i = 0; i < count; ++i)
    workers.push_back(executor.clone());

  Progress progress("evaluating sample", total);
  auto runSample = [&](unsigned thread, int64_t sample) -> llvm::Error {
    SmallVector<Array> arrays;
    Executor &worker = *workers[thread];
    llvm::Expected<SmallVector<HostTensor>> inputs =
        loadSample(dataset, sample, specs, type, options.preprocess, arrays);
    if (!inputs)
      return inputs.takeError();
    worker.resetState();
    llvm::Expected<SmallVector<HostTensor>> outputs = worker.run(*inputs);
    if (!outputs)
      return outputs.takeError();
    SmallVector<float> values = getRealElements(outputs->front());
    int64_t offset =
        options.labelOffset.value_or(values.size() == 1001 ? 1 : 0);
    int64_t classes = values.size();
    if (most > classes)
      return llvm::createStringError(
          "top-" + llvm::Twine(most) +
          " needs that many outputs, the model has " + llvm::Twine(classes));
    if (dataset.hasLabels()) {
      int64_t label = dataset.label(sample);
      if (label < -offset || label >= classes - offset)
        return llvm::createStringError("sample " + llvm::Twine(sample) +
                                       " has label " + llvm::Twine(label) +
                                       ", outside of the model's " +
                                       llvm::Twine(classes) + " outputs");
    }
    answers.best[sample] = getBest(values, most, offset);
    if (keepOutputs)
      answers.outputs[sample] = std::move(values);
    progress.advance();
    return llvm::Error::success();
  };
  if (llvm::Error error = forEachSample(0, total, count, runSample))
    return error;
  return answers;
}

int64_t mopt::countCorrect(const Answers &answers, const Dataset &dataset,
                           int64_t k) {
  int64_t correct = 0;
  for (auto [sample, best] : llvm::enumerate(answers.best))
    correct += llvm::is_contained(ArrayRef<int64_t>(best).take_front(k),
                                  dataset.label(sample));
  return correct;
}

int64_t mopt::countAgreement(const Answers &a, const Answers &b) {
  int64_t same = 0;
  for (auto [x, y] : llvm::zip_equal(a.best, b.best))
    same += !x.empty() && !y.empty() && x.front() == y.front();
  return same;
}

double mopt::getConfidence(int64_t correct, int64_t total) {
  if (total == 0)
    return 0;
  // 1.96 = the normal quantile of 97.5 %.
  double z = 1.959963984540054, n = total, p = correct / n;
  return z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
}

OutputDifference mopt::compareOutputs(const Answers &a,
                                      const Answers &reference) {
  OutputDifference result;
  double signal = 0, noise = 0;
  for (auto [x, r] : llvm::zip_equal(a.outputs, reference.outputs))
    for (auto [u, v] : llvm::zip(x, r)) {
      double difference = double(u) - double(v);
      result.maxAbsolute = std::max(result.maxAbsolute, std::abs(difference));
      signal += double(v) * double(v);
      noise += difference * difference;
    }
  result.snr = noise == 0 ? std::numeric_limits<double>::infinity()
                          : 10 * std::log10(signal / noise);
  return result;
}
