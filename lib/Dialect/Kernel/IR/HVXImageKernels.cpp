//===- HVXImageKernels.cpp - Kernels of whole images -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Kernel/IR/HVXImageKernels.h"

#include "HVXUtils.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

LogicalResult HVXLinearAddOp::verify() {
  if (failed(verifySum(*this)) ||
      failed(verifyByte(*this, "'zero_point'", getZeroPoint())) ||
      failed(verifyByte(*this, "'min'", getMin())) ||
      failed(verifyByte(*this, "'max'", getMax())))
    return failure();
  if (getMultipliers().size() != 2 ||
      llvm::any_of(getMultipliers(), [](int32_t m) { return m < 0; }))
    return emitOpError("'multipliers' must be two numbers, none negative");
  if (getShift() < 1 || getShift() > 15)
    return emitOpError("'shift' must be 1 to 15");
  // The terms without their last 16 bits are below 2^24 each.
  constexpr int64_t most = int64_t(1) << 46;
  auto offset = static_cast<int64_t>(getOffset());
  if (offset < -most || offset > most)
    return emitOpError("'offset' must be within 2^46 of zero");
  return success();
}

void HVXLinearAddOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
