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

#include <numeric>
#include <thread>

using namespace mlir;
using namespace mlir::mopt;

/// The `count` indices of the largest values, best first.
static SmallVector<int64_t, 5> getBest(ArrayRef<float> values, int64_t count) {
  SmallVector<int64_t, 5> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::partial_sort(order.begin(), order.begin() + count, order.end(),
                    [&](int64_t a, int64_t b) {
                      return values[a] != values[b] ? values[a] > values[b]
                                                    : a < b;
                    });
  order.resize(count);
  return order;
}

PixelCounts ModelScores::getPixels() const {
  PixelCounts total;
  for (const PixelCounts &sample : pixels)
    total.add(sample);
  return total;
}

namespace {

/// What a model did on one sample, before samples are merged in their order.
struct SampleScores {
  SmallVector<bool, 2> correct;
  PixelCounts pixels;
  SmallVector<std::optional<DifferenceSums>, 1> references;
};

/// One of the models with an executor for each thread.
class Contender {
public:
  Contender(const EvaluatedModel &model, const EvaluationOptions &options,
            unsigned threads)
      : model(model), options(options), type(model.executor.getFunctionType()),
        scores(model.dataset.size()) {
    for (unsigned i = 0; i < threads; ++i)
      workers.push_back(model.executor.clone());
  }

  /// The outputs as real numbers (none for those that are not numbers), and
  /// what the answers of the first are: classes of pixels, or the best class.
  struct Run {
    SmallVector<SmallVector<float>, 1> outputs;
    std::vector<int64_t> answers;
  };
  llvm::Expected<Run> run(unsigned thread, int64_t sample);
  ModelScores merge() const;

private:
  llvm::Error scoreClasses(ArrayRef<float> values, int64_t sample, Run &run);
  llvm::Error scorePixels(const HostTensor &output, int64_t sample, Run &run);
  llvm::Error compareWithReference(const HostTensor &output, unsigned index,
                                   int64_t sample, ArrayRef<float> values);

  const EvaluatedModel &model;
  const EvaluationOptions &options;
  FunctionType type;
  std::vector<std::unique_ptr<Executor>> workers;
  std::vector<SampleScores> scores;
};

} // namespace

llvm::Error Contender::scoreClasses(ArrayRef<float> values, int64_t sample,
                                    Run &run) {
  int64_t classes = values.size();
  int64_t offset = options.labelOffset.value_or(classes == 1001 ? 1 : 0);
  bool hasLabels = model.dataset.hasLabels();
  int64_t most = hasLabels ? *llvm::max_element(options.topK)
                           : std::min<int64_t>(1, classes);
  if (most > classes)
    return llvm::createStringError("top-" + llvm::Twine(most) +
                                   " needs that many outputs, the model has " +
                                   llvm::Twine(classes));
  SmallVector<int64_t, 5> best = getBest(values, most);
  run.answers.assign(best.begin(), best.begin() + std::min<int64_t>(1, most));
  if (!hasLabels)
    return llvm::Error::success();
  int64_t label = model.dataset.label(sample);
  if (label < -offset || label >= classes - offset)
    return llvm::createStringError(
        "sample " + llvm::Twine(sample) + " has label " + llvm::Twine(label) +
        ", outside of the model's " + llvm::Twine(classes) + " outputs");
  for (int64_t k : options.topK)
    scores[sample].correct.push_back(llvm::is_contained(
        ArrayRef<int64_t>(best).take_front(k), label + offset));
  return llvm::Error::success();
}

llvm::Error Contender::scorePixels(const HostTensor &output, int64_t sample,
                                   Run &run) {
  std::vector<int64_t> labels = model.dataset.labelMap(sample);
  ArrayRef<float> values = run.outputs.front();
  llvm::Expected<std::vector<int64_t>> classes =
      getPixelClasses(values, output.getShape(), labels.size());
  if (!classes)
    return classes.takeError();
  bool isMap = values.size() == labels.size();
  if (llvm::Error error = scores[sample].pixels.add(
          *classes, labels, isMap ? 0 : output.getShape().back()))
    return llvm::createStringError("sample " + llvm::Twine(sample) + ": " +
                                   llvm::toString(std::move(error)));
  run.answers = std::move(*classes);
  return llvm::Error::success();
}

llvm::Error Contender::compareWithReference(const HostTensor &output,
                                            unsigned index, int64_t sample,
                                            ArrayRef<float> values) {
  scores[sample].references.emplace_back();
  std::optional<Array> reference = model.dataset.reference(sample, index);
  if (!reference)
    return llvm::Error::success();
  auto invalid = [&](const llvm::Twine &what) {
    return llvm::createStringError("output " + llvm::Twine(index) +
                                   " of sample " + llvm::Twine(sample) +
                                   " should be " + what);
  };
  if (reference->numElements() != output.getNumElements())
    return invalid("an array of " + llvm::Twine(reference->numElements()) +
                   " elements, but has " +
                   llvm::Twine(output.getNumElements()));
  SmallVector<float> expected;
  if (reference->dtype() == DType::Float32) {
    expected.assign(reference->as<float>().begin(),
                    reference->as<float>().end());
  } else if (reference->dtype() == DType::Float64) {
    for (double value : reference->as<double>())
      expected.push_back(value);
  } else if (getArrayType(output.getType().getElementType()) ==
             reference->dtype()) {
    // Stored integers, as the model gives them.
    expected = getRealElements(borrowArray(*reference, output.getType()));
  } else {
    return invalid("of type " + dtypeName(reference->dtype()) +
                   "; give float32, or the output's own type");
  }
  DifferenceSums sums;
  sums.add(values, expected);
  scores[sample].references.back() = sums;
  return llvm::Error::success();
}

