//===- ReductionOps.cpp - Verifiers of reductions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ReductionOps.h"

#include "VerifierUtils.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::mopt;

/// Axes must lie in [-rank, rank); the output keeps the others, or has 1 in
/// place of the reduced ones with keep_dims. Axes that are computed at run time
/// leave the output's shape unchecked.
template <typename OpT>
static LogicalResult verifyReduction(OpT op) {
  if (failed(verifyIndexTensor(op, op.getAxes(), "axes", {32})) ||
      failed(verifySameStorage(op, op.getInput(), "input", op.getOutput(),
                               "output")))
    return failure();
  RankedTensorType input = getTensorType(op.getInput());
  std::optional<SmallVector<int64_t>> axes = getConstantIndices(op.getAxes());
  if (!axes)
    return success();
  int64_t rank = input.getRank();
  // The kernels do not look at the axes of a scalar.
  if (rank == 0)
    return verifyShape(op, op.getOutput(), "output", {});
  llvm::SmallBitVector reduced(rank);
  for (int64_t axis : *axes) {
    if (axis < -rank || axis >= rank)
      return op.emitOpError()
             << "axis " << axis << " is out of range for " << input;
    reduced.set(axis < 0 ? axis + rank : axis);
  }
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < rank; ++i) {
    if (!reduced[i])
      shape.push_back(input.getDimSize(i));
    else if (op.getKeepDims())
      shape.push_back(1);
  }
  return verifyShape(op, op.getOutput(), "output", shape);
}

LogicalResult MeanOp::verify() { return verifyReduction(*this); }
LogicalResult SumOp::verify() { return verifyReduction(*this); }
LogicalResult ReduceMaxOp::verify() { return verifyReduction(*this); }
LogicalResult ReduceMinOp::verify() { return verifyReduction(*this); }
LogicalResult ReduceProdOp::verify() { return verifyReduction(*this); }

template <typename OpT>
static LogicalResult verifyLogicalReduction(OpT op) {
  if (!getTensorType(op.getInput()).getElementType().isInteger(1))
    return op.emitOpError()
           << "input must hold booleans, got " << op.getInput().getType();
  return verifyReduction(op);
}

LogicalResult ReduceAnyOp::verify() { return verifyLogicalReduction(*this); }
LogicalResult ReduceAllOp::verify() { return verifyLogicalReduction(*this); }

template <typename OpT>
static LogicalResult verifyArgument(OpT op) {
  if (failed(verifyIndexTensor(op, op.getAxis(), "axis", {32, 64})) ||
      failed(verifyIndexTensor(op, op.getOutput(), "output", {32, 64})))
    return failure();
  ElementType outputType =
      getTensorType(op.getOutput()).getElementType().isInteger(32)
          ? ElementType::INT32
          : ElementType::INT64;
  if (op.getOutputType() != outputType)
    return op.emitOpError()
           << "output_type is " << stringifyElementType(op.getOutputType())
           << ", but the output is " << op.getOutput().getType();
  RankedTensorType input = getTensorType(op.getInput());
  std::optional<SmallVector<int64_t>> axis = getConstantIndices(op.getAxis());
  if (!axis)
    return success();
  int64_t rank = input.getRank();
  if (axis->size() != 1 || axis->front() < -rank || axis->front() >= rank)
    return op.emitOpError() << "axis must be one value in [-" << rank << ", "
                            << rank << ") for " << input;
  int64_t reduced = axis->front() < 0 ? axis->front() + rank : axis->front();
  if (input.getDimSize(reduced) == 0)
    return op.emitOpError() << "has no element to choose along axis " << reduced
                            << " of " << input;
  SmallVector<int64_t> shape(input.getShape());
  shape.erase(shape.begin() + reduced);
  return verifyShape(op, op.getOutput(), "output", shape);
}

LogicalResult ArgMaxOp::verify() { return verifyArgument(*this); }
LogicalResult ArgMinOp::verify() { return verifyArgument(*this); }
