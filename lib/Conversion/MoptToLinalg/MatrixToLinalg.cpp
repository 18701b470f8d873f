//===- MatrixToLinalg.cpp - Matrix products of activations -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferLoops.h"
#include "WeightedLowering.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/IR/MatrixOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

namespace {

//===----------------------------------------------------------------------===//
// batch_matmul
//===----------------------------------------------------------------------===//

/// All matrices of `tensor` ([..., count, depth], or with these two swapped) as
/// one of their vectors a row: [batches * count, depth].
Value emitVectors(OpBuilder &builder, Location loc, Value tensor,
                  bool isSwapped, int64_t count, int64_t depth) {
  auto type = cast<RankedTensorType>(tensor.getType());
  int64_t batches = 1;
  for (int64_t size : type.getShape().drop_back(2))
    batches *= size;
  if (isSwapped) {
    SmallVector<int64_t> shape(type.getShape());
    std::swap(shape[shape.size() - 1], shape[shape.size() - 2]);
    tensor = buildElementwise(
        builder, loc, RankedTensorType::get(shape, type.getElementType()),
        [&](ScalarBuilder &b, ValueRange at) {
          SmallVector<Value> from(at);
          std::swap(from[from.size() - 1], from[from.size() - 2]);
          return b.load(tensor, from);
        });
  }
  return reshapeTo(builder, loc, tensor, {batches * count, depth});
}

struct BatchMatMulLowering : MoptLowering<BatchMatMulOp> {
  using MoptLowering::MoptLowering;

