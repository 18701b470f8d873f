//===- MagnitudeSelect.cpp - The k-th smallest weight -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MagnitudeSelect.h"

#include "mopt/Transforms/Utils/ParallelRanges.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <cstring>
#include <mutex>

using namespace mlir;
using namespace mlir::mopt;

/// Bits of the lower half; the upper one has 16, the sign being none.
static constexpr unsigned kLowBits = 15;
static constexpr uint32_t kInfinity = 0x7F800000;

static uint32_t getKey(float magnitude) {
  return std::min(llvm::bit_cast<uint32_t>(magnitude) & 0x7FFFFFFF, kInfinity);
}

/// Adds up `count(key)`, an index below `size`, over all magnitudes; indices of
/// `size` and more do not count.
template <typename Index>
static std::vector<int64_t> countKeys(ArrayRef<LayerWeight> weights,
                                      size_t size, Index index) {
  std::vector<int64_t> total(size, 0);
  std::mutex mutex;
  for (const LayerWeight &weight : weights) {
    if (!weight.isFloat()) {
      weight.forEachMagnitude([&](int64_t, float magnitude) {
        if (uint32_t i = index(getKey(magnitude)); i < size)
          ++total[i];
      });
      continue;
    }
    ArrayRef<float> values = weight.bytes.as<float>();
    forEachRange(weight.user->getContext(), weight.elements,
                 [&](int64_t, int64_t begin, int64_t end) {
                   std::vector<uint32_t> counts(size, 0);
                   for (float value : values.slice(begin, end - begin))
                     if (uint32_t i = index(getKey(value)); i < size)
                       ++counts[i];
                   std::lock_guard lock(mutex);
                   for (size_t i = 0; i < size; ++i)
                     total[i] += counts[i];
                 });
  }
  return total;
}

/// The index at which `left` are counted; takes those before it from `left`.
static uint32_t findIndex(ArrayRef<int64_t> counts, int64_t &left) {
  uint32_t i = 0;
  while (counts[i] < left)
    left -= counts[i++];
  return i;
}

Threshold mopt::findThreshold(ArrayRef<LayerWeight> weights, int64_t target) {
  if (target == 0)
    return {};
  int64_t left = target;
  uint32_t high =
      findIndex(countKeys(weights, (kInfinity >> kLowBits) + 1,
                          [](uint32_t key) { return key >> kLowBits; }),
                left);
  uint32_t size = 1u << kLowBits;
  uint32_t low = findIndex(countKeys(weights, size,
                                     [=](uint32_t key) {
                                       return key >> kLowBits == high
                                                  ? key & (size - 1)
                                                  : size;
                                     }),
                           left);
  return {llvm::bit_cast<float>(high << kLowBits | low), left};
}

AsmResourceBlob mopt::pruneBelow(const LayerWeight &weight,
                                 Threshold &threshold) {
  if (!weight.isFloat()) {
    std::vector<bool> mask(weight.elements, false);
    weight.forEachMagnitude([&](int64_t index, float magnitude) {
      if (magnitude > threshold.magnitude || std::isnan(magnitude))
        return;
      if (magnitude == threshold.magnitude && threshold.atMagnitude-- <= 0)
        return;
      mask[index] = true;
    });
    return pruneBytes(weight, mask);
  }
  ArrayRef<float> from = weight.bytes.as<float>();
  AsmResourceBlob blob = allocateConstBlob(weight.bytes.bytes().size());
  auto *to = reinterpret_cast<float *>(blob.getMutableData().data());
  forEachRange(weight.user->getContext(), weight.elements,
               [&](int64_t, int64_t begin, int64_t end) {
                 for (int64_t i = begin; i < end; ++i)
                   to[i] =
                       std::abs(from[i]) < threshold.magnitude ? 0.0f : from[i];
               });
  for (int64_t i = 0; i < weight.elements && threshold.atMagnitude > 0; ++i)
    if (std::abs(from[i]) == threshold.magnitude) {
      to[i] = 0.0f;
      --threshold.atMagnitude;
    }
  return blob;
}

AsmResourceBlob mopt::pruneBytes(const LayerWeight &weight,
                                 const std::vector<bool> &mask) {
  ArrayRef<char> old = weight.bytes.bytes();
  AsmResourceBlob blob = allocateConstBlob(old.size());
  char *out = blob.getMutableData().data();
  QuantParams params = getQuantParams(weight.getType());
  // Weights with a zero point each channel do not exist in the format.
  char zero = params.isQuantized() ? static_cast<char>(params.zeroPoint()) : 0;
  auto copy = [&](auto *to, auto *from, auto zero) {
    forEachRange(weight.user->getContext(), mask.size(),
                 [&](int64_t, int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i)
                     to[i] = mask[i] ? zero : from[i];
                 });
  };
  if (weight.isFloat())
    copy(reinterpret_cast<uint32_t *>(out),
         reinterpret_cast<const uint32_t *>(old.data()), uint32_t(0));
  else
    copy(out, old.data(), zero);
  return blob;
}
