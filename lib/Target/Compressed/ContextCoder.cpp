//===- ContextCoder.cpp - Matrices by what stands beside -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Encoder and decoder run the same model, in integers: docs/Compression.md has
// every constant of it.

#include "ContextCoder.h"

#include "SymbolTable.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::mopt;

/// Cells take no more cases into account.
static constexpr unsigned kMostSeen = 1000;
/// Symbol bits are mixed of contexts by these numbers of earlier bytes.
static constexpr unsigned kFlagInputs = 7, kBitInputs = 5;
/// Rows have contexts of their own up to so many table entries.
static constexpr uint64_t kMostRowCells = uint64_t(1) << 22;

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// 65536 / (1 + exp(-i / 2)) for i from -16 to 16.
static constexpr uint16_t kLogistic[33] = {
    22,    36,    60,    98,    162,   267,   439,   720,   1179,
    1921,  3108,  4971,  7812,  11955, 17625, 24743, 32768, 40793,
    47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097,
    65269, 65374, 65438, 65476, 65500, 65514};

namespace {

/// Probabilities in 65536ths, and their logarithms of odds in 256ths from -2047
/// to 2047.
struct Tables {
  std::array<uint16_t, 4096> squash;
  std::array<int16_t, 4096> stretch;
  /// 65536 / (n + 1.5).
  std::array<uint32_t, kMostSeen + 1> rates;

  Tables() {
    for (unsigned n = 0; n <= kMostSeen; ++n)
      rates[n] = 131072 / (2 * n + 3);
    for (int i = 0; i < 4096; ++i) {
      int low = kLogistic[i >> 7], part = i & 127;
      int high = kLogistic[(i >> 7) + 1];
      squash[i] = static_cast<uint16_t>(low + (((high - low) * part) >> 7));
    }
    int at = 0;
    for (int i = 0; i < 4096; ++i) {
      while (at < 4095 && squash[at] < (i << 4))
        ++at;
      stretch[i] = static_cast<int16_t>(std::clamp(at - 2048, -2047, 2047));
    }
  }

  static const Tables &get() {
    static const Tables tables;
    return tables;
  }
};

/// How often something was so, as a probability that moves by 1 / (n + 1.5).
struct Cell {
  uint16_t probability = 32768;
  uint16_t count = 0;

  void update(bool bit, unsigned limit) {
    int64_t step = (bit ? 65535 : 0) - int64_t(probability);
    probability = static_cast<uint16_t>(
        probability + ((step * Tables::get().rates[count]) >> 16));
    if (count < limit)
      ++count;
  }
};

/// Mixes predictions by weights that belong to a context.
template <unsigned kInputs>
class Mixer {
public:
  explicit Mixer(unsigned contexts) : weights(contexts * kInputs, 0) {
    for (int32_t &weight : weights)
      weight = 65536 / int(kInputs);
  }

  void add(const Cell &cell) {
    inputs[count++] = Tables::get().stretch[cell.probability >> 4];
  }

  /// The probability of a one.
  unsigned mix(unsigned context) {
    selected = &weights[context * kInputs];
    int64_t sum = 0;
    for (unsigned i = 0; i < kInputs; ++i)
      sum += int64_t(inputs[i]) * selected[i];
    int odds = static_cast<int>(std::clamp<int64_t>(sum >> 16, -2047, 2047));
    mixed = Tables::get().squash[odds + 2048];
    return mixed;
  }

  void update(bool bit) {
    int error = ((bit ? 65535 : 0) - static_cast<int>(mixed)) * kRate;
    for (unsigned i = 0; i < kInputs; ++i)
      selected[i] +=
          static_cast<int32_t>((int64_t(inputs[i]) * error + (1 << 17)) >> 18);
    count = 0;
  }

private:
  static constexpr int kRate = 4;
  std::vector<int32_t> weights;
  std::array<int, kInputs> inputs = {};
  int32_t *selected = nullptr;
  unsigned count = 0;
  unsigned mixed = 0;
};

//===----------------------------------------------------------------------===//
// Arithmetic codes
//===----------------------------------------------------------------------===//

/// An interval of 32-bit numbers that narrows with every decision.
class Encoder {
public:
  explicit Encoder(Bytes &out) : out(out) {}

  bool code(bool bit, unsigned probability) {
    uint32_t middle =
        low + static_cast<uint32_t>((uint64_t(high - low) * probability) >> 16);
    (bit ? high : low) = bit ? middle : middle + 1;
    for (; (low ^ high) < 1u << 24; low <<= 8, high = high << 8 | 255)
      out.push_back(static_cast<uint8_t>(high >> 24));
    return bit;
  }

  /// As few bytes as tell the interval: beyond the end all are zero.
  void finish() {
    for (unsigned kept = 0; kept <= 4; ++kept) {
      uint32_t mask = kept == 0 ? 0 : ~uint32_t(0) << (32 - 8 * kept);
      uint32_t value = high & mask;
      if (value < low)
        continue;
      for (unsigned i = 0; i < kept; ++i)
        out.push_back(static_cast<uint8_t>(value >> (24 - 8 * i)));
      return;
    }
  }

private:
  Bytes &out;
  uint32_t low = 0, high = ~uint32_t(0);
};

class Decoder {
public:
  explicit Decoder(ByteView code) : in(code) {
    for (int i = 0; i < 4; ++i)
      value = value << 8 | next();
  }

