//===- VectorPool.h - Equal vectors written once -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_TFLITE_VECTORPOOL_H
#define MOPT_LIB_TARGET_TFLITE_VECTORPOOL_H

#include "flatbuffers/flatbuffers.h"
#include "llvm/ADT/ArrayRef.h"

#include <map>
#include <string>

namespace mlir::mopt::tfl {

/// Vectors of numbers in a flatbuffer; equal ones share their bytes, which the
/// format allows. The zero points of weights with a scale a channel, eight
/// bytes each and all 0, would be the largest part of a file beside the
/// weights.
class VectorPool {
public:
  explicit VectorPool(flatbuffers::FlatBufferBuilder &builder)
      : builder(builder) {}

  flatbuffers::FlatBufferBuilder &getBuilder() { return builder; }

  template <typename T>
  flatbuffers::Offset<flatbuffers::Vector<T>> get(llvm::ArrayRef<T> values) {
    std::string bytes(reinterpret_cast<const char *>(values.data()),
                      values.size() * sizeof(T));
    auto [it, isNew] = offsets.try_emplace({sizeof(T), std::move(bytes)}, 0);
    if (isNew)
      it->second = builder.CreateVector(values.data(), values.size()).o;
    return it->second;
  }

private:
  flatbuffers::FlatBufferBuilder &builder;
  /// By the size of an element, which decides the alignment, and the bytes.
  std::map<std::pair<size_t, std::string>, flatbuffers::uoffset_t> offsets;
};

} // namespace mlir::mopt::tfl

#endif // MOPT_LIB_TARGET_TFLITE_VECTORPOOL_H
