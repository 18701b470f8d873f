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

} // namespace

namespace mlir::mopt::detail {
void populateMatrixToLinalg(const TypeConverter &converter, RequantizeMode mode,
                            RewritePatternSet &patterns) {
  patterns.add<BatchMatMulLowering>(converter, patterns.getContext(), mode);
}
} // namespace mlir::mopt::detail
