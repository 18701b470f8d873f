//===- Observer.h - From observed values to a range -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_CALIBRATION_OBSERVER_H
#define MOPT_TRANSFORMS_CALIBRATION_OBSERVER_H

#include "mopt/Transforms/Calibration/Histogram.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <deque>
#include <optional>

namespace mlir::mopt {

/// How a range is made of the values of a tensor; see the pass mopt-calibrate.
enum class CalibrationMethod {
  MinMax,
  MovingAverage,
  Percentile,
  MSE,
  Entropy
};

/// The extremes of `values`; std::nullopt if one is NaN or infinite. No values
/// give [0, 0]. A zero is +0.
std::optional<ValueRange32> getExtremes(llvm::ArrayRef<float> values);

/// What is kept of the values of one tensor; its size does not depend on how
/// many there were. Statistics of parts of the samples merge into those of all
/// of them, exactly: every part of it is the same whatever the order, but for
/// `recent`, which is in the order of the samples.
class TensorStatistics {
public:
  /// A moving average forgets: what is older than these samples weighs less
  /// than 4e-12 and is left out.
  static constexpr size_t kRecent = 512;

  /// Adds a sample with the extremes `range`, in the order of the samples.
  void add(ValueRange32 range);
  /// Adds the statistics of later samples.
  void merge(const TensorStatistics &later);

  /// The extremes of all samples; [0, 0] without any.
  ValueRange32 getBounds() const { return bounds.value_or(ValueRange32{}); }
  /// 0.95 of the old value and 0.05 of the next sample's, over the last kRecent
  /// samples.
  ValueRange32 getMovingAverage() const;

  std::optional<ValueRange32> bounds;
  Histogram histogram;
  /// The extremes of the last samples, the latest last.
  std::deque<ValueRange32> recent;
};

/// The range that a method makes of what was seen. `percentile` is for the
/// method of that name.
ValueRange32 chooseRange(const TensorStatistics &statistics,
                         CalibrationMethod method, double percentile);

/// What the method is called in options and files.
llvm::StringRef getMethodName(CalibrationMethod method);

/// Whether the method looks at the histogram.
bool needsHistogram(CalibrationMethod method);

/// The choices below are made from a histogram and the extremes of its values;
/// a value counts as the center of its bin.
///
/// The range that leaves out `100 - percentile` percent of the values: half of
/// them at each end, or all at one end where the other bound is zero, which
/// cutting would not make finer.
ValueRange32 choosePercentileRange(const Histogram &histogram,
                                   ValueRange32 bounds, double percentile);

/// The range whose 256-level asymmetric quantization has the least expected
/// squared error, searched over 128 cuts of each end in turn.
ValueRange32 chooseMSERange(const Histogram &histogram, ValueRange32 bounds);

/// The range [-t, t], cut to the bounds, whose quantised histogram has the
/// least Kullback-Leibler divergence from the one of the values (S. Migacz,
/// 8-bit inference with TensorRT, 2017). Values within the first of 2048 bins
/// around zero count as many as the next bin holds.
ValueRange32 chooseEntropyRange(const Histogram &histogram,
                                ValueRange32 bounds);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_CALIBRATION_OBSERVER_H
