//===- ByteCoder.h - Bytes by the code that makes them smallest -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_COMPRESSED_BYTECODER_H
#define MOPT_LIB_TARGET_COMPRESSED_BYTECODER_H

#include "SymbolTable.h"

#include <optional>

namespace mlir::mopt {

/// How a run of bytes is coded. The numbers are those of the format.
enum class ByteCode : uint8_t {
  Stored = 0,
  Repeated = 1,
  Huffman = 2,
  Rans = 3,
  Lzma = 4
};

/// Whether repetitions of strings are looked for: that takes long.
enum class StringSearch { None, Small, Always };

/// Appends `data` in the smallest code: its number, the size of what follows
/// unless that is known, and the code. Returns which one it is. `counted` is
/// how often bytes occur, if that is known.
ByteCode encodeBytes(Bytes &out, ByteView data,
                     StringSearch search = StringSearch::Small,
                     const Histogram *counted = nullptr);

/// About the bytes that encodeBytes takes for bytes of this distribution.
double estimateBytes(const Histogram &histogram);

/// Fills `data`; false where what `in` reads is damaged.
bool decodeBytes(ByteReader &in, MutableBytes data);

/// The next `size` bytes: where they are stored in the file, or in `storage`;
/// none where what `in` reads is damaged.
std::optional<ByteView> viewBytes(ByteReader &in, size_t size,
                                  std::optional<Buffer> &storage);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_COMPRESSED_BYTECODER_H
