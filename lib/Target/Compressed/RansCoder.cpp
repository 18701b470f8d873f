//===- RansCoder.cpp - Range variant of asymmetric numeral systems --------===//
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
#include "TensorForms.h"

#include "mopt/Target/Compressed/CodedBytes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

using namespace mlir;
using namespace mlir::mopt;
using llvm::support::endian::read16le;
using llvm::support::endian::read32le;
using llvm::support::endian::write16le;

/// States lie in [2^16, 2^32) between symbols.
static constexpr uint32_t kLow = 1u << 16;
static constexpr unsigned kLanes = 8;
static constexpr unsigned kMinBits = 8, kMaxBits = 14;
/// Fewer symbols have one state: each costs 4 bytes.
static constexpr size_t kManySymbols = 4096;
/// Tables of a scale of so many bits fit the nearest cache: half as many bytes
/// again are read in the same time. Many bytes have it if it costs no more than
/// this.
static constexpr unsigned kFastBits = 12;
static constexpr size_t kManyBytes = 1 << 20;
static constexpr double kFastWorth = 1.003;

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

/// The table of `histogram` for a scale of 2^bits.
static SymbolTable getTable(const Histogram &histogram, unsigned bits,
                            double total) {
  SymbolTable table = {};
  double factor = double(1u << bits) / total;
  for (unsigned symbol = 0; symbol < 256; ++symbol)
    if (histogram[symbol])
      table[symbol] = getEntry(static_cast<double>(histogram[symbol]) * factor);
  return table;
}

/// Bits that bytes of `histogram` take in `ranges`.
static double countBits(const Histogram &histogram, const Ranges &ranges,
                        unsigned bits) {
  double sum = 0.0;
  for (unsigned symbol = 0; symbol < 256; ++symbol)
    if (histogram[symbol])
      sum += static_cast<double>(histogram[symbol]) *
             (bits - std::log2(static_cast<double>(ranges[symbol].size)));
  return sum;
}

namespace {

/// How a state takes a symbol: x becomes 2^bits floor(x / size) + start +
/// x mod size, that is x + bias + floor(x / size) gap.
struct Step {
  /// A division of numbers of 32 bits is a product with 2^64 / size (D. Lemire,
  /// O. Kaser, N. Kurz, Faster remainder by direct computation, 2019).
  uint64_t inverse = 0;
  /// States above this one lose 16 bits first.
  uint32_t limit = 0;
  uint32_t bias = 0, gap = 0;

  Step() = default;
  Step(Range range, unsigned bits)
      : limit(static_cast<uint32_t>((uint64_t(range.size) << (32 - bits)) - 1)),
        bias(range.start), gap((1u << bits) - range.size) {
    inverse = ~uint64_t(0) / range.size + 1;
    if (range.size > 1)
      return;
    // 2^64 itself does not fit; this is one less, and so is the quotient.
    inverse = ~uint64_t(0);
    bias += 1u << bits;
    bias -= 1;
  }

  void apply(uint32_t &state, uint16_t *&word) const {
    bool isFull = state > limit;
    word[-1] = static_cast<uint16_t>(state);
    word -= isFull;
    state >>= isFull ? 16 : 0;
    auto quotient = static_cast<uint32_t>(
        static_cast<unsigned __int128>(inverse) * state >> 64);
    state += bias + quotient * gap;
  }
};

/// Words that are written from the end of a buffer on, which grows where it has
/// to.
class WordBuffer {
public:
  explicit WordBuffer(size_t capacity)
      : capacity(capacity), words(new uint16_t[capacity]),
        next(words.get() + capacity) {}

  /// Where to write up to `count` words, which `setNext` tells of.
  uint16_t *reserve(size_t count) {
    size_t used = size();
    if (capacity - used < count) {
      WordBuffer larger(2 * capacity + count);
      larger.next -= used;
      std::copy_n(next, used, larger.next);
      *this = std::move(larger);
    }
    return next;
  }
  void setNext(uint16_t *word) { next = word; }

