//===- LegalizeShapes.cpp - Shapes that the Edge TPU accepts ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LegalizePatterns.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::edgetpu_legalize;

namespace {

/// The unsigned type of the same real values; null if `type` is none of int8.
static Type getUnsigned(Type type) {
  auto quantized = dyn_cast<quant::UniformQuantizedType>(type);
  if (!quantized || !quantized.isSigned() ||
      quantized.getStorageTypeIntegralWidth() != 8)
    return {};
  return quant::UniformQuantizedType::get(
      /*flags=*/0, quantized.getStorageType(), quantized.getExpressedType(),
      quantized.getScale(), quantized.getZeroPoint() + 128,
      quantized.getStorageTypeMin() + 128, quantized.getStorageTypeMax() + 128);
}

/// All pixels of an image that is made of one pixel are equal to it. The
/// compiler knows `tile` of unsigned bytes only: signed ones are converted,
/// which loses nothing.
template <typename Op>
struct ResizeToTile : public OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType from = getTensorType(op.getInput());
    RankedTensorType to = getTensorType(op.getOutput());
    if (from.getRank() != 4 || from.getDimSize(1) != 1 ||
        from.getDimSize(2) != 1)
      return rewriter.notifyMatchFailure(op, "not an image of one pixel");
    if (from == to) {
      rewriter.replaceOp(op, op.getInput());
      return success();
    }
    Value multiples = makeIntegers(rewriter, op.getLoc(), 4,
                                   {1, to.getDimSize(1), to.getDimSize(2), 1});
    Location loc = op.getLoc();
    Type element = getUnsigned(to.getElementType());
    if (!element) {
      auto tile = TileOp::create(rewriter, loc, to, op.getInput(), multiples);
      copyInfo(op, tile);
      rewriter.replaceOp(op, tile);
      return success();
    }
    auto pixel = QuantizeOp::create(
        rewriter, loc, RankedTensorType::get(from.getShape(), element),
        op.getInput());
    setName(pixel, getNameWith(op, "_pixel"));
    auto tile = TileOp::create(rewriter, loc,
                               RankedTensorType::get(to.getShape(), element),
                               pixel.getOutput(), multiples);
    setName(tile, getNameWith(op, "_unsigned"));
    auto image = QuantizeOp::create(rewriter, loc, to, tile.getOutput());
    copyInfo(op, image);
    rewriter.replaceOp(op, image);
    return success();
  }
};

/// A reshape says the same and has no limits.
struct SqueezeToReshape : public OpRewritePattern<SqueezeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SqueezeOp op,
                                PatternRewriter &rewriter) const override {
    Value reshaped = makeReshape(rewriter, op.getLoc(), op.getInput(),
                                 getTensorType(op.getOutput()).getShape(), "");
    copyInfo(op, reshaped.getDefiningOp());
    rewriter.replaceOp(op, reshaped);
    return success();
  }
};

/// The shape that a reshape makes is known by its result.
struct ConstantReshape : public OpRewritePattern<ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getShape() && (op.getShape().getDefiningOp<ConstOp>() ||
                          op.getShape().getDefiningOp<NoValueOp>()))
      return rewriter.notifyMatchFailure(op, "the shape is a constant");
    if (!op.getShape() && !op.getNewShape().empty())
      return rewriter.notifyMatchFailure(op, "the shape is an attribute");
    Value reshaped = makeReshape(rewriter, op.getLoc(), op.getInput(),
                                 getTensorType(op.getOutput()).getShape(), "");
    copyInfo(op, reshaped.getDefiningOp());
    rewriter.replaceOp(op, reshaped);
    return success();
  }
};

/// Of two reshapes the second says it all.
struct MergeReshapes : public OpRewritePattern<ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ReshapeOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<ReshapeOp>();
    if (!inner || !inner->hasOneUse())
      return rewriter.notifyMatchFailure(op, "no reshape of its own in front");
    rewriter.modifyOpInPlace(
        op, [&] { op.getInputMutable().assign(inner.getInput()); });
    rewriter.eraseOp(inner);
    return success();
  }
};

/// A border of the real value 0 is what `pad` adds.
struct PadV2ToPad : public OpRewritePattern<PadV2Op> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PadV2Op op,
                                PatternRewriter &rewriter) const override {
    auto constant = op.getConstantValues().getDefiningOp<ConstOp>();
    std::optional<ConstBytes> bytes =
        constant ? ConstBytes::read(constant) : std::nullopt;
    QuantParams params = getQuantParams(op.getConstantValues().getType());
    if (!bytes || bytes->bytes().size() != 1 || !params.isQuantized())
      return rewriter.notifyMatchFailure(op, "no constant border of 8 bits");
    if (getTensorType(op.getInput()).getElementType() !=
        getTensorType(op.getConstantValues()).getElementType())
      return rewriter.notifyMatchFailure(op, "the border has other parameters");
    if (bytes->as<uint8_t>()[0] != static_cast<uint8_t>(params.zeroPoint()))
      return rewriter.notifyMatchFailure(op, "the border is not 0");
    auto pad = PadOp::create(rewriter, op.getLoc(), op.getType(), op.getInput(),
                             op.getPaddings());
    copyInfo(op, pad);
    rewriter.replaceOp(op, pad);
    return success();
  }
};

/// Ops of one element at a time do not care for dimensions: the leading ones
/// become one where there are more than three.
struct FoldLeadingDimensions : public RewritePattern {
  FoldLeadingDimensions(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa<AddOp, SubOp, MulOp, MaximumOp, MinimumOp, ReluOp, Relu6Op,
             ReluN1To1Op, LogisticOp, TanhOp, QuantizeOp, RsqrtOp,
             SquaredDifferenceOp>(op))
      return rewriter.notifyMatchFailure(op, "not one element at a time");
    RankedTensorType type = getTensorType(op->getResult(0));
    ArrayRef<int64_t> shape = type.getShape();
    if (shape.size() <= 3 ||
        llvm::all_of(shape.drop_back(3), [](int64_t d) { return d == 1; }))
      return rewriter.notifyMatchFailure(op, "no more than three dimensions");
    for (Value operand : op->getOperands())
      if (getTensorType(operand).getShape() != shape ||
          operand.getDefiningOp<ConstOp>())
        return rewriter.notifyMatchFailure(op, "an operand is broadcast");

    int64_t leading = 1;
    for (int64_t size : shape.drop_back(2))
      leading *= size;
    SmallVector<int64_t> folded{leading, shape[shape.size() - 2], shape.back()};
    Location loc = op->getLoc();
    SmallVector<Value> operands;
    for (auto [i, operand] : llvm::enumerate(op->getOperands()))
      operands.push_back(
          makeReshape(rewriter, loc, operand, folded,
                      getNameWith(op, "_folded" + std::to_string(i))));
    Operation *flat = rewriter.clone(*op);
    rewriter.modifyOpInPlace(flat, [&] {
      flat->setOperands(operands);
      flat->getResult(0).setType(
          RankedTensorType::get(folded, type.getElementType()));
      flat->removeAttr(kTensorsAttr);
      setName(flat, getNameWith(op, "_folded"));
    });
    Value result = makeReshape(rewriter, loc, flat->getResult(0), shape, "");
    copyInfo(op, result.getDefiningOp());
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void edgetpu_legalize::populateShapePatterns(RewritePatternSet &patterns) {
  patterns
      .add<ResizeToTile<ResizeBilinearOp>,
           ResizeToTile<ResizeNearestNeighborOp>, SqueezeToReshape,
           ConstantReshape, MergeReshapes, PadV2ToPad, FoldLeadingDimensions>(
          patterns.getContext());
}
