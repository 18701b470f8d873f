//===- Histogram.h - Counts of values that merge exactly -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_CALIBRATION_HISTOGRAM_H
#define MOPT_TRANSFORMS_CALIBRATION_HISTOGRAM_H

#include "llvm/ADT/ArrayRef.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mlir::mopt {

/// Real values that a tensor takes.
struct ValueRange32 {
  float min = 0.0f;
  float max = 0.0f;

  /// The smallest range that holds both.
  ValueRange32 join(ValueRange32 other) const;
  bool operator==(const ValueRange32 &other) const {
    return min == other.min && max == other.max;
  }
};

/// Counts of values by magnitude, on either side of zero, in bins whose width
/// is a power of two. Bin i of a side holds magnitudes of [i, i + 1) * width;
/// -0 is positive. The width is the least for which the largest magnitude seen
/// has a bin, so it depends on the set of values alone: adding and merging in
/// any order, by any number of threads, gives the same counts, because half of
/// a bin number, rounded down, is the number at twice the width.
class Histogram {
public:
  /// Bins of a side. The largest magnitude lies in the upper half of them.
  static constexpr int kBins = 4096;
  /// Width 2^kLeastExponent holds values that are as good as zero.
  static constexpr int kLeastExponent = -120;

  enum Side { Negative, Positive };

  /// Adds finite values, whose extremes are `range`.
  void add(llvm::ArrayRef<float> values, ValueRange32 range);
  /// Adds counts of bins of width 2^exponent, from zero on. `counts` are at
  /// most kBins.
  void add(Side side, int exponent, llvm::ArrayRef<uint64_t> counts);
  void add(const Histogram &other);

  /// log2 of the bin width.
  int getExponent() const { return exponent; }
  double getBinWidth() const;
  /// The counts of a side, up to the last bin that was ever touched.
  llvm::ArrayRef<uint64_t> getCounts(Side side) const { return counts[side]; }
  uint64_t getTotal() const;

  /// Bins in the order of their values: those below zero have negative numbers.
  int64_t getLowestBin() const {
    return -static_cast<int64_t>(counts[Negative].size());
  }
  int64_t getEndBin() const {
    return static_cast<int64_t>(counts[Positive].size());
  }
  uint64_t getCount(int64_t bin) const {
    return bin < 0 ? counts[Negative][-1 - bin] : counts[Positive][bin];
  }
  /// The lower end of a bin, the upper one of the bin before.
  double getEdge(int64_t bin) const {
    return static_cast<double>(bin) * getBinWidth();
  }
  double getCenter(int64_t bin) const {
    return (static_cast<double>(bin) + 0.5) * getBinWidth();
  }

  bool operator==(const Histogram &other) const {
    return exponent == other.exponent && counts == other.counts;
  }

private:
  /// Doubles the width until it is 2^wanted.
  void widen(int wanted);

  int exponent = kLeastExponent;
  std::array<std::vector<uint64_t>, 2> counts;
};

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_CALIBRATION_HISTOGRAM_H
