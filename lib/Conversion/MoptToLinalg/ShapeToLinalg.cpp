//===- ShapeToLinalg.cpp - Reshaping, padding, joining -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EvaluatedTable.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

//===----------------------------------------------------------------------===//
// reshape, squeeze, expand_dims
//===----------------------------------------------------------------------===//

/// No data moves. The result's type tells the shape.
template <typename OpT>
struct ReshapeLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    if (input.storage != output.storage ||
        input.type.getNumElements() != output.type.getNumElements())
      return refuse(op, rewriter, "operand and result differ in size or type");
    rewriter.replaceOp(op, reshapeTo(rewriter, op.getLoc(), adaptor.getInput(),
                                     output.getShape()));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// pad, padv2
//===----------------------------------------------------------------------===//

template <typename OpT>
struct PadLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    std::optional<SmallVector<int64_t>> paddings =
        getConstantIntegers(op.getPaddings());
    if (!paddings)
      return refuse(op, rewriter, "paddings are not constant");
    int64_t rank = input.type.getRank();
    if (int64_t(paddings->size()) != 2 * rank ||
        input.storage != output.storage || output.params.isPerAxis())
      return refuse(op, rewriter, "paddings do not fit the operand");

    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      // Inside the border the operand's element; outside, one that exists, in
      // whose place the padding value is taken.
      SmallVector<Value> indices;
      Value inside;
      for (int64_t dim = 0; dim < rank; ++dim) {
        int64_t before = (*paddings)[2 * dim], after = (*paddings)[2 * dim + 1];
        Value index = b.sub(at[dim], before);
        auto require = [&](Value condition) {
          inside = inside ? b.logicalAnd(inside, condition) : condition;
        };
        using Compare = ScalarBuilder::Compare;
        if (before > 0) {
          require(b.compare(Compare::GE, index, b.index(0)));
          index = b.max(index, b.index(0));
        }
        if (after > 0) {
          Value last = b.index(input.getDim(dim) - 1);
          require(b.compare(Compare::LE, index, last));
          index = b.min(index, last);
        }
        indices.push_back(index);
      }
      Value value = b.load(adaptor.getInput(), indices);
      return inside ? b.select(inside, value, padding(b, op, adaptor)) : value;
    };
    replaceElementwise(op, rewriter, this->typeConverter, body);
    return success();
  }

private:
  static Value padding(ScalarBuilder &b, PadOp op, PadOp::Adaptor adaptor) {
    Type element =
        cast<RankedTensorType>(adaptor.getInput().getType()).getElementType();
    return b.constant(element, TensorFacts(op.getOutput()).getZeroPoint());
  }

  static Value padding(ScalarBuilder &b, PadV2Op, PadV2Op::Adaptor adaptor) {
    Value value = adaptor.getConstantValues();
    int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
    return b.load(value, SmallVector<Value>(rank, b.index(0)));
  }
};

//===----------------------------------------------------------------------===//
// concatenation
//===----------------------------------------------------------------------===//

struct ConcatenationLowering : MoptLowering<ConcatenationOp> {
  using MoptLowering::MoptLowering;

  LogicalResult
  matchAndRewrite(ConcatenationOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    if (op.getFusedActivationFunction() != ActivationFunction::NONE)
      return refuse(op, rewriter, "cannot fuse an activation");
    TensorFacts output(op.getOutput());
    int64_t rank = output.type.getRank();
    int64_t axis = static_cast<int32_t>(op.getAxis());
    axis += axis < 0 ? rank : 0;
    if (axis < 0 || axis >= rank)
      return refuse(op, rewriter, "axis outside of the rank");

    SmallVector<Value> tables;
    SmallVector<int64_t> ends;
    int64_t end = 0;
    for (Value operand : op.getInputs()) {
      TensorFacts input(operand);
      if (input.storage != output.storage || input.type.getRank() != rank)
        return refuse(op, rewriter, "operand differs from the result");
      ends.push_back(end += input.getDim(axis));
      tables.push_back({});
      // Only uint8 operands may have another scale than the result.
      bool differs = input.params.isQuantized() && output.isUnsigned &&
                     output.isInteger(8) && output.params.isQuantized() &&
                     !input.params.isPerAxis() && !output.params.isPerAxis() &&
                     (input.getScale() != output.getScale() ||
                      input.getZeroPoint() != output.getZeroPoint());
      if (!differs)
        continue;
      FailureOr<HostTensor> table = evaluateTable(
          op, input.type.getElementType(), output.type.getElementType(), mode,
          rewriter, rank, axis);
      if (failed(table))
        return failure();
      tables.back() = buildTable(rewriter, op.getLoc(), *table);
    }

    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      return emitOperand(b, adaptor.getInputs(), tables, ends, axis, at, 0);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }

private:
  /// The element, if it lies in operand `i` or a later one.
  static Value emitOperand(ScalarBuilder &b, ValueRange operands,
                           ArrayRef<Value> tables, ArrayRef<int64_t> ends,
                           int64_t axis, ValueRange at, unsigned i) {
    auto read = [&](ScalarBuilder &b) -> Value {
      SmallVector<Value> indices(at);
      if (i > 0)
        indices[axis] = b.sub(indices[axis], ends[i - 1]);
      Value value = b.load(operands[i], indices);
      return tables[i] ? loadFromTable(b, tables[i], value) : value;
    };
    if (i + 1 == operands.size())
      return read(b);
    Value isHere =
        b.compare(ScalarBuilder::Compare::LT, at[axis], b.index(ends[i]));
    return b.branch(isHere, read, [&](ScalarBuilder &b) {
      return emitOperand(b, operands, tables, ends, axis, at, i + 1);
    });
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateShapeToLinalg(const TypeConverter &converter, RequantizeMode mode,
                           RewritePatternSet &patterns) {
  patterns.add<ReshapeLowering<ReshapeOp>, ReshapeLowering<SqueezeOp>,
               ReshapeLowering<ExpandDimsOp>, PadLowering<PadOp>,
               PadLowering<PadV2Op>>(converter, patterns.getContext());
  patterns.add<ConcatenationLowering>(converter, patterns.getContext(), mode);
}
} // namespace mlir::mopt::detail
