//===- TensorForms.cpp - Weights in other orders -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorForms.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <tuple>

using namespace mlir;
using namespace mlir::mopt;

template <typename T>
static T load(ByteView data, size_t index) {
  T value;
  std::memcpy(&value, data.data() + index * sizeof(T), sizeof(T));
  return value;
}

template <typename T>
static void store(MutableBytes data, size_t index, T value) {
  std::memcpy(data.data() + index * sizeof(T), &value, sizeof(T));
}

template <typename T>
static T rotate(T value, unsigned left) {
  constexpr unsigned bits = 8 * sizeof(T);
  return static_cast<T>(value << left | value >> (bits - left));
}

//===----------------------------------------------------------------------===//
// Planes
//===----------------------------------------------------------------------===//

std::vector<Bytes> mopt::takePlanes(ByteView data, unsigned elementSize,
                                    bool rotated) {
  size_t count = data.size() / elementSize;
  std::vector<Bytes> planes(elementSize, Bytes(count));
  visitElementType(elementSize, [&](auto zero) {
    using T = decltype(zero);
    for (size_t i = 0; i < count; ++i) {
      T value = load<T>(data, i);
      if (rotated)
        value = rotate(value, 1);
      for (unsigned plane = 0; plane < sizeof(T); ++plane)
        planes[plane][i] = static_cast<uint8_t>(value >> (8 * plane));
    }
  });
  return planes;
}

void mopt::joinPlanes(MutableBytes data, llvm::ArrayRef<ByteView> planes,
                      bool rotated) {
  visitElementType(planes.size(), [&](auto zero) {
    using T = decltype(zero);
    std::array<const uint8_t *, sizeof(T)> from;
    for (unsigned plane = 0; plane < sizeof(T); ++plane)
      from[plane] = planes[plane].data();
    for (size_t i = 0; i < planes[0].size(); ++i) {
      T value = 0;
      for (unsigned plane = 0; plane < sizeof(T); ++plane)
        value = static_cast<T>(value | T(from[plane][i]) << (8 * plane));
      store(data, i, rotated ? rotate(value, 8 * sizeof(T) - 1) : value);
    }
  });
}

std::vector<Histogram> mopt::countPlanes(ByteView data, unsigned elementSize,
                                         bool rotated) {
  if (elementSize == 1)
    return {countBytes(data)};
  std::vector<Histogram> histograms(elementSize, Histogram{});
  visitElementType(elementSize, [&](auto zero) {
    using T = decltype(zero);
    for (size_t i = 0; i < data.size() / sizeof(T); ++i) {
      T value = load<T>(data, i);
      if (rotated)
        value = rotate(value, 1);
      for (unsigned plane = 0; plane < sizeof(T); ++plane)
        ++histograms[plane][static_cast<uint8_t>(value >> (8 * plane))];
    }
  });
  return histograms;
}

//===----------------------------------------------------------------------===//
// Palettes
//===----------------------------------------------------------------------===//

namespace {

/// Numbers different elements in the order in which they come.
template <typename T>
class ColorTable {
public:
  /// The number of `value`; -1 where it is one more than `most` different ones.
  int find(T value, size_t most) {
    size_t slot = static_cast<size_t>(
        (static_cast<uint64_t>(value) * 0x9e3779b97f4a7c15) >>
        (64 - kSlotBits));
    for (; numbers[slot] != 0; slot = (slot + 1) % kSlots)
      if (keys[slot] == value)
        return numbers[slot] - 1;
    if (colors.size() == most)
      return -1;
    keys[slot] = value;
    colors.push_back(value);
    numbers[slot] = static_cast<uint16_t>(colors.size());
    return numbers[slot] - 1;
  }

  /// Sorts the colors by their bits; returns the place of each number.
  std::array<uint8_t, 256> sort() {
    std::vector<uint8_t> order(colors.size());
    std::iota(order.begin(), order.end(), 0);
    llvm::sort(order,
               [&](uint8_t a, uint8_t b) { return colors[a] < colors[b]; });
    std::array<uint8_t, 256> places = {};
    for (auto [place, number] : llvm::enumerate(order))
      places[number] = static_cast<uint8_t>(place);
    llvm::sort(colors);
    return places;
  }

