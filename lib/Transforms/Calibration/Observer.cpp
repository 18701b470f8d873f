//===- Observer.cpp - From observed values to a range -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Calibration/Observer.h"

#include "mopt/Transforms/Quantization/Parameters.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::mopt;

ValueRange32 ValueRange32::join(ValueRange32 other) const {
  return {std::min(min, other.min), std::max(max, other.max)};
}

std::optional<ValueRange32> mopt::getExtremes(ArrayRef<float> values) {
  if (values.empty())
    return ValueRange32{};
  // Lanes of their own, so that the loop becomes vector code: a comparison that
  // NaN makes false is not associative, and the compiler keeps its order.
  constexpr size_t kLanes = 32;
  std::array<float, kLanes> min, max, check;
  min.fill(values.front());
  max.fill(values.front());
  check.fill(0.0f);
  auto take = [&](const float *next, size_t lane) {
    float value = next[lane];
    min[lane] = value < min[lane] ? value : min[lane];
    max[lane] = value > max[lane] ? value : max[lane];
    // 0 of a finite value, NaN of all others, and NaN stays.
    check[lane] += value * 0.0f;
  };
  const float *next = values.data();
  size_t rest = values.size();
  for (; rest >= kLanes; rest -= kLanes, next += kLanes)
    for (size_t lane = 0; lane < kLanes; ++lane)
      take(next, lane);
  for (size_t lane = 0; lane < rest; ++lane)
    take(next, lane);
  ValueRange32 result{min[0], max[0]};
  for (size_t lane = 0; lane < kLanes; ++lane) {
    if (check[lane] != 0.0f)
      return std::nullopt;
    result = result.join({min[lane], max[lane]});
  }
  // Which of two zeros comes first has no meaning.
  return ValueRange32{result.min + 0.0f, result.max + 0.0f};
}

void TensorStatistics::add(ValueRange32 range) {
  bounds = bounds ? bounds->join(range) : range;
  recent.push_back(range);
  if (recent.size() > kRecent)
    recent.pop_front();
}

void TensorStatistics::merge(const TensorStatistics &later) {
  if (later.bounds)
    bounds = bounds ? bounds->join(*later.bounds) : *later.bounds;
  histogram.add(later.histogram);
  recent.insert(recent.end(), later.recent.begin(), later.recent.end());
  while (recent.size() > kRecent)
    recent.pop_front();
}

ValueRange32 TensorStatistics::getMovingAverage() const {
  if (recent.empty())
    return getBounds();
  // The weight of the old value, as in the converters of the format.
  constexpr double kOld = 0.95;
  double min = recent.front().min, max = recent.front().max;
  for (ValueRange32 sample : llvm::drop_begin(recent)) {
    min = kOld * min + (1.0 - kOld) * sample.min;
    max = kOld * max + (1.0 - kOld) * sample.max;
  }
  return {static_cast<float>(min), static_cast<float>(max)};
}

StringRef mopt::getMethodName(CalibrationMethod method) {
  switch (method) {
  case CalibrationMethod::MinMax:
    return "minmax";
  case CalibrationMethod::MovingAverage:
    return "moving-average";
  case CalibrationMethod::Percentile:
    return "percentile";
  case CalibrationMethod::MSE:
    return "mse";
  case CalibrationMethod::Entropy:
    return "entropy";
  }
  llvm_unreachable("not a calibration method");
}

bool mopt::needsHistogram(CalibrationMethod method) {
  return method == CalibrationMethod::Percentile ||
         method == CalibrationMethod::MSE ||
         method == CalibrationMethod::Entropy;
}

ValueRange32 mopt::chooseRange(const TensorStatistics &statistics,
                               CalibrationMethod method, double percentile) {
  ValueRange32 bounds = statistics.getBounds();
  switch (method) {
  case CalibrationMethod::MinMax:
    return bounds;
  case CalibrationMethod::MovingAverage:
    return statistics.getMovingAverage();
  case CalibrationMethod::Percentile:
    return choosePercentileRange(statistics.histogram, bounds, percentile);
  case CalibrationMethod::MSE:
    return chooseMSERange(statistics.histogram, bounds);
  case CalibrationMethod::Entropy:
    return chooseEntropyRange(statistics.histogram, bounds);
  }
  llvm_unreachable("not a calibration method");
}

ValueRange32 mopt::choosePercentileRange(const Histogram &histogram,
                                         ValueRange32 bounds,
                                         double percentile) {
  double outside =
      (100.0 - percentile) / 100.0 * static_cast<double>(histogram.getTotal());
  bool cutsLow = bounds.min < 0.0f, cutsHigh = bounds.max > 0.0f;
  if (cutsLow && cutsHigh)
    outside /= 2.0;
  // A bin may go as long as all that went does not exceed the share.
  int64_t low = histogram.getLowestBin(), high = histogram.getEndBin();
  auto cut = [&](bool wanted, int64_t bin, double &gone) {
    if (!wanted || low + 1 >= high)
      return false;
    gone += static_cast<double>(histogram.getCount(bin));
    return gone <= outside;
  };
  for (double gone = 0.0; cut(cutsLow, low, gone);)
    ++low;
  for (double gone = 0.0; cut(cutsHigh, high - 1, gone);)
    --high;
  // Bins reach beyond the extremes.
  return {std::max(bounds.min, static_cast<float>(histogram.getEdge(low))),
          std::min(bounds.max, static_cast<float>(histogram.getEdge(high)))};
}

namespace {
/// Bins that hold values, by their centers.
struct Points {
  std::vector<double> values, counts;

