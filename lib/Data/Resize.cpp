//===- Resize.cpp - image scaling -------------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Resize.h"
#include <cmath>
#include <vector>

using namespace llvm;

namespace mlir::mopt {

namespace {
/// Bits of a weight after the binary point: 8 bits of pixel, 2 of head room
/// and these fill 32.
constexpr int weightBits = 22;

/// The inputs and fixed-point weights that make one output.
struct Taps {
  int64_t first = 0;
  std::vector<int32_t> weights;
};
} // namespace

static std::vector<Taps> computeTaps(int64_t oldSize, int64_t newSize) {
  std::vector<Taps> taps(newSize);
  double ratio = double(oldSize) / double(newSize);
  double support = std::max(ratio, 1.0);
  std::vector<double> weights;
  for (auto [index, tap] : enumerate(taps)) {
    double center = (double(index) + 0.5) * ratio;
    tap.first = std::max<int64_t>(int64_t(center - support + 0.5), 0);
    int64_t end = std::min<int64_t>(int64_t(center + support + 0.5), oldSize);
    weights.clear();
    double sum = 0;
    // Multiplying by the reciprocal, as Pillow does: a division would differ
    // in the last bit now and then.
    double inverse = 1.0 / support;
    for (int64_t j = tap.first; j < end; ++j) {
      double distance = std::fabs(
          (double(j - tap.first) + double(tap.first) - center + 0.5) * inverse);
      weights.push_back(distance < 1.0 ? 1.0 - distance : 0.0);
      sum += weights.back();
    }
    for (double weight : weights) {
      double normal = sum != 0 ? weight / sum : weight;
      tap.weights.push_back(int32_t(0.5 + normal * double(1 << weightBits)));
    }
  }
  return taps;
}

/// Combines `steps` consecutive groups of `count` bytes, `stride` apart.
static void combine(const Taps &tap, const uint8_t *source, int64_t stride,
                    int64_t count, uint8_t *target) {
  for (int64_t c = 0; c < count; ++c) {
    int32_t sum = 1 << (weightBits - 1);
    for (auto [j, weight] : enumerate(tap.weights))
      sum += int32_t(source[(tap.first + int64_t(j)) * stride + c]) * weight;
    target[c] = uint8_t(std::min(sum >> weightBits, 255));
  }
}

Expected<Array> resizeBilinear(const Array &image, int64_t newHeight,
                               int64_t newWidth) {
  Array current = image;
  int64_t height = image.shape()[0], width = image.shape()[1];
  int64_t channels = image.shape()[2];
  if (newWidth != width) {
    Expected<Array> wide =
        Array::allocate(DType::UInt8, {height, newWidth, channels});
    if (!wide)
      return wide.takeError();
    std::vector<Taps> taps = computeTaps(width, newWidth);
    const uint8_t *source = current.bytes().data();
    uint8_t *target = wide->mutableBytes().data();
    for (int64_t y = 0; y < height; ++y)
      for (int64_t x = 0; x < newWidth; ++x)
        combine(taps[x], source + y * width * channels, channels, channels,
                target + (y * newWidth + x) * channels);
    current = *wide;
  }
  if (newHeight != height) {
    int64_t row = newWidth * channels;
    Expected<Array> tall =
        Array::allocate(DType::UInt8, {newHeight, newWidth, channels});
    if (!tall)
      return tall.takeError();
    std::vector<Taps> taps = computeTaps(height, newHeight);
    const uint8_t *source = current.bytes().data();
    uint8_t *target = tall->mutableBytes().data();
    for (int64_t y = 0; y < newHeight; ++y)
      combine(taps[y], source, row, row, target + y * row);
    current = *tall;
  }
  return current;
}

} // namespace mlir::mopt
