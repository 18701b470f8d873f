//===- LogSoftmax.cpp - log_softmax in fixed point --------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/LogSoftmax.h"

#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::mopt;

LogSoftmaxScaling::LogSoftmaxScaling(float inputScale) {
  // A factor this large already sends every difference below the minimum.
  constexpr double largest = 2147483647.0;
  double real = std::min(double(inputScale) * (1 << 26), largest);
  factor = quantizeMultiplier(real);
  // The inverse of the factor as it was rounded.
  inverse = quantizeMultiplier(std::ldexp(1.0, 31 - factor.shift) /
                               factor.multiplier);
  minDifference = -calculateInputRadius(/*integerBits=*/5, factor.shift);
}

int32_t LogSoftmaxScaling::getCut(int32_t logSum) const {
  // The least number of Q5.26 plus the logarithm.
  int32_t least = std::numeric_limits<int32_t>::min() + logSum;
  return std::max(minDifference - 1,
                  multiplyByQuantizedMultiplier(least, inverse));
}

int8_t LogSoftmaxScaling::getResult(int32_t difference, int32_t logSum) const {
  int32_t x = multiplyByQuantizedMultiplier(difference, factor);
  // Q5.26 to units of 1 / 16.
  int32_t result = roundingDivideByPOT(x - logSum, 26 - 4) + 127;
  return static_cast<int8_t>(std::min(std::max(result, -128), 127));
}

static int32_t multiply(int32_t a, int32_t b) {
  return saturatingRoundingDoublingHighMul(a, b);
}

int32_t mopt::logOfSumQ5(int32_t sum) {
  // sum = r * 2^e with r near 1: of r in [1/2, 1) and r in [sqrt(1/2) / 2,
  // sqrt(1/2)), both in Q0.31, the one below sqrt(1/2). log(r * 2^(1/4)) by a
  // rational function around 2^(-1/4), to which e - 1/4 or e + 1/4 times log(2)
  // is added in Q6.25.
  constexpr int sumIntegerBits = LogSoftmaxScaling::sumIntegerBits;
  constexpr int32_t log2 = 1488522236;
  constexpr int32_t sqrtHalf = 1518500250, sqrtSqrtHalf = 1805811301;
  constexpr int32_t quarter = 1 << 23;
  auto toQ6 = [](int32_t integer) {
    return saturatingRoundingMultiplyByPOT(integer, 25);
  };
  int zeros = llvm::countl_zero(static_cast<uint32_t>(sum));
  int32_t r = saturatingRoundingMultiplyByPOT(
      multiply(saturatingRoundingMultiplyByPOT(sum, zeros - 1), sqrtHalf), 1);
  int32_t exponent = toQ6(sumIntegerBits - zeros) + quarter;

  int32_t smaller = multiply(sum, sqrtHalf);
  int headroom = llvm::countl_zero(static_cast<uint32_t>(smaller)) - 1;
  r = std::min(r, saturatingRoundingMultiplyByPOT(sum, headroom));
  exponent = std::max(exponent, toQ6(sumIntegerBits - headroom) - quarter);

  // Half the sum of both, rounded half away from zero (none is negative).
  auto p = static_cast<int32_t>((int64_t(r) + sqrtSqrtHalf + 1) / 2);
  int32_t q = 2 * (r - sqrtSqrtHalf);
  int32_t square = multiply(q, q);
  // The coefficients are 2^(1/4) times 11/240, 1/20, sqrt(2) - 1 and 1/4.
  int32_t numerator = multiply(q, r) + multiply(multiply(q, square), 117049297);
  int32_t denominator =
      multiply(p, 1057819769 + q + multiply(127690142, square)) +
      multiply(638450708, q);
  int32_t quotient = multiply(roundingDivideByPOT(numerator, 6),
                              getOneOverOnePlus(denominator));
  return saturatingRoundingMultiplyByPOT(multiply(exponent, log2) + quotient,
                                         1);
}
