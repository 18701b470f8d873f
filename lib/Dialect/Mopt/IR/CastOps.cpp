//===- CastOps.cpp - Verifiers of conversions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/CastOps.h"

#include "ElementwiseVerifiers.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult CastOp::verify() { return verifyUnary(*this); }

/// Bytes of an element of the format, 0 where they are packed or text.
static int64_t getElementBytes(RankedTensorType type) {
  Type storage = getStorageElementType(type.getElementType());
  if (storage.isInteger(1))
    return 1;
  if (auto complex = dyn_cast<ComplexType>(storage))
    return complex.getElementType().getIntOrFloatBitWidth() / 4;
  return storage.isIntOrFloat() ? storage.getIntOrFloatBitWidth() / 8 : 0;
}

LogicalResult BitcastOp::verify() {
  RankedTensorType input = getTensorType(getInput());
  int64_t from = getElementBytes(input);
  int64_t to = getElementBytes(getTensorType(getOutput()));
  if (from == 0 || to == 0)
    return emitOpError("needs elements of whole bytes, got ")
           << input << " and " << getOutput().getType();
  SmallVector<int64_t> shape(input.getShape());
  if (to < from)
    shape.push_back(from / to);
  if (to > from) {
    if (shape.empty() || shape.back() != to / from)
      return emitOpError("input must end in a dimension of size ")
             << to / from << ", got " << input;
    shape.pop_back();
  }
  return verifyShape(*this, getOutput(), "output", shape);
}

int32_t CastOp::getMinVersion() {
  auto isAny = [&](auto isType) {
    return isType(getStorageElementType(
               getTensorType(getInput()).getElementType())) ||
           isType(getStorageElementType(
               getTensorType(getOutput()).getElementType()));
  };
  if (isAny([](Type type) { return type.isBF16(); }))
    return 7;
  if (isAny([](Type type) { return type.isInteger(4); }))
    return 6;
  if (isAny([](Type type) { return type.isF64() || type.isF16(); }))
    return 5;
  if (isAny([](Type type) { return type.isUnsignedInteger(16); }))
    return 4;
  if (isAny([](Type type) { return type.isSignlessInteger(8); }))
    return 3;
  return isAny([](Type type) { return type.isUnsignedInteger(32); }) ? 2 : 1;
}
