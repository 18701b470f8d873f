//===- RequantizeEmitter.cpp - Emits the arithmetic of requantisation -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RequantizeEmitter.h"

#include "Lowering.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::mopt;

Value mopt::emitRoundingDoublingHighMul(ScalarBuilder &b, Value x,
                                        Value multiplier) {
  Type wide = b.getI64Type();
  Value product =
      b.mul(b.widen(x, false, wide), b.widen(multiplier, false, wide));
  // gemmlowp adds 2^30, or 1 - 2^30 to negative products, and divides by 2^31
  // towards zero. Both cases are floor((product + 2^30) / 2^31).
  return b.shiftRight(b.add(product, b.i64(int64_t(1) << 30)), 31);
}

Value mopt::emitRoundingDivideByPOT(ScalarBuilder &b, Value x, int exponent) {
  if (exponent == 0)
    return x;
  Type type = x.getType();
  // Half away from zero: add one half, less one unit for negative values, and
  // round down.
  Value sign = b.shiftRight(x, type.getIntOrFloatBitWidth() - 1);
  Value half = b.constant(type, double(int64_t(1) << (exponent - 1)));
  return b.shiftRight(b.add(b.add(x, half), sign), exponent);
}

Value mopt::emitMultiplyByQuantizedMultiplier(ScalarBuilder &b, Value x,
                                              QuantizedMultiplier factor) {
  if (factor.shift > 0)
    x = b.shiftLeft(x, b.i32(factor.shift));
  Value product = emitRoundingDoublingHighMul(b, x, b.i32(factor.multiplier));
  product = emitRoundingDivideByPOT(b, product, std::max(-factor.shift, 0));
  return b.narrow(product, b.getI32Type());
}

Value mopt::emitRoundAndClamp(ScalarBuilder &b, Value value, int32_t zeroPoint,
                              ClampRange<int32_t> range) {
  Value rounded = math::RoundEvenOp::create(b, value);
  Value low = b.f32(static_cast<float>(range.min - zeroPoint));
  Value high = b.f32(static_cast<float>(range.max - zeroPoint));
  Value bounded = b.min(b.max(rounded, low), high);
  return b.add(b.toInt32(bounded), zeroPoint);
}

void RequantizeEmitter::addFactor(double exactFactor, float rounded) {
  fixed.push_back(quantizeMultiplier(exactFactor));
  exact.push_back(exactFactor);
  real.push_back(rounded);
}

void RequantizeEmitter::addRoundedProductFactor(float input, float weight,
                                                float output) {
  addFactor(double(input * weight) / double(output), input * weight / output);
}

void RequantizeEmitter::addProductFactor(float input, float weight,
                                         float output) {
  addFactor(double(input) * double(weight) / double(output),
            input * weight / output);
}

void RequantizeEmitter::addRescaleFactor(float input, float output) {
  addFactor(double(input) / double(output), input / output);
}

void RequantizeEmitter::prepare(OpBuilder &builder, Location loc) {
  if (mode == RequantizeMode::Float) {
    if (!llvm::all_equal(real))
      realTable = buildTable(builder, loc, ArrayRef<float>(real));
    return;
  }
  if (arithmetic == FixedArithmetic::Double) {
    if (!llvm::all_equal(exact))
      exactTable = buildTable(builder, loc, ArrayRef<double>(exact));
    return;
  }
  auto same = [&](const QuantizedMultiplier &factor) {
    return factor.multiplier == fixed.front().multiplier &&
           factor.shift == fixed.front().shift;
  };
  if (llvm::all_of(fixed, same))
    return;
  SmallVector<int32_t> multipliers, shifts;
  for (const QuantizedMultiplier &factor : fixed) {
    multipliers.push_back(factor.multiplier);
    shifts.push_back(factor.shift);
  }
  multiplierTable = buildTable(builder, loc, ArrayRef<int32_t>(multipliers));
  shiftTable = buildTable(builder, loc, ArrayRef<int32_t>(shifts));
}

