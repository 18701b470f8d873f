//===- ElementTypes.cpp - Tensor types of the format -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementTypes.h"

#include "mlir/IR/Builders.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;

Type tfl::getElementType(MLIRContext *context, tflite::TensorType type) {
  Builder builder(context);
  auto unsignedType = [&](unsigned width) {
    return builder.getIntegerType(width, /*isSigned=*/false);
  };
  switch (type) {
  case tflite::TensorType::FLOAT32:
    return builder.getF32Type();
  case tflite::TensorType::FLOAT16:
    return builder.getF16Type();
  case tflite::TensorType::INT32:
    return builder.getI32Type();
  case tflite::TensorType::UINT8:
    return unsignedType(8);
  case tflite::TensorType::INT64:
    return builder.getI64Type();
  case tflite::TensorType::STRING:
    return StringType::get(context);
  case tflite::TensorType::BOOL:
    return builder.getI1Type();
  case tflite::TensorType::INT16:
    return builder.getI16Type();
  case tflite::TensorType::COMPLEX64:
    return ComplexType::get(builder.getF32Type());
  case tflite::TensorType::INT8:
    return builder.getI8Type();
  case tflite::TensorType::FLOAT64:
    return builder.getF64Type();
  case tflite::TensorType::COMPLEX128:
    return ComplexType::get(builder.getF64Type());
  case tflite::TensorType::UINT64:
    return unsignedType(64);
  case tflite::TensorType::RESOURCE:
    return ResourceType::get(context);
  case tflite::TensorType::VARIANT:
    return VariantType::get(context);
  case tflite::TensorType::UINT32:
    return unsignedType(32);
  case tflite::TensorType::UINT16:
    return unsignedType(16);
  case tflite::TensorType::INT4:
    return builder.getIntegerType(4);
  case tflite::TensorType::BFLOAT16:
    return builder.getBF16Type();
  case tflite::TensorType::INT2:
    return builder.getIntegerType(2);
  case tflite::TensorType::UINT4:
    return unsignedType(4);
  case tflite::TensorType::FLOAT8_E4M3FN:
    return Float8E4M3FNType::get(context);
  case tflite::TensorType::FLOAT8_E5M2:
    return Float8E5M2Type::get(context);
  }
  return {};
}

std::optional<tflite::TensorType> tfl::getTensorType(Type elementType) {
  Type storage = getStorageElementType(elementType);
  // 23 types: comparing with each one keeps a single table.
  for (int8_t value = static_cast<int8_t>(tflite::TensorType::MIN);
       value <= static_cast<int8_t>(tflite::TensorType::MAX); ++value)
    if (getElementType(elementType.getContext(),
                       static_cast<tflite::TensorType>(value)) == storage)
      return static_cast<tflite::TensorType>(value);
  return std::nullopt;
}
