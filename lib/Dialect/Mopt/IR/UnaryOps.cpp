//===- UnaryOps.cpp - Verifiers of functions of one element -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/UnaryOps.h"

#include "ElementwiseVerifiers.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult AbsOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult NegOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult SignOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult ExpOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult LogOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult SqrtOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult RsqrtOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult SquareOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult SinOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult CosOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult FloorOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult CeilOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult RoundOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult GeluOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult EluOp::verify() { return verifySameTypeUnary(*this); }

LogicalResult PreluOp::verify() {
  Type input =
      getStorageElementType(getTensorType(getInput()).getElementType());
  Type alpha =
      getStorageElementType(getTensorType(getAlpha()).getElementType());
  if (input.isSignlessInteger(16) && !alpha.isSignlessInteger(8))
    return emitOpError("alpha of an int16 input must hold int8, got ")
           << getAlpha().getType();
  if (!input.isSignlessInteger(16) &&
      failed(
          verifySameStorage(*this, getInput(), "input", getAlpha(), "alpha")))
    return failure();
  if (failed(verifySameTypeUnary(*this)))
    return failure();
  return verifyBroadcastShape(*this, {getInput(), getAlpha()}, getOutput());
}

int32_t AbsOp::getMinVersion() {
  Type element = getTensorType(getInput()).getElementType();
  if (element.isSignlessInteger(32))
    return 5;
  if (element.isSignlessInteger(16))
    return 4;
  return getTypeVersion(*this);
}
