//===- HostTensor.h - A tensor in host memory -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_HOSTTENSOR_H
#define MOPT_DIALECT_MOPT_REFERENCE_HOSTTENSOR_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"

#include <memory>

namespace mlir::mopt {

/// Elements of a tensor in row-major order, in the storage form of the TFLite
/// format (sub-byte elements packed, booleans one byte, strings serialised).
/// Copies share the bytes, like a pointer. Scale and zero point are those of
/// the type; getQuantParams(tensor.getType()) unpacks them.
class HostTensor {
public:
  HostTensor() = default;

  /// A zero-filled tensor of `type`, 64-byte aligned, owned by the result.
  /// `bytes` is needed for strings only, whose size the type does not tell.
  static HostTensor allocate(RankedTensorType type,
                             std::optional<size_t> bytes = std::nullopt);

  /// A tensor over bytes that the caller keeps alive and does not change.
  static HostTensor borrow(RankedTensorType type, ArrayRef<char> bytes);

  /// A tensor over bytes that the caller keeps alive and that may be written.
  static HostTensor borrowMutable(RankedTensorType type,
                                  MutableArrayRef<char> bytes);

  explicit operator bool() const { return static_cast<bool>(type); }
  RankedTensorType getType() const { return type; }
  ArrayRef<int64_t> getShape() const { return type.getShape(); }
  int64_t getRank() const { return type.getRank(); }
  int64_t getDim(unsigned i) const { return type.getDimSize(i); }
  int64_t getNumElements() const { return type.getNumElements(); }
  /// The stored element type (`i8`, not `!quant.uniform<i8:f32, ...>`).
  Type getStorageElementType() const;

  ArrayRef<char> getBytes() const { return {data, size}; }
  MutableArrayRef<char> getMutableBytes() const { return {data, size}; }

  /// The elements as `T`; the size of `T` must be that of the storage type.
  template <typename T>
  ArrayRef<T> as() const {
    return ArrayRef<T>(reinterpret_cast<const T *>(data), size / sizeof(T));
  }
  template <typename T>
  MutableArrayRef<T> asMutable() const {
    return MutableArrayRef<T>(reinterpret_cast<T *>(data), size / sizeof(T));
  }

private:
  RankedTensorType type;
  std::shared_ptr<char> owner;
  char *data = nullptr;
  size_t size = 0;
};

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_HOSTTENSOR_H
