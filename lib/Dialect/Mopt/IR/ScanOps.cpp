//===- ScanOps.cpp - Verifiers of scans and sortings -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ScanOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult CumsumOp::verify() {
  RankedTensorType input = getTensorType(getInput());
  Type element = input.getElementType();
  if (!element.isF32() && !element.isSignlessInteger(32) &&
      !element.isSignlessInteger(64))
    return emitOpError() << "input must hold float32, int32 or int64, got "
                         << input;
  if (failed(verifySameStorage(*this, getInput(), "input", getOutput(),
                               "output")) ||
      failed(verifyIndexTensor(*this, getAxis(), "axis", {32})))
    return failure();
  int64_t rank = input.getRank();
  if (std::optional<SmallVector<int64_t>> axis = getConstantIndices(getAxis()))
    if (axis->size() != 1 || axis->front() < -rank || axis->front() >= rank)
      return emitOpError() << "axis must be one value in [-" << rank << ", "
                           << rank << ") for " << input;
  return verifyShape(*this, getOutput(), "output", input.getShape());
}

LogicalResult TopKV2Op::verify() {
  RankedTensorType input = getTensorType(getInput());
  if (input.getRank() == 0)
    return emitOpError() << "input must have a dimension, got " << input;
  if (failed(verifySameStorage(*this, getInput(), "input", getValues(),
                               "values")) ||
      failed(verifyIndexTensor(*this, getK(), "k", {16, 32})) ||
      failed(verifyIndexTensor(*this, getIndices(), "indices", {16, 32})))
    return failure();
  // A k that is computed at run time has to be what the results say.
  RankedTensorType values = getTensorType(getValues());
  int64_t chosen = values.getRank() > 0 ? values.getShape().back() : 0;
  if (std::optional<SmallVector<int64_t>> k = getConstantIndices(getK())) {
    if (k->size() != 1)
      return emitOpError() << "k must be one value, got " << getK().getType();
    chosen = k->front();
  }
  int64_t size = input.getShape().back();
  if (chosen < 0 || chosen > size)
    return emitOpError() << "cannot choose " << chosen << " of " << size
                         << " elements";
  SmallVector<int64_t> shape(input.getShape());
  shape.back() = chosen;
  if (failed(verifyShape(*this, getValues(), "values", shape)))
    return failure();
  return verifyShape(*this, getIndices(), "indices", shape);
}

int32_t TopKV2Op::getMinVersion() {
  auto isInt16 = [](Value value) {
    return getTensorType(value).getElementType().isInteger(16);
  };
  return std::max(getTypeVersion(*this),
                  isInt16(getK()) || isInt16(getIndices()) ? 3 : 1);
}
