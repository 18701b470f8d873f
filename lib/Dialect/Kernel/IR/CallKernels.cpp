//===- CallKernels.cpp - Calls of functions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Kernel/IR/KernelOps.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult kernel::WhileOp::verify() {
  if (getInputs().size() != getOutputs().size())
    return emitOpError("must have as many inputs as outputs");
  for (auto [input, output] : llvm::zip_equal(getInputs(), getOutputs())) {
    auto from = cast<ShapedType>(input.getType());
    auto to = cast<ShapedType>(output.getType());
    if (from.getShape() != to.getShape() ||
        from.getElementType() != to.getElementType())
      return emitOpError("inputs and outputs must have the same shapes");
  }
  return success();
}
