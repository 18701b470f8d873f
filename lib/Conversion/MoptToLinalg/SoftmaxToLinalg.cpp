//===- SoftmaxToLinalg.cpp - Softmax -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluatedTable.h"
#include "FixedPointEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Fixed point
//===----------------------------------------------------------------------===//

// The integer forms take exponentials of differences to the row's maximum, of
// which there are 256 or 65,536: a table. The sum and its reciprocal remain.

/// Entry i is exp(-i * scale) in Q0.15, by the kernel's interpolation.
static SmallVector<int32_t> getInt16Exps(float beta, float scale) {
  Int16Table table =
      makeInt16Table(-10.0, 0.0, [](double x) { return std::exp(x); });
  QuantizedMultiplier factor =
      quantizeMultiplier(scale * beta / (10.0 / 65535.0));
  SmallVector<int32_t> exps;
  for (int32_t i = 0; i < 65536; ++i) {
    int32_t x = multiplyByQuantizedMultiplier(-i, factor) + 32767;
    exps.push_back(
        lookUp(table, static_cast<int16_t>(std::clamp(x, -32768, 32767))));
  }
  return exps;
}

/// Entry i is 1 / (1 + x) in Q0.15 for x = i - 32768 over [-32768, 32767].
static SmallVector<int32_t> getInt16Reciprocals() {
  Int16Table table =
      makeInt16Table(0.0, 1.0, [](double x) { return 1.0 / (1.0 + x); });
  SmallVector<int32_t> values;
  for (int32_t i = -32768; i <= 32767; ++i)
    values.push_back(lookUp(table, static_cast<int16_t>(i)));
  return values;
}

namespace {

struct SoftmaxLowering : OpConversionPattern<SoftmaxOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(SoftmaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    if (input.type.getRank() == 0 || input.getShape() != output.getShape())
      return refuse(op, rewriter, "operand has no last dimension");
    // Rows of the last dimension.
    int64_t depth = input.getShape().back();
    if (depth == 0)
      return refuse(op, rewriter, "operand is empty");
    int64_t rows = input.type.getNumElements() / depth;
    Location loc = op.getLoc();
    Value x = reshapeTo(rewriter, loc, adaptor.getInput(), {rows, depth});
    Value result;
    if (input.isFloat32() && output.isFloat32())
      result = emitFloat(rewriter, loc, x, rows, depth,
                         op.getBeta().convertToFloat());
    else if (input.params.isQuantized() && !input.params.isPerAxis() &&
             input.isInteger(8) &&
             (output.storage == input.storage ||
              output.storage.isSignlessInteger(16)))
      result = emitFixed(rewriter, loc, x, rows, depth,
                         op.getBeta().convertToFloat(), input, output);
    else if (input.params.isQuantized() && !input.params.isPerAxis() &&
             input.storage.isSignlessInteger(16) &&
             output.storage.isSignlessInteger(16))
      result = emitInt16(rewriter, loc, x, rows, depth,
                         op.getBeta().convertToFloat(), input);
    else
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "no lowering for " << input.type.getElementType() << " to "
             << output.type.getElementType();
      });
    rewriter.replaceOp(op, reshapeTo(rewriter, loc, result, output.getShape()));
    return success();
  }

