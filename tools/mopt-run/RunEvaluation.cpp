//===- RunEvaluation.cpp - Accuracy on data -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Modes.h"
#include "mopt/Runtime/Evaluation.h"
#include "mopt/Transforms/Accuracy/AccuracyReport.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {
/// A model with the data that it is measured on.
struct Candidate {
  StringRef path;
  Session &session;
  std::unique_ptr<Dataset> dataset;
  Preprocess preprocess;

  EvaluatedModel get() const {
    return {*session.executor, session.inputs, *dataset, preprocess};
  }
};
} // namespace

static llvm::Expected<Candidate> openCandidate(Session &session, StringRef path,
                                               const RunOptions &options) {
  llvm::Expected<Preprocess> preprocess = session.getPreprocess(options);
  if (!preprocess)
    return preprocess.takeError();
  llvm::Expected<std::unique_ptr<Dataset>> dataset = openMeasuredDataset(
      session.function, session.inputs, options.evalData, options.samples);
  if (!dataset)
    return dataset.takeError();
  return Candidate{path, session, std::move(*dataset), *preprocess};
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static llvm::json::Array toJSON(Interval interval) {
  return llvm::json::Array{interval.low, interval.high};
}

/// JSON has no infinity: equal outputs have no ratio.
static void describeDifference(llvm::json::Object &object,
                               const DifferenceSums &difference) {
  object["max_difference"] = difference.maxAbsolute;
  object["cosine"] = difference.getCosine();
  if (std::isfinite(difference.getSNR()))
    object["snr_db"] = difference.getSNR();
}

static llvm::json::Array
describeOutputs(Session &session,
                ArrayRef<std::optional<DifferenceSums>> outputs) {
  llvm::json::Array list;
  for (auto [index, difference] : llvm::enumerate(outputs)) {
    if (!difference)
      continue;
    llvm::json::Object entry{
        {"name", llvm::json::fixUTF8(getResultName(session.function, index))}};
    describeDifference(entry, *difference);
    list.push_back(std::move(entry));
  }
  return list;
}

static llvm::json::Object describe(const Candidate &candidate,
                                   const ModelScores &scores,
                                   const RunOptions &options) {
  int64_t total = candidate.dataset->size();
  llvm::json::Object object{{"model", candidate.path},
                            {"bytes", int64_t(candidate.session.fileBytes)},
                            {"total", total}};
  candidate.session.describeDevice(object);
  for (auto [k, correct] : llvm::zip(options.topK, scores.correct)) {
    Interval interval = getWilsonInterval(correct, total);
    std::string suffix = std::to_string(k);
    object["top" + suffix] = double(correct) / total;
    object["confidence" + suffix] = (interval.high - interval.low) / 2;
    object["interval" + suffix] = toJSON(interval);
  }
  if (!scores.correct.empty())
    object["correct"] = scores.correct.front();
  if (candidate.dataset->hasLabelMaps()) {
    PixelCounts pixels = scores.getPixels();
    object["miou"] = pixels.getMeanIoU();
    object["miou_interval"] = toJSON(getMeanIoUInterval(scores.pixels));
    object["pixels"] = pixels.getNumPixels();
    object["pixel_accuracy"] =
        pixels.getNumPixels()
            ? double(pixels.getNumCorrect()) / pixels.getNumPixels()
            : 0.0;
    llvm::json::Array classes;
    for (int64_t index = 0; index < pixels.getNumClasses(); ++index) {
      double iou = pixels.getIoU(index);
      classes.push_back(iou < 0 ? llvm::json::Value(nullptr)
                                : llvm::json::Value(iou));
    }
    object["iou"] = std::move(classes);
  }
  if (candidate.dataset->hasReferences())
    object["reference"] = describeOutputs(candidate.session, scores.references);
  return object;
}

static llvm::json::Object describeAll(const Candidate &model,
                                      const Candidate *other,
                                      const Evaluation &evaluation,
                                      const RunOptions &options) {
  llvm::json::Object report = describe(model, evaluation.model, options);
  if (!other)
    return report;
  report["compare"] = describe(*other, *evaluation.other, options);
  if (evaluation.answers) {
    report["agreement"] = double(evaluation.agreement) / evaluation.answers;
    // Pixels of one image are not independent.
    if (!model.dataset->hasLabelMaps())
      report["agreement_interval"] =
          toJSON(getWilsonInterval(evaluation.agreement, evaluation.answers));
  }
  describeDifference(report, evaluation.differences.front());
  report["outputs"] = describeOutputs(
      model.session,
      SmallVector<std::optional<DifferenceSums>>(evaluation.differences.begin(),
                                                 evaluation.differences.end()));
  return report;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static void print(llvm::raw_ostream &os, const DifferenceSums &difference) {
  os << llvm::format("signal-to-noise ratio %.1f dB, largest error %g, cosine "
                     "%.6f",
                     difference.getSNR(), difference.maxAbsolute,
                     difference.getCosine());
}

static void print(llvm::raw_ostream &os, Interval interval) {
  os << llvm::format("[%.2f, %.2f]", 100 * interval.low, 100 * interval.high);
}

static void print(llvm::raw_ostream &os, const Candidate &candidate,
                  const ModelScores &scores, const RunOptions &options) {
  int64_t total = candidate.dataset->size();
  os << llvm::sys::path::filename(candidate.path) << " ("
     << candidate.session.fileBytes << " bytes): ";
  bool isScored = false;
  for (auto [k, correct] : llvm::zip(options.topK, scores.correct)) {
    os << (isScored ? ", " : "")
       << llvm::format("top-%d %.2f %% ", int(k), 100.0 * correct / total);
    print(os, getWilsonInterval(correct, total));
    os << " (" << correct << " of " << total << " correct)";
    isScored = true;
  }
  if (candidate.dataset->hasLabelMaps()) {
    PixelCounts pixels = scores.getPixels();
    os << llvm::format("mIoU %.2f %% ", 100 * pixels.getMeanIoU());
    print(os, getMeanIoUInterval(scores.pixels));
    os << llvm::format(", %.2f %% of %lld pixels correct",
                       pixels.getNumPixels() ? 100.0 * pixels.getNumCorrect() /
                                                   pixels.getNumPixels()
                                             : 0.0,
                       static_cast<long long>(pixels.getNumPixels()));
    isScored = true;
  }
  if (!isScored)
    os << "ran on " << total << " unlabelled samples";
  os << "\n";
  for (auto [index, difference] : llvm::enumerate(scores.references)) {
    if (!difference)
      continue;
    os << "  '" << getResultName(candidate.session.function, index)
       << "' against the data: ";
    print(os, *difference);
    os << "\n";
  }
}

static void printAll(llvm::raw_ostream &os, const Candidate &model,
                     const Candidate *other, const Evaluation &evaluation,
                     const RunOptions &options) {
  print(os, model, evaluation.model, options);
  if (!other)
    return;
  print(os, *other, *evaluation.other, options);
  if (evaluation.answers)
    os << llvm::format("same answer on %.2f %% of the ",
                       100.0 * evaluation.agreement / evaluation.answers)
       << (model.dataset->hasLabelMaps() ? "pixels (" : "samples (")
       << evaluation.agreement << " of " << evaluation.answers << ")\n";
  for (auto [index, difference] : llvm::enumerate(evaluation.differences)) {
    os << "  '" << getResultName(model.session.function, index)
       << "' against the other model's: ";
    print(os, difference);
    os << "\n";
  }
}

/// Writes the report of two models, of which `other` is the original.
static llvm::Error reportModels(const Candidate &model, const Candidate &other,
                                const Evaluation &evaluation,
                                const RunOptions &options) {
  auto describeModel = [](const Candidate &candidate) {
    return ReportedModel{llvm::sys::path::filename(candidate.path).str(),
                         candidate.session.function,
                         int64_t(candidate.session.fileBytes),
                         candidate.session.executor.get()};
  };
  // What a pass did not do is not known here.
  auto getReason = [](Operation *) { return std::string(); };
  ReportInput input;
  input.original = describeModel(other);
  input.quantized = describeModel(model);
  input.evaluation = &evaluation;
  input.dataset = model.dataset.get();
  input.preprocess = model.preprocess;
  input.threads = options.threads;
  input.getReason = getReason;
  llvm::Expected<llvm::json::Object> report = makeReport(input);
  if (!report)
    return report.takeError();
  if (failed(writeReport(model.session.module.get().getLoc(), *report,
                         options.report)))
    return llvm::createStringError("");
  return llvm::Error::success();
}

llvm::Error mopt::runEvaluation(MLIRContext &context, Session &session,
                                const RunOptions &options) {
  llvm::Expected<Candidate> model =
      openCandidate(session, options.model, options);
  if (!model)
    return model.takeError();
  std::optional<Session> otherSession;
  std::optional<Candidate> other;
  if (!options.compare.empty()) {
    llvm::Expected<Session> loaded = Session::load(
        context, options.compare,
        options.compareDevice ? options.compareDevice : options.device,
        options);
    if (!loaded)
      return loaded.takeError();
    otherSession = std::move(*loaded);
    llvm::Expected<Candidate> opened =
        openCandidate(*otherSession, options.compare, options);
    if (!opened)
      return opened.takeError();
    other.emplace(std::move(*opened));
  } else if (!model->dataset->hasLabels() && !model->dataset->hasLabelMaps() &&
             !model->dataset->hasReferences()) {
    return llvm::createStringError(
        "'" + options.evalData +
        "' has no labels; put classes into an array named y, or what an output "
        "should be into an array named after it, or give --compare=MODEL");
  }

  EvaluationOptions evaluation;
  evaluation.topK = options.topK;
  evaluation.labelOffset = options.labelOffset;
  evaluation.threads = options.threads;
  EvaluatedModel mine = model->get();
  std::optional<EvaluatedModel> theirs;
  if (other)
    theirs.emplace(other->get());
  llvm::Expected<Evaluation> result =
      evaluate(mine, theirs ? &*theirs : nullptr, evaluation);
  if (!result)
    return result.takeError();
  const Candidate *second = other ? &*other : nullptr;
  if (!options.report.empty())
    if (llvm::Error error = reportModels(*model, *other, *result, options))
      return error;
  if (options.json)
    llvm::outs() << llvm::json::Value(
                        describeAll(*model, second, *result, options))
                 << "\n";
  else
    printAll(llvm::outs(), *model, second, *result, options);
  return llvm::Error::success();
}
