//===- Array.cpp - dense host arrays ----------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Array.h"
#include "DataError.h"
#include "llvm/Support/MathExtras.h"
#include <cstdlib>
#include <cstring>

using namespace llvm;

namespace mlir::mopt {

Expected<Array> Array::allocate(DType type, ArrayRef<int64_t> shape) {
  constexpr size_t alignment = 64;
  std::optional<int64_t> bytes = countBytes(type, shape);
  // Rounding up to the alignment must not overflow either.
  if (!bytes || *bytes > std::numeric_limits<int64_t>::max() / 2)
    return dataError("an array of shape {0} and type {1} is too large",
                     shapeString(shape), dtypeName(type));
  // aligned_alloc wants a multiple of the alignment; never ask for 0 bytes.
  size_t capacity = alignTo(std::max<int64_t>(*bytes, 1), alignment);
  void *memory = std::aligned_alloc(alignment, capacity);
  if (!memory)
    return dataError("out of memory for {0} bytes: array of shape {1} and "
                     "type {2}",
                     *bytes, shapeString(shape), dtypeName(type));
  std::memset(memory, 0, capacity);
  Array array = view(type, shape, memory,
                     std::shared_ptr<const void>(
                         memory, [](void *pointer) { std::free(pointer); }));
  array.writable = true;
  return array;
}

Array Array::view(DType type, ArrayRef<int64_t> shape, const void *data,
                  std::shared_ptr<const void> owner) {
  assert(reinterpret_cast<uintptr_t>(data) % dtypeSize(type) == 0 ||
         isComplex(type));
  Array array;
  array.type = type;
  array.dims.assign(shape.begin(), shape.end());
  array.elements = countElements(shape).value_or(0);
  array.data = static_cast<const uint8_t *>(data);
  array.owner = std::move(owner);
  return array;
}

Array Array::slice(int64_t begin, int64_t end) const {
  assert(!dims.empty() && begin >= 0 && begin <= end && end <= dims[0]);
  Array result = *this;
  int64_t inner = dims[0] == 0 ? 0 : elements / dims[0];
  result.dims[0] = end - begin;
  result.elements = inner * (end - begin);
  if (inner != 0)
    result.data = data + begin * inner * dtypeSize(type);
  return result;
}

Array Array::at(int64_t index) const {
  Array result = slice(index, index + 1);
  result.dims.erase(result.dims.begin());
  return result;
}

Array Array::reshape(ArrayRef<int64_t> shape) const {
  assert(countElements(shape) == elements);
  Array result = *this;
  result.dims.assign(shape.begin(), shape.end());
  return result;
}

} // namespace mlir::mopt
