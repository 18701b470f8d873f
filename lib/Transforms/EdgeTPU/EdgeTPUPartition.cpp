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
    if (failed(writeFileAtomically(
            module.getLoc(), report, [&](llvm::raw_pwrite_stream &os) {
              if (llvm::sys::path::extension(report) == ".json")
                os << llvm::formatv("{0:2}\n",
                                    llvm::json::Value(prediction.toJSON()));
              else
                prediction.print(os);
              return success();
            })))
      signalPassFailure();
  }
};

} // namespace
