//===- NormalizationToLinalg.cpp - Normalisation of vectors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FixedPointEmitter.h"
#include "Lowering.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/IR/NormalizationOps.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"
#include "mopt/Dialect/Mopt/Reference/LogSoftmax.h"

using namespace mlir;
using namespace mlir::mopt;
using Compare = ScalarBuilder::Compare;

namespace {

/// The vectors of the last dimension as the rows of a matrix. What is computed
/// once a row becomes a tensor of its own.
struct Rows {
  Rows(OpBuilder &builder, Location loc, Value input)
      : builder(builder), loc(loc) {
    auto type = cast<RankedTensorType>(input.getType());
    depth = type.getShape().back();
    rows = type.getNumElements() / depth;
    x = reshapeTo(builder, loc, input, {rows, depth});
  }

  /// `body(b, row)` for each row.
  Value
  forEachRow(Type type,
             llvm::function_ref<Value(ScalarBuilder &, Value row)> body) const {
    return buildElementwise(
        builder, loc, RankedTensorType::get({rows}, type),
        [&](ScalarBuilder &b, ValueRange at) { return body(b, at[0]); });
  }

  /// Carries `init` through `step(b, x, carried)` along a row.
  Value reduce(ScalarBuilder &b, Value row, Value init,
               llvm::function_ref<Value(ScalarBuilder &, Value x, Value acc)>
                   step) const {
    return b.loop(b.index(0), b.index(depth), init,
                  [&](ScalarBuilder &b, Value k, Value acc) {
                    return step(b, b.load(x, {row, k}), acc);
                  });
  }

  /// `body(b, row, x)` for each element, in the shape `result`.
  Value map(RankedTensorType result,
            llvm::function_ref<Value(ScalarBuilder &, Value row, Value x)> body)
      const {
    Value value = buildElementwise(
        builder, loc,
        RankedTensorType::get({rows, depth}, result.getElementType()),
        [&](ScalarBuilder &b, ValueRange at) {
          return body(b, at[0], b.load(x, at));
        });
    return reshapeTo(builder, loc, value, result.getShape());
  }

  OpBuilder &builder;
  Location loc;
  Value x;
  int64_t rows, depth;
};

//===----------------------------------------------------------------------===//
// log_softmax
//===----------------------------------------------------------------------===//

struct LogSoftmaxLowering : OpConversionPattern<LogSoftmaxOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(LogSoftmaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput());
    if (input.type.getNumElements() == 0)
      return refuse(op, rewriter, "operand is empty");
    Rows rows(rewriter, op.getLoc(), adaptor.getInput());
    RankedTensorType type = getResultType(typeConverter, op);
    if (input.isFloat32())
      rewriter.replaceOp(op, emitFloat(rows, type));
    else if (input.params.isQuantized() && !input.params.isPerAxis() &&
             input.storage.isSignlessInteger(8))
      rewriter.replaceOp(op, emitInt8(rows, type, input.getScale()));
    else
      return refuse(op, rewriter, "operand is neither float32 nor int8");
    return success();
  }

