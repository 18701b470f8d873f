//===- Observer.h - From observed values to a range -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_CALIBRATION_OBSERVER_H
#define MOPT_TRANSFORMS_CALIBRATION_OBSERVER_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mlir::mopt {

/// How a range is made of the values of a tensor; see the pass mopt-calibrate.
enum class CalibrationMethod {
  MinMax,
  MovingAverage,
  Percentile,
  MSE,
  Entropy
};

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

/// The extremes of `values`; std::nullopt if one is NaN or infinite. No values
/// give [0, 0].
std::optional<ValueRange32> getExtremes(llvm::ArrayRef<float> values);

/// Merges the extremes of samples, which must come in their order.
class ExtremesObserver {
public:
  explicit ExtremesObserver(CalibrationMethod method) : method(method) {}
  void add(ValueRange32 sample);
  ValueRange32 getRange() const;

private:
  CalibrationMethod method;
  bool empty = true;
  double min = 0.0;
  double max = 0.0;
};

/// Counts of values in bins of equal width between two bounds. Counts can be
/// added in any order.
class Histogram {
public:
  static constexpr size_t kBins = 2048;

  explicit Histogram(ValueRange32 bounds) : bounds(bounds), counts(kBins, 0) {}

  /// Values beyond the bounds count in the outermost bins.
  void add(llvm::ArrayRef<float> values);
  void add(const Histogram &other);

  ValueRange32 getBounds() const { return bounds; }
  llvm::ArrayRef<uint64_t> getCounts() const { return counts; }
  /// The bin that `value` counts in.
  size_t getBin(float value) const;
  double getBinWidth() const {
    return (static_cast<double>(bounds.max) - bounds.min) / kBins;
  }
  double getBinCenter(size_t bin) const {
    return bounds.min + (static_cast<double>(bin) + 0.5) * getBinWidth();
  }

private:
  ValueRange32 bounds;
  std::vector<uint64_t> counts;
};

/// The range that leaves out `100 - percentile` percent of the values: half of
/// them at each end, or all at one end where the other bound is zero, which
/// cutting would not make finer.
ValueRange32 choosePercentileRange(const Histogram &histogram,
                                   double percentile);

/// The range whose 256-level asymmetric quantization has the least expected
/// squared error, searched over 128 cuts of each end in turn.
ValueRange32 chooseMSERange(const Histogram &histogram);

/// The range [-t, t], cut to the bounds, whose quantised histogram has the
/// least Kullback-Leibler divergence from the one of the values (S. Migacz,
/// 8-bit inference with TensorRT, 2017). Values within the first of 2048 bins
/// around zero count as many as the next bin holds.
ValueRange32 chooseEntropyRange(const Histogram &histogram);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_CALIBRATION_OBSERVER_H
