//===- BitIO.h - Bits in a row -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_BITIO_H
#define MOPT_LIB_TARGET_COMPRESSED_BITIO_H

#include "ByteIO.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

namespace mlir::mopt {

/// Appends bits to bytes, from the lowest bit of each on.
class BitWriter {
public:
  explicit BitWriter(Bytes &out) : out(out) {}

  /// The `count` lowest bits of `bits`, at most 32.
  void write(uint32_t bits, unsigned count) {
    pending |= static_cast<uint64_t>(bits) << held;
    held += count;
    for (; held >= 8; held -= 8, pending >>= 8)
      out.push_back(static_cast<uint8_t>(pending));
  }

  /// A number from 1 on in twice its bits less one (P. Elias, 1975).
  void writeGamma(uint32_t value) {
    unsigned bits = llvm::Log2_32(value);
    write(1u << bits, bits + 1);
    write(value & ((1u << bits) - 1), bits);
  }

  /// Fills the last byte with zeros.
  void finish() {
    if (held)
      out.push_back(static_cast<uint8_t>(pending));
    held = 0;
    pending = 0;
  }

private:
  Bytes &out;
  uint64_t pending = 0;
  unsigned held = 0;
};

/// Reads them. Beyond the end all bits are zero.
class BitReader {
public:
  explicit BitReader(ByteView data) : data(data) {}

  /// The next 56 bits or more, the first one lowest.
  uint64_t peek() const {
    uint64_t word = 0;
    size_t at = position / 8;
    if (at + 8 <= data.size())
      std::memcpy(&word, data.data() + at, 8);
    else
      for (size_t i = at; i < data.size(); ++i)
        word |= static_cast<uint64_t>(data[i]) << (8 * (i - at));
    return word >> (position % 8);
  }
  void skip(unsigned count) { position += count; }

  uint32_t read(unsigned count) {
    uint64_t word = peek();
    skip(count);
    return static_cast<uint32_t>(word & ((uint64_t(1) << count) - 1));
  }

  /// 0 where there is none.
  uint32_t readGamma() {
    uint32_t word = static_cast<uint32_t>(peek());
    if (word == 0) {
      position = 8 * data.size() + 1;
      return 0;
    }
    unsigned bits = llvm::countr_zero(word);
    if (bits > 24) {
      position = 8 * data.size() + 1;
      return 0;
    }
    skip(bits + 1);
    return (1u << bits) | read(bits);
  }

  /// The byte after the last bit that was read.
  size_t getEnd() const { return (position + 7) / 8; }
  bool isBeyondEnd() const { return position > 8 * data.size(); }

private:
  ByteView data;
  size_t position = 0;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_BITIO_H
