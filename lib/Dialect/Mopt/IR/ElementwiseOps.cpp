//===- ElementwiseOps.cpp - Verifiers of elementwise ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"

#include "ElementwiseVerifiers.h"
#include "mlir/Dialect/Traits.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult mopt::verifyBroadcastShape(Operation *op, ValueRange operands,
                                         Value output) {
  SmallVector<int64_t> shape, next;
  for (Value operand : operands) {
    next.clear();
    if (!OpTrait::util::getBroadcastedShape(
            shape, getTensorType(operand).getShape(), next)) {
      InFlightDiagnostic diag = op->emitOpError() << "operands of types ";
      llvm::interleave(
          operands.getTypes(), diag, [&](Type type) { diag << type; }, " and ");
      return diag << " cannot be broadcast to one shape";
    }
    shape = next;
  }
  return verifyShape(op, output, "output", shape);
}

LogicalResult mopt::verifyBooleans(Operation *op, Value value, StringRef name) {
  RankedTensorType type = getTensorType(value);
  if (type.getElementType().isSignlessInteger(1))
    return success();
  return op->emitOpError() << name << " must hold booleans, got " << type;
}

/// True for quantised tensors with `width` bits an element.
static bool isStoredAs(Value value, unsigned width) {
  Type element = getTensorType(value).getElementType();
  return isQuantized(element) &&
         getStorageElementType(element).getIntOrFloatBitWidth() == width;
}

template <typename OpT>
static LogicalResult verifyArithmetic(OpT op) {
  if (failed(verifyFusedActivation(op, op.getFusedActivationFunction())))
    return failure();
  return verifyBinary(op);
}

LogicalResult AddOp::verify() { return verifyArithmetic(*this); }
LogicalResult SubOp::verify() { return verifyArithmetic(*this); }
LogicalResult MulOp::verify() {
  if (failed(verifyFusedActivation(*this, getFusedActivationFunction())))
    return failure();
  // The kernel also multiplies int16 to int8 and uint8.
  if (isStoredAs(getLhs(), 16) && isStoredAs(getOutput(), 8))
    return verifyBroadcast(*this);
  return verifyBinary(*this);
}
LogicalResult MaximumOp::verify() { return verifyBinary(*this); }
LogicalResult MinimumOp::verify() { return verifyBinary(*this); }

LogicalResult ReluOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult Relu6Op::verify() { return verifySameTypeUnary(*this); }
LogicalResult ReluN1To1Op::verify() { return verifySameTypeUnary(*this); }
LogicalResult Relu0To1Op::verify() { return verifySameTypeUnary(*this); }
LogicalResult LeakyReluOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult HardSwishOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult LogisticOp::verify() { return verifySameTypeUnary(*this); }
LogicalResult TanhOp::verify() { return verifySameTypeUnary(*this); }

LogicalResult SoftmaxOp::verify() {
  if (getTensorType(getInput()).getRank() == 0)
    return emitOpError("input must have at least one dimension");
  // The kernel also goes from int8 and uint8 to int16.
  if (isStoredAs(getInput(), 8) && isStoredAs(getOutput(), 16))
    return verifyUnary(*this);
  return verifySameTypeUnary(*this);
}

//===----------------------------------------------------------------------===//
// Versions
//===----------------------------------------------------------------------===//

int32_t MulOp::getMinVersion() {
  int32_t version = getTypeVersion(*this);
  QuantParams lhs = getQuantParams(getLhs().getType());
  QuantParams rhs = getQuantParams(getRhs().getType());
  QuantParams output = getQuantParams(getOutput().getType());
  // Version 3: the real multiplier may be one or more.
  if (lhs.isQuantized() && rhs.isQuantized() && output.isQuantized() &&
      lhs.scale() * rhs.scale() / output.scale() >= 1.0f)
    version = std::max(version, 3);
  return version;
}