private:
  static Value emitMax(const Rows &rows, Type type) {
    return rows.forEachRow(type, [&](ScalarBuilder &b, Value row) {
      Value first = b.widen(b.load(rows.x, {row, b.index(0)}), false, type);
      return rows.reduce(b, row, first,
                         [&](ScalarBuilder &b, Value x, Value acc) {
                           return b.max(acc, b.widen(x, false, type));
                         });
    });
  }

  /// x - max - log(sum); exp and log are the C library's.
  static Value emitFloat(const Rows &rows, RankedTensorType type) {
    Type f32 = rows.builder.getF32Type();
    Value max = emitMax(rows, f32);
    Value logs = rows.forEachRow(f32, [&](ScalarBuilder &b, Value row) {
      Value rowMax = b.load(max, row);
      Value sum = rows.reduce(
          b, row, b.f32(0.0f), [&](ScalarBuilder &b, Value x, Value acc) {
            return b.addReduce(acc, math::ExpOp::create(b, b.sub(x, rowMax)));
          });
      return Value(math::LogOp::create(b, sum));
    });
    return rows.map(type, [&](ScalarBuilder &b, Value row, Value x) {
      return b.sub(b.sub(x, b.load(max, row)), b.load(logs, row));
    });
  }

  static Value emitInt8(const Rows &rows, RankedTensorType type, float scale) {
    OpBuilder &builder = rows.builder;
    Type i32 = builder.getI32Type(), i64 = builder.getI64Type();
    LogSoftmaxScaling scaling(scale);
    // Entry i belongs to the difference -i: its term of the sum, and itself in
    // Q5.26.
    SmallVector<int32_t> terms, differences;
    for (int32_t i = 0; i < 256; ++i) {
      int32_t x = multiplyByQuantizedMultiplier(-i, scaling.factor);
      bool isCut = -i < scaling.minDifference;
      differences.push_back(x);
      terms.push_back(
          isCut ? 0
                : roundingDivideByPOT(expOnNegativeQ5(x),
                                      LogSoftmaxScaling::sumIntegerBits));
    }
    Value termTable = buildTable(builder, rows.loc, ArrayRef<int32_t>(terms));
    Value differenceTable =
        buildTable(builder, rows.loc, ArrayRef<int32_t>(differences));
    Value max = emitMax(rows, i32);
    auto getDistance = [&](ScalarBuilder &b, Value rowMax, Value x) {
      return b.sub(rowMax, b.widen(x, false, i32));
    };
    Value logs = rows.forEachRow(i32, [&](ScalarBuilder &b, Value row) {
      Value rowMax = b.load(max, row);
      Value sum = rows.reduce(
          b, row, b.i64(0), [&](ScalarBuilder &b, Value x, Value acc) {
            Value index = b.toIndex(getDistance(b, rowMax, x));
            return b.add(acc, b.widen(b.load(termTable, index), false, i64));
          });
      Value bounded = b.min(sum, b.i64(std::numeric_limits<int32_t>::max()));
      return emitLogOfSum(b, b.narrow(bounded, i32));
    });
    return rows.map(type, [&](ScalarBuilder &b, Value row, Value x) {
      Value log = b.load(logs, row);
      Value distance = getDistance(b, b.load(max, row), x);
      Value least = b.add(log, b.i32(std::numeric_limits<int32_t>::min()));
      Value cut =
          b.max(b.i32(scaling.minDifference - 1),
                emitMultiplyByQuantizedMultiplier(b, least, scaling.inverse));
      Value isInside = b.compare(Compare::GT, b.sub(b.i32(0), distance), cut);
      Value difference = b.load(differenceTable, b.toIndex(distance));
      Value wide =
          b.sub(b.widen(difference, false, i64), b.widen(log, false, i64));
      Value result =
          b.add(b.narrow(emitRoundingDivideByPOT(b, wide, 22), i32), 127);
      Value bounded = b.clamp(result, -128, 127);
      return b.narrow(b.select(isInside, bounded, b.i32(-128)), b.getI8Type());
    });
  }

  /// logOfSumQ5.
  static Value emitLogOfSum(ScalarBuilder &b, Value sum) {
    Type i32 = b.getI32Type(), i64 = b.getI64Type();
    constexpr int sumIntegerBits = LogSoftmaxScaling::sumIntegerBits;
    Value sqrtHalf = b.i32(1518500250), sqrtSqrtHalf = b.i32(1805811301);
    Value quarter = b.i32(1 << 23);
    auto toQ6 = [&](Value integer) { return b.mul(integer, 1 << 25); };
    Value zeros = math::CountLeadingZerosOp::create(b, sum);
    Value r = emitShiftLeftSaturating(
        b, emitHighMul(b, b.shiftLeft(sum, b.sub(zeros, 1)), sqrtHalf), 1);
    Value exponent = b.add(toQ6(b.sub(b.i32(sumIntegerBits), zeros)), quarter);

    Value smaller = emitHighMul(b, sum, sqrtHalf);
    Value headroom =
        b.sub(Value(math::CountLeadingZerosOp::create(b, smaller)), 1);
    // May leave 32 bits: saturates.
    Value wide =
        b.shiftLeft(b.widen(sum, false, i64), b.widen(headroom, false, i64));
    Value other =
        b.narrow(b.min(wide, b.i64(std::numeric_limits<int32_t>::max())), i32);
    r = b.min(r, other);
    exponent = b.max(
        exponent, b.sub(toQ6(b.sub(b.i32(sumIntegerBits), headroom)), quarter));

    Value p = b.narrow(
        b.shiftRight(b.add(b.add(b.widen(r, false, i64), b.i64(1805811301)), 1),
                     1),
        i32);
    Value q = b.mul(b.sub(r, sqrtSqrtHalf), 2);
    Value square = emitHighMul(b, q, q);
    Value numerator =
        b.add(emitHighMul(b, q, r),
              emitHighMul(b, emitHighMul(b, q, square), b.i32(117049297)));
    Value factor = b.add(b.add(q, b.i32(1057819769)),
                         emitHighMul(b, b.i32(127690142), square));
    Value denominator =
        b.add(emitHighMul(b, p, factor), emitHighMul(b, b.i32(638450708), q));
    Value scaled = b.narrow(
        emitRoundingDivideByPOT(b, b.widen(numerator, false, i64), 6), i32);
    Value quotient = emitHighMul(b, scaled, emitOneOverOnePlus(b, denominator));
    Value logarithm =
        b.add(emitHighMul(b, exponent, b.i32(1488522236)), quotient);
    return emitShiftLeftSaturating(b, logarithm, 1);
  }
};

