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

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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

/// Writes the bins of `values` to `bins` and returns how many there are:
/// positive ones, then negative ones.
static size_t getBins(ArrayRef<float> values, float inverse, uint32_t *bins) {
  constexpr uint32_t kSide = Histogram::kBins;
  for (size_t i = 0; i < values.size(); ++i)
    bins[i] = static_cast<uint32_t>(
                  static_cast<int32_t>(std::abs(values[i]) * inverse)) +
              (values[i] < 0.0f ? kSide : 0u);
  return values.size();
}

#if defined(__x86_64__)
/// The same without bin 0, which holds most of what is behind a relu: it is
/// what is missing.
__attribute__((target("avx512f,popcnt"))) static size_t
getBinsWide(ArrayRef<float> values, float inverse, uint32_t *bins) {
  constexpr size_t kLanes = 16;
  const __m512i side = _mm512_set1_epi32(Histogram::kBins);
  const __m512 factor = _mm512_set1_ps(inverse);
  const float *next = values.data();
  uint32_t *begin = bins;
  for (size_t rest = values.size(); rest != 0;) {
    size_t count = std::min(rest, kLanes);
    __mmask16 exist = static_cast<__mmask16>((1u << count) - 1);
    __m512 value = _mm512_maskz_loadu_ps(exist, next);
    __m512i bin =
        _mm512_cvttps_epi32(_mm512_mul_ps(_mm512_abs_ps(value), factor));
    __mmask16 negative =
        _mm512_cmp_ps_mask(value, _mm512_setzero_ps(), _CMP_LT_OQ);
    bin = _mm512_mask_add_epi32(bin, negative, bin, side);
    __mmask16 kept = _mm512_test_epi32_mask(bin, bin);
    _mm512_storeu_si512(bins, _mm512_maskz_compress_epi32(kept, bin));
    bins += __builtin_popcount(kept);
    next += count;
    rest -= count;
  }
  return bins - begin;
}
#endif

/// Counts `values`, fewer than 2^32, into `sums`: positive bins, then negative
/// ones, of each as many as `used`.
static void countBins(ArrayRef<float> values, float inverse,
                      std::array<size_t, 2> used,
                      std::array<std::vector<uint64_t>, 2> &sums) {
  constexpr size_t kSide = Histogram::kBins, kBoth = 2 * kSide;
  // Equal neighbours would wait for each other's increment: neighbours count in
  // tables of their own, zero between calls.
  constexpr size_t kTables = 4, kChunk = 1024, kSlack = 16;
  static thread_local std::array<uint32_t, kTables * kBoth> tables;
  std::array<uint32_t, kChunk + kSlack> bins;
  auto find = getBins;
#if defined(__x86_64__)
  static const bool isWide = __builtin_cpu_supports("avx512f");
  if (isWide)
    find = getBinsWide;
#endif
  while (!values.empty()) {
    ArrayRef<float> chunk = values.take_front(kChunk);
    size_t count = find(chunk, inverse, bins.data()), i = 0;
    sums[0][0] += chunk.size() - count;
    for (; i + kTables <= count; i += kTables)
      for (size_t table = 0; table < kTables; ++table)
        ++tables[bins[i + table] + table * kBoth];
    for (; i < count; ++i)
      ++tables[bins[i]];
    values = values.drop_front(chunk.size());
  }
  for (size_t side : {0, 1}) {
    uint32_t *first = tables.data() + side * kSide;
    uint64_t *sum = sums[side].data();
    static_assert(kTables == 4);
    for (size_t bin = 0; bin < used[side]; ++bin)
      sum[bin] += first[bin] + first[bin + kBoth] + first[bin + 2 * kBoth] +
                  first[bin + 3 * kBoth];
    for (size_t table = 0; table < kTables; ++table)
      std::fill_n(first + table * kBoth, used[side], 0);
  }
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
