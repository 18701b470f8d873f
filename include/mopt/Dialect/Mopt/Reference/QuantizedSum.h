//===- QuantizedSum.h - add and sub of quantised values -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_REFERENCE_QUANTIZEDSUM_H
#define MOPT_DIALECT_MOPT_REFERENCE_QUANTIZEDSUM_H

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// The `fixed` mode: both operands are scaled to a common scale, twice the
/// larger one, with `leftShift` bits of headroom, added, and scaled to the
/// result's scale. Nothing is clamped.
class FixedSum {
public:
  FixedSum(const QuantParams &lhs, const QuantParams &rhs,
           const QuantParams &out, int leftShift)
      : lhsZero(lhs.zeroPoint()), rhsZero(rhs.zeroPoint()),
        outZero(out.zeroPoint()), leftShift(leftShift) {
    double common = 2.0 * double(std::max(lhs.scale(), rhs.scale()));
    lhsFactor = quantizeMultiplier(double(lhs.scale()) / common);
    rhsFactor = quantizeMultiplier(double(rhs.scale()) / common);
    outFactor = quantizeMultiplier(
        common / (double(int64_t(1) << leftShift) * double(out.scale())));
  }

  int32_t operator()(int32_t a, int32_t b, int sign) const {
    int32_t left = multiplyByQuantizedMultiplier(shift(a - lhsZero), lhsFactor);
    int32_t right =
        multiplyByQuantizedMultiplier(shift(b - rhsZero), rhsFactor);
    return multiplyByQuantizedMultiplier(left + sign * right, outFactor) +
           outZero;
  }

private:
  /// 8-bit differences take 9 bits and 20 of headroom; symmetric 16-bit values
  /// take 16 and 15: both fit.
  int32_t shift(int32_t x) const { return x * (1 << leftShift); }

  int32_t lhsZero, rhsZero, outZero;
  int leftShift;
  QuantizedMultiplier lhsFactor, rhsFactor, outFactor;
};

/// The `float` mode: two float32 products, and their sum, which is rounded.
class FloatSum {
public:
  FloatSum(const QuantParams &lhs, const QuantParams &rhs,
           const QuantParams &out, ClampRange<int32_t> range)
      : lhsFactor(lhs.scale() / out.scale()),
        rhsFactor(rhs.scale() / out.scale()), lhsZero(lhs.zeroPoint()),
        rhsZero(rhs.zeroPoint()), outZero(out.zeroPoint()), range(range) {}

  int32_t operator()(int32_t a, int32_t b, int sign) const {
    float left = static_cast<float>(a - lhsZero) * lhsFactor;
    float right = static_cast<float>(b - rhsZero) * rhsFactor;
    return roundAndClamp(sign > 0 ? left + right : left - right, outZero,
                         range);
  }

private:
  float lhsFactor, rhsFactor;
  int32_t lhsZero, rhsZero, outZero;
  ClampRange<int32_t> range;
};

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_QUANTIZEDSUM_H