  llvm::ArrayRef<T> getColors() const { return colors; }

private:
  /// At most a quarter of the slots is taken.
  static constexpr unsigned kSlotBits = 10;
  static constexpr size_t kSlots = size_t(1) << kSlotBits;

  std::array<T, kSlots> keys;
  /// The number of the key plus 1; 0: free.
  std::array<uint16_t, kSlots> numbers = {};
  std::vector<T> colors;
};

} // namespace

template <typename T>
static void append(Bytes &bytes, llvm::ArrayRef<T> values) {
  size_t end = bytes.size();
  bytes.resize(end + values.size() * sizeof(T));
  if (!values.empty())
    std::memcpy(bytes.data() + end, values.data(), values.size() * sizeof(T));
}

std::optional<Palette> mopt::findPalette(ByteView data, unsigned elementSize) {
  return visitElementType(elementSize,
                          [&](auto zero) -> std::optional<Palette> {
                            using T = decltype(zero);
                            size_t count = data.size() / sizeof(T);
                            ColorTable<T> table;
                            Palette palette;
                            palette.indices.resize(count);
                            for (size_t i = 0; i < count; ++i) {
                              int number = table.find(load<T>(data, i), 256);
                              if (number < 0)
                                return std::nullopt;
                              palette.indices[i] = static_cast<uint8_t>(number);
                            }
                            std::array<uint8_t, 256> places = table.sort();
                            for (uint8_t &index : palette.indices)
                              index = places[index];
                            append(palette.colors, table.getColors());
                            return palette;
                          });
}

/// A channel with more colors for its elements has no palette.
static constexpr size_t kElementsPerColor = 2;

std::optional<ChannelPalettes>
mopt::findChannelPalettes(ByteView data, const TensorLayout &layout) {
  return visitElementType(
      layout.elementSize, [&](auto zero) -> std::optional<ChannelPalettes> {
        using T = decltype(zero);
        size_t count = data.size() / sizeof(T);
        size_t elements = count / layout.channels;
        size_t most = std::min<size_t>(256, elements / kElementsPerColor);
        ChannelPalettes palettes;
        palettes.indices.resize(count);
        for (size_t channel = 0; channel < layout.channels; ++channel) {
          auto forEach = [&](auto visit) {
            for (size_t run = channel * layout.inner; run < count;
                 run += layout.channels * layout.inner)
              for (size_t i = run; i < run + layout.inner; ++i)
                if (!visit(i))
                  return false;
            return true;
          };
          ColorTable<T> table;
          bool isFew = forEach([&](size_t i) {
            int number = table.find(load<T>(data, i), most);
            palettes.indices[i] = static_cast<uint8_t>(number);
            return number >= 0;
          });
          if (!isFew)
            return std::nullopt;
          // Zeros have one index in all channels, so that they can be left out.
          std::array<uint8_t, 256> places = table.sort();
          forEach([&](size_t i) {
            palettes.indices[i] = places[palettes.indices[i]];
            return true;
          });
          palettes.sizes.push_back(
              static_cast<uint8_t>(table.getColors().size() - 1));
          append(palettes.colors, table.getColors());
        }
        return palettes;
      });
}

bool mopt::applyChannelPalettes(MutableBytes data, unsigned elementSize,
                                const ChannelPalettes &palettes,
                                uint64_t inner) {
  return visitElementType(elementSize, [&](auto zero) {
    using T = decltype(zero);
    std::vector<size_t> first(palettes.sizes.size());
    for (size_t channel = 1; channel < first.size(); ++channel)
      first[channel] = first[channel - 1] + palettes.sizes[channel - 1] + 1;
    size_t channel = 0;
    for (size_t at = 0; at < palettes.indices.size(); at += inner) {
      for (size_t i = at; i < at + inner; ++i) {
        if (palettes.indices[i] > palettes.sizes[channel])
          return false;
        store(data, i,
              load<T>(palettes.colors, first[channel] + palettes.indices[i]));
      }
      channel = channel + 1 == first.size() ? 0 : channel + 1;
    }
    return true;
  });
}

