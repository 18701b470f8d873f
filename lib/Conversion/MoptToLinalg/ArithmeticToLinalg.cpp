//===- ArithmeticToLinalg.cpp - Division, powers, differences -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the evaluators report at run time has a result here: integers divided by
// 0 give 0, integers to a negative power their truncated fraction.

#include "ElementwiseLowering.h"
#include "FixedPointEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/IR/ArithmeticOps.h"
#include "mopt/Dialect/Mopt/Reference/Elementwise.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

//===----------------------------------------------------------------------===//
// Numbers without scales
//===----------------------------------------------------------------------===//

/// Calls `emit(divisor)` with a divisor that is neither 0 nor -1, the two that
/// the machine's division cannot do or overflows with, and puts their results
/// in place: 0 and `ofMinusOne`.
static Value emitGuarded(ScalarBuilder &b, Value y, Value ofMinusOne,
                         llvm::function_ref<Value(Value)> emit) {
  Type type = y.getType();
  Value zero = b.constant(type, 0), one = b.constant(type, 1);
  Value isZero = b.compare(Compare::EQ, y, zero);
  Value isMinusOne = b.compare(Compare::EQ, y, b.constant(type, -1));
  Value value = emit(b.select(isZero, one, b.select(isMinusOne, one, y)));
  value = b.select(isMinusOne, ofMinusOne, value);
  return b.select(isZero, zero, value);
}

/// True where a remainder has to move to the divisor's sign.
static Value hasOtherSign(ScalarBuilder &b, Value rest, Value divisor) {
  Value zero = b.constant(rest.getType(), 0);
  Value differs = arith::XOrIOp::create(b, b.compare(Compare::LT, rest, zero),
                                        b.compare(Compare::LT, divisor, zero));
  return b.logicalAnd(b.compare(Compare::NE, rest, zero), differs);
}

static Value emit(ScalarBuilder &b, DivOp op, Value x, Value y) {
  ActivationFunction activation = op.getFusedActivationFunction();
  if (isa<FloatType>(x.getType())) {
    ClampRange<float> range = *getFloatActivationRange(activation);
    return b.clamp(b.div(x, y), range.min, range.max);
  }
  ClampRange<int32_t> range =
      *getQuantizedActivationRange(activation, 1.0f, 0,
                                   {std::numeric_limits<int32_t>::min(),
                                    std::numeric_limits<int32_t>::max()});
  // The one quotient that does not fit saturates.
  Value lowest = b.constant(x.getType(), std::numeric_limits<int32_t>::min());
  Value highest = b.constant(x.getType(), std::numeric_limits<int32_t>::max());
  Value negated = b.select(b.compare(Compare::EQ, x, lowest), highest,
                           b.sub(b.constant(x.getType(), 0), x));
  Value quotient =
      emitGuarded(b, y, negated, [&](Value d) { return b.div(x, d); });
  return b.clamp(quotient, range.min, range.max);
}

static Value emit(ScalarBuilder &b, FloorDivOp, Value x, Value y) {
  if (isa<FloatType>(x.getType()))
    return math::FloorOp::create(b, b.div(x, y));
  Value negated = b.sub(b.constant(x.getType(), 0), x);
  return emitGuarded(b, y, negated, [&](Value d) {
    Value quotient = b.div(x, d);
    Value rest = b.sub(x, b.mul(quotient, d));
    return b.select(hasOtherSign(b, rest, d), b.sub(quotient, 1), quotient);
  });
}

static Value emit(ScalarBuilder &b, FloorModOp, Value x, Value y) {
  auto moved = [&](Value rest, Value divisor) {
    return b.select(hasOtherSign(b, rest, divisor), b.add(rest, divisor), rest);
  };
  if (isa<FloatType>(x.getType()))
    return moved(arith::RemFOp::create(b, x, y), y);
  return emitGuarded(b, y, b.constant(x.getType(), 0), [&](Value d) {
    return moved(arith::RemSIOp::create(b, x, d), d);
  });
}

static Value emit(ScalarBuilder &b, PowOp, Value x, Value y) {
  if (isa<FloatType>(x.getType()))
    return math::PowFOp::create(b, x, y);
  Type f64 = b.getF64Type();
  Value power =
      math::PowFOp::create(b, arith::SIToFPOp::create(b, f64, x).getResult(),
                           arith::SIToFPOp::create(b, f64, y).getResult());
  constexpr int32_t lowest = std::numeric_limits<int32_t>::min();
  Value fits = b.logicalAnd(
      b.compare(Compare::GT, power, b.constant(f64, lowest)),
      b.compare(Compare::LT, power, b.constant(f64, -double(lowest))));
  Value inside = b.select(fits, power, b.constant(f64, lowest));
  return b.toInt32(inside);
}

static Value emit(ScalarBuilder &b, Atan2Op, Value x, Value y) {
  return math::Atan2Op::create(b, x, y);
}

static Value emit(ScalarBuilder &b, SquaredDifferenceOp, Value x, Value y) {
  Value difference = b.sub(x, y);
  return b.mul(difference, difference);
}

//===----------------------------------------------------------------------===//
// Quantised numbers
//===----------------------------------------------------------------------===//

