//===- HuffmanCoder.cpp - Canonical Huffman codes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HuffmanCoder.h"

#include <algorithm>
#include <queue>

using namespace mlir;
using namespace mlir::mopt;

static constexpr unsigned kMaxLength = 12;

/// Lengths of an optimal code, cut to what a table holds.
static SymbolTable getLengths(const Histogram &histogram) {
  struct Node {
    uint64_t count;
    int index;
    bool operator>(const Node &other) const {
      return std::tie(count, index) > std::tie(other.count, other.index);
    }
  };
  std::priority_queue<Node, std::vector<Node>, std::greater<Node>> queue;
  std::vector<int> parents(512, -1);
  for (int symbol = 0; symbol < 256; ++symbol)
    if (histogram[symbol])
      queue.push({histogram[symbol], symbol});
  int next = 256;
  while (queue.size() > 1) {
    Node first = queue.top();
    queue.pop();
    Node second = queue.top();
    queue.pop();
    parents[first.index] = parents[second.index] = next;
    queue.push({first.count + second.count, next++});
  }
  SymbolTable lengths = {};
  uint32_t used = 0;
  for (int symbol = 0; symbol < 256; ++symbol) {
    if (!histogram[symbol])
      continue;
    unsigned length = 0;
    for (int node = symbol; parents[node] >= 0; node = parents[node])
      ++length;
    length = std::min(length, kMaxLength);
    lengths[symbol] = static_cast<uint8_t>(length);
    used += 1u << (kMaxLength - length);
  }
  // Shortened codes took room from others: the rarest that can are lengthened.
  while (used > 1u << kMaxLength) {
    int rarest = -1;
    for (int symbol = 0; symbol < 256; ++symbol)
      if (lengths[symbol] && lengths[symbol] < kMaxLength &&
          (rarest < 0 || lengths[symbol] > lengths[rarest] ||
           (lengths[symbol] == lengths[rarest] &&
            histogram[symbol] < histogram[rarest])))
        rarest = symbol;
    used -= 1u << (kMaxLength - lengths[rarest] - 1);
    ++lengths[rarest];
  }
  return lengths;
}

namespace {
struct Code {
  uint16_t bits = 0;
  uint8_t length = 0;
};
} // namespace

/// The codes of `lengths`, the first bit lowest; false where they are too many.
static bool getCodes(const SymbolTable &lengths, std::array<Code, 256> &codes) {
  uint32_t code = 0;
  for (unsigned length = 1; length <= kMaxLength; ++length) {
    for (unsigned symbol = 0; symbol < 256; ++symbol) {
      if (lengths[symbol] > kMaxLength)
        return false;
      if (lengths[symbol] != length)
        continue;
      if (code >> length)
        return false;
      uint16_t reversed = 0;
      for (unsigned bit = 0; bit < length; ++bit)
        if (code >> bit & 1)
          reversed |= 1u << (length - 1 - bit);
      codes[symbol] = {reversed, static_cast<uint8_t>(length)};
      ++code;
    }
    code <<= 1;
  }
  return true;
}

uint64_t mopt::countHuffmanBytes(const Histogram &histogram) {
  SymbolTable lengths = getLengths(histogram);
  uint64_t bits = 0;
  for (unsigned symbol = 0; symbol < 256; ++symbol)
    bits += histogram[symbol] * lengths[symbol];
  return bits / 8;
}

Bytes mopt::encodeHuffman(ByteView data, const Histogram &histogram) {
  SymbolTable lengths = getLengths(histogram);
  std::array<Code, 256> codes;
  bool isPossible = getCodes(lengths, codes);
  assert(isPossible && "lengths satisfy Kraft's inequality");
  (void)isPossible;
  Bytes out;
  BitWriter writer(out);
  writeSymbolTable(writer, lengths);
  for (uint8_t symbol : data)
    writer.write(codes[symbol].bits, codes[symbol].length);
  writer.finish();
  return out;
}

bool mopt::decodeHuffman(ByteView code, llvm::MutableArrayRef<uint8_t> data) {
  BitReader reader(code);
  SymbolTable lengths;
  std::array<Code, 256> codes;
  if (!readSymbolTable(reader, lengths) || !getCodes(lengths, codes))
    return false;
  struct Entry {
    uint8_t symbol, length;
  };
  std::vector<Entry> table(size_t(1) << kMaxLength, Entry{0, 0});
  for (unsigned symbol = 0; symbol < 256; ++symbol) {
    const Code &entry = codes[symbol];
    if (entry.length)
      for (size_t i = entry.bits; i < table.size();
           i += size_t(1) << entry.length)
        table[i] = {static_cast<uint8_t>(symbol), entry.length};
  }
  constexpr unsigned kMask = (1u << kMaxLength) - 1;
  size_t i = 0;
  // Four codes fit what is read at once.
  for (; i + 4 <= data.size(); i += 4) {
    uint64_t word = reader.peek();
    unsigned total = 0;
    for (unsigned j = 0; j < 4; ++j) {
      Entry entry = table[word >> total & kMask];
      if (entry.length == 0)
        return false;
      data[i + j] = entry.symbol;
      total += entry.length;
    }
    reader.skip(total);
  }
  for (; i < data.size(); ++i) {
    Entry entry = table[reader.peek() & kMask];
    if (entry.length == 0)
      return false;
    data[i] = entry.symbol;
    reader.skip(entry.length);
  }
  return !reader.isBeyondEnd() && reader.getEnd() == code.size();
}
