//===- EvaluatorUtils.cpp - What the evaluators share -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::mopt;

LogicalResult mopt::emitUnsupportedTypes(Operation *op) {
  InFlightDiagnostic diagnostic =
      op->emitOpError("has no reference evaluation for element types (");
  llvm::interleaveComma(op->getOperandTypes(), diagnostic, [&](Type type) {
    diagnostic << getElementTypeOrSelf(type);
  });
  diagnostic << ") -> (";
  llvm::interleaveComma(op->getResultTypes(), diagnostic, [&](Type type) {
    diagnostic << getElementTypeOrSelf(type);
  });
  return diagnostic << ")";
}

LogicalResult mopt::emitUnsupportedActivation(Operation *op,
                                              ActivationFunction activation) {
  return op->emitOpError() << "cannot fuse the activation function "
                           << stringifyActivationFunction(activation)
                           << "; expected NONE, RELU, RELU_N1_TO_1 or RELU6";
}

SmallVector<int8_t> mopt::unpackSubByte(const HostTensor &tensor) {
  unsigned width = tensor.getStorageElementType().getIntOrFloatBitWidth();
  unsigned perByte = 8 / width;
  ArrayRef<char> bytes = tensor.getBytes();
  SmallVector<int8_t> elements(tensor.getNumElements());
  for (auto [i, element] : llvm::enumerate(elements)) {
    auto byte = static_cast<uint8_t>(bytes[i / perByte]);
    // Up to the sign bit, then down with sign extension.
    unsigned up = 8 - width - width * (i % perByte);
    element =
        static_cast<int8_t>(static_cast<int8_t>(byte << up) >> (8 - width));
  }
  return elements;
}

std::optional<int64_t> mopt::getElementBytes(const HostTensor &tensor) {
  std::optional<uint64_t> bytes = getStorageBytes(
      RankedTensorType::get({}, tensor.getType().getElementType()));
  Type storage = tensor.getStorageElementType();
  if (!bytes || (storage.isInteger() && !storage.isInteger(1) &&
                 storage.getIntOrFloatBitWidth() % 8 != 0))
    return std::nullopt;
  return *bytes;
}

std::optional<SmallVector<int64_t>>
mopt::getIntegers(const HostTensor &tensor) {
  SmallVector<int64_t> values;
  auto copy = [&](auto zero) {
    auto elements = tensor.as<decltype(zero)>();
    values.assign(elements.begin(), elements.end());
  };
  if (!dispatchStorage<int32_t, int64_t, int16_t, int8_t, uint8_t>(
          tensor.getStorageElementType(), copy))
    return std::nullopt;
  return values;
}

SmallVector<int64_t> mopt::getRowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

SmallVector<int64_t> mopt::getBroadcastStrides(ArrayRef<int64_t> shape,
                                               ArrayRef<int64_t> resultShape) {
  assert(shape.size() <= resultShape.size());
  SmallVector<int64_t> own = getRowMajorStrides(shape);
  SmallVector<int64_t> strides(resultShape.size(), 0);
  size_t offset = resultShape.size() - shape.size();
  for (size_t i = 0; i < shape.size(); ++i)
    if (shape[i] != 1)
      strides[offset + i] = own[i];
  return strides;
}

StridedIndex::StridedIndex(ArrayRef<int64_t> shape, ArrayRef<int64_t> strides)
    : shape(shape), strides(strides), index(shape.size(), 0) {
  assert(shape.size() == strides.size());
  for (int64_t dim : shape)
    remaining *= dim;
}

void StridedIndex::next() {
  assert(remaining > 0);
  --remaining;
  for (size_t i = shape.size(); i-- > 0;) {
    offset += strides[i];
    if (++index[i] < shape[i])
      return;
    offset -= strides[i] * shape[i];
    index[i] = 0;
  }
}

int64_t mopt::getPaddingBefore(Padding padding, int64_t input, int64_t output,
                               int64_t filter, int64_t stride,
                               int64_t dilation) {
  if (padding == Padding::VALID)
    return 0;
  int64_t window = (filter - 1) * dilation + 1;
  int64_t total = (output - 1) * stride + window - input;
  return std::max<int64_t>(total, 0) / 2;
}
