//===- HVXSum.cpp - Constants of sums of bytes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Two bytes have 65,536 sums. Multipliers of 31 bits are wrong by less than
// 2^-22 of a result's unit; the evaluators round their terms, too. Which pairs
// are so close to a tie that this shows is known at compile time: the numbers
// are moved until none is on the wrong side.

#include "HVXSum.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>
#include <vector>

using namespace mlir;
using namespace mlir::mopt;

/// Bits that the kernel drops before its last shift, which has four bits.
static constexpr int kDropped = 16, kMaxShift = 15;
static constexpr int32_t kValues = 256;

namespace {

/// A pair of bytes, and what it has to become.
struct Pair {
  int32_t lhs, rhs, result;
};

} // namespace

/// What kernel.hvx_linear_add computes, before it is clamped.
static int64_t apply(const HVXSum &sum, int64_t lhs, int64_t rhs) {
  int64_t value =
      (sum.lhsMultiplier * lhs + sum.rhsMultiplier * rhs + sum.offset) >>
      kDropped;
  if (sum.tiesToEven)
    value += (int64_t(1) << (sum.shift - 1)) - 1 + ((value >> sum.shift) & 1);
  return (value >> sum.shift) + sum.zeroPoint;
}

static bool isExact(const HVXSum &sum, ClampRange<int32_t> range,
                    llvm::ArrayRef<Pair> pairs) {
  return llvm::all_of(pairs, [&](const Pair &pair) {
    int64_t value = apply(sum, pair.lhs, pair.rhs);
    value = std::min<int64_t>(std::max<int64_t>(value, range.min), range.max);
    return value == pair.result;
  });
}

/// Calls `visit` with 0, then with numbers of both signs that grow up to
/// 2^`bits`, until it gives true.
static bool search(int bits, llvm::function_ref<bool(int64_t)> visit) {
  if (visit(0))
    return true;
  for (int bit = 4; bit <= bits; ++bit)
    for (int64_t sign : {1, -1})
      if (visit(sign * (int64_t(1) << bit)))
        return true;
  return false;
}

bool mopt::findSum(HVXSum &sum, const SumRule &rule,
                   llvm::function_ref<int32_t(int32_t, int32_t)> evaluate) {
  double largest = std::max(rule.lhsFactor, rule.rhsFactor);
  if (!std::isfinite(largest) || std::min(rule.lhsFactor, rule.rhsFactor) <= 0)
    return false;
  // Fraction bits, of which one has to be left for what decides ties.
  int exponent = 0;
  std::frexp(largest, &exponent);
  int fraction = std::min(31 - exponent, kDropped + kMaxShift);
  if (std::llround(std::ldexp(largest, fraction)) >= int64_t(1) << 31)
    --fraction;
  sum.shift = fraction - kDropped;
  if (sum.shift < 1)
    return false;
  int64_t lhs = std::llround(std::ldexp(rule.lhsFactor, fraction));
  int64_t rhs = std::llround(std::ldexp(rule.rhsFactor, fraction));

  // All pairs; and those close to a tie, which are wrong first.
  constexpr double kClose = 1.0 / 1024;
  std::vector<Pair> all, close;
  for (int32_t a = 0; a < kValues; ++a)
    for (int32_t b = 0; b < kValues; ++b) {
      all.push_back({a, b, evaluate(a, b)});
      double value = (a - rule.lhsZero) * rule.lhsFactor +
                     (b - rule.rhsZero) * rule.rhsFactor;
      if (std::abs(value - std::floor(value) - 0.5) < kClose)
        close.push_back(all.back());
    }
  auto tryNumbers = [&](int64_t lhsMore, int64_t rhsMore, int64_t more) {
    int64_t newLhs = lhs + lhsMore, newRhs = rhs + rhsMore;
    constexpr int64_t most = std::numeric_limits<int32_t>::max();
    if (newLhs < 0 || newRhs < 0 || newLhs > most || newRhs > most)
      return false;
    sum.lhsMultiplier = static_cast<int32_t>(newLhs);
    sum.rhsMultiplier = static_cast<int32_t>(newRhs);
    sum.offset = more - newLhs * rule.lhsZero - newRhs * rule.rhsZero;
    if (!sum.tiesToEven)
      sum.offset += (2 * int64_t(rule.outZero) + 1) << (fraction - 1);
    return isExact(sum, rule.range, close) && isExact(sum, rule.range, all);
  };
  // What float32 and the rounding of multipliers are wrong by is less than
  // 2^-14 of a unit.
  for (bool tiesToEven : {false, true}) {
    sum.tiesToEven = tiesToEven;
    // Ties to even are decided about zero, whatever the zero point.
    sum.zeroPoint = tiesToEven ? rule.outZero : 0;
    int bits = fraction - 14;
    if (search(bits, [&](int64_t more) { return tryNumbers(0, 0, more); }))
      return true;
    if (search(bits - 6, [&](int64_t lhsMore) {
          return search(bits - 6, [&](int64_t rhsMore) {
            return search(bits, [&](int64_t more) {
              return tryNumbers(lhsMore, rhsMore, more);
            });
          });
        }))
      return true;
  }
  return false;
}
