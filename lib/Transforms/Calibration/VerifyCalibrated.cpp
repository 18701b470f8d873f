//===- VerifyCalibrated.cpp - Checking that ranges are there --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Calibration/Passes.h"
#include "mopt/Transforms/Quantization/Plan.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_VERIFYCALIBRATEDPASS
#include "mopt/Transforms/Calibration/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct VerifyCalibratedPass
    : public mlir::mopt::impl::VerifyCalibratedPassBase<VerifyCalibratedPass> {
  void runOnOperation() override {
    markAllAnalysesPreserved();
    auto funcs = getOperation().getOps<func::FuncOp>();
    if (funcs.empty() || (*funcs.begin()).isExternal())
      return;
    func::FuncOp func = *funcs.begin();
    QuantizationPlan plan(func, {});
    SmallVector<const QuantizationPlan::Refusal *> offenders;
    for (const QuantizationPlan::Refusal &refusal : plan.getRefusals())
      if (refusal.missingRange)
        offenders.push_back(&refusal);
    if (offenders.empty())
      return;
    InFlightDiagnostic diagnostic =
        mlir::emitError(func.getLoc())
        << offenders.size()
        << " op(s) could be quantised but for a range; run mopt-calibrate";
    for (const QuantizationPlan::Refusal *offender : offenders)
      diagnostic.attachNote(offender->op->getLoc())
          << describeOp(offender->op) << ": "
          << StringRef(offender->reason).split(';').first;
    diagnostic.report();
    signalPassFailure();
  }
};

} // namespace