  bool code(bool, unsigned probability) {
    uint32_t middle =
        low + static_cast<uint32_t>((uint64_t(high - low) * probability) >> 16);
    bool bit = value <= middle;
    (bit ? high : low) = bit ? middle : middle + 1;
    for (; (low ^ high) < 1u << 24; low <<= 8, high = high << 8 | 255)
      value = value << 8 | next();
    return bit;
  }

  /// All that was written was read, and not much more.
  bool isAtEnd() const { return at >= in.size() && at <= in.size() + 4; }

private:
  uint8_t next() {
    size_t index = at++;
    return index < in.size() ? in[index] : 0;
  }

  ByteView in;
  size_t at = 0;
  uint32_t low = 0, high = ~uint32_t(0), value = 0;
};

//===----------------------------------------------------------------------===//
// Model
//===----------------------------------------------------------------------===//

/// What both sides must know before the first decision.
struct Header {
  /// The most frequent byte.
  uint8_t common = 0;
  /// How often it is not that one, in 65536ths, from 1.
  uint16_t others = 0;
  /// Bits of the highest byte.
  uint8_t bits = 0;
  /// Whether `common` is told apart at all.
  bool hasFlags = false;
};

/// The model of a matrix; `Coder` encodes or decodes.
template <typename Coder>
class Model {
public:
  Model(Coder &coder, const Header &header, MatrixShape shape, uint64_t size)
      : coder(coder), header(header), shape(shape),
        rows(llvm::divideCeil(size, shape.columns)),
        drop(header.bits > 5 ? header.bits - 5 : 0), flagMixer(16 * 4),
        bitMixer(size_t(1) << header.bits), columnFlags(shape.columns),
        near(64), history(128), taps(1024), channels(shape.period),
        plain(getNodes(1)), afterRow(getNodes(getClasses())),
        afterColumn(getNodes(getClasses())), afterTap(getNodes(getClasses())),
        above(shape.columns), columnSymbol(shape.columns) {
    hasRowBits = rows <= kMostRowCells >> header.bits;
    rowBits.resize(getNodes(hasRowBits ? rows : 1));
    for (Cell &cell : columnFlags)
      cell = getFirst();
    for (Cell &cell : channels)
      cell = getFirst();
  }

  void run(llvm::MutableArrayRef<uint8_t> data) {
    for (size_t i = 0; i < data.size(); ++i) {
      if (column == shape.columns)
        beginRow();
      data[i] = code(data, i);
      ++column;
      if (++channel == shape.period)
        channel = 0;
    }
  }

private:
  size_t getNodes(size_t contexts) const { return contexts << header.bits; }
  /// Classes of bytes by their highest bits.
  size_t getClasses() const { return size_t(1) << (header.bits - drop); }
  /// The tree of one of the contexts.
  Cell *getTree(std::vector<Cell> &cells, size_t context) const {
    return &cells[context << header.bits];
  }

  /// What is known of a frequency before anything was seen.
  Cell getFirst() const {
    Cell cell;
    cell.probability = header.others;
    cell.count = 2;
    return cell;
  }

  void beginRow() {
    column = channel = 0;
    ++row;
    rowFlags = getFirst();
    recent = 0;
    last = 0;
    aboveLeft = false;
  }

  bool isOther(ByteView data, size_t i, uint64_t back) const {
    return column >= back && data[i - back] != header.common;
  }

  uint8_t code(ByteView data, size_t i) {
    bool other = true;
    if (header.hasFlags)
      other = codeFlag(data, i, data[i] != header.common);
    uint8_t symbol = header.common;
    if (other) {
      symbol = codeSymbol(data, i, data[i]);
      last = symbol;
      columnSymbol[column] = symbol;
    }
    aboveLeft = above[column];
    above[column] = other;
    return symbol;
  }

  bool codeFlag(ByteView data, size_t i, bool flag) {
    const Tables &tables = Tables::get();
    auto getColumn = [&](uint64_t at) {
      return at < shape.columns ? columnFlags[at].probability
                                : columnFlags[column].probability;
    };
    // Columns beside this one, more finely where little happens.
    unsigned beside = (getColumn(column - 1) + getColumn(column + 1)) / 2;
    unsigned odds = (tables.stretch[beside >> 4] + 2048) >> 6;
    unsigned local = recent & 15;
    local |= above[column] ? 16 : 0;
    local |= column + 1 < shape.columns && above[column + 1] ? 32 : 0;
    local |= aboveLeft ? 64 : 0;
    unsigned tap = (isOther(data, i, shape.period) ? 1 : 0) |
                   (isOther(data, i, 2 * shape.period) ? 2 : 0) |
                   (recent & 3) << 2 | (above[column] ? 16 : 0);
    unsigned density = (tables.stretch[rowFlags.probability >> 4] + 2048) >> 7;
    Cell *cells[kFlagInputs] = {&columnFlags[column],
                                &rowFlags,
                                &near[odds],
                                &history[local],
                                &taps[tap << 5 | density],
                                &channels[channel],
                                &plainFlag};
    for (Cell *cell : cells)
      flagMixer.add(*cell);
    unsigned seen = std::min<unsigned>(columnFlags[column].count, 255);
    unsigned context = llvm::Log2_32(seen + 1) << 2 |
                       std::min<unsigned>(3, llvm::popcount(recent & 15u));
    flag = coder.code(flag, flagMixer.mix(context));
    flagMixer.update(flag);
    static constexpr unsigned limits[kFlagInputs] = {
        255, 255, kMostSeen, kMostSeen, kMostSeen, 255, kMostSeen};
    for (auto [cell, limit] : llvm::zip_equal(cells, limits))
      cell->update(flag, limit);
    recent = recent << 1 | flag;
    return flag;
  }

