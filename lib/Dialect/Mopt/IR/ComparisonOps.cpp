//===- ComparisonOps.cpp - Verifiers of comparisons, logic -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ComparisonOps.h"

#include "ElementwiseVerifiers.h"

using namespace mlir;
using namespace mlir::mopt;

template <typename OpT>
static LogicalResult verifyComparison(OpT op) {
  if (failed(verifyBooleans(op, op.getOutput(), "output")))
    return failure();
  return verifyBroadcast(op);
}

LogicalResult EqualOp::verify() { return verifyComparison(*this); }
LogicalResult NotEqualOp::verify() { return verifyComparison(*this); }
LogicalResult LessOp::verify() { return verifyComparison(*this); }
LogicalResult LessEqualOp::verify() { return verifyComparison(*this); }
LogicalResult GreaterOp::verify() { return verifyComparison(*this); }
LogicalResult GreaterEqualOp::verify() { return verifyComparison(*this); }

template <typename OpT>
static LogicalResult verifyLogic(OpT op) {
  if (failed(verifyBooleans(op, op.getLhs(), "lhs")))
    return failure();
  return verifyBinary(op);
}

LogicalResult LogicalAndOp::verify() { return verifyLogic(*this); }
LogicalResult LogicalOrOp::verify() { return verifyLogic(*this); }

LogicalResult LogicalNotOp::verify() {
  if (failed(verifyBooleans(*this, getInput(), "input")))
    return failure();
  return verifySameTypeUnary(*this);
}

template <typename OpT>
static LogicalResult verifyBits(OpT op) {
  Type storage =
      getStorageElementType(getTensorType(op.getLhs()).getElementType());
  unsigned width = storage.isInteger() ? storage.getIntOrFloatBitWidth() : 0;
  if (width != 8 && width != 16 && width != 32)
    return op.emitOpError("lhs must hold integers of 8, 16 or 32 bits, got ")
           << op.getLhs().getType();
  return verifyBinary(op);
}

LogicalResult BitwiseXorOp::verify() { return verifyBits(*this); }
LogicalResult RightShiftOp::verify() { return verifyBits(*this); }

template <typename OpT>
static LogicalResult verifySelection(OpT op) {
  if (failed(verifyBooleans(op, op.getCondition(), "condition")) ||
      failed(verifySameStorage(op, op.getLhs(), "lhs", op.getRhs(), "rhs")))
    return failure();
  return verifySameStorage(op, op.getLhs(), "lhs", op.getOutput(), "output");
}

LogicalResult SelectOp::verify() {
  if (failed(verifySelection(*this)))
    return failure();
  ArrayRef<int64_t> shape = getTensorType(getLhs()).getShape();
  if (failed(verifyShape(*this, getRhs(), "rhs", shape)) ||
      failed(verifyShape(*this, getOutput(), "output", shape)))
    return failure();
  ArrayRef<int64_t> condition = getTensorType(getCondition()).getShape();
  if (condition == shape || condition.empty() ||
      (condition.size() == 1 && !shape.empty() &&
       condition.front() == shape.front()))
    return success();
  return emitOpError(
             "condition must have the shape of lhs, or be a vector over "
             "its first dimension, or a scalar, got ")
         << getCondition().getType();
}

LogicalResult SelectV2Op::verify() {
  if (failed(verifySelection(*this)))
    return failure();
  return verifyBroadcastShape(*this, getOperands(), getOutput());
}
