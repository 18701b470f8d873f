//===- Elementwise.h - Constants of elementwise ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the evaluators and the lowerings of elementwise ops form from attributes
// and scales in the same way.

#ifndef MOPT_DIALECT_MOPT_REFERENCE_ELEMENTWISE_H
#define MOPT_DIALECT_MOPT_REFERENCE_ELEMENTWISE_H

#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// How operands of 8 bits are compared: (q - zp) * 2^8, each times its factor.
/// The factors are the scales; two of which one is 1 or more, where the kernel
/// has no meaning, are halved until both are below 1.
struct ComparisonFactors {
  static constexpr int leftShift = 8;
  QuantizedMultiplier lhs, rhs;
  ComparisonFactors(float lhsScale, float rhsScale);
};

/// The factor of a quotient of stored numbers: lhs / (rhs * out), in float32.
QuantizedMultiplier getDivisionFactor(float lhs, float rhs, float out);

/// x / y times `factor`, rounded half away from zero; 0 for y = 0. The
/// reciprocal is getReciprocal's.
int64_t divideFixedPoint(int32_t x, int32_t y, QuantizedMultiplier factor);

/// How 8-bit differences are squared: (q - zp) * 2^7, each times its factor, to
/// steps of twice the larger scale; the square of their difference times `out`.
struct SquaredDifferenceFactors {
  static constexpr int leftShift = 7;
  QuantizedMultiplier lhs, rhs, out;
  SquaredDifferenceFactors(float lhsScale, float rhsScale, float outScale);
};

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_ELEMENTWISE_H