  explicit Points(const Histogram &histogram) {
    for (int64_t bin = histogram.getLowestBin(); bin < histogram.getEndBin();
         ++bin)
      if (uint64_t count = histogram.getCount(bin)) {
        values.push_back(histogram.getCenter(bin));
        counts.push_back(static_cast<double>(count));
      }
  }
};
} // namespace

/// The expected squared error of quantising the values with a range.
static double getSquaredError(const Points &points, double min, double max) {
  AffineParams params = chooseAsymmetricParams(min, max, -128, 127);
  double scale = params.scale;
  double low = static_cast<double>(-128 - params.zeroPoint);
  double high = static_cast<double>(127 - params.zeroPoint);
  double error = 0.0;
  // What a double of this size cannot hold is its fraction: adding it rounds.
  constexpr double kRounding = 0x1.8p52;
  for (auto [value, count] : llvm::zip_equal(points.values, points.counts)) {
    double level = std::min(std::max(value / scale, low), high);
    double rounded = ((level + kRounding) - kRounding) * scale;
    error += count * (value - rounded) * (value - rounded);
  }
  return error;
}

ValueRange32 mopt::chooseMSERange(const Histogram &histogram,
                                  ValueRange32 bounds) {
  constexpr int kCuts = 128;
  Points points(histogram);
  double min = std::min(bounds.min, 0.0f), max = std::max(bounds.max, 0.0f);
  double bestMin = min, bestMax = max;
  double best = getSquaredError(points, min, max);
  auto consider = [&](double low, double high) {
    double error = getSquaredError(points, low, high);
    if (error >= best)
      return;
    best = error;
    bestMin = low;
    bestMax = high;
  };
  // One end at a time, twice: the error is not separable, but nearly so.
  for (int round = 0; round < 2; ++round) {
    if (max > 0.0)
      for (int cut = 1; cut <= kCuts; ++cut)
        consider(bestMin, max * cut / kCuts);
    if (min < 0.0)
      for (int cut = 1; cut <= kCuts; ++cut)
        consider(min * cut / kCuts, bestMax);
  }
  return {static_cast<float>(bestMin), static_cast<float>(bestMax)};
}

/// Divergence of the histogram of magnitudes below `limit` (everything above
/// counted in the last bin) from the same at `levels` levels.
static double getDivergence(ArrayRef<double> magnitudes, size_t limit,
                            size_t levels) {
  std::vector<double> reference(magnitudes.begin(), magnitudes.begin() + limit);
  for (double count : magnitudes.drop_front(limit))
    reference.back() += count;
  // Each level spreads its count evenly over the bins that hold values.
  std::vector<double> quantized(limit, 0.0);
  for (size_t level = 0; level < levels; ++level) {
    size_t begin = level * limit / levels, end = (level + 1) * limit / levels;
    double sum = 0.0;
    size_t filled = 0;
    for (size_t bin = begin; bin < end; ++bin) {
      sum += magnitudes[bin];
      filled += reference[bin] > 0.0;
    }
    for (size_t bin = begin; bin < end && filled; ++bin)
      if (reference[bin] > 0.0)
        quantized[bin] = sum / static_cast<double>(filled);
  }
  double total = 0.0, quantizedTotal = 0.0;
  for (size_t bin = 0; bin < limit; ++bin) {
    total += reference[bin];
    quantizedTotal += quantized[bin];
  }
  if (total <= 0.0 || quantizedTotal <= 0.0)
    return std::numeric_limits<double>::infinity();
  double divergence = 0.0;
  for (size_t bin = 0; bin < limit; ++bin) {
    if (reference[bin] <= 0.0)
      continue;
    double p = reference[bin] / total;
    // A bin whose level is empty keeps a little weight, so that cutting into
    // outliers stays comparable instead of infinitely bad.
    double q = std::max(quantized[bin] / quantizedTotal, 1e-9);
    divergence += p * std::log(p / q);
  }
  return divergence;
}

ValueRange32 mopt::chooseEntropyRange(const Histogram &histogram,
                                      ValueRange32 bounds) {
  double magnitude = std::max(std::abs(bounds.min), std::abs(bounds.max));
  if (!(magnitude > 0.0))
    return bounds;
  // Levels on one side of zero: half of them where values lie on both sides.
  size_t levels = bounds.min < 0.0f && bounds.max > 0.0f ? 128 : 256;
  // Both sides of zero together, two bins of the histogram in one.
  constexpr size_t kMagnitudes = Histogram::kBins / 2;
  std::vector<double> magnitudes(kMagnitudes, 0.0);
  for (Histogram::Side side : {Histogram::Negative, Histogram::Positive})
    for (auto [bin, count] : llvm::enumerate(histogram.getCounts(side)))
      magnitudes[bin / 2] += static_cast<double>(count);
  double width = 2.0 * histogram.getBinWidth();
  // What is nearly zero is represented well by any range, but is often most of
  // all values: it would outweigh the rest.
  magnitudes[0] = magnitudes[1];
  size_t end = kMagnitudes;
  while (end > 1 && magnitudes[end - 1] == 0.0)
    --end;
  double best = std::numeric_limits<double>::infinity();
  size_t bestLimit = end;
  for (size_t limit = end; limit >= levels;
       limit -= std::min<size_t>(8, limit)) {
    double divergence = getDivergence(magnitudes, limit, levels);
    if (divergence >= best)
      continue;
    best = divergence;
    bestLimit = limit;
  }
  if (bestLimit == end)
    return bounds;
  auto threshold = static_cast<float>(static_cast<double>(bestLimit) * width);
  return {std::max(bounds.min, -threshold), std::min(bounds.max, threshold)};
}
