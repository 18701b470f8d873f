//===- QuantUtils.h - Questions about quantised tensors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_QUANTUTILS_H
#define MOPT_DIALECT_MOPT_IR_QUANTUTILS_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::mopt {

/// Scale and zero point of a tensor, unpacked from its `!quant.uniform` type.
/// One element per tensor, or one per channel along `axis`.
struct QuantParams {
  llvm::SmallVector<double, 1> scales;
  llvm::SmallVector<int64_t, 1> zeroPoints;
  /// Channel axis, -1 = per tensor.
  int axis = -1;

  bool isQuantized() const { return !scales.empty(); }
  bool isPerAxis() const { return axis >= 0; }
  /// Scales are float32 in the format; every computation starts from these.
  float scale(size_t channel = 0) const {
    return static_cast<float>(scales[isPerAxis() ? channel : 0]);
  }
  int64_t zeroPoint(size_t channel = 0) const {
    return zeroPoints[isPerAxis() ? channel : 0];
  }
};

/// The parameters in the element type of `type`; empty if it has none.
QuantParams getQuantParams(Type type);

/// The type of the stored elements: `i8` for `!quant.uniform<i8:f32, ...>`,
/// `ui8` for `!quant.uniform<u8:f32, ...>`, `type` itself if not quantised.
Type getStorageElementType(Type elementType);

/// `type` with its element type replaced by the stored one.
RankedTensorType getStorageType(RankedTensorType type);

/// True if the element type of `type` is a quantised type.
bool isQuantized(Type type);

/// Bytes that a tensor of `type` takes in a file: sub-byte types are packed,
/// booleans take a byte. std::nullopt for strings, resources and variants,
/// whose size the type does not tell, and on overflow of 63 bits.
std::optional<uint64_t> getStorageBytes(RankedTensorType type);

/// True for the shapes that the format can store and that size arithmetic can
/// not overflow on: static, every dimension below 2^31, at most 2^55 elements
/// (2^62 bits of the widest element type).
bool hasFormatShape(RankedTensorType type);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_QUANTUTILS_H
