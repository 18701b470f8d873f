//===- ElementwiseVerifiers.h - Shapes and types of elementwise ops -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_DIALECT_MOPT_IR_ELEMENTWISEVERIFIERS_H
#define MOPT_LIB_DIALECT_MOPT_IR_ELEMENTWISEVERIFIERS_H

#include "VerifierUtils.h"

namespace mlir::mopt {

/// The output must have the shape that NumPy's broadcasting gives `operands`.
LogicalResult verifyBroadcastShape(Operation *op, ValueRange operands,
                                   Value output);

/// Operands `lhs` and `rhs` of one storage type that broadcast to the output.
template <typename OpT>
LogicalResult verifyBroadcast(OpT op) {
  if (failed(verifySameStorage(op, op.getLhs(), "lhs", op.getRhs(), "rhs")))
    return failure();
  return verifyBroadcastShape(op, {op.getLhs(), op.getRhs()}, op.getOutput());
}

/// The same, and the output stores what the operands do.
template <typename OpT>
LogicalResult verifyBinary(OpT op) {
  if (failed(
          verifySameStorage(op, op.getLhs(), "lhs", op.getOutput(), "output")))
    return failure();
  return verifyBroadcast(op);
}

/// The output has the shape of `input`.
template <typename OpT>
LogicalResult verifyUnary(OpT op) {
  return verifyShape(op, op.getOutput(), "output",
                     getTensorType(op.getInput()).getShape());
}

/// The output has the shape and the storage type of `input`.
template <typename OpT>
LogicalResult verifySameTypeUnary(OpT op) {
  if (failed(verifySameStorage(op, op.getInput(), "input", op.getOutput(),
                               "output")))
    return failure();
  return verifyUnary(op);
}

/// `value` must hold booleans.
LogicalResult verifyBooleans(Operation *op, Value value, StringRef name);

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_IR_ELEMENTWISEVERIFIERS_H
