//===- RansCoder.cpp - Range variant of asymmetric numeral systems -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A code is: a byte of options, the table of frequencies, the last states of
// the encoder, which are the first ones of the decoder, and words of 16 bits.
//
// Frequencies are small floating-point numbers in the table, three bits after
// the leading one: that misses the exact ones by some 3 %, which costs 0.05 %
// of the code, and needs a third of the bits. Both sides scale them to a power
// of two.

#include "RansCoder.h"

#include "llvm/Support/Endian.h"

#include <algorithm>
#include <vector>

using namespace mlir;
using namespace mlir::mopt;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;

/// States lie in [2^16, 2^32) between symbols.
static constexpr uint32_t kLow = 1u << 16;
static constexpr unsigned kLanes = 8;
static constexpr unsigned kMinBits = 8, kMaxBits = 14;
/// Fewer symbols have one state: each costs 4 bytes.
static constexpr size_t kManySymbols = 4096;

/// Option byte: bits of the scale, and whether there are many states.
static constexpr uint8_t kInterleaved = 16;

namespace {
struct Range {
  uint32_t start = 0, size = 0;
};
using Ranges = std::array<Range, 256>;
} // namespace

//===----------------------------------------------------------------------===//
// Frequencies
//===----------------------------------------------------------------------===//

/// The number that a table entry stands for: 0 nothing, then 1 to 16, 18, 20,
/// ...
static uint32_t getWeight(unsigned entry) {
  if (entry <= 8)
    return entry;
  unsigned exponent = (entry - 8) / 8;
  return (8 + (entry - 8) % 8) << exponent;
}

/// The entry whose number is closest to `frequency`, not 0.
static uint8_t getEntry(double frequency) {
  unsigned entry = 1;
  while (entry < 127 && getWeight(entry + 1) <= frequency)
    ++entry;
  if (entry < 127 &&
      frequency - getWeight(entry) > getWeight(entry + 1) - frequency)
    ++entry;
  return static_cast<uint8_t>(entry);
}

