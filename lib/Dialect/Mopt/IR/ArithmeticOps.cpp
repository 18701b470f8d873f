//===- ArithmeticOps.cpp - Verifiers of division, powers, differences -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ArithmeticOps.h"

#include "ElementwiseVerifiers.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult DivOp::verify() {
  if (failed(verifyFusedActivation(*this, getFusedActivationFunction())))
    return failure();
  return verifyBinary(*this);
}
LogicalResult FloorDivOp::verify() { return verifyBinary(*this); }
LogicalResult FloorModOp::verify() { return verifyBinary(*this); }
LogicalResult PowOp::verify() { return verifyBinary(*this); }
LogicalResult SquaredDifferenceOp::verify() { return verifyBinary(*this); }
LogicalResult Atan2Op::verify() { return verifyBinary(*this); }

//===----------------------------------------------------------------------===//
// Versions
//===----------------------------------------------------------------------===//

/// True for int8 and int16, with scales or without.
static bool isNarrow(Value value) {
  Type storage = getStorageElementType(getTensorType(value).getElementType());
  return storage.isSignlessInteger(8) || storage.isSignlessInteger(16);
}

int32_t FloorDivOp::getMinVersion() {
  if (isNarrow(getLhs()))
    return 3;
  return getTensorType(getLhs()).getElementType().isF32() ? 2 : 1;
}

int32_t FloorModOp::getMinVersion() { return isNarrow(getLhs()) ? 2 : 1; }