  uint8_t codeSymbol(ByteView data, size_t i, uint8_t symbol) {
    unsigned bits = header.bits;
    unsigned node = 1;
    uint8_t back = column >= shape.period && shape.period < shape.columns
                       ? data[i - shape.period]
                       : 0;
    Cell *trees[kBitInputs] = {
        plain.data(), getTree(afterRow, last >> drop),
        getTree(afterColumn, columnSymbol[column] >> drop),
        getTree(rowBits, hasRowBits ? row : 0),
        getTree(afterTap, back >> drop)};
    for (unsigned bit = bits; bit-- > 0;) {
      for (Cell *tree : trees)
        bitMixer.add(tree[node]);
      bool one = coder.code(symbol >> bit & 1, bitMixer.mix(node));
      bitMixer.update(one);
      for (Cell *tree : trees)
        tree[node].update(one, kMostSeen);
      node = node << 1 | one;
    }
    return static_cast<uint8_t>(node - (1u << bits));
  }

  Coder &coder;
  const Header &header;
  MatrixShape shape;
  uint64_t rows;
  /// Low bits of a byte that are no part of a context.
  unsigned drop;
  Mixer<kFlagInputs> flagMixer;
  Mixer<kBitInputs> bitMixer;
  std::vector<Cell> columnFlags, near, history, taps, channels;
  std::vector<Cell> plain, afterRow, afterColumn, afterTap, rowBits;
  /// Whether every row has a tree of its own.
  bool hasRowBits;
  std::vector<bool> above;
  std::vector<uint8_t> columnSymbol;
  Cell rowFlags = getFirst(), plainFlag = getFirst();
  uint64_t row = 0, column = 0, channel = 0;
  unsigned recent = 0;
  uint8_t last = 0;
  bool aboveLeft = false;
};

} // namespace

static Header makeHeader(const Histogram &histogram, uint64_t size) {
  Header header;
  auto most = std::max_element(histogram.begin(), histogram.end());
  header.common = static_cast<uint8_t>(most - histogram.begin());
  uint64_t others = size - *most;
  // Where few are common, telling them apart is a waste.
  header.hasFlags = 16 * *most > size;
  header.others = static_cast<uint16_t>(std::clamp<uint64_t>(
      (others << 16) / std::max<uint64_t>(size, 1), 16, 65520));
  for (unsigned symbol = 0; symbol < 256; ++symbol)
    if (histogram[symbol])
      header.bits = symbol ? llvm::Log2_32(symbol) + 1 : 0;
  return header;
}

uint64_t mopt::countDecisions(ByteView data) {
  Histogram histogram = countBytes(data);
  Header header = makeHeader(histogram, data.size());
  if (!header.hasFlags)
    return data.size() * header.bits;
  return data.size() + (data.size() - histogram[header.common]) * header.bits;
}

Bytes mopt::encodeContexts(ByteView data, MatrixShape shape) {
  Header header = makeHeader(countBytes(data), data.size());
  Bytes code = {header.common,
                static_cast<uint8_t>(header.bits | (header.hasFlags ? 16 : 0)),
                static_cast<uint8_t>(header.others),
                static_cast<uint8_t>(header.others >> 8)};
  Encoder encoder(code);
  Bytes copy(data);
  Model<Encoder>(encoder, header, shape, data.size()).run(copy);
  encoder.finish();
  return code;
}

bool mopt::decodeContexts(ByteView code, llvm::MutableArrayRef<uint8_t> data,
                          MatrixShape shape) {
  // Bytes that trees are chosen by must have one.
  if (code.size() < 4 || (code[1] & 15) > 8 || code[1] >= 32 ||
      code[0] >> (code[1] & 15) != 0 || shape.columns == 0 ||
      shape.columns > data.size() || shape.period == 0 ||
      shape.period > shape.columns)
    return false;
  Header header;
  header.common = code[0];
  header.bits = code[1] & 15;
  header.hasFlags = code[1] & 16;
  header.others = static_cast<uint16_t>(code[2] | code[3] << 8);
  Decoder decoder(code.drop_front(4));
  llvm::fill(data, 0);
  Model<Decoder>(decoder, header, shape, data.size()).run(data);
  return decoder.isAtEnd();
}
