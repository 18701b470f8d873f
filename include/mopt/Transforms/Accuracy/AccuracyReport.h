//===- AccuracyReport.h - What quantization did to a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_ACCURACY_ACCURACYREPORT_H
#define MOPT_TRANSFORMS_ACCURACY_ACCURACYREPORT_H

#include "mopt/Runtime/Evaluation.h"
#include "llvm/Support/JSON.h"

namespace mlir::mopt {

/// One of the two models that a report is about.
struct ReportedModel {
  std::string name;
  func::FuncOp func;
  /// Size of the model file; 0 = unknown.
  int64_t bytes = 0;
  const Executor *executor = nullptr;
};

/// What a report is made of.
struct ReportInput {
  ReportedModel original, quantized;
  /// What the quantised model (first) and the original one did on `dataset`.
  /// Without data both are null: sizes, forms and latency are reported then.
  const Evaluation *evaluation = nullptr;
  const Dataset *dataset = nullptr;
  Preprocess preprocess;
  /// Threads that run samples; 0 = one per core.
  unsigned threads = 0;
  /// Why an op of the original stayed as it was; empty where nothing is known.
  llvm::function_ref<std::string(Operation *)> getReason;
};

/// The facts, for machines: sizes, accuracy, latency of both models, and for
/// each layer of the original its form, signal-to-noise ratio, cosine, range,
/// histogram and bytes of weights. Layers are aligned by the names of their
/// results.
llvm::Expected<llvm::json::Object> makeReport(const ReportInput &input);

/// The facts of makeReport as one page of HTML that needs nothing else: plots
/// are drawn in it.
void writeReportPage(const llvm::json::Object &report, llvm::raw_ostream &os);

/// Whether the extension of `path` is one that writeReport knows.
bool isReportPath(StringRef path);

/// Writes the report to `path`: a page if that ends in .html, else JSON.
LogicalResult writeReport(Location loc, const llvm::json::Object &report,
                          StringRef path);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_ACCURACY_ACCURACYREPORT_H
