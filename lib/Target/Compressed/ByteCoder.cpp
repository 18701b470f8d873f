//===- ByteCoder.cpp - Bytes by the code that makes them smallest ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ByteCoder.h"

#include "HuffmanCoder.h"
#include "LzmaCoder.h"
#include "RansCoder.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::mopt;

/// Strings are looked for in so many bytes.
static constexpr size_t kSmall = 1 << 16;

double mopt::estimateBytes(const Histogram &histogram) {
  double total = 0.0;
  int kinds = 0;
  for (uint64_t count : histogram) {
    total += static_cast<double>(count);
    kinds += count != 0;
  }
  if (kinds <= 1)
    return 2.0;
  // Entries of the table take about three bits; options and a state the rest.
  double coded = getEntropyBytes(histogram) * 1.001 + 0.4 * kinds + 10.0;
  return std::min(coded, total + 1.0);
}

/// True for bytes without any distribution, like fractions of floats: strings
/// in them would be a wonder.
static bool isNoise(const Histogram &histogram) {
  double total = 0.0;
  for (uint64_t count : histogram)
    total += static_cast<double>(count);
  return total > 4096.0 && getEntropyBytes(histogram) > 0.98 * total;
}

ByteCode mopt::encodeBytes(Bytes &out, ByteView data, StringSearch search,
                           const Histogram *counted) {
  Histogram histogram = counted ? *counted : countBytes(data);
  auto kinds = llvm::count_if(histogram, [](uint64_t count) { return count; });
  if (kinds == 1) {
    out.push_back(static_cast<uint8_t>(ByteCode::Repeated));
    out.push_back(data[0]);
    return ByteCode::Repeated;
  }
  ByteCode best = ByteCode::Stored;
  Bytes code;
  // Noise is stored: a code of it is read slower for next to nothing.
  size_t size = data.size();
  bool isSmall = size <= kSmall;
  if (!isSmall)
    size -= size / 256;
  auto consider = [&](ByteCode kind, Bytes candidate) {
    // The size of a code takes up to three bytes more.
    if (candidate.empty() || candidate.size() + 3 >= size)
      return;
    best = kind;
    size = candidate.size();
    code = std::move(candidate);
  };
  if (kinds > 1) {
    // The estimate is within some bytes of the code: of many bytes it decides.
    double estimated = estimateBytes(histogram);
    if (estimated <= static_cast<double>(isSmall ? data.size() : size)) {
      consider(ByteCode::Rans, encodeRans(data, histogram));
      // A prefix code is simpler, and few bytes are read as fast: it is taken
      // where it is not larger.
      uint64_t prefix = countHuffmanBytes(histogram);
      if (prefix <= (isSmall ? size : size - size / 256)) {
        Bytes huffman = encodeHuffman(data, histogram);
        if (huffman.size() <= size) {
          size = huffman.size() + 4;
          consider(ByteCode::Huffman, std::move(huffman));
        }
      }
    }
    bool thorough = search == StringSearch::Always;
    if (thorough ||
        (search == StringSearch::Small && isSmall && !isNoise(histogram)))
      consider(ByteCode::Lzma, encodeLzma(data, thorough));
  }
  out.push_back(static_cast<uint8_t>(best));
  if (best == ByteCode::Stored) {
    writeBytes(out, data);
    return best;
  }
  writeVarint(out, code.size());
  writeBytes(out, code);
  return best;
}

/// The bytes of a code that is none of the whole: Huffman, rANS or LZMA.
static bool decodeCode(ByteCode kind, ByteReader &in, MutableBytes data) {
  if (kind != ByteCode::Huffman && kind != ByteCode::Rans &&
      kind != ByteCode::Lzma)
    return false;
  ByteView code = in.readBytes(in.readVarint());
  if (in.failed())
    return false;
  if (kind == ByteCode::Huffman)
    return decodeHuffman(code, data);
  if (kind == ByteCode::Rans)
    return decodeRans(code, data);
  return decodeLzma(code, data);
}

bool mopt::decodeBytes(ByteReader &in, MutableBytes data) {
  auto kind = static_cast<ByteCode>(in.readByte());
  switch (kind) {
  case ByteCode::Stored: {
    ByteView bytes = in.readBytes(data.size());
    if (in.failed())
      return false;
    llvm::copy(bytes, data.begin());
    return true;
  }
  case ByteCode::Repeated:
    llvm::fill(data, in.readByte());
    return !in.failed();
  default:
    return decodeCode(kind, in, data);
  }
}

std::optional<ByteView> mopt::viewBytes(ByteReader &in, size_t size,
                                        std::optional<Buffer> &storage) {
  ByteReader ahead = in;
  if (static_cast<ByteCode>(ahead.readByte()) == ByteCode::Stored) {
    ByteView bytes = ahead.readBytes(size);
    if (ahead.failed())
      return std::nullopt;
    in = ahead;
    return bytes;
  }
  storage.emplace(size);
  if (!decodeBytes(in, *storage))
    return std::nullopt;
  return ByteView(*storage);
}
