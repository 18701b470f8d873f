//===- IndexingOps.cpp - Elements picked and placed by index --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/IndexingOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// The values of a shape operand, if they are known, are the output's shape.
static LogicalResult verifyShapeOperand(Operation *op, Value shape,
                                        StringRef name, Value output) {
  if (failed(verifyIndexTensor(op, shape, name, {32, 64})))
    return failure();
  if (failed(verifyShape(op, shape, name, {getTensorType(output).getRank()})))
    return failure();
  std::optional<SmallVector<int64_t>> values = getConstantIndices(shape);
  return values ? verifyShape(op, output, "output", *values) : success();
}

static LogicalResult verifyOneElement(Operation *op, Value value,
                                      StringRef name) {
  if (getTensorType(value).getNumElements() == 1)
    return success();
  return op->emitOpError() << name << " must have one element, got "
                           << value.getType();
}

//===----------------------------------------------------------------------===//
// gather, gather_nd
//===----------------------------------------------------------------------===//

LogicalResult GatherOp::verify() {
  if (failed(verifySameStorage(*this, getInput(), "input", getOutput(),
                               "output")) ||
      failed(
          verifyIndexTensor(*this, getPositions(), "positions", {16, 32, 64})))
    return failure();
  RankedTensorType input = getTensorType(getInput());
  RankedTensorType positions = getTensorType(getPositions());
  int64_t rank = input.getRank(), axis = getNormalizedAxis();
  int64_t batchDims = getNormalizedBatchDims();
  if (axis < 0 || axis >= rank)
    return emitOpError() << "axis " << getAxis() << " is out of range for "
                         << input;
  if (batchDims < 0 || batchDims > axis || batchDims > positions.getRank() ||
      input.getShape().take_front(batchDims) !=
          positions.getShape().take_front(batchDims))
    return emitOpError() << "batch_dims " << getBatchDims()
                         << " must count dimensions before axis " << axis
                         << " that " << input << " and " << positions
                         << " have in common";
  SmallVector<int64_t> shape(input.getShape().take_front(axis));
  llvm::append_range(shape, positions.getShape().drop_front(batchDims));
  llvm::append_range(shape, input.getShape().drop_front(axis + 1));
  return verifyShape(*this, getOutput(), "output", shape);
}

int64_t GatherOp::getNormalizedAxis() {
  int64_t axis = getAxis();
  return axis < 0 ? axis + getTensorType(getInput()).getRank() : axis;
}

int64_t GatherOp::getNormalizedBatchDims() {
  int64_t count = getBatchDims();
  return count < 0 ? count + getTensorType(getPositions()).getRank() : count;
}

/// The last dimension of `indices` holds tuples of at most `rank` indices.
static LogicalResult verifyTuples(Operation *op, Value indices,
                                  ArrayRef<unsigned> widths, Value indexed,
                                  StringRef name) {
  if (failed(verifyIndexTensor(op, indices, "indices", widths)))
    return failure();
  RankedTensorType type = getTensorType(indices);
  RankedTensorType data = getTensorType(indexed);
  if (type.getRank() < 1 || type.getShape().back() > data.getRank())
    return op->emitOpError() << "indices must hold tuples for dimensions of "
                             << name << " of type " << data << ", got " << type;
  return success();
}

/// The shape of what tuples of indices pick from a tensor of `shape`.
static SmallVector<int64_t> getPickedShape(RankedTensorType indices,
                                           ArrayRef<int64_t> shape) {
  SmallVector<int64_t> picked(indices.getShape().drop_back());
  llvm::append_range(picked, shape.drop_front(indices.getShape().back()));
  return picked;
}

LogicalResult GatherNdOp::verify() {
  if (failed(verifySameStorage(*this, getParams(), "params", getOutput(),
                               "output")) ||
      failed(verifyTuples(*this, getIndices(), {16, 32, 64}, getParams(),
                          "params")))
    return failure();
  return verifyShape(*this, getOutput(), "output",
                     getPickedShape(getTensorType(getIndices()),
                                    getTensorType(getParams()).getShape()));
}

//===----------------------------------------------------------------------===//
// scatter_nd, sparse_to_dense
//===----------------------------------------------------------------------===//

LogicalResult ScatterNdOp::verify() {
  if (failed(verifySameStorage(*this, getUpdates(), "updates", getOutput(),
                               "output")) ||
      failed(verifyTuples(*this, getIndices(), {32, 64}, getOutput(),
                          "the output")) ||
      failed(verifyShapeOperand(*this, getShape(), "shape", getOutput())))
    return failure();
  return verifyShape(*this, getUpdates(), "updates",
                     getPickedShape(getTensorType(getIndices()),
                                    getTensorType(getOutput()).getShape()));
}

