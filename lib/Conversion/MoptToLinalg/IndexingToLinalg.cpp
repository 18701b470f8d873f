//===- IndexingToLinalg.cpp - Elements picked and placed by index ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An index that comes at run time and is out of range must not reach memory:
// picking moves it to the nearest element, placing leaves it out. (The
// evaluator reports it.)
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mopt/Dialect/Mopt/IR/IndexingOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

using Compare = ScalarBuilder::Compare;

Value loadIndex(ScalarBuilder &b, Value tensor, ValueRange at) {
  return b.toIndex(b.load(tensor, at));
}

/// The one element of `tensor`, of any rank.
Value loadSingle(ScalarBuilder &b, Value tensor) {
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  return b.load(tensor, SmallVector<Value>(rank, b.index(0)));
}

/// A pattern for an op with one result, whose elements `emit` computes.
template <typename OpT>
struct ElementLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    RankedTensorType type = getResultType(this->typeConverter, op);
    if (type.getNumElements() != 0 && !hasElements(op))
      return refuse(op, rewriter, "there is nothing to pick from");
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      return emit(b, op, adaptor, at);
    };
    rewriter.replaceOp(op, buildElementwise(rewriter, op.getLoc(), type, body));
    return success();
  }

private:
  static bool hasElements(Operation *op) {
    return TensorFacts(op->getOperand(0)).type.getNumElements() != 0;
  }

  static Value emit(ScalarBuilder &b, GatherOp op, GatherOp::Adaptor adaptor,
                    ValueRange at) {
    TensorFacts input(op.getInput());
    int64_t axis = op.getNormalizedAxis();
    int64_t batchDims = op.getNormalizedBatchDims();
    int64_t count = TensorFacts(op.getPositions()).type.getRank() - batchDims;
    SmallVector<Value> place(at.take_front(batchDims));
    llvm::append_range(place, at.slice(axis, count));
    Value position = loadIndex(b, adaptor.getPositions(), place);
    SmallVector<Value> indices(at.take_front(axis));
    indices.push_back(b.clamp(position, 0, input.getDim(axis) - 1));
    llvm::append_range(indices, at.drop_front(axis + count));
    return b.load(adaptor.getInput(), indices);
  }

  static Value emit(ScalarBuilder &b, GatherNdOp op,
                    GatherNdOp::Adaptor adaptor, ValueRange at) {
    TensorFacts params(op.getParams()), tuples(op.getIndices());
    int64_t outer = tuples.type.getRank() - 1;
    SmallVector<Value> indices;
    for (int64_t i = 0; i < tuples.getDim(outer); ++i) {
      SmallVector<Value> place(at.take_front(outer));
      place.push_back(b.index(i));
      Value index = loadIndex(b, adaptor.getIndices(), place);
      indices.push_back(b.clamp(index, 0, params.getDim(i) - 1));
    }
    llvm::append_range(indices, at.drop_front(outer));
    return b.load(adaptor.getParams(), indices);
  }

  static Value emit(ScalarBuilder &b, OneHotOp op, OneHotOp::Adaptor adaptor,
                    ValueRange at) {
    int64_t axis = op.getNormalizedAxis();
    SmallVector<Value> place(at);
    place.erase(place.begin() + axis);
    // The kernel compares 32 bits of a wider index.
    Value index = b.narrow(b.load(adaptor.getIndices(), place), b.getI32Type());
    Value isOn =
        b.compare(Compare::EQ, index, b.fromIndex(at[axis], b.getI32Type()));
    return b.select(isOn, loadSingle(b, adaptor.getOnValue()),
                    loadSingle(b, adaptor.getOffValue()));
  }

  static Value emit(ScalarBuilder &b, MatrixDiagOp,
                    MatrixDiagOp::Adaptor adaptor, ValueRange at) {
    Value element = b.load(adaptor.getDiagonal(), at.drop_back());
    Value isDiagonal = b.compare(Compare::EQ, at[at.size() - 2], at.back());
    return b.select(isDiagonal, element, b.constant(element.getType(), 0));
  }

  static Value emit(ScalarBuilder &b, MatrixSetDiagOp op,
                    MatrixSetDiagOp::Adaptor adaptor, ValueRange at) {
    // Rows beyond the last column have no diagonal element.
    SmallVector<Value> place(at.drop_back());
    int64_t size = TensorFacts(op.getDiagonal()).getShape().back();
    place.back() = b.min(place.back(), b.index(size - 1));
    Value isDiagonal = b.compare(Compare::EQ, at[at.size() - 2], at.back());
    return b.select(isDiagonal, b.load(adaptor.getDiagonal(), place),
                    b.load(adaptor.getInput(), at));
  }
};

//===----------------------------------------------------------------------===//
// scatter_nd, sparse_to_dense
//===----------------------------------------------------------------------===//

/// The new element at a place: from the old one, the number of the slice, and
/// the number of the element in it.
using PlaceBody =
    llvm::function_ref<Value(ScalarBuilder &, Value old, Value i, Value k)>;

