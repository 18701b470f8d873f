//===- ResizeToLinalg.cpp - Resizing of images -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mopt/Conversion/MoptToLinalg/ResizeSamples.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

// Where each output coordinate reads the input is known when the shapes are:
// tables of neighbours and distances, made with the arithmetic of TFLite's
// kernels; only the mixing of the elements is emitted.

namespace {

/// One in the fixed-point coordinates of the integer kernel.
constexpr int64_t kOne = 1 << 10;

ResizeSamples sampleFixed(int64_t from, int64_t to, bool alignCorners,
                          bool halfPixelCenters) {
  int64_t scale = alignCorners && to > 1
                      ? (kOne * (from - 1) + (to - 1) / 2) / (to - 1)
                      : (kOne * from + to / 2) / to;
  ResizeSamples samples;
  for (int64_t i = 0; i < to; ++i) {
    int64_t at =
        halfPixelCenters ? i * scale + scale / 2 - kOne / 2 : i * scale;
    int64_t low = std::clamp<int64_t>(at / kOne, 0, from - 1);
    int64_t high = std::clamp<int64_t>((at + kOne - 1) / kOne, 0, from - 1);
    samples.low.push_back(low);
    samples.high.push_back(high);
    samples.fixedDistance.push_back(at - kOne * low);
  }
  return samples;
}

/// Shapes and types that both resizes need.
template <typename OpT>
LogicalResult checkResize(OpT op, PatternRewriter &rewriter) {
  if (failed(checkLowerable(op, rewriter)))
    return failure();
  TensorFacts input(op.getInput()), output(op.getOutput());
  if (input.type.getRank() != 4 || output.type.getRank() != 4 ||
      input.storage != output.storage || input.type.getNumElements() == 0)
    return refuse(op, rewriter, "operand and result need rank 4 and one type");
  if (!input.isFloat32() && !input.isInteger(8) &&
      !(input.isInteger(16) && !input.isUnsigned))
    return refuse(op, rewriter, [&](Diagnostic &diag) {
      diag << "no lowering for " << input.type.getElementType();
    });
  return success();
}

struct ResizeBilinearLowering : OpConversionPattern<ResizeBilinearOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ResizeBilinearOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkResize(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    // uint8 is interpolated in float32, the signed integers in fixed point.
    bool isReal = input.isFloat32() || input.isUnsigned;
    Location loc = op.getLoc();
    auto sample = [&](unsigned dim) {
      return (isReal ? sampleReal : sampleFixed)(
          input.getDim(dim), output.getDim(dim), op.getAlignCorners(),
          op.getHalfPixelCenters());
    };
    ResizeSamples rowSamples = sample(1), columnSamples = sample(2);
    // Of uint8 in short binary fractions float32 rounds nothing.
    bool isExact = isReal && input.isUnsigned && rowSamples.makeExact() &&
                   columnSamples.makeExact();
    auto build = [&](const ResizeSamples &samples) {
      return Tables{
          buildTable(rewriter, loc, ArrayRef<int32_t>(samples.low)),
          buildTable(rewriter, loc, ArrayRef<int32_t>(samples.high)),
          isReal && !isExact
              ? buildTable(rewriter, loc, ArrayRef<float>(samples.realDistance))
              : buildTable(rewriter, loc,
                           ArrayRef<int32_t>(samples.fixedDistance))};
    };
    Tables rows = build(rowSamples), columns = build(columnSamples);
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      auto index = [&](Value table, Value i) {
        return b.toIndex(b.load(table, i));
      };
      Value top = index(rows.low, at[1]), bottom = index(rows.high, at[1]);
      Value left = index(columns.low, at[2]);
      Value right = index(columns.high, at[2]);
      Value y = b.load(rows.distance, at[1]);
      Value x = b.load(columns.distance, at[2]);
      auto read = [&](Value row, Value column) {
        return b.load(adaptor.getInput(), {at[0], row, column, at[3]});
      };
      // In the order of the kernels' sums.
      Value elements[] = {read(top, left), read(bottom, left), read(top, right),
                          read(bottom, right)};
      if (isExact)
        return mixExact(b, elements, y, x);
      return isReal ? mixReal(b, elements, y, x, input)
                    : mixFixed(b, elements, y, x, input);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }

private:
  struct Tables {
    Value low, high, distance;
  };