/// Ranges in proportion to the weights of `table`, 2^bits in all; false where
/// there is none.
static bool scale(const SymbolTable &table, unsigned bits, Ranges &ranges) {
  uint64_t sum = 0;
  for (uint8_t entry : table)
    sum += getWeight(entry);
  uint32_t total = 1u << bits;
  if (sum == 0)
    return false;
  int64_t rest = total;
  for (unsigned symbol = 0; symbol < 256; ++symbol) {
    if (table[symbol] == 0)
      continue;
    uint64_t size = uint64_t(getWeight(table[symbol])) * total / sum;
    ranges[symbol].size = static_cast<uint32_t>(std::max<uint64_t>(size, 1));
    rest -= ranges[symbol].size;
  }
  // What rounding left over, or took too much, falls to the largest.
  while (rest != 0) {
    Range &largest = *std::max_element(
        ranges.begin(), ranges.end(),
        [](const Range &a, const Range &b) { return a.size < b.size; });
    int64_t change = rest;
    if (rest < 0) {
      change = std::max(rest, -static_cast<int64_t>(largest.size / 2));
      if (change == 0)
        return false;
    }
    largest.size = static_cast<uint32_t>(largest.size + change);
    rest -= change;
  }
  uint32_t start = 0;
  for (Range &range : ranges) {
    range.start = start;
    start += range.size;
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Encoder
//===----------------------------------------------------------------------===//

Bytes mopt::encodeRans(ByteView data, const Histogram &histogram) {
  unsigned bits = llvm::Log2_64_Ceil(data.size()) + 1;
  bits = std::clamp(bits, kMinBits, kMaxBits);
  bool isInterleaved = data.size() >= kManySymbols;
  unsigned lanes = isInterleaved ? kLanes : 1;

  SymbolTable table = {};
  double factor = double(1u << bits) / static_cast<double>(data.size());
  for (unsigned symbol = 0; symbol < 256; ++symbol)
    if (histogram[symbol])
      table[symbol] = getEntry(static_cast<double>(histogram[symbol]) * factor);
  Ranges ranges = {};
  bool isPossible = scale(table, bits, ranges);
  assert(isPossible && "some symbol occurs, and there is room for 256");
  (void)isPossible;

  Bytes code = {
      static_cast<uint8_t>(bits | (isInterleaved ? kInterleaved : 0))};
  BitWriter writer(code);
  writeSymbolTable(writer, table);
  writer.finish();

  // A division of numbers of 32 bits is a product with 2^64 / size (D. Lemire,
  // O. Kaser, N. Kurz, Faster remainder by direct computation, 2019).
  std::array<uint64_t, 256> inverses;
  for (unsigned symbol = 0; symbol < 256; ++symbol)
    if (uint32_t size = ranges[symbol].size)
      inverses[symbol] = ~uint64_t(0) / size + 1;

  // Backwards, so that the decoder goes forwards.
  std::array<uint32_t, kLanes> states;
  states.fill(kLow);
  // No more words than elements, each of which writes one or leaves its place.
  std::vector<uint16_t> words(data.size() + 1);
  size_t wordCount = 0;
  for (size_t i = data.size(); i-- > 0;) {
    // A power of two.
    uint32_t &state = states[i & (lanes - 1)];
    const Range &range = ranges[data[i]];
    bool isFull =
        state >= uint64_t(kLow >> bits) * (uint64_t(range.size) << 16);
    words[wordCount] = static_cast<uint16_t>(state);
    wordCount += isFull;
    state >>= isFull ? 16 : 0;
    // 2^64 itself does not fit.
    uint32_t quotient = state;
    if (range.size > 1)
      quotient = static_cast<uint32_t>(
          static_cast<unsigned __int128>(inverses[data[i]]) * state >> 64);
    state = (quotient << bits) + range.start + state - quotient * range.size;
  }
  words.resize(wordCount);
  for (unsigned lane = 0; lane < lanes; ++lane)
    for (unsigned shift = 0; shift < 32; shift += 8)
      code.push_back(static_cast<uint8_t>(states[lane] >> shift));
  code.reserve(code.size() + 2 * words.size());
  for (size_t i = words.size(); i-- > 0;) {
    code.push_back(static_cast<uint8_t>(words[i]));
    code.push_back(static_cast<uint8_t>(words[i] >> 8));
  }
  return code;
}

//===----------------------------------------------------------------------===//
// Decoder
//===----------------------------------------------------------------------===//

namespace {

/// One step of one state.
struct Decoder {
  unsigned bits;
  std::vector<uint8_t> symbols;
  Ranges ranges = {};

  uint8_t advance(uint32_t &state) const {
    uint32_t slot = state & ((1u << bits) - 1);
    uint8_t symbol = symbols[slot];
    const Range &range = ranges[symbol];
    state = range.size * (state >> bits) + slot - range.start;
    return symbol;
  }
};

} // namespace

bool mopt::decodeRans(ByteView code, llvm::MutableArrayRef<uint8_t> data) {
  if (code.empty())
    return false;
  Decoder decoder;
  decoder.bits = code[0] & (kInterleaved - 1);
  unsigned lanes = code[0] & kInterleaved ? kLanes : 1;
  if (code[0] >= 2 * kInterleaved || decoder.bits < kMinBits ||
      decoder.bits > kMaxBits)
    return false;
  code = code.drop_front();
  BitReader reader(code);
  SymbolTable table;
  if (!readSymbolTable(reader, table) ||
      !scale(table, decoder.bits, decoder.ranges))
    return false;
  decoder.symbols.resize(size_t(1) << decoder.bits);
  for (unsigned symbol = 0; symbol < 256; ++symbol) {
    const Range &range = decoder.ranges[symbol];
    std::fill_n(decoder.symbols.begin() + range.start, range.size,
                static_cast<uint8_t>(symbol));
  }
  code = code.drop_front(reader.getEnd());
  if (code.size() < 4 * lanes)
    return false;
  std::array<uint32_t, kLanes> states;
  for (unsigned lane = 0; lane < lanes; ++lane)
    states[lane] = read32le(code.data() + 4 * lane);
  code = code.drop_front(4 * lanes);

  const uint8_t *word = code.begin(), *end = code.end();
  size_t i = 0;
  if (lanes == kLanes) {
    // As long as there is a word for every state.
    for (; i + kLanes <= data.size() && end - word >= 2 * int(kLanes);
         i += kLanes)
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        uint32_t &state = states[lane];
        data[i + lane] = decoder.advance(state);
        uint32_t next = (state << 16) | read16le(word);
        bool isLow = state < kLow;
        state = isLow ? next : state;
        word += isLow ? 2 : 0;
      }
  }
  for (; i < data.size(); ++i) {
    uint32_t &state = states[i % lanes];
    data[i] = decoder.advance(state);
    if (state >= kLow)
      continue;
    if (end - word < 2)
      return false;
    state = (state << 16) | read16le(word);
    word += 2;
  }
  // The encoder began with these states and no words.
  return word == end && std::all_of(states.begin(), states.begin() + lanes,
                                    [](uint32_t s) { return s == kLow; });
}
