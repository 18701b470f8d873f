//===- MatrixOps.cpp - Verifiers of matrix products -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/MatrixOps.h"

#include "VerifierUtils.h"

#include "mlir/Dialect/Traits.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// batch_matmul
//===----------------------------------------------------------------------===//

/// Which element types go together is said by the number system of `x`; the
/// hybrid form's `y` has its scales along the columns of the result.
static LogicalResult verifyProductTypes(BatchMatMulOp op) {
  RankedTensorType x = getTensorType(op.getX()), y = getTensorType(op.getY());
  RankedTensorType output = getTensorType(op.getOutput());
  Type xStorage = getStorageElementType(x.getElementType());
  Type yStorage = getStorageElementType(y.getElementType());
  Type outputStorage = getStorageElementType(output.getElementType());
  bool isHybrid = xStorage.isF32() && yStorage.isSignlessInteger(8) &&
                  isQuantized(y.getElementType());
  bool isMixed =
      xStorage.isSignlessInteger(16) && yStorage.isSignlessInteger(8);
  if (xStorage != yStorage && !isHybrid && !isMixed)
    return op.emitOpError() << "cannot multiply " << x << " and " << y;
  bool isSum = xStorage.isSignlessInteger(8) &&
               output.getElementType().isSignlessInteger(32);
  if (xStorage != outputStorage && !isSum)
    return op.emitOpError() << "output must hold " << xStorage
                            << (xStorage.isSignlessInteger(8) ? " or i32" : "")
                            << ", got " << output;
  QuantParams params = getQuantParams(y);
  int64_t columns = y.getRank() - (op.getAdjY() ? 2 : 1);
  if (params.isPerAxis() && params.axis != columns)
    return op.emitOpError() << "y must be quantised along axis " << columns
                            << ", its columns, got axis " << params.axis;
  return success();
}

LogicalResult BatchMatMulOp::verify() {
  RankedTensorType x = getTensorType(getX()), y = getTensorType(getY());
  if (x.getRank() < 2 || x.getRank() > 5 || y.getRank() < 2 || y.getRank() > 5)
    return emitOpError() << "operands must have 2 to 5 dimensions, got " << x
                         << " and " << y;
  if (failed(verifyProductTypes(*this)))
    return failure();
  int64_t rows = x.getDimSize(x.getRank() - (getAdjX() ? 1 : 2));
  int64_t depth = x.getDimSize(x.getRank() - (getAdjX() ? 2 : 1));
  int64_t otherDepth = y.getDimSize(y.getRank() - (getAdjY() ? 1 : 2));
  int64_t columns = y.getDimSize(y.getRank() - (getAdjY() ? 2 : 1));
  if (depth != otherDepth)
    return emitOpError() << "cannot multiply rows of " << depth
                         << " elements by columns of " << otherDepth;
  SmallVector<int64_t> shape;
  if (!OpTrait::util::getBroadcastedShape(x.getShape().drop_back(2),
                                          y.getShape().drop_back(2), shape))
    return emitOpError() << "batches of " << x << " and " << y
                         << " do not broadcast";
  shape.append({rows, columns});
  return verifyShape(*this, getOutput(), "output", shape);
}

int32_t BatchMatMulOp::getMinVersion() {
  bool isHybrid = getTensorType(getX()).getElementType().isF32() &&
                  isQuantized(getY().getType());
  return std::max(getTypeVersion(*this),
                  isHybrid && getAsymmetricQuantizeInputs() ? 4 : 1);
}

//===----------------------------------------------------------------------===//
// embedding_lookup
//===----------------------------------------------------------------------===//

LogicalResult EmbeddingLookupOp::verify() {
  if (failed(verifyIndexTensor(*this, getLookup(), "lookup", {32})) ||
      failed(verifyRank(*this, getLookup(), "lookup", 1)))
    return failure();
  RankedTensorType value = getTensorType(getValue());
  RankedTensorType output = getTensorType(getOutput());
  if (value.getRank() < 2)
    return emitOpError() << "value must have 2 dimensions or more, got "
                         << value;
  bool isHybrid =
      isQuantized(value.getElementType()) && output.getElementType().isF32();
  if (!isHybrid && failed(verifySameStorage(*this, getValue(), "value",
                                            getOutput(), "output")))
    return failure();
  QuantParams params = getQuantParams(value);
  if (params.isPerAxis() && params.axis != 0)
    return emitOpError() << "value must be quantised along axis 0, its rows, "
                         << "got axis " << params.axis;
  SmallVector<int64_t> shape(value.getShape());
  shape.front() = getTensorType(getLookup()).getDimSize(0);
  return verifyShape(*this, getOutput(), "output", shape);
}

int32_t EmbeddingLookupOp::getMinVersion() {
  RankedTensorType value = getTensorType(getValue());
  bool isPacked = getStorageElementType(value.getElementType()).isInteger(4);
  return isPacked || getQuantParams(value).isPerAxis() ? 4 : 1;
}

//===----------------------------------------------------------------------===//
// embedding_lookup_sparse
//===----------------------------------------------------------------------===//

static LogicalResult verifyFloats(Operation *op, Value value, StringRef name) {
  if (getTensorType(value).getElementType().isF32())
    return success();
  return op->emitOpError() << name << " must hold float32, got "
                           << value.getType();
}

LogicalResult EmbeddingLookupSparseOp::verify() {
  if (failed(verifyIndexTensor(*this, getIds(), "ids", {32})) ||
      failed(verifyIndexTensor(*this, getIndices(), "indices", {32})) ||
      failed(verifyIndexTensor(*this, getDenseShape(), "dense_shape", {32})) ||
      failed(verifyFloats(*this, getWeights(), "weights")) ||
      failed(verifyFloats(*this, getValue(), "value")) ||
      failed(verifyFloats(*this, getOutput(), "output")) ||
      failed(verifyRank(*this, getIds(), "ids", 1)) ||
      failed(verifyRank(*this, getIndices(), "indices", 2)))
    return failure();
  int64_t count = getTensorType(getIds()).getDimSize(0);
  int64_t width = getTensorType(getIndices()).getDimSize(1);
  if (failed(verifyShape(*this, getIndices(), "indices", {count, width})) ||
      failed(verifyShape(*this, getDenseShape(), "dense_shape", {width})) ||
      failed(verifyShape(*this, getWeights(), "weights", {count})))
    return failure();
  if (width == 0)
    return emitOpError() << "indices must have 1 column or more, got "
                         << getIndices().getType();
  RankedTensorType value = getTensorType(getValue());
  if (value.getRank() < 2)
    return emitOpError() << "value must have 2 dimensions or more, got "
                         << value;
  int64_t outer = width - 1;
  if (failed(verifyRank(*this, getOutput(), "output",
                        outer + value.getRank() - 1)))
    return failure();
  SmallVector<int64_t> shape(
      getTensorType(getOutput()).getShape().take_front(outer));
  if (std::optional<SmallVector<int64_t>> dense =
          getConstantIndices(getDenseShape()))
    shape.assign(dense->begin(), dense->begin() + outer);
  llvm::append_range(shape, value.getShape().drop_front());
  return verifyShape(*this, getOutput(), "output", shape);
}
