//===- Histogram.cpp - Counts of values that merge exactly -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Calibration/Histogram.h"

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <utility>

using namespace mlir;
using namespace mlir::mopt;

/// The least width at which `magnitude` has a bin.
static int getExponentFor(float magnitude) {
  if (!(magnitude > 0.0f))
    return Histogram::kLeastExponent;
  int exponent;
  std::frexp(magnitude, &exponent);
  static_assert(Histogram::kBins == 1 << 12);
  return std::max(exponent - 12, Histogram::kLeastExponent);
}

double Histogram::getBinWidth() const { return std::ldexp(1.0, exponent); }

uint64_t Histogram::getTotal() const {
  uint64_t total = 0;
  for (const std::vector<uint64_t> &side : counts)
    for (uint64_t count : side)
      total += count;
  return total;
}

void Histogram::widen(int wanted) {
  if (wanted <= exponent)
    return;
  // Beyond twelve halvings everything is in the first bin.
  int shift = std::min(wanted - exponent, 12);
  for (std::vector<uint64_t> &side : counts) {
    for (size_t bin = 0; bin < side.size(); ++bin) {
      uint64_t count = std::exchange(side[bin], 0);
      side[bin >> shift] += count;
    }
    if (!side.empty())
      side.resize(((side.size() - 1) >> shift) + 1);
  }
  exponent = wanted;
}

void Histogram::add(Side side, int otherExponent, ArrayRef<uint64_t> added) {
  // Empty bins at the end say nothing, not even about the width.
  while (!added.empty() && added.back() == 0)
    added = added.drop_back();
  if (added.empty())
    return;
  widen(otherExponent);
  int shift = std::min(exponent - otherExponent, 12);
  std::vector<uint64_t> &own = counts[side];
  own.resize(std::max(own.size(), ((added.size() - 1) >> shift) + 1));
  for (auto [bin, count] : llvm::enumerate(added))
    own[bin >> shift] += count;
}

void Histogram::add(const Histogram &other) {
  for (Side side : {Negative, Positive})
    add(side, other.exponent, other.counts[side]);
}

/// Counts `values`, fewer than 2^32, into `sums`: positive bins, then negative
/// ones, of each as many as `used`.
static void countBins(ArrayRef<float> values, float inverse,
                      std::array<size_t, 2> used,
                      std::array<std::vector<uint64_t>, 2> &sums) {
  constexpr size_t kSide = Histogram::kBins, kBoth = 2 * kSide;
  // Equal neighbours, as the zeros behind a relu, would wait for each other's
  // increment: neighbours count in tables of their own, zero between calls.
  constexpr size_t kTables = 4, kChunk = 1024;
  static thread_local std::array<uint32_t, kTables * kBoth> tables;
  std::array<uint32_t, kChunk> bins;
  while (!values.empty()) {
    ArrayRef<float> chunk = values.take_front(kChunk);
    for (size_t i = 0; i < chunk.size(); ++i)
      bins[i] = static_cast<uint32_t>(
                    static_cast<int32_t>(std::abs(chunk[i]) * inverse)) +
                (chunk[i] < 0.0f ? uint32_t(kSide) : 0u);
    for (size_t i = 0; i < chunk.size(); ++i)
      ++tables[bins[i] + (i % kTables) * kBoth];
    values = values.drop_front(chunk.size());
  }
  for (size_t side : {0, 1})
    for (size_t bin = 0; bin < used[side]; ++bin)
      for (size_t table = 0; table < kTables; ++table)
        sums[side][bin] +=
            std::exchange(tables[table * kBoth + side * kSide + bin], 0);
}

void Histogram::add(ArrayRef<float> values, ValueRange32 range) {
  if (values.empty())
    return;
  float largest = std::max(range.max, 0.0f), least = std::min(range.min, 0.0f);
  int fine = getExponentFor(std::max(largest, -least));
  // A power of two: every product is exact, or less than a bin.
  float inverse = std::ldexp(1.0f, -fine);
  std::array<size_t, 2> used = {
      static_cast<size_t>(largest * inverse) + 1,
      least < 0.0f ? static_cast<size_t>(-least * inverse) + 1 : 0};
  std::array<std::vector<uint64_t>, 2> sums = {std::vector<uint64_t>(used[0]),
                                               std::vector<uint64_t>(used[1])};
  constexpr size_t kPart = size_t(1) << 31;
  for (; !values.empty();
       values = values.drop_front(std::min(kPart, values.size())))
    countBins(values.take_front(kPart), inverse, used, sums);
  add(Positive, fine, sums[0]);
  add(Negative, fine, sums[1]);
}
