//===- StepTable.cpp - What the steps of compression do -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StepTable.h"

#include "../Accuracy/ModelSize.h"
#include "../Clustering/WeightGroups.h"
#include "mopt/Transforms/Sparsity/WeightStatistics.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

static int64_t countMostValues(ModuleOp module) {
  FailureOr<OpFilter> all = OpFilter::create(module, "", "", "");
  int64_t most = 0;
  if (succeeded(all))
    for (LayerWeight &weight : collectLayerWeights(module, *all, ""))
      if (auto values = WeightGroups(weight, ClusterScope::Tensor)
                            .collect(0, /*skipZeros=*/false))
        most = std::max<int64_t>(most, values->size());
  return most;
}

static double getPercent(int64_t part, int64_t whole) {
  return 100.0 * static_cast<double>(part) /
         static_cast<double>(std::max<int64_t>(1, whole));
}

double StepTable::getQuality(const DropMeter::Measured &measured) const {
  switch (metric) {
  case DropMetric::Top1:
    return getPercent(measured.correct, measured.total);
  case DropMetric::Agreement:
    return getPercent(measured.sameAnswers, measured.answers);
  case DropMetric::SNR:
    break;
  }
  return measured.snr;
}

llvm::Error StepTable::add(StringRef name, ModuleOp module) {
  Step step;
  step.name = name.str();
  step.bytes = countModelBytes(module);
  step.coded = countModelBytes(module, ModelFormat::Compressed);
  step.sparsity = getWeightStatistics(module).getSparsity();
  step.values = countMostValues(module);
  if (meter) {
    llvm::Expected<DropMeter::Measured> measured = meter->measure(module);
    if (!measured)
      return measured.takeError();
    step.quality = getQuality(*measured);
  }
  steps.push_back(std::move(step));
  return llvm::Error::success();
}

std::string StepTable::format() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << llvm::formatv("{0,-22} {1,12} {2,12} {3,8} {4,9} {5,8}", "step",
                      "bytes", "compressed", "smaller", "sparsity", "values");
  if (meter)
    os << llvm::formatv(" {0,9}", metric == DropMetric::Top1  ? "top-1"
                                  : metric == DropMetric::SNR ? "snr, dB"
                                                              : "same, %");
  for (const Step &step : steps) {
    os << llvm::formatv(
        "\n{0,-22} {1,12:n} {2,12:n} {3,7:F1}x {4,9:P1} {5,8:n}", step.name,
        step.bytes, step.coded,
        static_cast<double>(steps.front().bytes) /
            static_cast<double>(std::max<int64_t>(1, step.coded)),
        step.sparsity, step.values);
    if (!meter)
      continue;
    os << ' ';
    if (std::isfinite(step.quality))
      os << llvm::formatv("{0,9:F2}", step.quality);
    else
      os << "        -";
  }
  return text;
}

llvm::json::Array StepTable::toJSON() const {
  llvm::json::Array rows;
  for (const Step &step : steps) {
    llvm::json::Object row{{"step", step.name},
                           {"bytes", step.bytes},
                           {"coded_bytes", step.coded},
                           {"sparsity", step.sparsity},
                           {"values", step.values}};
    if (meter && metric != DropMetric::SNR)
      row[metric == DropMetric::Top1 ? "top1" : "agreement"] =
          step.quality / 100.0;
    else if (meter && std::isfinite(step.quality))
      row["snr_db"] = step.quality;
    rows.push_back(std::move(row));
  }
  return rows;
}
