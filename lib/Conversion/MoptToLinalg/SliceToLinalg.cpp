//===- SliceToLinalg.cpp - Slices that begin where run time says ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The types say how much is taken; only where it begins is left to run time,
// and moved so far that all of it lies in the operand. (The evaluator reports
// indices that do not give the shape of the result.) Slices whose index
// operands are all constant are views.
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mopt/Dialect/Mopt/IR/StridedSlice.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// What is taken of one dimension of the operand: `count` elements, `stride`
/// apart, from an index on that `position` of the begin operand holds (-1: from
/// `first` on).
struct Part {
  int64_t count, stride = 1, position = -1, first = 0;
};

/// What a slice takes of each dimension of its operand; refuses where that is
/// not the shape of its result.
FailureOr<SmallVector<Part>> getParts(SliceOp op, PatternRewriter &rewriter) {
  SmallVector<Part> parts;
  for (auto [dim, count] :
       llvm::enumerate(TensorFacts(op.getOutput()).getShape()))
    parts.push_back({count, 1, static_cast<int64_t>(dim)});
  return parts;
}

FailureOr<SmallVector<Part>> getParts(StridedSliceOp op,
                                      PatternRewriter &rewriter) {
  std::optional<SmallVector<int64_t>> strides =
      getConstantIntegers(op.getStrides());
  if (!strides)
    return refuse(op, rewriter, "strides are not constant");
  TensorFacts input(op.getInput()), output(op.getOutput());
  SmallVector<Part> parts;
  int64_t next = 0;
  for (const SlicedDimension &sliced : getSlicedDimensions(op)) {
    if (!sliced.isShrunk && next == output.type.getRank())
      return refuse(op, rewriter, "the result has another rank");
    int64_t count = sliced.isShrunk ? 1 : output.getDim(next++);
    if (sliced.isNew()) {
      if (count != 1)
        return refuse(op, rewriter, "a new dimension must have size 1");
      continue;
    }
    Part part{count};
    if (!sliced.isWhole()) {
      part.stride = (*strides)[sliced.position];
      part.position = sliced.fromStart ? -1 : sliced.position;
      if (part.stride < 0)
        part.first = input.getDim(sliced.dim) - 1;
    }
    parts.push_back(part);
  }
  if (next != output.type.getRank())
    return refuse(op, rewriter, "the result has another rank");
  return parts;
}

template <typename OpT>
struct RunTimeSliceLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    if (getConstantIntegers(op.getBegin()) &&
        getConstantIntegers(op->getOperand(2)))
      return rewriter.notifyMatchFailure(op, "it is a view");
    TensorFacts input(op.getInput());
    FailureOr<SmallVector<Part>> parts = getParts(op, rewriter);
    if (failed(parts))
      return failure();
    if (static_cast<int64_t>(parts->size()) != input.type.getRank())
      return refuse(op, rewriter, "the result has another rank");
    RankedTensorType type = getResultType(this->typeConverter, op);
    // With a loop over what is taken of every dimension, shrunk ones too.
    SmallVector<int64_t> taken;
    for (auto [dim, part] : llvm::enumerate(*parts)) {
      taken.push_back(part.count);
      if (part.count == 0)
        continue;
      // Unsigned: the step may be the lowest of 32 bits.
      uint64_t reach = uint64_t(part.count - 1) * std::abs(part.stride);
      if (part.stride == 0 || reach >= uint64_t(input.getDim(dim)))
        return refuse(op, rewriter, "the operand is smaller than the result");
    }
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      SmallVector<Value> indices;
      for (auto [dim, part] : llvm::enumerate(*parts))
        indices.push_back(
            b.add(getStart(b, part, adaptor.getBegin(), input.getDim(dim)),
                  b.mul(at[dim], part.count > 1 ? part.stride : 0)));
      return b.load(adaptor.getInput(), indices);
    };
    Value elements = buildElementwise(
        rewriter, op.getLoc(),
        RankedTensorType::get(taken, type.getElementType()), body);
    rewriter.replaceOp(
        op, reshapeTo(rewriter, op.getLoc(), elements, type.getShape()));
    return success();
  }

private:
  /// The first index, such that the last one exists too.
  static Value getStart(ScalarBuilder &b, const Part &part, Value begin,
                        int64_t size) {
    if (part.position < 0)
      return b.index(part.first);
    Value index = b.toIndex(b.load(begin, b.index(part.position)));
    // Negative ones count from the end (those of a slice are errors).
    Value isNegative = b.compare(ScalarBuilder::Compare::LT, index, b.index(0));
    index = b.select(isNegative, b.add(index, size), index);
    int64_t reach = (part.count - 1) * std::abs(part.stride);
    return part.stride > 0 ? b.clamp(index, 0, size - 1 - reach)
                           : b.clamp(index, reach, size - 1);
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateSliceToLinalg(const TypeConverter &converter, RequantizeMode,
                           RewritePatternSet &patterns) {
  patterns
      .add<RunTimeSliceLowering<SliceOp>, RunTimeSliceLowering<StridedSliceOp>>(
          converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
