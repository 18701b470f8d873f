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
  float min = values.front(), max = values.front();
  // No branch in the loop, so that it becomes vector code. Comparisons with NaN
  // are false.
  bool finite = true;
  for (float value : values) {
    min = value < min ? value : min;
    max = value > max ? value : max;
    finite &= std::abs(value) <= std::numeric_limits<float>::max();
  }
  if (!finite)
    return std::nullopt;
  return ValueRange32{min, max};
}

void ExtremesObserver::add(ValueRange32 sample) {
  // The weight of the old value, as in the converters of the format.
  constexpr double kOld = 0.95;
  if (empty) {
    min = sample.min;
    max = sample.max;
    empty = false;
  } else if (method == CalibrationMethod::MovingAverage) {
    min = kOld * min + (1.0 - kOld) * sample.min;
    max = kOld * max + (1.0 - kOld) * sample.max;
  } else {
    min = std::min<double>(min, sample.min);
    max = std::max<double>(max, sample.max);
  }
}

ValueRange32 ExtremesObserver::getRange() const {
  return {static_cast<float>(min), static_cast<float>(max)};
}

size_t Histogram::getBin(float value) const {
  double width = getBinWidth();
  if (!(width > 0.0))
    return 0;
  double position = (static_cast<double>(value) - bounds.min) / width;
  return static_cast<size_t>(
      std::clamp(position, 0.0, static_cast<double>(kBins - 1)));
}

void Histogram::add(ArrayRef<float> values) {
  for (float value : values)
    ++counts[getBin(value)];
}

void Histogram::add(const Histogram &other) {
  for (size_t bin = 0; bin < kBins; ++bin)
    counts[bin] += other.counts[bin];
}

static uint64_t getTotal(const Histogram &histogram) {
  uint64_t total = 0;
  for (uint64_t count : histogram.getCounts())
    total += count;
  return total;
}

ValueRange32 mopt::choosePercentileRange(const Histogram &histogram,
                                         double percentile) {
  ValueRange32 bounds = histogram.getBounds();
  double width = histogram.getBinWidth();
  if (!(width > 0.0))
    return bounds;
  double outside =
      (100.0 - percentile) / 100.0 * static_cast<double>(getTotal(histogram));
  bool cutsLow = bounds.min < 0.0f, cutsHigh = bounds.max > 0.0f;
  if (cutsLow && cutsHigh)
    outside /= 2.0;
  ArrayRef<uint64_t> counts = histogram.getCounts();
  // A bin may go as long as all that went does not exceed the share.
  size_t low = 0, high = Histogram::kBins;
  double gone = 0.0;
  while (cutsLow && low + 1 < high &&
         gone + static_cast<double>(counts[low]) <= outside)
    gone += static_cast<double>(counts[low++]);
  gone = 0.0;
  while (cutsHigh && high > low + 1 &&
         gone + static_cast<double>(counts[high - 1]) <= outside)
    gone += static_cast<double>(counts[--high]);
  ValueRange32 result = bounds;
  if (low > 0)
    result.min = static_cast<float>(bounds.min + low * width);
  if (high < Histogram::kBins)
    result.max = static_cast<float>(bounds.min + high * width);
  return result;
}

/// The expected squared error of quantising the values with a range.
static double getSquaredError(const Histogram &histogram, double min,
                              double max) {
  AffineParams params = chooseAsymmetricParams(min, max, -128, 127);
  double scale = params.scale;
  double low = scale * static_cast<double>(-128 - params.zeroPoint);
  double high = scale * static_cast<double>(127 - params.zeroPoint);
  double error = 0.0;
  for (auto [bin, count] : llvm::enumerate(histogram.getCounts())) {
    if (count == 0)
      continue;
    double value = histogram.getBinCenter(bin);
    double rounded = std::clamp(std::round(value / scale) * scale, low, high);
    error += static_cast<double>(count) * (value - rounded) * (value - rounded);
  }
  return error;
}

ValueRange32 mopt::chooseMSERange(const Histogram &histogram) {
  constexpr int kCuts = 128;
  ValueRange32 bounds = histogram.getBounds();
  double min = std::min(bounds.min, 0.0f), max = std::max(bounds.max, 0.0f);
  double bestMin = min, bestMax = max;
  double best = getSquaredError(histogram, min, max);
  auto consider = [&](double low, double high) {
    double error = getSquaredError(histogram, low, high);
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
/// counted in the last bin) from the same at 128 levels.
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

ValueRange32 mopt::chooseEntropyRange(const Histogram &histogram) {
  ValueRange32 bounds = histogram.getBounds();
  double magnitude = std::max(std::abs(bounds.min), std::abs(bounds.max));
  if (!(magnitude > 0.0))
    return bounds;
  // Levels on one side of zero: half of them where values lie on both sides.
  size_t levels = bounds.min < 0.0f && bounds.max > 0.0f ? 128 : 256;
  std::vector<double> magnitudes(Histogram::kBins, 0.0);
  double inverse = static_cast<double>(Histogram::kBins) / magnitude;
  for (auto [bin, count] : llvm::enumerate(histogram.getCounts())) {
    auto position =
        static_cast<size_t>(std::abs(histogram.getBinCenter(bin)) * inverse);
    magnitudes[std::min(position, Histogram::kBins - 1)] +=
        static_cast<double>(count);
  }
  // What is nearly zero is represented well by any range, but is often most of
  // all values: it would outweigh the rest.
  magnitudes[0] = magnitudes[1];
  double best = std::numeric_limits<double>::infinity();
  size_t bestLimit = Histogram::kBins;
  for (size_t limit = Histogram::kBins; limit >= levels; limit -= 8) {
    double divergence = getDivergence(magnitudes, limit, levels);
    if (divergence >= best)
      continue;
    best = divergence;
    bestLimit = limit;
  }
  if (bestLimit == Histogram::kBins)
    return bounds;
  auto threshold = static_cast<float>(static_cast<double>(bestLimit) / inverse);
  return {std::max(bounds.min, -threshold), std::min(bounds.max, threshold)};
}