Value RequantizeEmitter::apply(ScalarBuilder &b, Value acc,
                               Value channel) const {
  if (mode == RequantizeMode::Float) {
    Value factor = realTable ? b.load(realTable, channel) : b.f32(real.front());
    return emitRoundAndClamp(b, b.mul(b.toFloat(acc), factor), zeroPoint,
                             range);
  }
  if (arithmetic == FixedArithmetic::Double)
    return applyDouble(b, acc, channel);
  Value scaled = acc.getType().isInteger(64) ? applyFixed64(b, acc, channel)
                                             : applyFixed32(b, acc, channel);
  // Clamped first, so that adding the zero point cannot overflow (32-bit
  // results have none).
  return b.add(b.clamp(scaled, range.min - zeroPoint, range.max - zeroPoint),
               zeroPoint);
}

Value RequantizeEmitter::applyDouble(ScalarBuilder &b, Value acc,
                                     Value channel) const {
  Type f64 = b.getF64Type();
  Value factor =
      exactTable ? b.load(exactTable, channel) : b.constant(f64, exact.front());
  Value product = b.mul(arith::SIToFPOp::create(b, f64, acc), factor);
  Value rounded = math::RoundOp::create(b, product);
  Value value = b.add(rounded, b.constant(f64, zeroPoint));
  return b.toInt32(b.clamp(value, range.min, range.max));
}

Value RequantizeEmitter::applyFixed32(ScalarBuilder &b, Value acc,
                                      Value channel) const {
  if (!multiplierTable)
    return emitMultiplyByQuantizedMultiplier(b, acc, fixed.front());
  Value shift = b.load(shiftTable, channel);
  bool anyLeft = llvm::any_of(fixed, [](auto f) { return f.shift > 0; });
  bool allRight = llvm::all_of(fixed, [](auto f) { return f.shift < 0; });
  if (anyLeft)
    acc = b.shiftLeft(acc, b.max(shift, b.i32(0)));
  Value product =
      emitRoundingDoublingHighMul(b, acc, b.load(multiplierTable, channel));
  // emitRoundingDivideByPOT by a variable exponent.
  Type wide = b.getI64Type();
  Value exponent =
      b.widen(b.max(b.sub(b.i32(0), shift), b.i32(0)), false, wide);
  Value half = b.shiftRight(b.shiftLeft(b.i64(1), exponent), 1);
  Value sign = b.shiftRight(product, 63);
  // Without a shift there is nothing to round.
  if (!allRight)
    sign = b.select(b.compare(ScalarBuilder::Compare::GT, exponent, b.i64(0)),
                    sign, b.i64(0));
  product = b.shiftRight(b.add(b.add(product, half), sign), exponent);
  return b.narrow(product, b.getI32Type());
}

Value RequantizeEmitter::applyFixed64(ScalarBuilder &b, Value acc,
                                      Value channel) const {
  auto reduce = [](int32_t multiplier) -> int32_t {
    return multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
  };
  if (!multiplierTable) {
    int64_t shift = 15 - fixed.front().shift;
    Value product = b.mul(acc, b.i64(reduce(fixed.front().multiplier)));
    Value rounded = b.add(product, b.i64(int64_t(1) << (shift - 1)));
    return b.narrow(b.shiftRight(rounded, shift), b.getI32Type());
  }
  Type wide = b.getI64Type();
  Value multiplier = b.load(multiplierTable, channel);
  Value reduced = b.select(
      b.compare(ScalarBuilder::Compare::LT, multiplier, b.i32(0x7FFF0000)),
      b.shiftRight(b.add(multiplier, int64_t(1) << 15), 16), b.i32(0x7FFF));
  Value shift =
      b.sub(b.i64(15), b.widen(b.load(shiftTable, channel), false, wide));
  Value half = b.shiftLeft(b.i64(1), b.sub(shift, b.i64(1)));
  Value product = b.mul(acc, b.widen(reduced, false, wide));
  return b.narrow(b.shiftRight(b.add(product, half), shift), b.getI32Type());
}
