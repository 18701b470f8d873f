//===- PoolOps.cpp - Verifiers of pooling -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/PoolOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

template <typename OpT>
static LogicalResult verifyPool(OpT op) {
  if (failed(verifyRank(op, op.getInput(), "input", 4)) ||
      failed(verifyFusedActivation(op, op.getFusedActivationFunction())) ||
      failed(verifySameStorage(op, op.getInput(), "input", op.getOutput(),
                               "output")))
    return failure();
  RankedTensorType input = getTensorType(op.getInput());
  FailureOr<int64_t> height =
      getWindowedSize(op, "height", input.getDimSize(1), op.getFilterHeight(),
                      op.getStrideH(), /*dilation=*/1, op.getPadding());
  if (failed(height))
    return failure();
  FailureOr<int64_t> width =
      getWindowedSize(op, "width", input.getDimSize(2), op.getFilterWidth(),
                      op.getStrideW(), /*dilation=*/1, op.getPadding());
  if (failed(width))
    return failure();
  return verifyShape(
      op, op.getOutput(), "output",
      {input.getDimSize(0), *height, *width, input.getDimSize(3)});
}

LogicalResult AveragePool2DOp::verify() { return verifyPool(*this); }
LogicalResult MaxPool2DOp::verify() { return verifyPool(*this); }