  size_t size() const { return words.get() + capacity - next; }
  const uint16_t *begin() const { return next; }

private:
  size_t capacity;
  std::unique_ptr<uint16_t[]> words;
  uint16_t *next;
};

} // namespace

namespace {
struct Scale {
  unsigned bits;
  SymbolTable table;
  Ranges ranges = {};
  /// Bits of a code.
  double cost;

  Scale(const Histogram &histogram, unsigned bits, double total)
      : bits(bits), table(getTable(histogram, bits, total)) {
    bool isPossible = scale(table, bits, ranges);
    assert(isPossible && "some symbol occurs, and there is room for 256");
    (void)isPossible;
    cost = countBits(histogram, ranges, bits);
  }
};
} // namespace

static Scale chooseScale(const Histogram &histogram, size_t size,
                         unsigned mostBits) {
  auto total = static_cast<double>(size);
  unsigned bits =
      std::clamp<unsigned>(llvm::Log2_64_Ceil(size) + 1, kMinBits, mostBits);
  Scale best(histogram, bits, total);
  if (size < kManyBytes || bits <= kFastBits)
    return best;
  Scale fast(histogram, kFastBits, total);
  return fast.cost <= best.cost * kFastWorth ? fast : best;
}

Bytes mopt::encodeRans(ByteView data, const Histogram &histogram,
                       unsigned mostBits) {
  bool isInterleaved = data.size() >= kManySymbols;
  unsigned lanes = isInterleaved ? kLanes : 1;
  Scale scale = chooseScale(histogram, data.size(), mostBits);
  Bytes code = {
      static_cast<uint8_t>(scale.bits | (isInterleaved ? kInterleaved : 0))};
  BitWriter writer(code);
  writeSymbolTable(writer, scale.table);
  writer.finish();

  std::array<Step, 256> steps;
  for (unsigned symbol = 0; symbol < 256; ++symbol)
    if (scale.ranges[symbol].size)
      steps[symbol] = Step(scale.ranges[symbol], scale.bits);

  // Backwards, so that the decoder goes forwards.
  std::array<uint32_t, kLanes> states;
  states.fill(kLow);
  WordBuffer words(static_cast<size_t>(scale.cost / 16.0 * 1.01) + 64);
  size_t i = data.size();
  auto encodeOne = [&] {
    --i;
    uint16_t *word = words.reserve(1);
    steps[data[i]].apply(states[i % lanes], word);
    words.setNext(word);
  };
  if (isInterleaved) {
    while (i % kLanes)
      encodeOne();
    std::array<uint32_t, kLanes> local = states;
    for (; i != 0; i -= kLanes) {
      uint16_t *word = words.reserve(kLanes);
      for (unsigned lane = kLanes; lane-- > 0;)
        steps[data[i - kLanes + lane]].apply(local[lane], word);
      words.setNext(word);
    }
    states = local;
  }
  while (i != 0)
    encodeOne();

  for (unsigned lane = 0; lane < lanes; ++lane)
    for (unsigned shift = 0; shift < 32; shift += 8)
      code.push_back(static_cast<uint8_t>(states[lane] >> shift));
  size_t end = code.size();
  code.resize(end + 2 * words.size());
  for (size_t j = 0; j < words.size(); ++j)
    write16le(&code[end + 2 * j], words.begin()[j]);
  return code;
}

//===----------------------------------------------------------------------===//
// Decoder
//===----------------------------------------------------------------------===//

namespace {

/// One step of one state of a scale of 2^kBits. Everything is found by the
/// slot: going by the symbol would be one look-up after another.
template <unsigned kBits>
class Decoder {
public:
  explicit Decoder(const Ranges &ranges) {
    for (unsigned symbol = 0; symbol < 256; ++symbol)
      for (uint32_t i = 0; i < ranges[symbol].size; ++i) {
        uint32_t slot = ranges[symbol].start + i;
        symbols[slot] = static_cast<uint8_t>(symbol);
        sizes[slot] = static_cast<uint16_t>(ranges[symbol].size);
        offsets[slot] = static_cast<uint16_t>(i);
      }
  }

