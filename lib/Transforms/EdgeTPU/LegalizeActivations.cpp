//===- LegalizeActivations.cpp - Activations for the Edge TPU ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LegalizePatterns.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::edgetpu_legalize;

/// The op that computes `function`, of the same type as its input; null if
/// there is none.
static Operation *makeActivation(OpBuilder &builder, Location loc, Value input,
                                 ActivationFunction function) {
  Type type = input.getType();
  switch (function) {
  case ActivationFunction::RELU:
    return ReluOp::create(builder, loc, type, input);
  case ActivationFunction::RELU6:
    return Relu6Op::create(builder, loc, type, input);
  case ActivationFunction::RELU_N1_TO_1:
    return ReluN1To1Op::create(builder, loc, type, input);
  case ActivationFunction::NONE:
  case ActivationFunction::TANH:
  case ActivationFunction::SIGN_BIT:
    return nullptr;
  }
  llvm_unreachable("all functions are handled");
}

namespace {

/// Gives the fused activation an op of its own. Both have the parameters of the
/// result, so that the same bytes come out. (No kernel of TFLite fuses one to a
/// concatenation.)
template <typename Op>
struct SplitActivation : public OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    ActivationFunction function = op.getFusedActivationFunction();
    if (function == ActivationFunction::NONE)
      return rewriter.notifyMatchFailure(op, "no fused activation");
    if (!isQuantized(op.getType()))
      return rewriter.notifyMatchFailure(op, "not quantised");
    rewriter.setInsertionPointAfter(op);
    Operation *activation =
        makeActivation(rewriter, op.getLoc(), op.getOutput(), function);
    if (!activation)
      return rewriter.notifyMatchFailure(op, "no operator of this activation");
    rewriter.replaceAllUsesExcept(op.getOutput(), activation->getResult(0),
                                  activation);
    rewriter.modifyOpInPlace(activation, [&] { copyInfo(op, activation); });
    rewriter.modifyOpInPlace(op, [&] {
      op.setFusedActivationFunction(ActivationFunction::NONE);
      op->removeAttr(kTensorsAttr);
      setName(op, getNameWith(activation, "_linear"));
    });
    return success();
  }
};

/// Slopes that are the same at every place become one a channel.
struct ShareSlopes : public OpRewritePattern<PreluOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PreluOp op,
                                PatternRewriter &rewriter) const override {
    auto alpha = op.getAlpha().getDefiningOp<ConstOp>();
    std::optional<ConstBytes> bytes =
        alpha ? ConstBytes::read(alpha) : std::nullopt;
    RankedTensorType type = getTensorType(op.getAlpha());
    if (!bytes || !isQuantized(type) || type.getRank() < 2)
      return rewriter.notifyMatchFailure(op, "no constant slopes of 8 bits");
    int64_t channels = type.getShape().back();
    if (type.getNumElements() == channels)
      return rewriter.notifyMatchFailure(op, "one slope a channel already");
    ArrayRef<char> all = bytes->bytes();
    for (size_t i = channels; i < all.size(); ++i)
      if (all[i] != all[i - channels])
        return rewriter.notifyMatchFailure(op, "slopes differ between places");
    AsmResourceBlob blob = allocateConstBlob(channels);
    std::copy_n(all.begin(), channels, blob.getMutableData().begin());
    SmallVector<int64_t> shape(type.getRank(), 1);
    shape.back() = channels;
    ConstOp shared = createConst(
        rewriter, alpha.getLoc(),
        RankedTensorType::get(shape, type.getElementType()), std::move(blob),
        withName(rewriter.getContext(), {}, getTensorName(alpha.getResult())));
    rewriter.modifyOpInPlace(
        op, [&] { op.getAlphaMutable().assign(shared.getResult()); });
    return success();
  }
};

/// One slope for all channels is a prelu. The slope is 127 times its scale, a
/// float32: results may differ by one unit.
struct LeakyReluToPrelu : public OpRewritePattern<LeakyReluOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LeakyReluOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType type = getTensorType(op.getInput());
    auto quantized =
        dyn_cast<quant::UniformQuantizedType>(type.getElementType());
    if (!quantized || quantized.getStorageTypeIntegralWidth() != 8)
      return rewriter.notifyMatchFailure(op, "not of 8 bits");
    float slope = op.getAlpha().convertToFloat();
    if (!std::isnormal(slope) || type.getRank() == 0)
      return rewriter.notifyMatchFailure(op, "the slope is no proper number");
    // The kernel asks for slopes of the storage type of the input.
    bool isSigned = quantized.isSigned();
    int64_t zero = isSigned ? 0 : 128;
    float scale = std::abs(slope) / 127.0f;
    SmallVector<int64_t> shape(type.getRank(), 1);
    auto slopeType = RankedTensorType::get(
        shape,
        quant::UniformQuantizedType::get(
            quantized.getFlags(), quantized.getStorageType(),
            rewriter.getF32Type(), scale, zero, quantized.getStorageTypeMin(),
            quantized.getStorageTypeMax()));
    AsmResourceBlob blob = allocateConstBlob(1);
    blob.getMutableData()[0] =
        static_cast<char>(zero + (slope < 0.0f ? -127 : 127));
    std::string name = getNameWith(op, "_slope");
    ConstOp alpha =
        createConst(rewriter, op.getLoc(), slopeType, std::move(blob),
                    name.empty() ? TensorAttr()
                                 : withName(rewriter.getContext(), {}, name));
    auto prelu = PreluOp::create(rewriter, op.getLoc(), op.getType(),
                                 op.getInput(), alpha.getResult());
    copyInfo(op, prelu);
    rewriter.replaceOp(op, prelu);
    return success();
  }
};

} // namespace

void edgetpu_legalize::populateActivationPatterns(RewritePatternSet &patterns) {
  patterns.add<SplitActivation<AveragePool2DOp>, SplitActivation<MaxPool2DOp>,
               ShareSlopes, LeakyReluToPrelu>(patterns.getContext());
}
