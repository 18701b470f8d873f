//===- KernelRewrites.cpp - Ops that become kernels -----------------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToKernel/KernelRewrites.h"

#include "mopt/Dialect/Mopt/IR/MoptOps.h"

using namespace mlir;
using namespace mlir::mopt;

void mopt::replaceByKernels(func::FuncOp func,
                            const DenseSet<Operation *> &lowered,
                            OpBuilder &builder,
                            llvm::function_ref<Value(Value result)> getDense) {
  // Readers go before what they read; what is left are ops that kernels do
  // without.
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(func.getBody().front()))) {
    if (lowered.contains(&op)) {
      Value value = op.getResult(0);
      if (!value.use_empty()) {
        builder.setInsertionPoint(&op);
        value.replaceAllUsesWith(
            UnrealizedConversionCastOp::create(builder, op.getLoc(),
                                               value.getType(), getDense(value))
                .getResult(0));
      }
      op.erase();
    } else if (isa<UnrealizedConversionCastOp, PadOp, QuantizeOp, ConstOp,
                   NoValueOp>(op) &&
               op.use_empty()) {
      op.erase();
    }
  }
}