//===----------------------------------------------------------------------===//
// l2_normalization
//===----------------------------------------------------------------------===//

struct L2NormalizationLowering : OpConversionPattern<L2NormalizationOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(L2NormalizationOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput());
    if (input.type.getNumElements() == 0)
      return refuse(op, rewriter, "operand is empty");
    Rows rows(rewriter, op.getLoc(), adaptor.getInput());
    RankedTensorType type = getResultType(typeConverter, op);
    if (input.isFloat32())
      rewriter.replaceOp(op, emitFloat(rows, type));
    else if (input.params.isQuantized() && !input.params.isPerAxis() &&
             input.isInteger(8) && rows.depth <= (1 << 15))
      rewriter.replaceOp(op, emitInteger(rows, type, input));
    else
      return refuse(op, rewriter,
                    "operand is neither float32 nor of 8 bits, or too long");
    return success();
  }

private:
  static Value emitFloat(const Rows &rows, RankedTensorType type) {
    Type f32 = rows.builder.getF32Type();
    Value norms = rows.forEachRow(f32, [&](ScalarBuilder &b, Value row) {
      Value squares = rows.reduce(b, row, b.f32(0.0f),
                                  [&](ScalarBuilder &b, Value x, Value acc) {
                                    return b.addReduce(acc, b.mul(x, x));
                                  });
      return b.max(Value(math::SqrtOp::create(b, squares)), b.f32(1e-6f));
    });
    return rows.map(type, [&](ScalarBuilder &b, Value row, Value x) {
      return b.div(x, b.load(norms, row));
    });
  }

  static Value emitInteger(const Rows &rows, RankedTensorType type,
                           const TensorFacts &input) {
    Type i32 = rows.builder.getI32Type();
    auto centre = [&](ScalarBuilder &b, Value x) {
      return b.sub(b.widen(x, input.isUnsigned, i32), input.getZeroPoint());
    };
    Value sums = rows.forEachRow(i32, [&](ScalarBuilder &b, Value row) {
      return rows.reduce(b, row, b.i32(0),
                         [&](ScalarBuilder &b, Value x, Value acc) {
                           Value value = centre(b, x);
                           return b.add(acc, b.mul(value, value));
                         });
    });
    ClampRange<int32_t> range = input.getStorageRange();
    int32_t outputZero = input.isUnsigned ? 128 : 0;
    return rows.map(type, [&](ScalarBuilder &b, Value row, Value x) {
      EmittedFactor inverse = emitInverseSquareRoot(b, b.load(sums, row));
      // As in the evaluator: 128 times the element, or 2^7 times the factor,
      // of which what is no right shift is a left shift of the element.
      Value unit = b.i32(128);
      if (!input.isUnsigned) {
        Value right = b.sub(inverse.rightShift, 7);
        unit = b.shiftLeft(b.i32(1), b.max(b.sub(b.i32(0), right), b.i32(0)));
        inverse.rightShift = b.max(right, b.i32(0));
      }
      Value value = emitMultiplyByFactor(b, b.mul(centre(b, x), unit), inverse);
      return b.narrow(b.clamp(b.add(value, outputZero), range.min, range.max),
                      b.getI8Type());
    });
  }
};

//===----------------------------------------------------------------------===//
// local_response_normalization
//===----------------------------------------------------------------------===//

struct LocalResponseNormalizationLowering
    : OpConversionPattern<LocalResponseNormalizationOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(LocalResponseNormalizationOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput());
    if (input.type.getNumElements() == 0)
      return refuse(op, rewriter, "operand is empty");
    int64_t depth = input.getShape().back(), radius = op.getRadius();
    Value x = adaptor.getInput();
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value c = at.back();
      Value begin = b.max(b.sub(c, radius), b.index(0));
      Value end = b.min(b.add(c, radius), b.index(depth));
      Value squares = b.loop(begin, end, b.f32(0.0f),
                             [&](ScalarBuilder &b, Value i, Value acc) {
                               SmallVector<Value> indices(at);
                               indices.back() = i;
                               Value value = b.load(x, indices);
                               return b.addReduce(acc, b.mul(value, value));
                             });
      Value base = b.add(b.f32(op.getBias().convertToFloat()),
                         b.mul(b.f32(op.getAlpha().convertToFloat()), squares));
      Value power =
          math::PowFOp::create(b, base, b.f32(-op.getBeta().convertToFloat()));
      return b.mul(b.load(x, at), power);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateNormalizationToLinalg(const TypeConverter &converter,
                                   RequantizeMode mode,
                                   RewritePatternSet &patterns) {
  patterns.add<LogSoftmaxLowering, L2NormalizationLowering,
               LocalResponseNormalizationLowering>(converter,
                                                   patterns.getContext());
}
} // namespace mlir::mopt::detail
