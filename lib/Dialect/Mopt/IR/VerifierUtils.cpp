//===- VerifierUtils.cpp - Shared by the verifiers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult mopt::verifyRank(Operation *op, Value value, StringRef name,
                               int64_t rank) {
  if (getTensorType(value).getRank() == rank)
    return success();
  return op->emitOpError() << name << " must have rank " << rank << ", got "
                           << value.getType();
}

LogicalResult mopt::verifySameStorage(Operation *op, Value a, StringRef nameA,
                                      Value b, StringRef nameB) {
  Type storageA = getStorageElementType(getTensorType(a).getElementType());
  Type storageB = getStorageElementType(getTensorType(b).getElementType());
  if (storageA == storageB)
    return success();
  return op->emitOpError() << nameA << " and " << nameB
                           << " must have the same element type, got "
                           << storageA << " and " << storageB;
}

LogicalResult mopt::verifyShape(Operation *op, Value value, StringRef name,
                                ArrayRef<int64_t> expected) {
  RankedTensorType type = getTensorType(value);
  if (type.getShape() == expected)
    return success();
  InFlightDiagnostic diag = op->emitOpError() << name << " must have shape [";
  llvm::interleaveComma(expected, diag);
  return diag << "], got " << type;
}

LogicalResult mopt::verifyIndexTensor(Operation *op, Value value,
                                      StringRef name,
                                      ArrayRef<unsigned> widths) {
  Type element = getTensorType(value).getElementType();
  if (llvm::any_of(widths, [&](unsigned width) {
        return element.isSignlessInteger(width);
      }))
    return success();
  InFlightDiagnostic diag = op->emitOpError() << name << " must hold ";
  llvm::interleave(
      widths, diag, [&](unsigned width) { diag << "int" << width; }, " or ");
  return diag << ", got " << value.getType();
}

FailureOr<int64_t> mopt::getWindowedSize(Operation *op, StringRef axis,
                                         int64_t input, int64_t filter,
                                         int64_t stride, int64_t dilation,
                                         Padding padding) {
  if (stride < 1 || dilation < 1 || filter < 1) {
    op->emitOpError() << "stride, dilation and filter size along the " << axis
                      << " must be positive, got " << stride << ", " << dilation
                      << " and " << filter;
    return failure();
  }
  if (padding == Padding::SAME)
    return llvm::divideCeil(input, stride);
  int64_t window = (filter - 1) * dilation + 1;
  if (window > input) {
    op->emitOpError() << "a window of " << window << " does not fit into the "
                      << axis << " of " << input << " with padding VALID";
    return failure();
  }
  return llvm::divideCeil(input - window + 1, stride);
}

LogicalResult mopt::verifyFusedActivation(Operation *op,
                                          ActivationFunction activation) {
  if (activation != ActivationFunction::TANH &&
      activation != ActivationFunction::SIGN_BIT)
    return success();
  return op->emitOpError() << "cannot carry the activation "
                           << stringifyActivationFunction(activation)
                           << "; allowed are NONE, RELU, RELU_N1_TO_1, RELU6";
}

/// The bytes may lie at any address.
template <typename T>
static SmallVector<int64_t> readIntegers(ArrayRef<char> bytes) {
  SmallVector<int64_t> values;
  for (; bytes.size() >= sizeof(T); bytes = bytes.drop_front(sizeof(T))) {
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    values.push_back(value);
  }
  return values;
}

std::optional<SmallVector<int64_t>> mopt::getConstantIndices(Value value) {
  auto constant = value.getDefiningOp<ConstOp>();
  // In invalid IR a constant may come after its user, so that nothing has
  // verified it yet; its own verifier then reports what is wrong with it.
  if (!constant || !constant.getProperties().value)
    return std::nullopt;
  TensorAttr info = getTensorInfo(value);
  if (info && info.getSparsity())
    return std::nullopt;
  if (auto dense = dyn_cast<DenseIntElementsAttr>(constant.getValue())) {
    // Who asks relies on the count that the type gives.
    if (dense.getNumElements() != getTensorType(value).getNumElements())
      return std::nullopt;
    SmallVector<int64_t> values;
    for (const APInt &element : dense.getValues<APInt>())
      values.push_back(element.getSExtValue());
    return values;
  }
  ArrayRef<char> bytes = constant.getRawBytes();
  if (bytes.size() != getStorageBytes(getTensorType(value)))
    return std::nullopt;
  switch (getTensorType(value).getElementTypeBitWidth()) {
  case 8:
    return readIntegers<int8_t>(bytes);
  case 16:
    return readIntegers<int16_t>(bytes);
  case 32:
    return readIntegers<int32_t>(bytes);
  case 64:
    return readIntegers<int64_t>(bytes);
  default:
    return std::nullopt;
  }
}
