//===- ModelOps.cpp - Ops that hold a model together -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ModelOps.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;

ArrayRef<char> ConstOp::getRawBytes() {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(getValue())) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    return blob ? blob->getData() : ArrayRef<char>();
  }
  if (auto dense = dyn_cast<DenseElementsAttr>(getValue()))
    if (!dense.isSplat())
      return dense.getRawData();
  return {};
}

LogicalResult ConstOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (failed(detail::verifyQuantizedType(*this, "result", type)))
    return failure();
  auto valueType = dyn_cast<RankedTensorType>(getValue().getType());
  if (!valueType || valueType.getShape() != type.getShape() ||
      valueType.getElementType() !=
          getStorageElementType(type.getElementType()))
    return emitOpError() << "value of type " << getValue().getType()
                         << " does not store a " << type << "; expected "
                         << getStorageType(type);
  auto resource = dyn_cast<DenseResourceElementsAttr>(getValue());
  if (!resource) {
    auto dense = dyn_cast<DenseElementsAttr>(getValue());
    if (!dense)
      return emitOpError("value must be dense or dense_resource");
    return success();
  }
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  TensorAttr info = getTensorInfo(getResult());
  // The blob of a sparse encoding holds only the values that are stored.
  if (!blob || (info && info.getSparsity()))
    return success();
  std::optional<uint64_t> bytes = getStorageBytes(type);
  if (bytes && blob->getData().size() != *bytes)
    return emitOpError() << "value has " << blob->getData().size() << " bytes, "
                         << type << " needs " << *bytes;
  return success();
}
