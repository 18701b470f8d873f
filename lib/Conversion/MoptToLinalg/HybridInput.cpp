//===- HybridInput.cpp - Activations quantised at run time -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HybridInput.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

/// Folds `step` over each row, from `init`.
static Value foldRows(
    OpBuilder &builder, Location loc, Value x, float init,
    llvm::function_ref<Value(ScalarBuilder &, Value acc, Value element)> step) {
  auto type = cast<RankedTensorType>(x.getType());
  int64_t length = type.getDimSize(1);
  return buildElementwise(
      builder, loc,
      RankedTensorType::get({type.getDimSize(0)}, type.getElementType()),
      [&](ScalarBuilder &b, ValueRange at) -> Value {
        return b.loop(b.index(0), b.index(length), b.f32(init),
                      [&](ScalarBuilder &b, Value k, Value acc) {
                        return step(b, acc, b.load(x, {at[0], k}));
                      });
      });
}

RowFactors mopt::emitSymmetricFactors(ScalarBuilder &b, Value range) {
  Value limit = b.f32(127.0f), one = b.f32(1.0f);
  // A row of zeros has scale 1.
  Value isZero = b.compare(Compare::EQ, range, b.f32(0.0f));
  RowFactors factors;
  factors.scale = b.select(isZero, one, b.div(range, limit));
  factors.inverse = b.select(isZero, one, b.div(limit, range));
  return factors;
}

/// Scale in double, and the zero point that `min` and `max` lead to.
static std::pair<Value, Value> emitScaleAndZeroPoint(ScalarBuilder &b,
                                                     Value min, Value max) {
  Type f64 = b.getF64Type();
  auto constant = [&](double value) { return b.constant(f64, value); };
  auto abs = [&](Value value) -> Value {
    return math::AbsFOp::create(b, value);
  };
  Value qmin = constant(-128.0), qmax = constant(127.0);
  // The difference is rounded to float32, what follows is not.
  Value scale = b.div(b.widen(b.sub(max, min), false, f64), constant(255.0));
  Value lowSteps = b.div(b.widen(min, false, f64), scale);
  Value highSteps = b.div(b.widen(max, false, f64), scale);
  Value minError = b.add(constant(128.0), abs(lowSteps));
  Value maxError = b.add(constant(127.0), abs(highSteps));
  // The end whose terms are smaller loses less to rounding.
  Value exact = b.select(b.compare(Compare::LT, minError, maxError),
                         b.sub(qmin, lowSteps), b.sub(qmax, highSteps));
  Value bounded = b.min(b.max(exact, qmin), qmax);
  return {scale, math::RoundOp::create(b, bounded)};
}

RowFactors mopt::emitAsymmetricFactors(ScalarBuilder &b, Value min, Value max) {
  auto [scale, zeroPoint] = emitScaleAndZeroPoint(b, min, max);
  auto narrow = [&](Value value) -> Value {
    return arith::TruncFOp::create(b, b.getF32Type(), value);
  };
  // A row of zeros has scale 1 and zero point 0.
  Value isZero = b.compare(Compare::EQ, min, max);
  RowFactors factors;
  factors.scale = b.select(isZero, b.f32(1.0f), narrow(scale));
  factors.zeroPoint = b.select(isZero, b.f32(0.0f), narrow(zeroPoint));
  factors.inverse = b.div(b.f32(1.0f), factors.scale);
  return factors;
}

Value mopt::emitQuantized(ScalarBuilder &b, Value x,
                          const RowFactors &factors) {
  Value rounded = math::RoundOp::create(b, b.mul(x, factors.inverse));
  // Ties go away from the real zero, not from the stored one.
  if (factors.zeroPoint)
    rounded = b.add(rounded, factors.zeroPoint);
  Value bounded = b.clamp(rounded, factors.zeroPoint ? -128.0 : -127.0, 127.0);
  Value stored = b.toInt32(bounded);
  if (factors.zeroPoint)
    stored = b.sub(stored, b.toInt32(factors.zeroPoint));
  return b.narrow(stored, b.getI16Type());
}

/// One f32 a row: a field of the factors.
static Value
emitRowTensor(OpBuilder &builder, Location loc, int64_t rows,
              llvm::function_ref<Value(ScalarBuilder &, ValueRange)> field) {
  return buildElementwise(
      builder, loc, RankedTensorType::get({rows}, builder.getF32Type()), field);
}

HybridInput mopt::emitHybridInput(OpBuilder &builder, Location loc, Value x,
                                  RowQuantization kind) {
  auto type = cast<RankedTensorType>(x.getType());
  int64_t rows = type.getDimSize(0);
  int64_t length = rows ? type.getNumElements() / rows : 0;
  Value flat = reshapeTo(builder, loc, x, {rows, length});
  bool isSymmetric = kind == RowQuantization::Symmetric;
  auto fold = [&](auto step) {
    return foldRows(builder, loc, flat, 0.0f, step);
  };
  // The largest magnitude, or the largest value and the smallest.
  Value maxs = fold([&](ScalarBuilder &b, Value acc, Value element) {
    return b.max(acc, isSymmetric ? Value(math::AbsFOp::create(b, element))
                                  : element);
  });
  Value mins;
  if (!isSymmetric)
    mins = fold([](ScalarBuilder &b, Value acc, Value element) {
      return b.min(acc, element);
    });
  auto emitFactors = [&](ScalarBuilder &b, ValueRange row) {
    if (isSymmetric)
      return emitSymmetricFactors(b, b.load(maxs, row));
    return emitAsymmetricFactors(b, b.load(mins, row), b.load(maxs, row));
  };
  auto emitField = [&](Value RowFactors::*field) {
    return emitRowTensor(builder, loc, rows,
                         [&](ScalarBuilder &b, ValueRange row) {
                           return emitFactors(b, row).*field;
                         });
  };
  RowFactors tensors;
  tensors.scale = emitField(&RowFactors::scale);
  tensors.inverse = emitField(&RowFactors::inverse);
  if (!isSymmetric)
    tensors.zeroPoint = emitField(&RowFactors::zeroPoint);
  auto rowType = RankedTensorType::get({rows, length}, builder.getI16Type());
  Value values = buildElementwise(
      builder, loc, rowType, [&](ScalarBuilder &b, ValueRange at) -> Value {
        RowFactors factors;
        factors.inverse = b.load(tensors.inverse, at[0]);
        if (tensors.zeroPoint)
          factors.zeroPoint = b.load(tensors.zeroPoint, at[0]);
        return emitQuantized(b, b.load(flat, at), factors);
      });
  return {reshapeTo(builder, loc, values, type.getShape()), tensors.scale};
}
