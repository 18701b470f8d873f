//===- QuantUtils.cpp - Questions about quantised tensors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;

QuantParams mopt::getQuantParams(Type type) {
  QuantParams params;
  Type element = getElementTypeOrSelf(type);
  if (auto uniform = dyn_cast<quant::UniformQuantizedType>(element)) {
    params.scales.push_back(uniform.getScale());
    params.zeroPoints.push_back(uniform.getZeroPoint());
  } else if (auto perAxis =
                 dyn_cast<quant::UniformQuantizedPerAxisType>(element)) {
    params.scales.assign(perAxis.getScales().begin(),
                         perAxis.getScales().end());
    params.zeroPoints.assign(perAxis.getZeroPoints().begin(),
                             perAxis.getZeroPoints().end());
    params.axis = perAxis.getQuantizedDimension();
  }
  return params;
}

Type mopt::getStorageElementType(Type elementType) {
  auto quantized = dyn_cast<quant::QuantizedType>(elementType);
  // `!quant.calibrated` has no storage type.
  if (!quantized || !quantized.getStorageType())
    return elementType;
  // Signed storage is signless in the builtin types that carry the bytes, as
  // everywhere in MLIR; unsigned storage keeps its sign, so that uint8 data
  // stays distinct.
  return IntegerType::get(
      elementType.getContext(), quantized.getStorageTypeIntegralWidth(),
      quantized.isSigned() ? IntegerType::Signless : IntegerType::Unsigned);
}

RankedTensorType mopt::getStorageType(RankedTensorType type) {
  return RankedTensorType::get(type.getShape(),
                               getStorageElementType(type.getElementType()),
                               type.getEncoding());
}

bool mopt::isQuantized(Type type) {
  return isa<quant::QuantizedType>(getElementTypeOrSelf(type));
}

bool mopt::hasFormatShape(RankedTensorType type) {
  constexpr uint64_t limit = uint64_t(1) << 55;
  uint64_t count = 1;
  bool isEmpty = false;
  for (int64_t dim : type.getShape()) {
    if (dim < 0 || dim > std::numeric_limits<int32_t>::max())
      return false;
    if (dim == 0)
      isEmpty = true;
    else if (count > limit / dim)
      return false;
    else
      count *= dim;
  }
  return isEmpty || count <= limit;
}

std::optional<uint64_t> mopt::getStorageBytes(RankedTensorType type) {
  Type element = getStorageElementType(type.getElementType());
  uint64_t bits;
  if (auto complex = dyn_cast<ComplexType>(element))
    bits = 2 * complex.getElementType().getIntOrFloatBitWidth();
  else if (element.isInteger(1))
    bits = 8;
  else if (element.isIntOrFloat())
    bits = element.getIntOrFloatBitWidth();
  else
    return std::nullopt;
  if (!type.hasStaticShape())
    return std::nullopt;
  uint64_t count = bits;
  for (int64_t dim : type.getShape()) {
    bool overflow = false;
    count = llvm::SaturatingMultiply<uint64_t>(count, dim, &overflow);
    if (overflow || count > (uint64_t(1) << 62))
      return std::nullopt;
  }
  return llvm::divideCeil(count, 8);
}