private:
  /// The greatest element of each row, widened to `type`.
  static Value emitRowMax(OpBuilder &builder, Location loc, Value x,
                          int64_t rows, int64_t depth, Type type,
                          bool isUnsigned) {
    return buildElementwise(
        builder, loc, RankedTensorType::get({rows}, type),
        [&](ScalarBuilder &b, ValueRange at) -> Value {
          auto read = [&](ScalarBuilder &b, Value k) {
            return b.widen(b.load(x, {at[0], k}), isUnsigned, type);
          };
          return b.loop(b.index(1), b.index(depth), read(b, b.index(0)),
                        [&](ScalarBuilder &b, Value k, Value acc) {
                          return b.max(acc, read(b, k));
                        });
        });
  }

  /// The sum over each row of `term(max - x)`, which is an i32, as a `sumType`.
  using Term = llvm::function_ref<Value(ScalarBuilder &, Value difference)>;
  static Value emitRowSum(OpBuilder &builder, Location loc, Value x, Value max,
                          int64_t depth, bool isUnsigned, IntegerType sumType,
                          Term term) {
    auto type = cast<RankedTensorType>(max.getType()).clone(sumType);
    return buildElementwise(
        builder, loc, type, [&](ScalarBuilder &b, ValueRange at) -> Value {
          Value rowMax = b.load(max, at[0]);
          return b.loop(
              b.index(0), b.index(depth), b.constant(sumType, 0),
              [&](ScalarBuilder &b, Value k, Value acc) {
                Value value =
                    b.widen(b.load(x, {at[0], k}), isUnsigned, b.getI32Type());
                return b.add(acc, b.widen(term(b, b.sub(rowMax, value)), false,
                                          sumType));
              });
        });
  }

  /// 8 bits to 8 or 16 bits: gemmlowp's fixed point.
  static Value emitFixed(OpBuilder &builder, Location loc, Value x,
                         int64_t rows, int64_t depth, float beta,
                         const TensorFacts &input, const TensorFacts &output) {
    // The sum has 12 integer bits.
    constexpr int sumIntegerBits = 12;
    SmallVector<int32_t> exps = getFixedExps(beta, input.getScale());
    SmallVector<int32_t> terms;
    for (int32_t exp : exps)
      terms.push_back(roundingDivideByPOT(exp, sumIntegerBits));
    Value expTable = buildTable(builder, loc, ArrayRef<int32_t>(exps));
    Value termTable = buildTable(builder, loc, ArrayRef<int32_t>(terms));

    Type i32 = builder.getI32Type();
    IntegerType i64 = builder.getI64Type();
    bool isUnsigned = input.isUnsigned;
    Value max = emitRowMax(builder, loc, x, rows, depth, i32, isUnsigned);
    Value sums = emitRowSum(builder, loc, x, max, depth, isUnsigned, i64,
                            [&](ScalarBuilder &b, Value difference) {
                              return b.load(termTable, b.toIndex(difference));
                            });
    Value reciprocals = buildElementwise(
        builder, loc, cast<RankedTensorType>(max.getType()),
        [&](ScalarBuilder &b, ValueRange at) -> Value {
          Value sum = b.load(sums, at);
          Value headroom = math::CountLeadingZerosOp::create(b, sum);
          // sum << headroom has its top bit set; without it, the excess over 1.
          Value top =
              b.narrow(b.shiftRight(b.shiftLeft(sum, headroom), 32), i32);
          Value excess = b.add(top, b.i32(std::numeric_limits<int32_t>::min()));
          return emitOneOverOnePlus(b, excess);
        });
    unsigned width = output.storage.getIntOrFloatBitWidth();
    ClampRange<int32_t> range = output.getStorageRange();
    auto type =
        RankedTensorType::get({rows, depth}, builder.getIntegerType(width));
    return buildElementwise(
        builder, loc, type, [&](ScalarBuilder &b, ValueRange at) -> Value {
          Value difference = b.sub(b.load(max, at[0]),
                                   b.widen(b.load(x, at), isUnsigned, i32));
          Value scaled = emitRoundingDoublingHighMul(
              b, b.load(expTable, b.toIndex(difference)),
              b.load(reciprocals, at[0]));
          Value headroom =
              math::CountLeadingZerosOp::create(b, b.load(sums, at[0]));
          Value exponent =
              b.sub(b.i64(sumIntegerBits + 32 + 31 - int(width)), headroom);
          // Rounding division; nothing here is negative.
          Value half = b.shiftRight(b.shiftLeft(b.i64(1), exponent), 1);
          Value value =
              b.narrow(b.shiftRight(b.add(scaled, half), exponent), i32);
          return b.narrow(
              b.clamp(b.add(value, range.min), range.min, range.max),
              b.getIntegerType(width));
        });
  }

  /// 16 bits: exponential and reciprocal by interpolated tables.
  static Value emitInt16(OpBuilder &builder, Location loc, Value x,
                         int64_t rows, int64_t depth, float beta,
                         const TensorFacts &input) {
    Value expTable = buildTable(
        builder, loc, ArrayRef<int32_t>(getInt16Exps(beta, input.getScale())));
    Value reciprocalTable =
        buildTable(builder, loc, ArrayRef<int32_t>(getInt16Reciprocals()));
    Type i32 = builder.getI32Type(), i64 = builder.getI64Type();
    Value max = emitRowMax(builder, loc, x, rows, depth, i32, false);
    Value sums =
        emitRowSum(builder, loc, x, max, depth, false, builder.getI32Type(),
                   [&](ScalarBuilder &b, Value difference) {
                     return b.load(expTable, b.toIndex(difference));
                   });
    auto type = RankedTensorType::get({rows, depth}, builder.getI16Type());
    return buildElementwise(
        builder, loc, type, [&](ScalarBuilder &b, ValueRange at) -> Value {
          Value sum = b.widen(b.load(sums, at[0]), false, i64);
          // sum = 2^(16 - headroom) * (1 + excess).
          Value headroom = b.sub(
              Value(math::CountLeadingZerosOp::create(b, sum)), b.i64(32));
          Value shifted = b.shiftRight(
              b.add(b.shiftLeft(sum, b.sub(headroom, b.i64(1))), 1 << 13), 14);
          Value excess =
              b.clamp(b.sub(shifted, (1 << 15) + (1 << 16)), -32768, 32767);
          Value reciprocal =
              b.widen(b.load(reciprocalTable, b.toIndex(b.add(excess, 32768))),
                      false, i64);
          Value shift = b.sub(b.i64(31), headroom);
          Value difference =
              b.sub(b.load(max, at[0]), b.widen(b.load(x, at), false, i32));
          Value exp =
              b.widen(b.load(expTable, b.toIndex(difference)), false, i64);
          Value half = b.shiftLeft(b.i64(1), b.sub(shift, b.i64(1)));
          Value scaled =
              b.shiftRight(b.add(b.mul(exp, reciprocal), half), shift);
          return b.narrow(b.clamp(scaled, 0, 32767), b.getI16Type());
        });
  }

  /// exp((x - max) * beta) / sum; exp is the C library's expf.
  static Value emitFloat(OpBuilder &builder, Location loc, Value x,
                         int64_t rows, int64_t depth, float beta) {
    Type f32 = builder.getF32Type();
    Value max = emitRowMax(builder, loc, x, rows, depth, f32, false);
    auto type = RankedTensorType::get({rows, depth}, f32);
    Value exps = buildElementwise(
        builder, loc, type, [&](ScalarBuilder &b, ValueRange at) -> Value {
          Value difference = b.sub(b.load(x, at), b.load(max, at[0]));
          return math::ExpOp::create(b, b.mul(difference, b.f32(beta)));
        });
    Value sums = buildElementwise(
        builder, loc, RankedTensorType::get({rows}, f32),
        [&](ScalarBuilder &b, ValueRange at) -> Value {
          return b.loop(b.index(0), b.index(depth), b.f32(0.0f),
                        [&](ScalarBuilder &b, Value k, Value acc) {
                          return b.addReduce(acc, b.load(exps, {at[0], k}));
                        });
        });
    return buildElementwise(
        builder, loc, type, [&](ScalarBuilder &b, ValueRange at) -> Value {
          return b.div(b.load(exps, at), b.load(sums, at[0]));
        });
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateSoftmaxToLinalg(const TypeConverter &converter,
                             RequantizeMode mode, RewritePatternSet &patterns) {
  patterns.add<SoftmaxLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
