//===- FoldConstants.cpp - The pass that computes what is known -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/FoldConstants.h"

#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Runtime/Executor.h"
#include "mopt/Transforms/Graph/Passes.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_FOLDCONSTANTSPASS
#include "mopt/Transforms/Graph/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct FoldConstantsPass
    : public mlir::mopt::impl::FoldConstantsPassBase<FoldConstantsPass> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (!func.isExternal())
      foldConstants(func, getRequantizeMode(func, ExecutorOptions()));
  }
};

} // namespace
