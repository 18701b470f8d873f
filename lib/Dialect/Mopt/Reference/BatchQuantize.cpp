//===- BatchQuantize.cpp - Quantisation of activations at run time --------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/BatchQuantize.h"

#include <algorithm>
#include <cmath>

using namespace mlir::mopt;
using llvm::ArrayRef;

/// Appends the quantised row and returns its scale.
static float quantizeSymmetric(ArrayRef<float> row,
                               std::vector<int16_t> &values) {
  auto [min, max] = std::minmax_element(row.begin(), row.end());
  float range = row.empty() ? 0.0f : std::max(std::abs(*min), std::abs(*max));
  if (range == 0.0f) {
    values.insert(values.end(), row.size(), 0);
    return 1.0f;
  }
  float inverse = 127.0f / range;
  for (float value : row) {
    float rounded = std::round(value * inverse);
    values.push_back(
        static_cast<int16_t>(std::min(std::max(rounded, -127.0f), 127.0f)));
  }
  return range / 127.0f;
}

/// The same, asymmetric; the zero point is taken off the values again.
static float quantizeAsymmetric(ArrayRef<float> row,
                                std::vector<int16_t> &values) {
  constexpr double qmin = -128.0, qmax = 127.0;
  float min = 0.0f, max = 0.0f;
  for (float value : row) {
    min = std::min(min, value);
    max = std::max(max, value);
  }
  if (min == max) {
    values.insert(values.end(), row.size(), 0);
    return 1.0f;
  }
  // The difference is rounded to float32, what follows is not.
  double scale = (max - min) / (qmax - qmin);
  double fromMin = qmin - min / scale;
  double fromMax = qmax - max / scale;
  // The end whose terms are smaller loses less to rounding.
  double minError = std::abs(qmin) + std::abs(min / scale);
  double maxError = std::abs(qmax) + std::abs(max / scale);
  double exact = minError < maxError ? fromMin : fromMax;
  auto zeroPoint =
      static_cast<int32_t>(std::round(std::min(std::max(exact, qmin), qmax)));
  auto rowScale = static_cast<float>(scale);
  float inverse = 1.0f / rowScale;
  for (float value : row) {
    // Ties go away from the real zero, not from the stored one.
    float rounded = std::round(value * inverse) + static_cast<float>(zeroPoint);
    float clamped = std::min(std::max(rounded, -128.0f), 127.0f);
    values.push_back(
        static_cast<int16_t>(static_cast<int32_t>(clamped) - zeroPoint));
  }
  return rowScale;
}

QuantizedRows mlir::mopt::quantizeRows(ArrayRef<float> values, int64_t numRows,
                                       RowQuantization kind) {
  QuantizedRows rows;
  rows.values.reserve(values.size());
  size_t length = numRows ? values.size() / numRows : 0;
  for (int64_t i = 0; i < numRows; ++i) {
    ArrayRef<float> row = values.slice(i * length, length);
    rows.scales.push_back(kind == RowQuantization::Symmetric
                              ? quantizeSymmetric(row, rows.values)
                              : quantizeAsymmetric(row, rows.values));
  }
  return rows;
}
