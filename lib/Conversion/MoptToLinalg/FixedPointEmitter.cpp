//===- FixedPointEmitter.cpp - Fixed-point functions as scalar IR ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FixedPointEmitter.h"

#include "RequantizeEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"

#include <limits>

using namespace mlir;
using namespace mlir::mopt;
using Compare = ScalarBuilder::Compare;

Value mopt::emitHighMul(ScalarBuilder &b, Value x, Value y) {
  return b.narrow(emitRoundingDoublingHighMul(b, x, y), b.getI32Type());
}

Value mopt::emitShiftLeftSaturating(ScalarBuilder &b, Value x, int exponent) {
  Value wide = b.widen(x, false, b.getI64Type());
  Value shifted = b.shiftLeft(wide, b.i64(exponent));
  constexpr double low = std::numeric_limits<int32_t>::min();
  constexpr double high = std::numeric_limits<int32_t>::max();
  return b.narrow(b.clamp(shifted, low, high), b.getI32Type());
}

Value mopt::emitOneOverOnePlus(ScalarBuilder &b, Value a) {
  Value wide = b.widen(a, false, b.getI64Type());
  Value half = b.narrow(b.shiftRight(b.add(wide, b.i64(int64_t(1) << 31)), 1),
                        b.getI32Type());
  Value x = b.add(b.i32(1515870810), emitHighMul(b, half, b.i32(-1010580540)));
  for (int step = 0; step < 3; ++step) {
    Value error = b.sub(b.i32(1 << 29), emitHighMul(b, half, x));
    x = b.add(x, emitShiftLeftSaturating(b, emitHighMul(b, x, error), 2));
  }
  return emitShiftLeftSaturating(b, x, 1);
}

SmallVector<int32_t> mopt::getFixedExps(float beta, float scale) {
  constexpr double largest = 2147483647.0;
  QuantizedMultiplier factor = quantizeMultiplier(
      std::min(double(beta) * double(scale) * (1 << 26), largest));
  int32_t cut = -calculateInputRadius(/*integerBits=*/5, factor.shift);
  SmallVector<int32_t> exps;
  for (int32_t i = 0; i < 256; ++i)
    exps.push_back(
        -i < cut ? 0
                 : expOnNegativeQ5(multiplyByQuantizedMultiplierGreaterThanOne(
                       -i, factor)));
  return exps;
}

EmittedFactor mopt::emitInverseSquareRoot(ScalarBuilder &b, Value x) {
  // x / 4 where x >= 2^29; less than 2^29 afterwards, since x < 2^31.
  Value isLarge = b.compare(Compare::GE, x, b.i32(1 << 29));
  Value input = b.select(isLarge, b.shiftRight(x, 2), x);
  Value zeros = math::CountLeadingZerosOp::create(b, input);
  Value pairs = b.sub(b.shiftRight(b.sub(zeros, 1), 1), 1);
  Value rightShift = b.sub(b.select(isLarge, b.i32(12), b.i32(11)), pairs);
  input = b.shiftLeft(input, b.mul(pairs, 2));

  auto product = [&](Value u, Value v) {
    return b.narrow(emitRoundingDoublingHighMul(b, u, v), b.getI32Type());
  };
  auto shiftUp = [&](Value value, int exponent) {
    Value wide =
        b.shiftLeft(b.widen(value, false, b.getI64Type()), b.i64(exponent));
    return b.narrow(b.clamp(wide, std::numeric_limits<int32_t>::min(),
                            std::numeric_limits<int32_t>::max()),
                    b.getI32Type());
  };
  Value half = emitRoundingDivideByPOT(b, b.shiftRight(input, 1), 1);
  constexpr int32_t one = 1 << 28;
  Value oneAndHalf = b.i32(one + one / 2);
  Value y = b.i32(one);
  for (int i = 0; i < 5; ++i) {
    Value cube = shiftUp(product(product(y, y), y), 6);
    y = shiftUp(b.sub(product(oneAndHalf, y), product(half, cube)), 3);
  }
  Value result = product(y, b.i32(1518500250));
  // A left shift goes into the multiplier.
  Value left = b.max(b.sub(b.i32(0), rightShift), b.i32(0));
  Value isOne = b.compare(Compare::LE, x, b.i32(1));
  Value largest = b.i32(std::numeric_limits<int32_t>::max());
  EmittedFactor factor;
  factor.multiplier = b.select(isOne, largest, b.shiftLeft(result, left));
  factor.rightShift = b.select(isOne, b.i32(0), b.max(rightShift, b.i32(0)));
  return factor;
}

Value mopt::emitMultiplyByFactor(ScalarBuilder &b, Value x,
                                 const EmittedFactor &factor) {
  Type i64 = b.getI64Type();
  Value high = emitRoundingDoublingHighMul(b, x, factor.multiplier);
  Value shift = b.widen(factor.rightShift, false, i64);
  // Half away from zero; nothing is to be rounded where the shift is 0.
  Value half = b.shiftRight(b.shiftLeft(b.i64(1), shift), 1);
  Value sign = b.shiftRight(high, 63);
  Value rounds = b.compare(Compare::GT, shift, b.i64(0));
  Value nudge = b.select(rounds, b.add(half, sign), b.i64(0));
  return b.narrow(b.shiftRight(b.add(high, nudge), shift), b.getI32Type());
}
