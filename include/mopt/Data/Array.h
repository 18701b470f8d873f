//===- Array.h - dense host arrays ------------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DATA_ARRAY_H
#define MOPT_DATA_ARRAY_H

#include "mopt/Data/DType.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <cassert>
#include <memory>

namespace mlir::mopt {

/// A dense array in host memory, row-major, little-endian as the host is.
///
/// An Array is a handle: copies, slices and reshapes share the bytes and keep
/// them alive. Bytes that allocate() made start at a multiple of 64 and can be
/// written; views of files cannot. A view starts at a multiple of its element
/// size at least. Reading one Array from several threads is safe.
class Array {
public:
  /// An empty array: uint8 of shape [0].
  Array() : dims{0} {}

  /// A zeroed array; fails when the size overflows or memory runs out.
  static llvm::Expected<Array> allocate(DType type,
                                        llvm::ArrayRef<int64_t> shape);

  /// An array over bytes that `owner` keeps alive. `data` must be aligned to
  /// the element size and hold the whole array.
  static Array view(DType type, llvm::ArrayRef<int64_t> shape, const void *data,
                    std::shared_ptr<const void> owner);

  /// A copy of `values`, whose number must be that of `shape`.
  template <typename T>
  static llvm::Expected<Array> copyOf(llvm::ArrayRef<T> values,
                                      llvm::ArrayRef<int64_t> shape) {
    llvm::Expected<Array> array = allocate(dtypeOf<T>(), shape);
    if (array) {
      assert(array->numElements() == int64_t(values.size()));
      llvm::copy(values, array->template mutableAs<T>().begin());
    }
    return array;
  }

  DType dtype() const { return type; }
  llvm::ArrayRef<int64_t> shape() const { return dims; }
  int64_t rank() const { return int64_t(dims.size()); }
  int64_t numElements() const { return elements; }
  int64_t byteSize() const { return elements * dtypeSize(type); }
  bool isWritable() const { return writable; }

  llvm::ArrayRef<uint8_t> bytes() const {
    return {data, static_cast<size_t>(byteSize())};
  }
  llvm::MutableArrayRef<uint8_t> mutableBytes() {
    assert(writable && "views of files are read-only");
    return {const_cast<uint8_t *>(data), static_cast<size_t>(byteSize())};
  }

  /// The elements as T. A bool array may be read as uint8_t too: numpy stores
  /// any byte there, which a C++ bool must not hold.
  template <typename T>
  llvm::ArrayRef<T> as() const {
    assert(holds<T>() && "element type differs");
    return {reinterpret_cast<const T *>(data), size_t(byteSize()) / sizeof(T)};
  }
  template <typename T>
  llvm::MutableArrayRef<T> mutableAs() {
    assert(holds<T>() && "element type differs");
    llvm::MutableArrayRef<uint8_t> raw = mutableBytes();
    return {reinterpret_cast<T *>(raw.data()), raw.size() / sizeof(T)};
  }

  /// Entries [begin, end) of axis 0, sharing the bytes.
  Array slice(int64_t begin, int64_t end) const;

  /// Entry `index` of axis 0 with that axis dropped, sharing the bytes.
  Array at(int64_t index) const;

  /// The same bytes in another shape of as many elements.
  Array reshape(llvm::ArrayRef<int64_t> shape) const;

private:
  template <typename T>
  bool holds() const {
    return dtypeOf<T>() == type ||
           (dtypeOf<T>() == DType::UInt8 && type == DType::Bool);
  }

  DType type = DType::UInt8;
  bool writable = false;
  llvm::SmallVector<int64_t, 4> dims;
  int64_t elements = 0;
  const uint8_t *data = nullptr;
  std::shared_ptr<const void> owner;
};

} // namespace mlir::mopt

#endif // MOPT_DATA_ARRAY_H
