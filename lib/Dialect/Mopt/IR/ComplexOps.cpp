//===- ComplexOps.cpp - Verifiers of parts of complex numbers ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ComplexOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

template <typename OpT>
static LogicalResult verifyPart(OpT op) {
  auto complex =
      dyn_cast<ComplexType>(getTensorType(op.getInput()).getElementType());
  if (!complex)
    return op.emitOpError()
           << "input must be complex, got " << op.getInput().getType();
  if (getTensorType(op.getOutput()).getElementType() !=
      complex.getElementType())
    return op.emitOpError()
           << "output must have elements of type " << complex.getElementType()
           << ", got " << op.getOutput().getType();
  return verifyShape(op, op.getOutput(), "output",
                     getTensorType(op.getInput()).getShape());
}

LogicalResult RealOp::verify() { return verifyPart(*this); }
LogicalResult ImagOp::verify() { return verifyPart(*this); }
LogicalResult ComplexAbsOp::verify() { return verifyPart(*this); }
