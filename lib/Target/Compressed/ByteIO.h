//===- ByteIO.h - Numbers and bytes in a row -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_BYTEIO_H
#define MOPT_LIB_TARGET_COMPRESSED_BYTEIO_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace mlir::mopt {

using Bytes = std::vector<uint8_t>;
using ByteView = llvm::ArrayRef<uint8_t>;
using MutableBytes = llvm::MutableArrayRef<uint8_t>;

/// Bytes that nobody filled before.
class Buffer {
public:
  explicit Buffer(size_t size) : bytes(new uint8_t[size]), count(size) {}

  operator MutableBytes() { return {bytes.get(), count}; }
  operator ByteView() const { return {bytes.get(), count}; }
  const uint8_t *data() const { return bytes.get(); }
  size_t size() const { return count; }

private:
  std::unique_ptr<uint8_t[]> bytes;
  size_t count;
};

/// Appends `value` in groups of 7 bits, the lowest first (LEB128).
inline void writeVarint(Bytes &out, uint64_t value) {
  for (; value >= 128; value >>= 7)
    out.push_back(static_cast<uint8_t>(value | 128));
  out.push_back(static_cast<uint8_t>(value));
}

inline void writeBytes(Bytes &out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// Reads what the functions above wrote. Beyond the end everything is zero or
/// empty, and `failed` says so once for all.
class ByteReader {
public:
  explicit ByteReader(ByteView data) : data(data) {}

  uint8_t readByte() {
    ByteView byte = readBytes(1);
    return byte.empty() ? 0 : byte[0];
  }

  uint64_t readVarint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      uint8_t byte = readByte();
      value |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128)
        return value;
    }
    isBad = true;
    return 0;
  }

  ByteView readBytes(uint64_t count) {
    if (count > data.size()) {
      isBad = true;
      data = {};
      return {};
    }
    ByteView bytes = data.take_front(count);
    data = data.drop_front(count);
    return bytes;
  }

  uint64_t remaining() const { return data.size(); }
  bool failed() const { return isBad; }

private:
  ByteView data;
  bool isBad = false;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_BYTEIO_H
