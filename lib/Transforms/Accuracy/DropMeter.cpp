//===- DropMeter.cpp - What a changed model loses -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DropMeter.h"

#include "mopt/Runtime/Evaluation.h"
#include "llvm/Support/Format.h"

#include <limits>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Expected;

Expected<DropMeter> DropMeter::open(func::FuncOp func, const Options &options) {
  DropMeter meter;
  meter.options = options;
  Expected<SmallVector<InputSpec>> specs = getInputSpecs(func);
  if (!specs)
    return specs.takeError();
  meter.specs = std::move(*specs);
  Expected<std::unique_ptr<Dataset>> dataset = openDatasetFor(
      meter.specs, options.data,
      options.metric == DropMetric::Top1 ? Labels::Required : Labels::Ignore,
      options.samples);
  if (!dataset)
    return dataset.takeError();
  meter.dataset = std::move(*dataset);
  StringRef steps = options.preprocess;
  if (steps.empty())
    if (auto recorded =
            func->getParentOfType<ModuleOp>()->getAttrOfType<StringAttr>(
                kPreprocessAttr))
      steps = recorded.getValue();
  Expected<Preprocess> preprocess = Preprocess::parse(steps);
  if (!preprocess)
    return preprocess.takeError();
  meter.preprocess = *preprocess;
  Expected<std::unique_ptr<Executor>> executor = createJITExecutor(func, {});
  if (!executor)
    return executor.takeError();
  meter.executor = std::move(*executor);
  return meter;
}

Expected<DropMeter::Measured> DropMeter::measure(ModuleOp module) const {
  Expected<std::unique_ptr<Executor>> changed =
      createJITExecutor(*module.getOps<func::FuncOp>().begin(), {});
  if (!changed)
    return changed.takeError();
  EvaluatedModel mine{**changed, specs, *dataset, preprocess};
  EvaluatedModel original{*executor, specs, *dataset, preprocess};
  EvaluationOptions evaluationOptions;
  evaluationOptions.threads = options.threads;
  Expected<Evaluation> evaluation =
      evaluate(mine, &original, evaluationOptions);
  if (!evaluation)
    return evaluation.takeError();
  Measured measured;
  measured.total = evaluation->samples;
  if (options.metric == DropMetric::Top1) {
    measured.correct = evaluation->model.correct.front();
    measured.originalCorrect = evaluation->other->correct.front();
  }
  measured.answers = evaluation->answers;
  measured.sameAnswers = evaluation->agreement;
  measured.snr = std::numeric_limits<double>::infinity();
  for (const DifferenceSums &output : evaluation->differences)
    // A NaN is the worst of all.
    if (double snr = output.getSNR(); !(snr >= measured.snr))
      measured.snr = snr;
  return measured;
}

bool DropMeter::isGoodEnough(const Measured &measured, double limit) const {
  if (options.metric == DropMetric::SNR)
    return measured.snr >= limit;
  if (options.metric == DropMetric::Agreement)
    return 100.0 * (measured.answers - measured.sameAnswers) <=
           limit * measured.answers;
  return 100.0 * (measured.originalCorrect - measured.correct) <=
         limit * measured.total;
}

std::string DropMeter::describe(const Measured &measured) const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (options.metric == DropMetric::SNR)
    stream << llvm::format("%.1f dB", measured.snr);
  else if (options.metric == DropMetric::Agreement)
    stream << llvm::format("%.2f %% of the answers are as before",
                           100.0 * measured.sameAnswers /
                               std::max<int64_t>(1, measured.answers));
  else
    stream << llvm::format("top-1 %.2f %% (float %.2f %%)",
                           100.0 * measured.correct / measured.total,
                           100.0 * measured.originalCorrect / measured.total);
  return text;
}
