//===- SpaceToLinalg.cpp - Blocks of pixels and the batch -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lowering.h"
#include "mopt/Dialect/Mopt/IR/BlockLayout.h"
#include "mopt/Dialect/Mopt/IR/SpaceOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

using Compare = ScalarBuilder::Compare;

/// `isFine`: the input is the fine tensor.
template <typename OpT, bool isFine>
struct BatchBlocksLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    TensorFacts input(op.getInput()), output(op.getOutput());
    std::optional<SmallVector<int64_t>> blocks = getConstantIntegers(
                                            op->getOperand(1)),
                                        margins = getConstantIntegers(
                                            op->getOperand(2));
    if (!blocks || !margins)
      return refuse(op, rewriter, "blocks or borders are not constant");
    if (input.type.getNumElements() == 0 || output.params.isPerAxis())
      return refuse(op, rewriter, "the input is empty or has channel scales");
    FailureOr<BlockLayout> layout =
        (isFine ? getSpaceToBatchLayout : getBatchToSpaceLayout)(
            op, input.getShape(), *blocks, *margins);
    if (failed(layout))
      return refuse(op, rewriter, "blocks do not fit the operand");
    Location loc = op.getLoc();
    RankedTensorType type = getResultType(this->typeConverter, op);
    // In the blocked shape of the coarse tensor no index needs a division.
    auto loopType =
        RankedTensorType::get(isFine ? layout->getBlockedShape() : layout->fine,
                              type.getElementType());
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      return isFine ? emitCoarse(b, *layout, adaptor.getInput(), output, at)
                    : emitFine(b, *layout, adaptor.getInput(), at);
    };
    Value elements = buildElementwise(rewriter, loc, loopType, body);
    rewriter.replaceOp(op, reshapeTo(rewriter, loc, elements, type.getShape()));
    return success();
  }

private:
  /// A coarse element: the fine one, or zero where there is none.
  static Value emitCoarse(ScalarBuilder &b, const BlockLayout &layout,
                          Value fine, const TensorFacts &output,
                          ValueRange at) {
    unsigned spatial = layout.getNumSpatial();
    SmallVector<Value> indices = {at[spatial]};
    Value inside;
    for (unsigned i = 0; i < spatial; ++i) {
      Value corner = b.mul(at[spatial + 1 + i], layout.blocks[i]);
      Value pixel = b.sub(b.add(corner, at[i]), layout.before[i]);
      Value existing = b.clamp(pixel, 0, layout.fine[i + 1] - 1);
      Value exists = b.compare(Compare::EQ, pixel, existing);
      inside = inside ? b.logicalAnd(inside, exists) : exists;
      indices.push_back(existing);
    }
    indices.push_back(at.back());
    Value element = b.load(fine, indices);
    return b.select(inside, element,
                    b.constant(element.getType(), output.getZeroPoint()));
  }

  /// A fine element, which always exists in the coarse tensor.
  static Value emitFine(ScalarBuilder &b, const BlockLayout &layout,
                        Value coarse, ValueRange at) {
    SmallVector<Value> indices = {at[0]};
    Value number = b.index(0);
    for (auto [i, block] : llvm::enumerate(layout.blocks)) {
      Value pixel = b.add(at[i + 1], layout.before[i]);
      Value corner = b.div(pixel, b.index(block));
      Value rest = b.sub(pixel, b.mul(corner, block));
      number = b.add(b.mul(number, block), rest);
      indices.push_back(corner);
    }
    indices[0] = b.add(b.mul(number, layout.fine[0]), at[0]);
    indices.push_back(at.back());
    return b.load(coarse, indices);
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateSpaceToLinalg(const TypeConverter &converter, RequantizeMode,
                           RewritePatternSet &patterns) {
  patterns.add<BatchBlocksLowering<SpaceToBatchNdOp, true>,
               BatchBlocksLowering<BatchToSpaceNdOp, false>>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