LogicalResult SparseToDenseOp::verify() {
  if (failed(verifyIndexTensor(*this, getSparseIndices(), "sparse_indices",
                               {32, 64})) ||
      failed(verifySameStorage(*this, getSparseValues(), "sparse_values",
                               getOutput(), "output")) ||
      failed(verifySameStorage(*this, getDefaultValue(), "default_value",
                               getOutput(), "output")) ||
      failed(verifyOneElement(*this, getDefaultValue(), "default_value")) ||
      failed(verifyShapeOperand(*this, getOutputShape(), "output_shape",
                                getOutput())))
    return failure();
  RankedTensorType indices = getTensorType(getSparseIndices());
  RankedTensorType values = getTensorType(getSparseValues());
  int64_t rank = getTensorType(getOutput()).getRank();
  int64_t width = indices.getRank() == 2 ? indices.getDimSize(1) : 1;
  if (indices.getRank() > 2 || width != rank)
    return emitOpError() << "sparse_indices must be a scalar, a vector or a "
                         << "matrix of tuples for the output "
                         << getOutput().getType() << ", got " << indices;
  int64_t count = indices.getRank() == 0 ? 1 : indices.getDimSize(0);
  if (values.getRank() != 0 &&
      (values.getRank() != 1 || values.getDimSize(0) != count))
    return emitOpError() << "sparse_values must be one value or " << count
                         << " values, got " << values;
  return success();
}

//===----------------------------------------------------------------------===//
// one_hot
//===----------------------------------------------------------------------===//

LogicalResult OneHotOp::verify() {
  if (failed(verifyIndexTensor(*this, getIndices(), "indices", {32, 64})) ||
      failed(verifyIndexTensor(*this, getDepth(), "depth", {32})) ||
      failed(verifyOneElement(*this, getDepth(), "depth")) ||
      failed(verifyOneElement(*this, getOnValue(), "on_value")) ||
      failed(verifyOneElement(*this, getOffValue(), "off_value")) ||
      failed(verifySameStorage(*this, getOnValue(), "on_value", getOutput(),
                               "output")) ||
      failed(verifySameStorage(*this, getOffValue(), "off_value", getOutput(),
                               "output")))
    return failure();
  RankedTensorType indices = getTensorType(getIndices());
  RankedTensorType output = getTensorType(getOutput());
  int64_t axis = getNormalizedAxis();
  if (axis < 0 || axis > indices.getRank())
    return emitOpError() << "axis " << getAxis() << " must lie in [-1, "
                         << indices.getRank() << "]";
  SmallVector<int64_t> shape(indices.getShape());
  std::optional<SmallVector<int64_t>> depth = getConstantIndices(getDepth());
  int64_t size = depth                     ? depth->front()
                 : output.getRank() > axis ? output.getDimSize(axis)
                                           : 0;
  shape.insert(shape.begin() + axis, size);
  return verifyShape(*this, getOutput(), "output", shape);
}

int64_t OneHotOp::getNormalizedAxis() {
  int64_t axis = getAxis();
  return axis == -1 ? getTensorType(getIndices()).getRank() : axis;
}

//===----------------------------------------------------------------------===//
// matrix_diag, matrix_set_diag
//===----------------------------------------------------------------------===//

LogicalResult MatrixDiagOp::verify() {
  RankedTensorType diagonal = getTensorType(getDiagonal());
  if (diagonal.getRank() < 1)
    return emitOpError() << "diagonal must have a dimension, got " << diagonal;
  SmallVector<int64_t> shape(diagonal.getShape());
  shape.push_back(shape.back());
  if (failed(verifySameStorage(*this, getDiagonal(), "diagonal", getOutput(),
                               "output")))
    return failure();
  return verifyShape(*this, getOutput(), "output", shape);
}

LogicalResult MatrixSetDiagOp::verify() {
  RankedTensorType input = getTensorType(getInput());
  if (input.getRank() < 2)
    return emitOpError() << "input must hold matrices, got " << input;
  SmallVector<int64_t> shape(input.getShape().drop_back());
  shape.back() = std::min(shape.back(), input.getShape().back());
  if (failed(verifySameStorage(*this, getInput(), "input", getOutput(),
                               "output")) ||
      failed(verifySameStorage(*this, getDiagonal(), "diagonal", getOutput(),
                               "output")) ||
      failed(verifyShape(*this, getDiagonal(), "diagonal", shape)))
    return failure();
  return verifyShape(*this, getOutput(), "output", input.getShape());
}

//===----------------------------------------------------------------------===//
// densify
//===----------------------------------------------------------------------===//

LogicalResult DensifyOp::verify() {
  if (!getInput().getDefiningOp<ConstOp>())
    return emitOpError("input must be a constant");
  if (failed(
          verifySameStorage(*this, getInput(), "input", getOutput(), "output")))
    return failure();
  return verifyShape(*this, getOutput(), "output",
                     getTensorType(getInput()).getShape());
}

//===----------------------------------------------------------------------===//
// Versions
//===----------------------------------------------------------------------===//

static Type getStorage(Value value) {
  return getStorageElementType(getTensorType(value).getElementType());
}

int32_t GatherOp::getMinVersion() {
  int32_t version = getStorage(getInput()).isInteger(1) ? 3 : 1;
  if (getBatchDims() != 0)
    version = 5;
  if (getStorage(getPositions()).isInteger(16))
    version = 6;
  return std::max(version, getTypeVersion(*this));
}

int32_t GatherNdOp::getMinVersion() {
  int32_t version = getStorage(getIndices()).isInteger(16) ? 4 : 1;
  if (getStorage(getParams()).isInteger(1))
    version = 5;
  return std::max(version, getTypeVersion(*this));
}

int32_t SparseToDenseOp::getMinVersion() {
  Type storage = getStorage(getSparseValues());
  return storage.isInteger(8) ? 3 : storage.isInteger(64) ? 2 : 1;
}
