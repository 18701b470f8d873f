//===- ScanToLinalg.cpp - Scans along an axis and sortings -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferLoops.h"
#include "mopt/Dialect/Mopt/IR/ScanOps.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

namespace {

//===----------------------------------------------------------------------===//
// cumsum
//===----------------------------------------------------------------------===//

struct CumsumLowering : OpConversionPattern<CumsumOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(CumsumOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    std::optional<SmallVector<int64_t>> axes =
        getConstantIntegers(op.getAxis());
    if (!axes || axes->size() != 1)
      return refuse(op, rewriter, "axis is not one constant");
    RankedTensorType type = getResultType(typeConverter, op);
    int64_t axis =
        axes->front() < 0 ? axes->front() + type.getRank() : axes->front();
    if (axis < 0 || axis >= type.getRank())
      return refuse(op, rewriter, "axis outside of the operand");

    ScalarBuilder b(op.getLoc(), rewriter);
    ResultBuffer result(b, type);
    SmallVector<int64_t> lines(type.getShape());
    int64_t size = lines[axis];
    lines[axis] = 1;
    emitForEach(b, lines, [&](ScalarBuilder &b, ValueRange line) {
      SmallVector<Value> at(line);
      Value zero = b.constant(type.getElementType(), 0);
      b.loop(b.index(0), b.index(size), zero,
             [&](ScalarBuilder &b, Value i, Value sum) -> Value {
               at[axis] = op.getReverse() ? b.sub(b.index(size - 1), i) : i;
               Value next = b.add(sum, b.load(adaptor.getInput(), at));
               result.store(b, op.getExclusive() ? sum : next, at);
               return next;
             });
    });
    rewriter.replaceOp(op, result.finish(b));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// topk_v2
//===----------------------------------------------------------------------===//

/// A number of 64 bits in the order of sorting: floats as integers of the same
/// order, NaN below all of them.
Value emitSortKey(ScalarBuilder &b, Value value, const TensorFacts &facts) {
  if (!facts.isFloat32())
    return b.widen(value, facts.isUnsigned || facts.storage.isInteger(1),
                   b.getI64Type());
  // Both zeros are equal: the sum of them is the positive one.
  Value number = b.add(value, b.f32(0.0f));
  Value bits = arith::BitcastOp::create(b, b.getI32Type(), number);
  // Of negative numbers the larger magnitude is the smaller number.
  Value flipped = arith::XOrIOp::create(
      b, bits,
      arith::AndIOp::create(b, b.shiftRight(bits, 31), b.i32(0x7FFFFFFF)));
  Value isNumber = b.compare(Compare::EQ, value, value);
  Value key =
      b.select(isNumber, flipped, b.i32(std::numeric_limits<int32_t>::min()));
  return b.widen(key, /*isUnsigned=*/false, b.getI64Type());
}

struct TopKLowering : OpConversionPattern<TopKV2Op> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(TopKV2Op op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput());
    RankedTensorType valueType = getResultType(typeConverter, op);
    auto indexType = cast<RankedTensorType>(
        typeConverter->convertType(op.getIndices().getType()));
    int64_t size = input.getShape().back(), k = valueType.getShape().back();
    if (k > size)
      return refuse(op, rewriter, "chooses more elements than there are");

    ScalarBuilder b(op.getLoc(), rewriter);
    ResultBuffer values(b, valueType), indices(b, indexType);
    emitForEach(
        b, input.getShape().drop_back(), [&](ScalarBuilder &b, ValueRange row) {
          SmallVector<Value> at(row);
          at.emplace_back();
          // Each step takes the best of those that come after the last one.
          Value first[] = {b.i64(std::numeric_limits<int64_t>::max()),
                           b.index(-1)};
          b.loop(b.index(0), b.index(k), first,
                 [&](ScalarBuilder &b, Value place,
                     ValueRange last) -> SmallVector<Value> {
                   SmallVector<Value> best =
                       emitNext(b, adaptor.getInput(), input, row, last, size);
                   at.back() = best[1];
                   Value value = b.load(adaptor.getInput(), at);
                   at.back() = place;
                   values.store(b, value, at);
                   indices.store(
                       b, b.fromIndex(best[1], indexType.getElementType()), at);
                   return best;
                 });
        });
    rewriter.replaceOp(op, {values.finish(b), indices.finish(b)});
    return success();
  }

private:
  /// Key and index of the element that follows `last` (another pair) in the
  /// order of descending keys and ascending indices.
  static SmallVector<Value> emitNext(ScalarBuilder &b, Value tensor,
                                     const TensorFacts &input, ValueRange row,
                                     ValueRange last, int64_t size) {
    // An index of `size` says that nothing was found.
    Value none[] = {b.i64(std::numeric_limits<int64_t>::min()), b.index(size)};
    SmallVector<Value> best = b.loop(
        b.index(0), b.index(size), none,
        [&](ScalarBuilder &b, Value i, ValueRange best) -> SmallVector<Value> {
          SmallVector<Value> at(row);
          at.push_back(i);
          Value key = emitSortKey(b, b.load(tensor, at), input);
          Value follows = arith::OrIOp::create(
              b, b.compare(Compare::LT, key, last[0]),
              b.logicalAnd(b.compare(Compare::EQ, key, last[0]),
                           b.compare(Compare::GT, i, last[1])));
          Value isBetter = arith::OrIOp::create(
              b, b.compare(Compare::GT, key, best[0]),
              b.compare(Compare::EQ, best[1], b.index(size)));
          Value wins = b.logicalAnd(follows, isBetter);
          return {b.select(wins, key, best[0]), b.select(wins, i, best[1])};
        });
    return best;
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateScanToLinalg(const TypeConverter &converter, RequantizeMode mode,
                          RewritePatternSet &patterns) {
  patterns.add<CumsumLowering, TopKLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
