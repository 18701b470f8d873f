//===- Passes.h - Passes that measure accuracy -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_ACCURACY_PASSES_H
#define MOPT_TRANSFORMS_ACCURACY_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Transforms/Quantization/Options.h"

namespace mlir::mopt {

/// What `max-drop` limits.
enum class DropMetric { Top1, SNR, Agreement };

/// The values of an option that is a DropMetric.
inline llvm::cl::ValuesClass getDropMetricValues() {
  return llvm::cl::values(
      clEnumValN(DropMetric::Top1, "top1",
                 "loss of top-1 in percentage points"),
      clEnumValN(DropMetric::SNR, "snr", "least signal-to-noise ratio in dB"),
      clEnumValN(DropMetric::Agreement, "agreement",
                 "answers that change, in percent"));
}

/// What layers become that `max-drop` does not let be quantised.
enum class DropFallback { Float, Int16x8 };

#define GEN_PASS_DECL
#include "mopt/Transforms/Accuracy/Passes.h.inc"

/// As createReportPass, with passes that no text has to spell.
std::unique_ptr<Pass> createReportPass(const ReportPassOptions &options,
                                       OpPassManager pipeline);

#define GEN_PASS_REGISTRATION
#include "mopt/Transforms/Accuracy/Passes.h.inc"

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_ACCURACY_PASSES_H