  /// In the kernel's order of roundings: nothing here may be reassociated.
  static Value mixReal(ScalarBuilder &b, ArrayRef<Value> elements, Value y,
                       Value x, const TensorFacts &input) {
    Value one = b.f32(1.0f);
    Value restY = b.sub(one, y), restX = b.sub(one, x);
    Value rowWeights[] = {restY, y, restY, y};
    Value columnWeights[] = {restX, restX, x, x};
    Value sum;
    for (unsigned i = 0; i < 4; ++i) {
      Value element = elements[i];
      if (!input.isFloat32())
        element = b.toFloat(b.widen(element, true, b.getI32Type()));
      Value term = b.mul(b.mul(element, rowWeights[i]), columnWeights[i]);
      sum = sum ? b.add(sum, term) : term;
    }
    if (input.isFloat32())
      return sum;
    Value truncated = b.toInt32(b.add(sum, b.f32(0.5f)));
    return b.narrow(truncated, b.getI8Type());
  }

  /// The same in integers, where float32 is exact.
  static Value mixExact(ScalarBuilder &b, ArrayRef<Value> elements, Value y,
                        Value x) {
    Value restY = b.sub(b.i32(kExactResizeOne), y),
          restX = b.sub(b.i32(kExactResizeOne), x);
    Value rowWeights[] = {restY, y, restY, y};
    Value columnWeights[] = {restX, restX, x, x};
    Value sum = b.i32(kExactResizeOne * kExactResizeOne / 2);
    // The weights do not depend on the channel: these products are made once.
    for (unsigned i = 0; i < 4; ++i)
      sum = b.add(sum, b.mul(b.widen(elements[i], true, b.getI32Type()),
                             b.mul(rowWeights[i], columnWeights[i])));
    return b.narrow(b.shiftRight(sum, 2 * kExactResizeBits), b.getI8Type());
  }

  /// Exact products with 20 fractional bits, rounded half away from zero.
  static Value mixFixed(ScalarBuilder &b, ArrayRef<Value> elements, Value y,
                        Value x, const TensorFacts &input) {
    Type i64 = b.getI64Type();
    y = b.widen(y, false, i64);
    x = b.widen(x, false, i64);
    Value restY = b.sub(b.i64(kOne), y), restX = b.sub(b.i64(kOne), x);
    Value rowWeights[] = {restY, y, restY, y};
    Value columnWeights[] = {restX, restX, x, x};
    Value sum;
    for (unsigned i = 0; i < 4; ++i) {
      Value term = b.mul(b.mul(b.widen(elements[i], false, i64), rowWeights[i]),
                         columnWeights[i]);
      sum = sum ? b.add(sum, term) : term;
    }
    Value half = b.i64(kOne * kOne / 2);
    Value isPositive = b.compare(ScalarBuilder::Compare::GT, sum, b.i64(0));
    Value nudged = b.select(isPositive, b.add(sum, half), b.sub(sum, half));
    return b.narrow(b.div(nudged, b.i64(kOne * kOne)),
                    b.getIntegerType(input.storage.getIntOrFloatBitWidth()));
  }
};

struct ResizeNearestNeighborLowering
    : OpConversionPattern<ResizeNearestNeighborOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ResizeNearestNeighborOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkResize(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    Location loc = op.getLoc();
    auto build = [&](unsigned dim) {
      return buildTable(rewriter, loc,
                        ArrayRef<int32_t>(pick(
                            input.getDim(dim), output.getDim(dim),
                            op.getAlignCorners(), op.getHalfPixelCenters())));
    };
    Value rows = build(1), columns = build(2);
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      return b.load(adaptor.getInput(),
                    {at[0], b.toIndex(b.load(rows, at[1])),
                     b.toIndex(b.load(columns, at[2])), at[3]});
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }

private:
  /// The input coordinate that each output coordinate takes.
  static SmallVector<int32_t> pick(int64_t from, int64_t to, bool alignCorners,
                                   bool halfPixelCenters) {
    float scale = getRealResizeScale(from, to, alignCorners);
    float offset = halfPixelCenters ? 0.5f : 0.0f;
    SmallVector<int32_t> picks;
    for (int64_t i = 0; i < to; ++i) {
      float at = (static_cast<float>(i) + offset) * scale;
      float chosen = alignCorners ? std::round(at) : std::floor(at);
      picks.push_back(
          std::clamp<int64_t>(static_cast<int64_t>(chosen), 0, from - 1));
    }
    return picks;
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateResizeToLinalg(const TypeConverter &converter, RequantizeMode mode,
                            RewritePatternSet &patterns) {
  patterns.add<ResizeBilinearLowering, ResizeNearestNeighborLowering>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
