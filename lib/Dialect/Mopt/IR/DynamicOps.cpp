//===- DynamicOps.cpp - Verifiers of ops with open shapes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/DynamicOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// `value` has the dimensions [?, rest...].
static LogicalResult verifyOpenShape(Operation *op, Value value, StringRef name,
                                     ArrayRef<int64_t> rest) {
  RankedTensorType type = getTensorType(value);
  SmallVector<int64_t> shape = {ShapedType::kDynamic};
  shape.append(rest.begin(), rest.end());
  if (type.getShape() == ArrayRef(shape))
    return success();
  return op->emitOpError() << name << " must be "
                           << RankedTensorType::get(shape,
                                                    type.getElementType())
                           << ", got " << type;
}

LogicalResult WhereOp::verify() {
  if (!getTensorType(getIndices()).getElementType().isSignlessInteger(64))
    return emitOpError("indices must be of int64, got ")
           << getIndices().getType();
  return verifyOpenShape(*this, getIndices(), "indices",
                         {getTensorType(getCondition()).getRank()});
}

LogicalResult UniqueOp::verify() {
  if (failed(verifyRank(*this, getInput(), "input", 1)) ||
      failed(verifySameStorage(*this, getInput(), "input", getValues(),
                               "values")) ||
      failed(verifyOpenShape(*this, getValues(), "values", {})) ||
      failed(verifyShape(*this, getIndices(), "indices",
                         getTensorType(getInput()).getShape())))
    return failure();
  bool isWide = getIdxOutType() == ElementType::INT64;
  if (!isWide && getIdxOutType() != ElementType::INT32)
    return emitOpError("idx_out_type must be INT32 or INT64, got ")
           << stringifyElementType(getIdxOutType());
  if (!getTensorType(getIndices())
           .getElementType()
           .isSignlessInteger(isWide ? 64 : 32))
    return emitOpError("indices must be of idx_out_type ")
           << stringifyElementType(getIdxOutType()) << ", got "
           << getIndices().getType();
  return success();
}