  LogicalResult
  matchAndRewrite(BatchMatMulOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    WeightedRule rule;
    rule.roundsScaleProduct = true;
    if (!op.getAsymmetricQuantizeInputs())
      rule.rows = RowQuantization::Symmetric;
    WeightedLowering lowering(op.getX(), op.getY(), /*bias=*/Value(),
                              op.getOutput(), ActivationFunction::NONE, mode,
                              rule);
    TensorFacts x(op.getX()), y(op.getY()), output(op.getOutput());
    // int32 results are sums of products of what is stored.
    bool isStored = x.isInteger(8) && y.isInteger(8) && !x.isUnsigned &&
                    !y.isUnsigned && output.isInteger(32);
    if (!isStored && failed(lowering.check(op, rewriter)))
      return failure();
    int64_t rows = output.getShape().drop_back().back();
    int64_t columns = output.getShape().back();
    int64_t depth = x.getShape()[x.type.getRank() - (op.getAdjX() ? 2 : 1)];
    ArrayRef<int64_t> batch = output.getShape().drop_back(2);
    SmallVector<int64_t> xStrides =
        getBroadcastStrides(x.getShape().drop_back(2), batch);
    SmallVector<int64_t> yStrides =
        getBroadcastStrides(y.getShape().drop_back(2), batch);

    Location loc = op.getLoc();
    Value left =
        emitVectors(rewriter, loc, adaptor.getX(), op.getAdjX(), rows, depth);
    Value right = emitVectors(rewriter, loc, adaptor.getY(), !op.getAdjY(),
                              columns, depth);
    if (!isStored)
      left = lowering.prepare(rewriter, loc, left);
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value column = at.back();
      Value row = getVector(b, at, xStrides, rows, at[at.size() - 2]);
      Value other = getVector(b, at, yStrides, columns, column);
      Type i32 = b.getI32Type();
      Value acc = b.loop(
          b.index(0), b.index(depth), isStored ? b.i32(0) : lowering.getZero(b),
          [&](ScalarBuilder &b, Value k, Value acc) {
            Value a = b.load(left, {row, k}), c = b.load(right, {other, k});
            if (isStored)
              return b.addReduce(
                  acc, b.mul(b.widen(a, false, i32), b.widen(c, false, i32)));
            return lowering.accumulate(b, acc, a, c);
          });
      return isStored
                 ? acc
                 : lowering.finish(b, acc, /*biasValue=*/Value(), column, row);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }

private:
  /// The number of vector `i` of the matrix that goes with the result `at`.
  static Value getVector(ScalarBuilder &b, ValueRange at,
                         ArrayRef<int64_t> strides, int64_t count, Value i) {
    Value matrix = b.index(0);
    for (auto [index, stride] : llvm::zip(at, strides))
      if (stride != 0)
        matrix = b.add(matrix, b.mul(index, stride));
    return b.add(b.mul(matrix, count), i);
  }
};

//===----------------------------------------------------------------------===//
// embedding_lookup
//===----------------------------------------------------------------------===//

/// Rows outside of the table read its first or last one.
struct EmbeddingLookupLowering : OpConversionPattern<EmbeddingLookupOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(EmbeddingLookupOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts table(op.getValue()), output(op.getOutput());
    int64_t rows = table.getDim(0);
    if (rows == 0)
      return refuse(op, rewriter, "the table has no rows");
    bool isHybrid = table.storage != output.storage;
    if (isHybrid && !(table.isInteger(8) && output.isFloat32()))
      return refuse(op, rewriter, [&](Diagnostic &diag) {
        diag << "no lowering for " << table.type.getElementType() << " to "
             << output.type.getElementType();
      });
    Location loc = op.getLoc();
    SmallVector<float> scales;
    for (size_t i = 0; i < table.params.scales.size(); ++i)
      scales.push_back(table.params.scale(i));
    Value scaleTable = isHybrid && table.params.isPerAxis()
                           ? buildTable(rewriter, loc, ArrayRef<float>(scales))
                           : Value();
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      SmallVector<Value> from(at);
      from.front() =
          b.toIndex(b.clamp(b.load(adaptor.getLookup(), at[0]), 0, rows - 1));
      Value value = b.load(adaptor.getValue(), from);
      if (!isHybrid)
        return value;
      Value scale =
          scaleTable ? b.load(scaleTable, from.front()) : b.f32(scales.front());
      return b.mul(b.toFloat(b.widen(value, table.isUnsigned, b.getI32Type())),
                   scale);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// embedding_lookup_sparse
//===----------------------------------------------------------------------===//

/// Ids and indices that are none are taken for the nearest that is one.
struct EmbeddingLookupSparseLowering
    : OpConversionPattern<EmbeddingLookupSparseOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(EmbeddingLookupSparseOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    int64_t count = TensorFacts(op.getIds()).getDim(0);
    int64_t rows = TensorFacts(op.getValue()).getDim(0);
    if (rows == 0 && count != 0)
      return refuse(op, rewriter, "the table has no rows");
    RankedTensorType type = getResultType(typeConverter, op);
    ScalarBuilder b(op.getLoc(), rewriter);
    ResultBuffer result(b, type);
    emitForEach(b, type.getShape(), [&](ScalarBuilder &b, ValueRange at) {
      result.store(b, b.f32(0.0f), at);
    });
    if (type.getNumElements() != 0)
      emitSums(b, op, adaptor, result, count, rows);
    rewriter.replaceOp(op, result.finish(b));
    return success();
  }

private:
  /// The index of the result where element `i` goes, without its row's.
  static SmallVector<Value> getPlace(ScalarBuilder &b, OpAdaptor adaptor,
                                     ArrayRef<int64_t> shape, Value i) {
    SmallVector<Value> place;
    for (auto [dim, size] : llvm::enumerate(shape)) {
      Value index = b.load(adaptor.getIndices(), {i, b.index(dim)});
      place.push_back(b.toIndex(b.clamp(index, 0, size - 1)));
    }
    return place;
  }

  /// True if element `i` is the last of those that go to `place` together.
  static Value isLastOfRun(ScalarBuilder &b, OpAdaptor adaptor,
                           ArrayRef<int64_t> shape, ArrayRef<Value> place,
                           Value i, int64_t count) {
    Value next = b.min(b.add(i, 1), b.index(count - 1));
    Value goesOn = b.compare(Compare::LT, i, b.index(count - 1));
    for (auto [index, other] :
         llvm::zip(place, getPlace(b, adaptor, shape, next)))
      goesOn = b.logicalAnd(goesOn, b.compare(Compare::EQ, index, other));
    Type i1 = b.getI1Type();
    return b.select(goesOn, b.constant(i1, 0), b.constant(i1, 1));
  }

  /// Adds rows in the order of the elements and divides at the end of each run.
  static void emitSums(ScalarBuilder &b, EmbeddingLookupSparseOp op,
                       OpAdaptor adaptor, const ResultBuffer &result,
                       int64_t count, int64_t rows) {
    ArrayRef<int64_t> table = TensorFacts(op.getValue()).getShape();
    ArrayRef<int64_t> outer =
        TensorFacts(op.getOutput()).getShape().drop_back(table.size() - 1);
    Value zero = b.f32(0.0f), one = b.f32(1.0f);
    b.loop(b.index(0), b.index(count), {zero, zero},
           [&](ScalarBuilder &b, Value i, ValueRange carried) {
             SmallVector<Value> place = getPlace(b, adaptor, outer, i);
             Value isLast = isLastOfRun(b, adaptor, outer, place, i, count);
             Value weight = b.load(adaptor.getWeights(), i);
             Value total = b.add(carried[0], weight);
             Value squares = b.add(carried[1], b.mul(weight, weight));
             Value divisor = one;
             if (op.getCombiner() == CombinerType::MEAN)
               divisor = b.select(isLast, total, one);
             if (op.getCombiner() == CombinerType::SQRTN)
               divisor =
                   b.select(isLast, math::SqrtOp::create(b, squares), one);
             Value id =
                 b.toIndex(b.clamp(b.load(adaptor.getIds(), i), 0, rows - 1));
             emitForEach(b, table.drop_front(),
                         [&](ScalarBuilder &b, ValueRange inner) {
                           SmallVector<Value> from = {id}, to = place;
                           llvm::append_range(from, inner);
                           llvm::append_range(to, inner);
                           Value term =
                               b.mul(b.load(adaptor.getValue(), from), weight);
                           Value sum = b.add(result.load(b, to), term);
                           result.store(b, b.div(sum, divisor), to);
                         });
             return SmallVector<Value>{b.select(isLast, zero, total),
                                       b.select(isLast, zero, squares)};
           });
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateMatrixToLinalg(const TypeConverter &converter, RequantizeMode mode,
                            RewritePatternSet &patterns) {
  patterns.add<BatchMatMulLowering>(converter, patterns.getContext(), mode);
  patterns.add<EmbeddingLookupLowering, EmbeddingLookupSparseLowering>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
