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

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

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

void mopt::joinPlanes(MutableBytes data, llvm::ArrayRef<Bytes> planes,
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

std::optional<Palette> mopt::findPalette(ByteView data, unsigned elementSize) {
  return visitElementType(elementSize,
                          [&](auto zero) -> std::optional<Palette> {
                            using T = decltype(zero);
                            size_t count = data.size() / sizeof(T);
                            std::unordered_map<T, uint8_t> indices;
                            std::vector<T> colors;
                            T last = 0;
                            for (size_t i = 0; i < count; ++i) {
                              T value = load<T>(data, i);
                              if (i && value == last)
                                continue;
                              last = value;
                              if (!indices.try_emplace(value, 0).second)
                                continue;
                              colors.push_back(value);
                              if (colors.size() > 256)
                                return std::nullopt;
                            }
                            llvm::sort(colors);
                            Palette palette;
                            palette.colors.resize(colors.size() * sizeof(T));
                            for (size_t i = 0; i < colors.size(); ++i) {
                              indices[colors[i]] = static_cast<uint8_t>(i);
                              store(MutableBytes(palette.colors), i, colors[i]);
                            }
                            palette.indices.resize(count);
                            uint8_t index = 0;
                            for (size_t i = 0; i < count; ++i) {
                              T value = load<T>(data, i);
                              if (i == 0 || value != last)
                                index = indices[value];
                              last = value;
                              palette.indices[i] = index;
                            }
                            return palette;
                          });
}

/// A channel with more colors for its elements has no palette.
static constexpr size_t kElementsPerColor = 2;

/// The colors of one channel; empty: there are too many.
template <typename T>
static std::vector<T> findColors(ByteView data, const TensorLayout &layout,
                                 size_t channel) {
  size_t runs = data.size() / sizeof(T) / (layout.channels * layout.inner);
  size_t most = std::min<size_t>(256, runs * layout.inner / kElementsPerColor);
  std::unordered_set<T> found;
  for (size_t run = 0; run < runs; ++run)
    for (size_t i = 0; i < layout.inner; ++i) {
      found.insert(
          load<T>(data, (run * layout.channels + channel) * layout.inner + i));
      if (found.size() > most)
        return {};
    }
  std::vector<T> colors(found.begin(), found.end());
  // Zeros have one index in all channels, so that they can be left out.
  llvm::sort(colors);
  return colors;
}

std::optional<ChannelPalettes>
mopt::findChannelPalettes(ByteView data, const TensorLayout &layout) {
  return visitElementType(
      layout.elementSize, [&](auto zero) -> std::optional<ChannelPalettes> {
        using T = decltype(zero);
        ChannelPalettes palettes;
        std::vector<std::vector<T>> colors(layout.channels);
        std::vector<std::unordered_map<T, uint8_t>> indices(layout.channels);
        for (size_t channel = 0; channel < layout.channels; ++channel) {
          colors[channel] = findColors<T>(data, layout, channel);
          if (colors[channel].empty())
            return std::nullopt;
          palettes.sizes.push_back(
              static_cast<uint8_t>(colors[channel].size() - 1));
          for (auto [index, color] : llvm::enumerate(colors[channel]))
            indices[channel][color] = static_cast<uint8_t>(index);
          size_t end = palettes.colors.size();
          palettes.colors.resize(end + colors[channel].size() * sizeof(T));
          std::memcpy(palettes.colors.data() + end, colors[channel].data(),
                      colors[channel].size() * sizeof(T));
        }
        size_t count = data.size() / sizeof(T);
        palettes.indices.resize(count);
        for (size_t i = 0; i < count; ++i)
          palettes.indices[i] =
              indices[i / layout.inner % layout.channels][load<T>(data, i)];
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
      size_t end = std::min<size_t>(count - start, 64);
      for (size_t i = 0; i < end; ++i)
        bits |= static_cast<uint64_t>(load<T>(data, start + i) != 0) << i;
      for (size_t i = 0; i < (end + 7) / 8; ++i)
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
  std::vector<uint32_t> order(layout.channels);
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](uint32_t a, uint32_t b) {
    return std::tie(spread[a], a) < std::tie(spread[b], b);
  });
  Bytes ids(layout.channels);
  for (size_t i = 0; i < order.size(); ++i)
    ids[order[i]] = static_cast<uint8_t>(i * classes / order.size());
  return ids;
}
