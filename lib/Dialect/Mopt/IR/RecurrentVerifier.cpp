//===- RecurrentVerifier.cpp - Rules of recurrent ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrentVerifier.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult mopt::verifyFloat32(Operation *op, Value value,
                                  const Twine &name) {
  if (getTensorType(value).getElementType().isF32())
    return success();
  return op->emitOpError() << name << " must hold float32, got "
                           << value.getType();
}

LogicalResult mopt::verifyRealWeights(Operation *op, Value value,
                                      const Twine &name) {
  if (getTensorType(value).getElementType().isF32() || isHybridWeight(value))
    return success();
  return op->emitOpError() << name << " must hold float32, or 8 bits quantised "
                           << "per tensor, got " << value.getType();
}

LogicalResult mopt::verifyAuxOperands(Operation *op, Value auxInput,
                                      Value forward, Value backward) {
  if (isPresent(forward) != isPresent(backward))
    return op->emitOpError(
        "must have auxiliary weights of both layers or of none");
  if (isPresent(forward) && !isPresent(auxInput))
    return op->emitOpError("has auxiliary weights, but no auxiliary input");
  // That the input must be there is a rule of the layers.
  if (!isPresent(auxInput) || !isPresent(op->getOperand(0)))
    return success();
  if (failed(verifyRank(op, auxInput, "auxiliary input", 3)))
    return failure();
  ArrayRef<int64_t> input = getTensorType(op->getOperand(0)).getShape();
  ArrayRef<int64_t> aux = getTensorType(auxInput).getShape();
  if (input.size() != 3 || aux.drop_back() == input.drop_back())
    return success();
  return op->emitOpError() << "auxiliary input must have the steps and rows of "
                           << "the input, got " << auxInput.getType() << " and "
                           << op->getOperand(0).getType();
}

LogicalResult mopt::verifyLayerResults(Operation *op, bool isMerged,
                                       const SequenceLayer &forward,
                                       const SequenceLayer &backward) {
  unsigned count = isMerged ? 1 : 2;
  if (op->getNumResults() != count)
    return op->emitOpError()
           << "must have " << count << " result(s) where merge_outputs is "
           << (isMerged ? "true" : "false") << ", got " << op->getNumResults();
  SmallVector<int64_t> shape(getTensorType(op->getOperand(0)).getShape());
  for (unsigned i = 0; i < count; ++i) {
    shape.back() = isMerged ? forward.outputs + backward.outputs
                            : (i == 0 ? forward : backward).outputs;
    std::string name = "result " + std::to_string(i);
    if (failed(verifyShape(op, op->getResult(i), name, shape)) ||
        failed(verifyFloat32(op, op->getResult(i), name)))
      return failure();
  }
  return success();
}