//===----------------------------------------------------------------------===//
// Zeros
//===----------------------------------------------------------------------===//

uint64_t mopt::countZeroElements(ByteView data, unsigned elementSize) {
  return visitElementType(elementSize, [&](auto zero) {
    using T = decltype(zero);
    uint64_t zeros = 0;
    for (size_t i = 0; i < data.size() / sizeof(T); ++i)
      zeros += load<T>(data, i) == 0;
    return zeros;
  });
}

/// A bit for each of eight elements that is not zero, the first one lowest.
template <typename T>
static uint8_t getMask(ByteView data, size_t index) {
  unsigned mask = 0;
  for (unsigned i = 0; i < 8; ++i)
    mask |= unsigned(load<T>(data, index + i) != 0) << i;
  return static_cast<uint8_t>(mask);
}

template <>
uint8_t getMask<uint8_t>(ByteView data, size_t index) {
  // The highest bit of each byte that is not zero, then all of them in the
  // highest byte.
  constexpr uint64_t low = 0x7f7f7f7f7f7f7f7f;
  uint64_t bytes = llvm::support::endian::read64le(data.data() + index);
  uint64_t high = (((bytes & low) + low) | bytes) & ~low;
  return static_cast<uint8_t>((high >> 7) * 0x0102040810204080 >> 56);
}

Histogram mopt::countMask(ByteView data, unsigned elementSize) {
  return visitElementType(elementSize, [&](auto zero) {
    using T = decltype(zero);
    size_t count = data.size() / sizeof(T), index = 0;
    std::array<Histogram, 2> parts = {};
    for (; index + 16 <= count; index += 16) {
      ++parts[0][getMask<T>(data, index)];
      ++parts[1][getMask<T>(data, index + 8)];
    }
    for (; index + 8 <= count; index += 8)
      ++parts[0][getMask<T>(data, index)];
    if (index < count) {
      unsigned mask = 0;
      for (unsigned i = 0; index + i < count; ++i)
        mask |= unsigned(load<T>(data, index + i) != 0) << i;
      ++parts[0][mask];
    }
    for (unsigned symbol = 0; symbol < 256; ++symbol)
      parts[0][symbol] += parts[1][symbol];
    return parts[0];
  });
}

NonZeros mopt::findNonZeros(ByteView data, unsigned elementSize) {
  return visitElementType(elementSize, [&](auto zero) {
    using T = decltype(zero);
    size_t count = data.size() / sizeof(T), found = 0;
    NonZeros result;
    result.mask.resize((count + 7) / 8);
    result.elements.resize(data.size());
    // Zeros come as they like: no branch depends on one.
    result.gaps.resize(count + count / 255 + 1);
    uint8_t *gap = result.gaps.data();
    size_t next = 0;
    auto skip = [&](size_t end) {
      size_t zeros = end - next;
      for (; zeros >= 255; zeros -= 255)
        *gap++ = 255;
      return static_cast<uint8_t>(zeros);
    };
    for (size_t start = 0; start < count; start += 64) {
      uint64_t bits = 0;
      size_t end = std::min<size_t>(count - start, 64), i = 0;
      for (; i + 8 <= end; i += 8)
        bits |= static_cast<uint64_t>(getMask<T>(data, start + i)) << i;
      for (; i < end; ++i)
        bits |= static_cast<uint64_t>(load<T>(data, start + i) != 0) << i;
      for (i = 0; i < (end + 7) / 8; ++i)
        result.mask[start / 8 + i] = static_cast<uint8_t>(bits >> 8 * i);
      for (; bits; bits &= bits - 1) {
        size_t index = start + llvm::countr_zero(bits);
        uint8_t zeros = skip(index);
        *gap++ = zeros;
        next = index + 1;
        store(MutableBytes(result.elements), found++, load<T>(data, index));
      }
    }
    skip(count);
    result.gaps.resize(gap - result.gaps.data());
    result.elements.resize(found * sizeof(T));
    return result;
  });
}

