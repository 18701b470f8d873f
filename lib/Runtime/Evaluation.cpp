//===- Evaluation.cpp - Accuracy of a model on data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Evaluation.h"

#include "mopt/Runtime/Progress.h"

#include <cmath>
#include <mutex>
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

  Progress progress("evaluating sample", total);
  std::atomic<int64_t> next = 0;
  std::mutex mutex;
  // The error of the lowest sample, so that the message does not depend on
  // which thread was first.
  llvm::Error firstError = llvm::Error::success();
  int64_t firstErrorSample = total;

  auto runSample = [&](Executor &worker, int64_t sample,
                       SmallVectorImpl<Array> &arrays) -> llvm::Error {
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
    return llvm::Error::success();
  };
  auto work = [&](Executor *worker) {
    SmallVector<Array> arrays;
    // Samples are handed out in order, so every sample before a failing one is
    // run by somebody and the lowest failing sample is always found.
    for (int64_t sample; (sample = next++) < total;) {
      if (llvm::Error error = runSample(*worker, sample, arrays)) {
        std::lock_guard<std::mutex> lock(mutex);
        if (sample < firstErrorSample) {
          llvm::consumeError(std::move(firstError));
          firstError = std::move(error);
          firstErrorSample = sample;
        } else {
          llvm::consumeError(std::move(error));
        }
        next = total;
        return;
      }
      progress.advance();
    }
  };

  unsigned count =
      options.threads ? options.threads : std::thread::hardware_concurrency();
  count = std::max<int64_t>(1, std::min<int64_t>(count, total));
  std::vector<std::unique_ptr<Executor>> workers;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < count; ++i)
    workers.push_back(executor.clone());
  for (unsigned i = 1; i < count; ++i)
    threads.emplace_back(work, workers[i].get());
  work(workers[0].get());
  for (std::thread &thread : threads)
    thread.join();
  if (firstError)
    return std::move(firstError);
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
