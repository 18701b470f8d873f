//===- NormalizationOps.cpp - Verifiers of normalisation --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/NormalizationOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// Operand and result of one type; `rank` 0 = one dimension at least.
template <typename OpT>
static LogicalResult verifyNormalization(OpT op, int64_t rank = 0) {
  if (getTensorType(op.getInput()).getRank() == 0)
    return op.emitOpError("input must have at least one dimension");
  if (rank && failed(verifyRank(op, op.getInput(), "input", rank)))
    return failure();
  if (failed(verifySameStorage(op, op.getInput(), "input", op.getOutput(),
                               "output")))
    return failure();
  return verifyShape(op, op.getOutput(), "output",
                     getTensorType(op.getInput()).getShape());
}

LogicalResult LogSoftmaxOp::verify() { return verifyNormalization(*this); }

LogicalResult L2NormalizationOp::verify() {
  if (getFusedActivationFunction() != ActivationFunction::NONE)
    return emitOpError() << "cannot fuse activation "
                         << stringifyActivationFunction(
                                getFusedActivationFunction());
  if (getTensorType(getInput()).getRank() > 4)
    return emitOpError() << "input must have at most 4 dimensions, got "
                         << getInput().getType();
  return verifyNormalization(*this);
}

LogicalResult LocalResponseNormalizationOp::verify() {
  if (getRadius() < 0)
    return emitOpError() << "radius must not be negative, got " << getRadius();
  if (!getTensorType(getInput()).getElementType().isF32())
    return emitOpError() << "input must be float32, got "
                         << getInput().getType();
  return verifyNormalization(*this, /*rank=*/4);
}
