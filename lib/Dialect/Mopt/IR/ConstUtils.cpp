//===- ConstUtils.cpp - Reading and making constants -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ConstUtils.h"

#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;

std::optional<ConstBytes> ConstBytes::read(ConstOp op) {
  TensorAttr info = getTensorInfo(op.getResult());
  if (info && info.getSparsity())
    return std::nullopt;
  auto type = cast<RankedTensorType>(op.getType());
  std::optional<uint64_t> size = getStorageBytes(type);
  if (!size)
    return std::nullopt;

  ConstBytes result;
  if (auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
      dense && dense.isSplat()) {
    ArrayRef<char> element = dense.getRawData();
    // Booleans and sub-byte integers are the only types whose splat is not
    // stored as whole bytes of one element.
    Type storage = getStorageElementType(type.getElementType());
    if (!storage.isIntOrFloat() || storage.getIntOrFloatBitWidth() % 8 != 0 ||
        element.size() * 8 != storage.getIntOrFloatBitWidth())
      return std::nullopt;
    result.storage.resize(*size);
    for (size_t i = 0; i < *size; i += element.size())
      llvm::copy(element, result.storage.begin() + i);
    return result;
  }
  result.view = op.getRawBytes();
  if (result.view.size() != *size)
    return std::nullopt;
  if (reinterpret_cast<uintptr_t>(result.view.data()) % alignof(double) != 0)
    result.storage.assign(result.view.begin(), result.view.end());
  return result;
}

AsmResourceBlob mopt::allocateConstBlob(size_t size) {
  return HeapAsmResourceBlob::allocate(size, /*align=*/64,
                                       /*dataIsMutable=*/true);
}

ConstOp mopt::createConst(OpBuilder &builder, Location loc,
                          RankedTensorType type, AsmResourceBlob blob,
                          TensorAttr info) {
  MLIRContext *context = builder.getContext();
  StringRef name = info && info.getName() ? info.getName().getValue() : "const";
  auto &manager = DenseResourceElementsHandle::getManagerInterface(context);
  auto value = DenseResourceElementsAttr::get(
      getStorageType(type), manager.insert(name, std::move(blob)));
  auto op = ConstOp::create(builder, loc, type, value);
  if (info)
    setTensorInfo(op.getResult(), info);
  return op;
}

TensorAttr mopt::withName(MLIRContext *context, TensorAttr info,
                          const Twine &name) {
  auto attr = StringAttr::get(context, name);
  if (!info)
    return TensorAttr::get(context, attr, {}, {}, {}, {}, {}, {}, {}, {}, {});
  return TensorAttr::get(
      context, attr, info.getShapeSignature(), info.getMin(), info.getMax(),
      info.getQuantization(), info.getSparsity(), info.getVariantTensors(),
      info.getIsVariable(), info.getHasRank(), info.getType());
}

TensorAttr mopt::withRange(MLIRContext *context, TensorAttr info,
                           DenseF32ArrayAttr min, DenseF32ArrayAttr max) {
  if (!info)
    return TensorAttr::get(context, {}, {}, min, max, {}, {}, {}, {}, {}, {});
  return TensorAttr::get(context, info.getName(), info.getShapeSignature(), min,
                         max, info.getQuantization(), info.getSparsity(),
                         info.getVariantTensors(), info.getIsVariable(),
                         info.getHasRank(), info.getType());
}

TensorAttr mopt::withQuantization(MLIRContext *context, TensorAttr info,
                                  DictionaryAttr quantization) {
  if (!info)
    return TensorAttr::get(context, {}, {}, {}, {}, quantization, {}, {}, {},
                           {}, {});
  return TensorAttr::get(
      context, info.getName(), info.getShapeSignature(), info.getMin(),
      info.getMax(), quantization, info.getSparsity(), info.getVariantTensors(),
      info.getIsVariable(), info.getHasRank(), info.getType());
}

TensorAttr mopt::withSparsity(MLIRContext *context, TensorAttr info,
                              DictionaryAttr sparsity) {
  if (!info)
    return TensorAttr::get(context, {}, {}, {}, {}, {}, sparsity, {}, {}, {},
                           {});
  return TensorAttr::get(
      context, info.getName(), info.getShapeSignature(), info.getMin(),
      info.getMax(), info.getQuantization(), sparsity, info.getVariantTensors(),
      info.getIsVariable(), info.getHasRank(), info.getType());
}

TensorAttr mopt::withSymmetricScales(MLIRContext *context, TensorAttr info,
                                     ArrayRef<float> scales) {
  Builder builder(context);
  SmallVector<int64_t> zeroPoints(scales.size(), 0);
  // The fields of the schema's QuantizationParameters.
  auto quantization = builder.getDictionaryAttr(
      {builder.getNamedAttr("scale", builder.getDenseF32ArrayAttr(scales)),
       builder.getNamedAttr("zero_point",
                            builder.getDenseI64ArrayAttr(zeroPoints))});
  return withQuantization(context, info, quantization);
}