llvm::Expected<Contender::Run> Contender::run(unsigned thread, int64_t sample) {
  SmallVector<Array> arrays;
  Executor &worker = *workers[thread];
  llvm::Expected<SmallVector<HostTensor>> inputs = loadSample(
      model.dataset, sample, model.specs, type, model.preprocess, arrays);
  if (!inputs)
    return inputs.takeError();
  worker.resetState();
  llvm::Expected<SmallVector<HostTensor>> outputs = worker.run(*inputs);
  if (!outputs)
    return outputs.takeError();
  Run result;
  for (auto [index, output] : llvm::enumerate(*outputs)) {
    result.outputs.emplace_back();
    if (!getArrayType(output.getType().getElementType()))
      continue;
    result.outputs.back() = getRealElements(output);
    if (llvm::Error error =
            compareWithReference(output, index, sample, result.outputs.back()))
      return std::move(error);
  }
  if (llvm::Error error =
          model.dataset.hasLabelMaps()
              ? scorePixels(outputs->front(), sample, result)
              : scoreClasses(result.outputs.front(), sample, result))
    return std::move(error);
  return result;
}

ModelScores Contender::merge() const {
  ModelScores merged;
  if (model.dataset.hasLabels())
    merged.correct.assign(options.topK.size(), 0);
  merged.references.resize(type.getNumResults());
  for (const SampleScores &sample : scores) {
    for (auto [sum, correct] : llvm::zip(merged.correct, sample.correct))
      sum += correct;
    if (model.dataset.hasLabelMaps())
      merged.pixels.push_back(sample.pixels);
    for (auto [sum, sums] : llvm::zip(merged.references, sample.references))
      if (sums) {
        if (!sum)
          sum.emplace();
        sum->add(*sums);
      }
  }
  return merged;
}

llvm::Expected<Evaluation> mopt::evaluate(const EvaluatedModel &model,
                                          const EvaluatedModel *other,
                                          const EvaluationOptions &options) {
  int64_t total = model.dataset.size();
  unsigned threads =
      options.threads ? options.threads : std::thread::hardware_concurrency();
  threads = std::max<int64_t>(1, std::min<int64_t>(threads, total));
  Contender first(model, options, threads);
  std::optional<Contender> second;
  unsigned numOutputs = model.executor.getFunctionType().getNumResults();
  std::vector<int64_t> same(total), answers(total);
  std::vector<SmallVector<DifferenceSums, 1>> differences(total);
  if (other) {
    if (other->executor.getFunctionType().getNumResults() != numOutputs ||
        other->dataset.size() != total)
      return llvm::createStringError(
          "the models have different numbers of outputs");
    second.emplace(*other, options, threads);
  }

  Progress progress("evaluating sample", total);
  auto runSample = [&](unsigned thread, int64_t sample) -> llvm::Error {
    llvm::Expected<Contender::Run> mine = first.run(thread, sample);
    if (!mine)
      return mine.takeError();
    progress.advance();
    if (!second)
      return llvm::Error::success();
    llvm::Expected<Contender::Run> theirs = second->run(thread, sample);
    if (!theirs)
      return theirs.takeError();
    for (auto [a, b] : llvm::zip_equal(mine->outputs, theirs->outputs)) {
      if (a.size() != b.size())
        return llvm::createStringError("the models' outputs have " +
                                       llvm::Twine(a.size()) + " and " +
                                       llvm::Twine(b.size()) + " elements");
      differences[sample].emplace_back().add(a, b);
    }
    answers[sample] = mine->answers.size();
    for (auto [a, b] : llvm::zip(mine->answers, theirs->answers))
      same[sample] += a == b;
    return llvm::Error::success();
  };
  if (llvm::Error error = forEachSample(0, total, threads, runSample))
    return std::move(error);

  Evaluation result;
  result.samples = total;
  result.model = first.merge();
  if (!second)
    return result;
  result.other = second->merge();
  result.agreement = std::accumulate(same.begin(), same.end(), int64_t(0));
  result.answers = std::accumulate(answers.begin(), answers.end(), int64_t(0));
  result.differences.resize(numOutputs);
  for (const auto &sample : differences)
    for (auto [sum, sums] : llvm::zip_equal(result.differences, sample))
      sum.add(sums);
  return result;
}