  uint8_t advance(uint32_t &state) const {
    uint32_t slot = state % kSlots;
    state = sizes[slot] * (state / kSlots) + offsets[slot];
    return symbols[slot];
  }

private:
  static constexpr uint32_t kSlots = 1u << kBits;
  std::array<uint16_t, kSlots> sizes, offsets;
  std::array<uint8_t, kSlots> symbols;
};

} // namespace

template <unsigned kBits>
static bool decode(const Ranges &ranges, ByteView code, unsigned lanes,
                   llvm::MutableArrayRef<uint8_t> data) {
  if (code.size() < 4 * lanes)
    return false;
  Decoder<kBits> decoder(ranges);
  std::array<uint32_t, kLanes> states = {};
  for (unsigned lane = 0; lane < lanes; ++lane)
    states[lane] = read32le(code.data() + 4 * lane);
  code = code.drop_front(4 * lanes);

  size_t i = 0;
  if (lanes == kLanes) {
    // In registers, as long as there is a word for every state.
    std::array<uint32_t, kLanes> local = states;
    const uint8_t *words = code.data();
    uint8_t *out = data.data();
    size_t used = 0, available = code.size() / 2;
    for (; i + kLanes <= data.size() && available - used >= kLanes; i += kLanes)
      for (unsigned lane = 0; lane < kLanes; ++lane) {
        uint32_t state = local[lane];
        out[i + lane] = decoder.advance(state);
        uint32_t next = (state << 16) | read16le(words + 2 * used);
        bool isLow = state < kLow;
        local[lane] = isLow ? next : state;
        used += isLow;
      }
    states = local;
    code = code.drop_front(2 * used);
  }
  for (; i < data.size(); ++i) {
    uint32_t &state = states[i % lanes];
    data[i] = decoder.advance(state);
    if (state >= kLow)
      continue;
    if (code.size() < 2)
      return false;
    state = (state << 16) | read16le(code.data());
    code = code.drop_front(2);
  }
  // The encoder began with these states and no words.
  return code.empty() && std::all_of(states.begin(), states.begin() + lanes,
                                     [](uint32_t s) { return s == kLow; });
}

bool mopt::decodeRans(ByteView code, llvm::MutableArrayRef<uint8_t> data) {
  if (code.empty())
    return false;
  unsigned bits = code[0] & (kInterleaved - 1);
  unsigned lanes = code[0] & kInterleaved ? kLanes : 1;
  if (code[0] >= 2 * kInterleaved || bits < kMinBits || bits > kMaxBits)
    return false;
  code = code.drop_front();
  BitReader reader(code);
  SymbolTable table;
  Ranges ranges = {};
  if (!readSymbolTable(reader, table) || !scale(table, bits, ranges))
    return false;
  code = code.drop_front(reader.getEnd());
  switch (bits) {
  case 8:
    return decode<8>(ranges, code, lanes, data);
  case 9:
    return decode<9>(ranges, code, lanes, data);
  case 10:
    return decode<10>(ranges, code, lanes, data);
  case 11:
    return decode<11>(ranges, code, lanes, data);
  case 12:
    return decode<12>(ranges, code, lanes, data);
  case 13:
    return decode<13>(ranges, code, lanes, data);
  default:
    return decode<14>(ranges, code, lanes, data);
  }
}

std::vector<Bytes> mopt::encodePlanesForCode(ByteView bytes,
                                             unsigned elementSize) {
  std::vector<Bytes> planes = takePlanes(bytes, elementSize, /*rotated=*/false);
  for (Bytes &plane : planes) {
    if (plane.empty())
      continue;
    Bytes code = encodeRans(plane, countBytes(plane), kFastBits);
    if (code.size() < plane.size())
      plane = std::move(code);
  }
  return planes;
}
