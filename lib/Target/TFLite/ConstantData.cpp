//===- ConstantData.cpp - Bytes of constants -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConstantData.h"

#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::tfl;

static std::vector<char> packIntegers(DenseElementsAttr value, unsigned width) {
  // A boolean takes a byte in the format.
  unsigned storedWidth = width == 1 ? 8 : width;
  unsigned perByte = 8 / storedWidth;
  std::vector<char> bytes((value.getNumElements() + perByte - 1) / perByte);
  for (auto [index, element] : llvm::enumerate(value.getValues<APInt>()))
    bytes[index / perByte] = static_cast<char>(
        static_cast<uint8_t>(bytes[index / perByte]) |
        element.getZExtValue() << (index % perByte) * storedWidth);
  return bytes;
}

std::optional<ConstantData> tfl::getConstantData(ElementsAttr value) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return std::nullopt;
    return ConstantData{blob->getData(), {}};
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense || isa<DenseStringElementsAttr>(dense))
    return std::nullopt;
  ConstantData result;
  Type element = dense.getElementType();
  if (element.isInteger() && element.getIntOrFloatBitWidth() < 8) {
    result.storage = packIntegers(dense, element.getIntOrFloatBitWidth());
  } else if (dense.isSplat()) {
    ArrayRef<char> one = dense.getRawData();
    for (int64_t i = 0; i < dense.getNumElements(); ++i)
      result.storage.insert(result.storage.end(), one.begin(), one.end());
  } else {
    result.bytes = dense.getRawData();
    return result;
  }
  result.bytes = result.storage;
  return result;
}
