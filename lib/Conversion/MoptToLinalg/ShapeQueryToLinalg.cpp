//===- ShapeQueryToLinalg.cpp - Shapes as values, values from nothing -----*-
// C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mopt/Dialect/Mopt/IR/ShapeQueryOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// shape, rank: what the types say is a constant.
template <typename OpT>
struct ConstantLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    RankedTensorType type = getResultType(this->typeConverter, op);
    TensorFacts input(op.getInput());
    SmallVector<APInt> values;
    unsigned width = type.getElementTypeBitWidth();
    if (std::is_same_v<OpT, RankOp>)
      values.push_back(APInt(width, input.type.getRank()));
    else
      for (int64_t dim : input.getShape())
        values.push_back(APInt(width, dim));
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, DenseElementsAttr::get(type, values));
    return success();
  }
};

/// fill, zeros_like, broadcast_args: each element by itself.
template <typename OpT>
struct ElementLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    RankedTensorType type = getResultType(this->typeConverter, op);
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      return emit(b, adaptor, type, at);
    };
    rewriter.replaceOp(op, buildElementwise(rewriter, op.getLoc(), type, body));
    return success();
  }

private:
  static Value emit(ScalarBuilder &b, FillOp::Adaptor adaptor, RankedTensorType,
                    ValueRange) {
    return b.load(adaptor.getValue(), {});
  }

  static Value emit(ScalarBuilder &b, ZerosLikeOp::Adaptor,
                    RankedTensorType type, ValueRange) {
    return b.constant(type.getElementType(), 0);
  }

  static Value emit(ScalarBuilder &b, BroadcastArgsOp::Adaptor adaptor,
                    RankedTensorType type, ValueRange at) {
    // Missing dimensions in front are of size 1.
    Value one = b.constant(type.getElementType(), 1);
    auto read = [&](Value shape) -> Value {
      int64_t rank = cast<RankedTensorType>(shape.getType()).getDimSize(0);
      int64_t missing = type.getDimSize(0) - rank;
      if (rank == 0)
        return one;
      Value index = b.sub(at[0], missing);
      Value size = b.load(shape, b.max(index, b.index(0)));
      Value exists = b.compare(ScalarBuilder::Compare::GE, index, b.index(0));
      return missing == 0 ? size : b.select(exists, size, one);
    };
    Value lhs = read(adaptor.getLhs()), rhs = read(adaptor.getRhs());
    Value isOne = b.compare(ScalarBuilder::Compare::EQ, lhs, one);
    return b.select(isOne, rhs, lhs);
  }
};

struct RangeLowering : OpConversionPattern<RangeOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(RangeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts output(op.getOutput());
    if (output.params.isQuantized() ||
        (!output.isFloat32() && !output.storage.isInteger()))
      return refuse(op, rewriter, "no range of elements of this type");
    RankedTensorType type = getResultType(typeConverter, op);
    Location loc = op.getLoc();
    if (output.isFloat32()) {
      rewriter.replaceOp(op, buildSums(rewriter, loc, type, adaptor));
      return success();
    }
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value steps = b.fromIndex(at[0], type.getElementType());
      return b.add(b.load(adaptor.getStart(), {}),
                   b.mul(steps, b.load(adaptor.getDelta(), {})));
    };
    rewriter.replaceOp(op, buildElementwise(rewriter, loc, type, body));
    return success();
  }

private:
  /// Floats are added up one after the other, as their sums are rounded.
  static Value buildSums(OpBuilder &builder, Location loc,
                         RankedTensorType type, OpAdaptor adaptor) {
    ScalarBuilder b(loc, builder);
    Value empty =
        tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
    Value delta = b.load(adaptor.getDelta(), {});
    SmallVector<Value> inits = {empty, b.load(adaptor.getStart(), {})};
    return b.loop(b.index(0), b.index(type.getDimSize(0)), inits,
                  [&](ScalarBuilder &b, Value i, ValueRange carried) {
                    Value filled =
                        tensor::InsertOp::create(b, carried[1], carried[0], i);
                    return SmallVector<Value>{filled, b.add(carried[1], delta)};
                  })[0];
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateShapeQueryToLinalg(const TypeConverter &converter, RequantizeMode,
                                RewritePatternSet &patterns) {
  patterns.add<ConstantLowering<ShapeOp>, ConstantLowering<RankOp>,
               ElementLowering<FillOp>, ElementLowering<ZerosLikeOp>,
               ElementLowering<BroadcastArgsOp>, RangeLowering>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
