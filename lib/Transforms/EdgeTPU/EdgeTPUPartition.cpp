//===- EdgeTPUPartition.cpp - Predicting what the compiler maps -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/EdgeTPU/Report.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Transforms/EdgeTPU/Passes.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_EDGETPUPARTITIONPASS
#include "mopt/Transforms/EdgeTPU/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct EdgeTPUPartitionPass
    : public mlir::mopt::impl::EdgeTPUPartitionPassBase<EdgeTPUPartitionPass> {
  using EdgeTPUPartitionPassBase::EdgeTPUPartitionPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto functions = module.getOps<func::FuncOp>();
    if (functions.empty()) {
      emitError(module.getLoc()) << "holds no function to partition";
      return signalPassFailure();
    }
    EdgeTPUReport prediction = predictEdgeTPU(*functions.begin());
    markPlacement(prediction.ops, *createEdgeTPUTarget());
    if (report.empty())
      return;
    auto print = [&](llvm::raw_pwrite_stream &os) {
      prediction.print(os);
      return success();
    };
    Location loc = module.getLoc();
    if (failed(llvm::sys::path::extension(report) == ".json"
                   ? writeJSONFile(loc, report, prediction.toJSON())
                   : writeFileAtomically(loc, report, print)))
      signalPassFailure();
  }
};

} // namespace