bool mopt::placeByMask(MutableBytes data, unsigned elementSize,
                       ByteView elements, ByteView mask) {
  llvm::fill(data, 0);
  return visitElementType(elementSize, [&](auto zero) {
    using T = decltype(zero);
    size_t count = data.size() / sizeof(T), next = 0;
    size_t available = elements.size() / sizeof(T);
    for (size_t byte = 0; byte < mask.size(); ++byte)
      for (unsigned bits = mask[byte]; bits; bits &= bits - 1) {
        size_t index = 8 * byte + llvm::countr_zero(bits);
        if (index >= count || next == available)
          return false;
        store(data, index, load<T>(elements, next++));
      }
    return next == available;
  });
}

bool mopt::placeByGaps(MutableBytes data, unsigned elementSize,
                       ByteView elements, ByteView gaps) {
  llvm::fill(data, 0);
  return visitElementType(elementSize, [&](auto zero) {
    using T = decltype(zero);
    size_t count = data.size() / sizeof(T), next = 0, index = 0;
    size_t available = elements.size() / sizeof(T);
    for (uint8_t gap : gaps) {
      index += gap;
      if (gap == 255)
        continue;
      if (index >= count || next == available)
        return false;
      store(data, index++, load<T>(elements, next++));
    }
    return next == available;
  });
}

//===----------------------------------------------------------------------===//
// Channels
//===----------------------------------------------------------------------===//

/// As many channels in every class, in the order of `spread`.
static Bytes divide(llvm::ArrayRef<uint64_t> spread, unsigned classes) {
  std::vector<uint32_t> order(spread.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](uint32_t a, uint32_t b) {
    return std::tie(spread[a], a) < std::tie(spread[b], b);
  });
  Bytes ids(spread.size());
  for (size_t i = 0; i < order.size(); ++i)
    ids[order[i]] = static_cast<uint8_t>(i * classes / order.size());
  return ids;
}

Bytes mopt::classifyChannels(ByteView data, const TensorLayout &layout,
                             unsigned classes) {
  // Weights of int8 lie around 0, those of uint8 around the mean.
  int64_t sum = 0;
  for (uint8_t byte : data)
    sum += static_cast<int8_t>(byte);
  int mean = static_cast<int>(
      std::lround(static_cast<double>(sum) / static_cast<double>(data.size())));
  std::vector<uint64_t> spread(layout.channels, 0);
  size_t channel = 0;
  for (uint64_t at = 0; at + layout.inner <= data.size(); at += layout.inner) {
    uint64_t total = 0;
    for (uint8_t byte : data.slice(at, layout.inner))
      total += std::abs(static_cast<int8_t>(byte) - mean);
    spread[channel] += total;
    channel = channel + 1 == layout.channels ? 0 : channel + 1;
  }
  return divide(spread, classes);
}

std::vector<RunHistogram> mopt::countChannels(ByteView data,
                                              const TensorLayout &layout) {
  std::vector<RunHistogram> channels(layout.channels, RunHistogram{});
  size_t channel = 0;
  for (uint64_t at = 0; at + layout.inner <= data.size(); at += layout.inner) {
    Histogram run = countBytes(data.slice(at, layout.inner));
    for (auto [sum, bytes] : llvm::zip_equal(channels[channel], run))
      sum += static_cast<uint32_t>(bytes);
    channel = channel + 1 == layout.channels ? 0 : channel + 1;
  }
  return channels;
}

Bytes mopt::classifyChannels(llvm::ArrayRef<RunHistogram> channels,
                             unsigned classes) {
  int64_t sum = 0, count = 0;
  for (const RunHistogram &channel : channels)
    for (unsigned symbol = 0; symbol < 256; ++symbol) {
      sum +=
          static_cast<int64_t>(static_cast<int8_t>(symbol)) * channel[symbol];
      count += channel[symbol];
    }
  int mean = static_cast<int>(
      std::lround(static_cast<double>(sum) / static_cast<double>(count)));
  std::vector<uint64_t> spread;
  for (const RunHistogram &channel : channels) {
    uint64_t total = 0;
    for (unsigned symbol = 0; symbol < 256; ++symbol)
      total += uint64_t(std::abs(static_cast<int8_t>(symbol) - mean)) *
               channel[symbol];
    spread.push_back(total);
  }
  return divide(spread, classes);
}
