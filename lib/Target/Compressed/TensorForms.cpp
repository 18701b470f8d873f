//===- TensorForms.cpp - Weights in other orders -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorForms.h"

#include "llvm/ADT/DenseMap.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <tuple>
#include <unordered_map>

using namespace mlir;
using namespace mlir::mopt;

static uint64_t loadElement(ByteView data, unsigned elementSize, size_t index) {
  uint64_t value = 0;
  std::memcpy(&value, data.data() + index * elementSize, elementSize);
  return value;
}

Bytes mopt::takePlane(ByteView data, unsigned elementSize, unsigned plane) {
  Bytes bytes(data.size() / elementSize);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = data[i * elementSize + plane];
  return bytes;
}

void mopt::putPlane(llvm::MutableArrayRef<uint8_t> data, unsigned elementSize,
                    unsigned plane, ByteView bytes) {
  for (size_t i = 0; i < bytes.size(); ++i)
    data[i * elementSize + plane] = bytes[i];
}

Bytes mopt::rotateElements(ByteView data, unsigned elementSize, bool back) {
  Bytes result(data.size());
  unsigned bits = 8 * elementSize;
  uint64_t mask = bits == 64 ? ~uint64_t(0) : (uint64_t(1) << bits) - 1;
  unsigned left = back ? bits - 1 : 1;
  for (size_t i = 0; i < data.size() / elementSize; ++i) {
    uint64_t value = loadElement(data, elementSize, i);
    value = (value << left | value >> (bits - left)) & mask;
    std::memcpy(result.data() + i * elementSize, &value, elementSize);
  }
  return result;
}

std::optional<Palette> mopt::findPalette(ByteView data, unsigned elementSize) {
  size_t count = data.size() / elementSize;
  std::unordered_map<uint64_t, uint8_t> indices;
  std::vector<uint64_t> colors;
  uint64_t last = 0;
  for (size_t i = 0; i < count; ++i) {
    uint64_t value = loadElement(data, elementSize, i);
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
  for (size_t i = 0; i < colors.size(); ++i)
    indices[colors[i]] = static_cast<uint8_t>(i);
  Palette palette;
  palette.colors.resize(colors.size() * elementSize);
  for (size_t i = 0; i < colors.size(); ++i)
    std::memcpy(palette.colors.data() + i * elementSize, &colors[i],
                elementSize);
  palette.indices.resize(count);
  for (size_t i = 0; i < count; ++i)
    palette.indices[i] = indices[loadElement(data, elementSize, i)];
  return palette;
}

uint64_t mopt::countZeroElements(ByteView data, unsigned elementSize) {
  uint64_t zeros = 0;
  for (size_t i = 0; i < data.size() / elementSize; ++i)
    zeros += loadElement(data, elementSize, i) == 0;
  return zeros;
}

NonZeros mopt::findNonZeros(ByteView data, unsigned elementSize) {
  size_t count = data.size() / elementSize;
  NonZeros result;
  result.mask.resize((count + 7) / 8);
  unsigned gap = 0;
  for (size_t i = 0; i < count; ++i) {
    if (loadElement(data, elementSize, i) == 0) {
      if (++gap == 255) {
        result.gaps.push_back(255);
        gap = 0;
      }
      continue;
    }
    result.gaps.push_back(static_cast<uint8_t>(gap));
    gap = 0;
    result.mask[i / 8] |= 1u << (i % 8);
    writeBytes(result.elements, data.slice(i * elementSize, elementSize));
  }
  return result;
}

Bytes mopt::classifyChannels(ByteView data, const TensorLayout &layout,
                             unsigned classes) {
  // Weights of int8 lie around 0, those of uint8 around the mean.
  double mean = 0.0;
  for (uint8_t byte : data)
    mean += static_cast<double>(static_cast<int8_t>(byte));
  mean /= static_cast<double>(data.size());
  Bytes ids(layout.channels);
  std::iota(ids.begin(), ids.end(), 0);
  std::vector<double> spread(layout.channels, 0.0);
  std::vector<uint32_t> order(layout.channels);
  std::iota(order.begin(), order.end(), 0);
  size_t channel = 0;
  for (uint64_t at = 0; at + layout.inner <= data.size(); at += layout.inner) {
    for (uint64_t i = 0; i < layout.inner; ++i)
      spread[channel] += std::abs(
          static_cast<double>(static_cast<int8_t>(data[at + i])) - mean);
    channel = channel + 1 == layout.channels ? 0 : channel + 1;
  }
  llvm::sort(order, [&](uint32_t a, uint32_t b) {
    return std::tie(spread[a], a) < std::tie(spread[b], b);
  });
  for (size_t i = 0; i < order.size(); ++i)
    ids[order[i]] = static_cast<uint8_t>(i * classes / order.size());
  return ids;
}
