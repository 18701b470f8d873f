//===- RunEvaluation.cpp - Accuracy on labelled data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "mopt/Runtime/Evaluation.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

/// One model's answers with what is needed to report them.
namespace {
struct Evaluated {
  std::string model;
  uint64_t fileBytes;
  std::unique_ptr<Dataset> dataset;
  Answers answers;
};
} // namespace

static llvm::Expected<Evaluated>
evaluateModel(Session &session, StringRef model, const RunOptions &options) {
  bool comparing = !options.compare.empty();
  EvaluationOptions evaluation;
  evaluation.topK = options.topK;
  evaluation.labelOffset = options.labelOffset;
  evaluation.threads = options.threads;
  llvm::Expected<Preprocess> preprocess = session.getPreprocess(options);
  if (!preprocess)
    return preprocess.takeError();
  evaluation.preprocess = *preprocess;
  llvm::Expected<std::unique_ptr<Dataset>> dataset = openDatasetFor(
      session.inputs, options.evalData,
      comparing ? Labels::Optional : Labels::Required, options.samples);
  if (!dataset)
    return dataset.takeError();
  llvm::Expected<Answers> answers =
      evaluate(*session.executor, session.inputs, **dataset, evaluation,
               /*keepOutputs=*/comparing);
  if (!answers)
    return answers.takeError();
  return Evaluated{model.str(), session.fileBytes, std::move(*dataset),
                   std::move(*answers)};
}

static llvm::json::Object describe(const Evaluated &result,
                                   const RunOptions &options) {
  llvm::json::Object object{{"model", result.model},
                            {"bytes", int64_t(result.fileBytes)},
                            {"total", result.dataset->size()}};
  if (!result.dataset->hasLabels())
    return object;
  int64_t total = result.dataset->size();
  for (int64_t k : options.topK) {
    int64_t correct = countCorrect(result.answers, *result.dataset, k);
    object["top" + std::to_string(k)] = double(correct) / total;
    object["confidence" + std::to_string(k)] = getConfidence(correct, total);
    if (k == options.topK.front())
      object["correct"] = correct;
  }
  return object;
}

static void print(const Evaluated &result, const RunOptions &options) {
  int64_t total = result.dataset->size();
  llvm::outs() << llvm::sys::path::filename(result.model) << " ("
               << result.fileBytes << " bytes):";
  if (!result.dataset->hasLabels())
    llvm::outs() << " ran on " << total << " unlabelled samples";
  for (int64_t k : options.topK) {
    if (!result.dataset->hasLabels())
      break;
    int64_t correct = countCorrect(result.answers, *result.dataset, k);
    llvm::outs() << llvm::format(" top-%d %.2f %% +- %.2f (%d of %d correct)",
                                 int(k), 100.0 * correct / total,
                                 100.0 * getConfidence(correct, total),
                                 int(correct), int(total));
  }
  llvm::outs() << "\n";
}

llvm::Error mopt::runEvaluation(MLIRContext &context, Session &session,
                                const RunOptions &options) {
  llvm::Expected<Evaluated> result =
      evaluateModel(session, options.model, options);
  if (!result)
    return result.takeError();
  llvm::json::Object report = describe(*result, options);
  if (!options.json)
    print(*result, options);

  if (!options.compare.empty()) {
    llvm::Expected<Session> other =
        Session::load(context, options.compare, options);
    if (!other)
      return other.takeError();
    llvm::Expected<Evaluated> reference =
        evaluateModel(*other, options.compare, options);
    if (!reference)
      return reference.takeError();
    int64_t total = result->dataset->size();
    if (reference->answers.outputs.front().size() !=
        result->answers.outputs.front().size())
      return llvm::createStringError(
          "--compare: the models have different numbers of outputs");
    int64_t same = countAgreement(result->answers, reference->answers);
    OutputDifference difference =
        compareOutputs(result->answers, reference->answers);
    report["compare"] = describe(*reference, options);
    report["agreement"] = double(same) / total;
    report["max_difference"] = difference.maxAbsolute;
    // JSON has no infinity: equal outputs have no ratio.
    if (std::isfinite(difference.snr))
      report["snr_db"] = difference.snr;
    if (!options.json) {
      print(*reference, options);
      llvm::outs() << llvm::format(
          "same answer on %.2f %% of the samples (%d of %d); outputs differ by "
          "at most %g, signal-to-noise ratio %.1f dB\n",
          100.0 * same / total, int(same), int(total), difference.maxAbsolute,
          difference.snr);
    }
  }
  if (options.json)
    llvm::outs() << llvm::json::Value(std::move(report)) << "\n";
  return llvm::Error::success();
}
