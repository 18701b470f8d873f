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

namespace {
/// What is known of each row: tensors of one f32 a row.
struct RowFacts {
  Value scale, inverse, zeroPoint;
};
} // namespace

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

static RowFacts emitSymmetric(OpBuilder &builder, Location loc, Value x) {
  Value ranges = foldRows(builder, loc, x, 0.0f,
                          [](ScalarBuilder &b, Value acc, Value element) {
                            return b.max(acc, math::AbsFOp::create(b, element));
                          });
  auto type = cast<RankedTensorType>(ranges.getType());
  // A row of zeros has scale 1.
  auto emit = [&](bool isInverse) {
    return buildElementwise(
        builder, loc, type, [&](ScalarBuilder &b, ValueRange at) -> Value {
          Value range = b.load(ranges, at);
          Value limit = b.f32(127.0f);
          Value value = isInverse ? b.div(limit, range) : b.div(range, limit);
          return b.select(b.compare(Compare::EQ, range, b.f32(0.0f)),
                          b.f32(1.0f), value);
        });
  };
  RowFacts facts;
  facts.scale = emit(/*isInverse=*/false);
  facts.inverse = emit(/*isInverse=*/true);
  return facts;
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

static RowFacts emitAsymmetric(OpBuilder &builder, Location loc, Value x) {
  Value mins = foldRows(builder, loc, x, 0.0f,
                        [](ScalarBuilder &b, Value acc, Value element) {
                          return b.min(acc, element);
                        });
  Value maxs = foldRows(builder, loc, x, 0.0f,
                        [](ScalarBuilder &b, Value acc, Value element) {
                          return b.max(acc, element);
                        });
  auto type = cast<RankedTensorType>(mins.getType());
  // A row of zeros has scale 1 and zero point 0.
  auto emit = [&](bool isScale) {
    return buildElementwise(
        builder, loc, type, [&](ScalarBuilder &b, ValueRange at) -> Value {
          Value min = b.load(mins, at), max = b.load(maxs, at);
          auto [scale, zeroPoint] = emitScaleAndZeroPoint(b, min, max);
          Value value = arith::TruncFOp::create(b, b.getF32Type(),
                                                isScale ? scale : zeroPoint);
          return b.select(b.compare(Compare::EQ, min, max),
                          b.f32(isScale ? 1.0f : 0.0f), value);
        });
  };
  RowFacts facts;
  facts.scale = emit(/*isScale=*/true);
  facts.zeroPoint = emit(/*isScale=*/false);
  facts.inverse = buildElementwise(
      builder, loc, type, [&](ScalarBuilder &b, ValueRange at) -> Value {
        return b.div(b.f32(1.0f), b.load(facts.scale, at));
      });
  return facts;
}

HybridInput mopt::emitHybridInput(OpBuilder &builder, Location loc, Value x,
                                  RowQuantization kind) {
  auto type = cast<RankedTensorType>(x.getType());
  int64_t rows = type.getDimSize(0);
  int64_t length = rows ? type.getNumElements() / rows : 0;
  Value flat = reshapeTo(builder, loc, x, {rows, length});
  bool isSymmetric = kind == RowQuantization::Symmetric;
  RowFacts facts = isSymmetric ? emitSymmetric(builder, loc, flat)
                               : emitAsymmetric(builder, loc, flat);
  auto rowType = RankedTensorType::get({rows, length}, builder.getI16Type());
  Value values = buildElementwise(
      builder, loc, rowType, [&](ScalarBuilder &b, ValueRange at) -> Value {
        Value scaled = b.mul(b.load(flat, at), b.load(facts.inverse, at[0]));
        Value zeroPoint;
        if (!isSymmetric) {
          zeroPoint = b.load(facts.zeroPoint, at[0]);
          scaled = b.add(zeroPoint, scaled);
        }
        Value rounded = math::RoundOp::create(b, scaled);
        Value bounded = b.clamp(rounded, isSymmetric ? -127.0 : -128.0, 127.0);
        Value stored = b.toInt32(bounded);
        if (zeroPoint)
          stored = b.sub(stored, b.toInt32(zeroPoint));
        return b.narrow(stored, b.getI16Type());
      });
  return {reshapeTo(builder, loc, values, type.getShape()), facts.scale};
}
