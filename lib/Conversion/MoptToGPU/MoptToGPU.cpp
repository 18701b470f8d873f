//===- MoptToGPU.cpp - The pass that shows kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "mlir/Pass/Pass.h"
#include "mopt/Conversion/MoptToGPU/DevicePlan.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Mopt/Reference/RequantizeOption.h"

using namespace mlir;
using namespace mlir::mopt;

namespace mlir::mopt {
#define GEN_PASS_DEF_CONVERTMOPTTOGPUPASS
#include "mopt/Conversion/Passes.h.inc"
} // namespace mlir::mopt

namespace {

struct ConvertMoptToGPUPass
    : mlir::mopt::impl::ConvertMoptToGPUPassBase<ConvertMoptToGPUPass> {
  using ConvertMoptToGPUPassBase::ConvertMoptToGPUPassBase;

  void runOnOperation() override {
    llvm::Expected<const GPUProfile *> row = parseGPUProfile(profile);
    if (!row) {
      getOperation().emitError()
          << "mopt-convert-mopt-to-gpu: " << llvm::toString(row.takeError());
      return signalPassFailure();
    }
    options.profile = *row;
    options.float16 = float16;
    FailureOr<RequantizeMode> mode =
        readRequantizeOption(getOperation(), requantize);
    if (failed(mode))
      return signalPassFailure();
    options.requantize = *mode;
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp func : functions)
      if (!func.isExternal() && failed(convert(func)))
        return signalPassFailure();
  }

private:
  LogicalResult convert(func::FuncOp func) {
    OpBuilder builder(func->getContext());
    builder.setInsertionPointAfter(func);
    auto kernels = gpu::GPUModuleOp::create(
        builder, func.getLoc(), (func.getName() + "_kernels").str());
    llvm::Expected<DevicePlan> plan = planForDevice(func, options, kernels);
    if (!plan) {
      kernels.erase();
      return func.emitError() << llvm::toString(plan.takeError());
    }
    llvm::MapVector<Operation *, SmallVector<Attribute>> used;
    for (const DeviceDispatch &dispatch : plan->dispatches)
      if (dispatch.source)
        used[dispatch.source].push_back(SymbolRefAttr::get(
            kernels.getNameAttr(),
            FlatSymbolRefAttr::get(builder.getContext(),
                                   plan->kernels[dispatch.kernel].name)));
    for (auto &[op, references] : used)
      op->setAttr("mopt.kernels", builder.getArrayAttr(references));
    return success();
  }

  DeviceOptions options;
};

} // namespace
