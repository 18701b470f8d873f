//===- MatrixToLinalg.cpp - Matrix products of activations -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightedLowering.h"
#include "mopt/Dialect/Mopt/IR/MatrixOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

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
    rewriter.replaceOp(op, buildElementwise(rewriter, loc,
                                            getResultType(typeConverter, op),
                                            body));
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
    rewriter.replaceOp(op, buildElementwise(rewriter, loc,
                                            getResultType(typeConverter, op),
                                            body));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateMatrixToLinalg(const TypeConverter &converter, RequantizeMode mode,
                            RewritePatternSet &patterns) {
  patterns.add<BatchMatMulLowering>(converter, patterns.getContext(), mode);
  patterns.add<EmbeddingLookupLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