/// divideFixedPoint: an i64.
static Value emitDivideFixedPoint(ScalarBuilder &b, Value x, Value y,
                                  QuantizedMultiplier factor) {
  Type i64 = b.getI64Type();
  Value zero = b.i32(0), one = b.i32(1);
  Value isZero = b.compare(Compare::EQ, y, zero);
  Value isNegative = b.compare(Compare::LT, y, zero);
  x = b.select(isNegative, b.sub(zero, x), x);
  y = b.select(isZero, one, b.select(isNegative, b.sub(zero, y), y));
  // y = 2^(31 - zeros) * (1 + excess).
  Value zeros = math::CountLeadingZerosOp::create(b, y);
  Value excess = arith::AndIOp::create(
      b, b.shiftLeft(y, zeros), b.i32(std::numeric_limits<int32_t>::max()));
  Value inverse = emitOneOverOnePlus(b, excess);
  // Sign bits of x besides the sign.
  Value magnitude = arith::XOrIOp::create(b, x, b.shiftRight(x, 31));
  Value headroom = b.sub(math::CountLeadingZerosOp::create(b, magnitude), 1);
  Value quotient = emitHighMul(b, b.shiftLeft(x, headroom), inverse);
  quotient = b.widen(emitHighMul(b, quotient, b.i32(factor.multiplier)),
                     /*isUnsigned=*/false, i64);
  // 31 - zeros + headroom - shift bits to the right, or to the left below 0.
  Value right = b.add(b.sub(headroom, zeros), 31 - int64_t(factor.shift));
  Value left = b.clamp(b.sub(zero, right), 0, 31);
  Value bits = b.widen(b.clamp(right, 1, 40), /*isUnsigned=*/false, i64);
  Value half = b.shiftLeft(b.i64(1), b.sub(bits, 1));
  // Half away from zero.
  Value sign = b.shiftRight(quotient, 63);
  Value rounded = b.shiftRight(b.add(b.add(quotient, half), sign), bits);
  Value shifted =
      b.shiftLeft(quotient, b.widen(left, /*isUnsigned=*/false, i64));
  Value steps = b.select(b.compare(Compare::GT, right, zero), rounded, shifted);
  return b.select(isZero, b.i64(0), steps);
}

/// Adds the zero point to i64 steps of the result and clamps.
static Value emitSteps(ScalarBuilder &b, Value steps, const TensorFacts &out,
                       ActivationFunction activation) {
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      activation, out.getScale(), out.getZeroPoint(), out.getStorageRange());
  Value value = b.clamp(b.add(steps, out.getZeroPoint()), range.min, range.max);
  return b.narrow(value, b.getIntegerType(out.storage.getIntOrFloatBitWidth()));
}

static Value emitQuantized(ScalarBuilder &b, DivOp op, const BinaryFacts &facts,
                           Value x, Value y) {
  Value steps = emitDivideFixedPoint(b, x, y,
                                     getDivisionFactor(facts.lhs.getScale(),
                                                       facts.rhs.getScale(),
                                                       facts.out.getScale()));
  return emitSteps(b, steps, facts.out, op.getFusedActivationFunction());
}

static Value emitQuantized(ScalarBuilder &b, SquaredDifferenceOp,
                           const BinaryFacts &facts, Value x, Value y) {
  SquaredDifferenceFactors factors(facts.lhs.getScale(), facts.rhs.getScale(),
                                   facts.out.getScale());
  auto scale = [&](Value value, QuantizedMultiplier factor) {
    return emitMultiplyByQuantizedMultiplier(
        b, b.shiftLeft(value, b.i32(SquaredDifferenceFactors::leftShift)),
        factor);
  };
  Value difference = b.sub(scale(x, factors.lhs), scale(y, factors.rhs));
  Value steps = emitMultiplyByQuantizedMultiplier(
      b, b.mul(difference, difference), factors.out);
  return emitSteps(b, b.widen(steps, /*isUnsigned=*/false, b.getI64Type()),
                   facts.out, ActivationFunction::NONE);
}

template <typename OpT>
static Value emitQuantized(ScalarBuilder &, OpT, const BinaryFacts &, Value,
                           Value) {
  llvm_unreachable("has no arithmetic on scales");
}

namespace {

enum class Quantised { Never, AsStored, Scaled };

template <typename OpT, Quantised quantised>
struct ArithmeticLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    BinaryFacts facts(op);
    if (failed(facts.check(op, rewriter)))
      return failure();
    bool isScaled = facts.out.params.isQuantized();
    if (isScaled && quantised == Quantised::Never)
      return refuse(op, rewriter, "quantised operands");
    isScaled &= quantised == Quantised::Scaled;
    if (isScaled && (!facts.isPerTensor() ||
                     !(facts.out.isInteger(8) || facts.out.isInteger(16))))
      return refuse(op, rewriter,
                    "quantised operands need one scale each and 8 or 16 bits");
    if (!isScaled && facts.out.isUnsigned)
      return refuse(op, rewriter, "unsigned numbers");
    auto combineElements = [&](ScalarBuilder &b, Value x, Value y) -> Value {
      if (!isScaled)
        return narrowToHalf(b, emit(b, op, widenHalf(b, x), widenHalf(b, y)),
                            x.getType());
      auto centre = [&](Value stored, const TensorFacts &operand) {
        return b.sub(b.widen(stored, operand.isUnsigned, b.getI32Type()),
                     operand.getZeroPoint());
      };
      return emitQuantized(b, op, facts, centre(x, facts.lhs),
                           centre(y, facts.rhs));
    };
    replaceBinary(op, adaptor, facts, rewriter, this->typeConverter,
                  combineElements);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateArithmeticToLinalg(const TypeConverter &converter, RequantizeMode,
                                RewritePatternSet &patterns) {
  patterns.add<ArithmeticLowering<DivOp, Quantised::Scaled>,
               ArithmeticLowering<FloorDivOp, Quantised::AsStored>,
               ArithmeticLowering<FloorModOp, Quantised::AsStored>,
               ArithmeticLowering<PowOp, Quantised::Never>,
               ArithmeticLowering<Atan2Op, Quantised::Never>,
               ArithmeticLowering<SquaredDifferenceOp, Quantised::Scaled>>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
