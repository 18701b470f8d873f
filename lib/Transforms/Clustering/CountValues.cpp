//===- CountValues.cpp - The different values of floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CountValues.h"

#include "mopt/Transforms/Utils/ParallelRanges.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <atomic>
#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

static constexpr size_t kMostExact = 4096;
static constexpr int64_t kMostSorted = int64_t(1) << 18;
static constexpr size_t kParts = 65536;

namespace {

/// Counts up to kMostExact different floats: open addressing by their bits.
class FewValues {
public:
  FewValues() : keys(kSlots, 0), counts(kSlots, 0) {}

  /// False once there are too many.
  bool add(float value, int64_t count = 1) {
    auto key = llvm::bit_cast<uint32_t>(value == 0.0f ? 0.0f : value);
    size_t slot = (key * 0x9E3779B1u) >> kShift;
    while (counts[slot] != 0 && keys[slot] != key)
      slot = (slot + 1) % kSlots;
    if (counts[slot] == 0 && ++size > kMostExact)
      return false;
    keys[slot] = key;
    counts[slot] += count;
    return true;
  }

  bool add(const FewValues &other) {
    for (size_t i = 0; i < kSlots; ++i)
      if (other.counts[i] != 0 &&
          !add(llvm::bit_cast<float>(other.keys[i]), other.counts[i]))
        return false;
    return true;
  }

  std::vector<WeightedValue> get() const {
    std::vector<WeightedValue> values;
    for (size_t i = 0; i < kSlots; ++i)
      if (counts[i] != 0)
        values.push_back(
            {llvm::bit_cast<float>(keys[i]), static_cast<double>(counts[i])});
    return values;
  }

private:
  /// Four times as many as values: 2^14.
  static constexpr size_t kSlots = 4 * kMostExact;
  static constexpr unsigned kShift = 32 - 14;
  std::vector<uint32_t> keys;
  std::vector<int64_t> counts;
  size_t size = 0;
};

/// A part of the range.
struct Part {
  double sum = 0.0;
  int64_t count = 0;
};

} // namespace

static void sort(std::vector<WeightedValue> &values) {
  llvm::sort(values, [](const WeightedValue &a, const WeightedValue &b) {
    return a.value < b.value;
  });
}

/// What there is if it is few; nothing if it is not.
static std::optional<std::vector<WeightedValue>>
countFew(MLIRContext *context, ArrayRef<float> floats) {
  std::vector<FewValues> found;
  // The first elements tell most tensors.
  FewValues first;
  for (float value : floats.take_front(2 * kMostExact))
    if (!first.add(value))
      return std::nullopt;
  ArrayRef<float> rest =
      floats.drop_front(std::min<size_t>(floats.size(), 2 * kMostExact));
  found.resize(getRangeCount(rest.size()));
  std::atomic<bool> isMany = false;
  forEachRange(context, rest.size(),
               [&](int64_t range, int64_t begin, int64_t end) {
                 for (int64_t i = begin; i < end && !isMany; ++i)
                   if (!found[range].add(rest[i]))
                     isMany = true;
               });
  for (const FewValues &entry : found)
    if (isMany || !first.add(entry))
      return std::nullopt;
  std::vector<WeightedValue> values = first.get();
  sort(values);
  return values;
}

static std::vector<WeightedValue> countSorted(ArrayRef<float> floats) {
  std::vector<float> sorted(floats.begin(), floats.end());
  llvm::sort(sorted);
  std::vector<WeightedValue> values;
  for (float value : sorted) {
    if (!values.empty() && values.back().value == value)
      values.back().weight += 1.0;
    else
      values.push_back({value == 0.0f ? 0.0f : value, 1.0});
  }
  return values;
}

static std::vector<WeightedValue> countParts(MLIRContext *context,
                                             ArrayRef<float> floats,
                                             float least, float greatest) {
  // Threads that take turns would make the sums depend on who was first: each
  // of a fixed number of them has every so many ranges.
  constexpr size_t kTables = 8;
  double scale = (kParts - 1) / (double(greatest) - least);
  std::vector<std::vector<Part>> tables(kTables);
  std::vector<int64_t> zeros(kTables, 0);
  parallelFor(context, 0, kTables, [&](size_t table) {
    std::vector<Part> &parts = tables[table];
    parts.resize(kParts);
    size_t begin = floats.size() * table / kTables;
    size_t end = floats.size() * (table + 1) / kTables;
    for (float value : floats.slice(begin, end - begin)) {
      if (value == 0.0f) {
        ++zeros[table];
        continue;
      }
      Part &part = parts[static_cast<size_t>((double(value) - least) * scale)];
      part.sum += value;
      ++part.count;
    }
  });
  std::vector<WeightedValue> values;
  int64_t allZeros = 0;
  for (int64_t count : zeros)
    allZeros += count;
  for (size_t i = 0; i < kParts; ++i) {
    Part all;
    for (const std::vector<Part> &parts : tables) {
      all.sum += parts[i].sum;
      all.count += parts[i].count;
    }
    if (all.count == 0)
      continue;
    auto mean = static_cast<float>(all.sum / static_cast<double>(all.count));
    // What is not zero must not look it.
    if (mean == 0.0f)
      mean = std::numeric_limits<float>::min();
    values.push_back({mean, static_cast<double>(all.count)});
  }
  if (allZeros)
    values.push_back({0.0f, static_cast<double>(allZeros)});
  // A part around zero may have its mean on either side of it.
  sort(values);
  return values;
}

std::optional<std::vector<WeightedValue>>
mopt::countValues(MLIRContext *context, ArrayRef<float> floats) {
  struct Limits {
    float least = INFINITY, greatest = -INFINITY;
    bool isFinite = true;
  };
  SmallVector<Limits> limits(getRangeCount(floats.size()));
  forEachRange(context, floats.size(),
               [&](int64_t range, int64_t begin, int64_t end) {
                 Limits found;
                 // The sum of what is multiplied by 0 is 0 but for infinity and
                 // NaN.
                 float probe = 0.0f;
                 for (float value : floats.slice(begin, end - begin)) {
                   found.least = std::min(found.least, value);
                   found.greatest = std::max(found.greatest, value);
                   probe += value * 0.0f;
                 }
                 found.isFinite = probe == 0.0f;
                 limits[range] = found;
               });
  Limits all;
  for (const Limits &entry : limits) {
    if (!entry.isFinite)
      return std::nullopt;
    all.least = std::min(all.least, entry.least);
    all.greatest = std::max(all.greatest, entry.greatest);
  }
  if (auto few = countFew(context, floats))
    return few;
  if (static_cast<int64_t>(floats.size()) <= kMostSorted)
    return countSorted(floats);
  return countParts(context, floats, all.least, all.greatest);
}
