//===- ChooseForms.cpp - int8 or offset between kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChooseForms.h"

using namespace mlir;
using namespace mlir::mopt;

void mopt::chooseForms(func::FuncOp func) {
  func.walk([&](Operation *op) {
    if (!isa<kernel::Conv2DOp, kernel::DepthwiseConv2DOp>(op) ||
        op->hasAttr("output_offset"))
      return;
    Value result = op->getResult(0);
    auto readsOffset = [](OpOperand &use) {
      if (use.getOperandNumber() != 0)
        return false;
      if (auto pack = dyn_cast<kernel::PackInputOp>(use.getOwner()))
        return pack.getOutputOffset();
      auto conv = dyn_cast<kernel::Conv2DOp>(use.getOwner());
      return conv && conv.getTile().takesOffset();
    };
    if (result.use_empty() || !llvm::all_of(result.getUses(), readsOffset))
      return;
    auto unit = UnitAttr::get(op->getContext());
    op->setAttr("output_offset", unit);
    for (Operation *user : result.getUsers())
      user->setAttr("input_offset", unit);
  });
}
