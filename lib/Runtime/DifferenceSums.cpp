//===- DifferenceSums.cpp - How far values are from others -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/DifferenceSums.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir::mopt;

/// As std::max, but a NaN is never lost.
static double getLarger(double a, double b) {
  return b <= a || std::isnan(a) ? a : b;
}

void DifferenceSums::add(llvm::ArrayRef<float> values,
                         llvm::ArrayRef<float> reference) {
  for (auto [value, expected] : llvm::zip_equal(values, reference)) {
    double v = value, r = expected, difference = v - r;
    maxAbsolute = getLarger(maxAbsolute, std::abs(difference));
    power += v * v;
    signal += r * r;
    noise += difference * difference;
    product += v * r;
  }
  elements += values.size();
}

void DifferenceSums::add(const DifferenceSums &other) {
  maxAbsolute = getLarger(maxAbsolute, other.maxAbsolute);
  power += other.power;
  signal += other.signal;
  noise += other.noise;
  product += other.product;
  elements += other.elements;
}

double DifferenceSums::getSNR() const {
  if (noise == 0)
    return std::numeric_limits<double>::infinity();
  return 10 * std::log10(signal / noise);
}

double DifferenceSums::getCosine() const {
  if (power == 0 && signal == 0)
    return 1;
  if (power == 0 || signal == 0)
    return 0;
  // Rounding may lead a little above 1.
  return std::min(1.0, product / std::sqrt(power * signal));
}