/// Puts `count` slices into the flat tensor `init` one after the other, at
/// tuples of indices into `shape`; those that are not in it are left out.
Value buildPlacement(OpBuilder &builder, Location loc, Value init,
                     ArrayRef<int64_t> shape, Value indices, int64_t count,
                     int64_t width, PlaceBody body) {
  int64_t run = 1;
  for (int64_t size : shape.drop_front(width))
    run *= size;
  Value flat = reshapeTo(builder, loc, indices, {count * width});
  ScalarBuilder b(loc, builder);
  return b.loop(b.index(0), b.index(count), init,
                [&](ScalarBuilder &b, Value i, Value carried) -> Value {
                  Value offset = b.index(0), inside;
                  for (int64_t dim = 0; dim < width; ++dim) {
                    Value at = b.add(b.mul(i, width), dim);
                    Value index = loadIndex(b, flat, at);
                    Value clamped = b.clamp(index, 0, shape[dim] - 1);
                    Value isInside = b.compare(Compare::EQ, index, clamped);
                    inside = inside ? b.logicalAnd(inside, isInside) : isInside;
                    offset = b.add(b.mul(offset, shape[dim]), clamped);
                  }
                  offset = b.mul(offset, run);
                  return b.loop(
                      b.index(0), b.index(run), carried,
                      [&](ScalarBuilder &b, Value k, Value carried) -> Value {
                        Value at = b.add(offset, k);
                        Value old = b.load(carried, at);
                        Value element = body(b, old, i, k);
                        if (inside)
                          element = b.select(inside, element, old);
                        return tensor::InsertOp::create(b, element, carried,
                                                        at);
                      });
                });
}

struct ScatterNdLowering : OpConversionPattern<ScatterNdOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ScatterNdOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts output(op.getOutput()), tuples(op.getIndices());
    if (!output.isFloat32() && !output.storage.isInteger())
      return refuse(op, rewriter, "no sum of elements of this type");
    RankedTensorType type = getResultType(typeConverter, op);
    int64_t size = type.getNumElements();
    if (size == 0)
      return refuse(op, rewriter, "the output is empty");
    Location loc = op.getLoc();
    auto zero = [&](ScalarBuilder &b, ValueRange) -> Value {
      return b.constant(type.getElementType(), 0);
    };
    Value init = buildElementwise(
        rewriter, loc, RankedTensorType::get({size}, type.getElementType()),
        zero);
    int64_t width = tuples.getShape().back(), count = 1;
    for (int64_t dim : tuples.getShape().drop_back())
      count *= dim;
    int64_t updates = TensorFacts(op.getUpdates()).type.getNumElements();
    Value flat = reshapeTo(rewriter, loc, adaptor.getUpdates(), {updates});
    int64_t run = count == 0 ? 0 : updates / count;
    auto body = [&](ScalarBuilder &b, Value old, Value i, Value k) -> Value {
      Value update = b.load(flat, b.add(b.mul(i, run), k));
      // Booleans are bytes of 0 and 1.
      return output.isInteger(1) ? b.max(old, update) : b.add(old, update);
    };
    Value result = buildPlacement(rewriter, loc, init, type.getShape(),
                                  adaptor.getIndices(), count, width, body);
    rewriter.replaceOp(op, reshapeTo(rewriter, loc, result, type.getShape()));
    return success();
  }
};

struct SparseToDenseLowering : OpConversionPattern<SparseToDenseOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(SparseToDenseOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    RankedTensorType type = getResultType(typeConverter, op);
    int64_t size = type.getNumElements(), width = type.getRank();
    if (size == 0 || width == 0)
      return refuse(op, rewriter, "the output has no place for values");
    Location loc = op.getLoc();
    auto fill = [&](ScalarBuilder &b, ValueRange) -> Value {
      return loadSingle(b, adaptor.getDefaultValue());
    };
    Value init = buildElementwise(
        rewriter, loc, RankedTensorType::get({size}, type.getElementType()),
        fill);
    int64_t count =
        TensorFacts(op.getSparseIndices()).type.getNumElements() / width;
    Value values = adaptor.getSparseValues();
    bool isSingle = TensorFacts(op.getSparseValues()).type.getRank() == 0;
    auto body = [&](ScalarBuilder &b, Value, Value i, Value) -> Value {
      return isSingle ? loadSingle(b, values) : b.load(values, i);
    };
    Value result =
        buildPlacement(rewriter, loc, init, type.getShape(),
                       adaptor.getSparseIndices(), count, width, body);
    rewriter.replaceOp(op, reshapeTo(rewriter, loc, result, type.getShape()));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// densify
//===----------------------------------------------------------------------===//

struct DensifyLowering : OpConversionPattern<DensifyOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(DensifyOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    HostTensor bytes = getConstantBytes(op.getInput());
    if (!bytes)
      return refuse(op, rewriter, "the constant cannot be decoded");
    RankedTensorType type = getResultType(typeConverter, op);
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(
        op, DenseElementsAttr::getFromRawBuffer(type, bytes.getBytes()));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateIndexingToLinalg(const TypeConverter &converter, RequantizeMode,
                              RewritePatternSet &patterns) {
  patterns.add<ElementLowering<GatherOp>, ElementLowering<GatherNdOp>,
               ElementLowering<OneHotOp>, ElementLowering<MatrixDiagOp>,
               ElementLowering<MatrixSetDiagOp>, ScatterNdLowering,
               SparseToDenseLowering, DensifyLowering>(converter,
                                                       patterns.getContext());
}
} // namespace mlir::mopt::detail
