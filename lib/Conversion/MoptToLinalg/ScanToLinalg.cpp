//===- ScanToLinalg.cpp - Scans along an axis and sortings -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferLoops.h"
#include "Ranking.h"
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
          auto load = [&](ScalarBuilder &b, Value i) {
            at.back() = i;
            return b.load(adaptor.getInput(), at);
          };
          emitHighest(b, b.index(k), size, input, load,
                      [&](ScalarBuilder &b, Value place, Value i) {
                        Value value = load(b, i);
                        at.back() = place;
                        values.store(b, value, at);
                        indices.store(
                            b, b.fromIndex(i, indexType.getElementType()), at);
                      });
        });
    rewriter.replaceOp(op, {values.finish(b), indices.finish(b)});
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateScanToLinalg(const TypeConverter &converter, RequantizeMode mode,
                          RewritePatternSet &patterns) {
  patterns.add<CumsumLowering, TopKLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
