//===- MovementToLinalg.cpp - Joining, mirroring, replacing -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mopt/Dialect/Mopt/IR/MovementOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

using Compare = ScalarBuilder::Compare;

//===----------------------------------------------------------------------===//
// pack
//===----------------------------------------------------------------------===//

struct PackLowering : OpConversionPattern<PackOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(PackOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    int64_t rank = TensorFacts(op.getOutput()).type.getRank();
    int64_t axis = op.getAxis() < 0 ? op.getAxis() + rank : op.getAxis();
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      SmallVector<Value> indices(at);
      Value which = indices[axis];
      indices.erase(indices.begin() + axis);
      return emitOperand(b, adaptor.getValues(), which, indices, 0);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }

private:
  /// The element of operand number `which`, which is `i` or more.
  static Value emitOperand(ScalarBuilder &b, ValueRange operands, Value which,
                           ValueRange indices, unsigned i) {
    auto read = [&](ScalarBuilder &b) { return b.load(operands[i], indices); };
    if (i + 1 == operands.size())
      return read(b);
    Value isHere = b.compare(Compare::EQ, which, b.index(i));
    return b.branch(isHere, read, [&](ScalarBuilder &b) {
      return emitOperand(b, operands, which, indices, i + 1);
    });
  }
};

//===----------------------------------------------------------------------===//
// mirror_pad
//===----------------------------------------------------------------------===//

struct MirrorPadLowering : OpConversionPattern<MirrorPadOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(MirrorPadOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput());
    std::optional<SmallVector<int64_t>> paddings =
        getConstantIntegers(op.getPaddings());
    if (!paddings)
      return refuse(op, rewriter, "paddings are not constant");
    int64_t edge = op.getMode() == MirrorPadMode::SYMMETRIC ? 1 : 0;
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      SmallVector<Value> indices;
      for (auto [dim, out] : llvm::enumerate(at)) {
        int64_t before = (*paddings)[2 * dim], after = (*paddings)[2 * dim + 1];
        int64_t last = input.getDim(dim) - 1;
        Value index = b.sub(out, before), source = index;
        // As far to the other side of the edge.
        if (before > 0) {
          Value mirrored = b.sub(b.index(-edge), index);
          Value isBefore = b.compare(Compare::LT, index, b.index(0));
          source = b.select(isBefore, mirrored, source);
        }
        if (after > 0) {
          Value mirrored = b.sub(b.index(2 * last + edge), index);
          Value isAfter = b.compare(Compare::GT, index, b.index(last));
          source = b.select(isAfter, mirrored, source);
        }
        indices.push_back(source);
      }
      return b.load(adaptor.getInput(), indices);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// reverse_sequence
//===----------------------------------------------------------------------===//

struct ReverseSequenceLowering : OpConversionPattern<ReverseSequenceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(ReverseSequenceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    int64_t sequence = op.getSeqDim(), batch = op.getBatchDim();
    int64_t size = TensorFacts(op.getInput()).getDim(sequence);
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value length = b.toIndex(b.load(adaptor.getSeqLengths(), at[batch]));
      // Lengths come at run time: one that is too long must not lead outside.
      length = b.min(length, b.index(size));
      Value step = at[sequence];
      Value reversed = b.sub(b.sub(length, step), 1);
      SmallVector<Value> indices(at);
      indices[sequence] =
          b.select(b.compare(Compare::LT, step, length), reversed, step);
      return b.load(adaptor.getInput(), indices);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// dynamic_update_slice
//===----------------------------------------------------------------------===//

struct DynamicUpdateSliceLowering : OpConversionPattern<DynamicUpdateSliceOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(DynamicUpdateSliceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts operand(op.getOperand()), update(op.getUpdate());
    if (update.type.getNumElements() == 0 || operand.type.getRank() == 0) {
      rewriter.replaceOp(op, operand.type.getRank() == 0
                                 ? adaptor.getUpdate()
                                 : adaptor.getOperand());
      return success();
    }
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      SmallVector<Value> indices;
      Value inside;
      for (auto [dim, index] : llvm::enumerate(at)) {
        int64_t size = update.getDim(dim), room = operand.getDim(dim) - size;
        if (room == 0) {
          indices.push_back(index);
          continue;
        }
        Value start =
            b.toIndex(b.load(adaptor.getStartIndices(), b.index(dim)));
        Value place = b.sub(index, b.clamp(start, 0, room));
        Value existing = b.clamp(place, 0, size - 1);
        Value exists = b.compare(Compare::EQ, place, existing);
        inside = inside ? b.logicalAnd(inside, exists) : exists;
        indices.push_back(existing);
      }
      Value element = b.load(adaptor.getUpdate(), indices);
      return inside
                 ? b.select(inside, element, b.load(adaptor.getOperand(), at))
                 : element;
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateMovementToLinalg(const TypeConverter &converter, RequantizeMode,
                              RewritePatternSet &patterns) {
  patterns.add<PackLowering, MirrorPadLowering, ReverseSequenceLowering,
               DynamicUpdateSliceLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
