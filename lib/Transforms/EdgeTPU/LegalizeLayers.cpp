//===- LegalizeLayers.cpp - Layers that the Edge TPU accepts ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LegalizePatterns.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Target/EdgeTPU/Target.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::edgetpu_legalize;

/// `constant` with the same bytes in another shape and under the same name.
/// `type` has as many elements.
static Value reshapeConstant(PatternRewriter &rewriter, ConstOp constant,
                             RankedTensorType type) {
  std::optional<ConstBytes> bytes = ConstBytes::read(constant);
  AsmResourceBlob blob = allocateConstBlob(bytes->bytes().size());
  llvm::copy(bytes->bytes(), blob.getMutableData().begin());
  TensorAttr info;
  if (StringRef name = getTensorName(constant.getResult()); !name.empty())
    info = withName(rewriter.getContext(), {}, name);
  return createConst(rewriter, constant.getLoc(), type, std::move(blob), info)
      .getResult();
}

/// Biases of 0 for a layer with these scales.
static Value makeZeroBias(PatternRewriter &rewriter, Operation *op,
                          float inputScale, const QuantParams &weights,
                          int64_t channels) {
  Type i32 = rewriter.getI32Type(), f32 = rewriter.getF32Type();
  constexpr int64_t min = std::numeric_limits<int32_t>::min();
  constexpr int64_t max = std::numeric_limits<int32_t>::max();
  SmallVector<double> scales;
  for (size_t i = 0; i < weights.scales.size(); ++i)
    scales.push_back(inputScale * weights.scale(i));
  constexpr unsigned isSigned = quant::QuantizationFlags::Signed;
  Type element;
  if (weights.isPerAxis())
    element = quant::UniformQuantizedPerAxisType::get(
        isSigned, i32, f32, scales, SmallVector<int64_t>(scales.size(), 0), 0,
        min, max);
  else
    element = quant::UniformQuantizedType::get(isSigned, i32, f32,
                                               scales.front(), 0, min, max);
  AsmResourceBlob blob = allocateConstBlob(channels * sizeof(int32_t));
  llvm::fill(blob.getMutableData(), 0);
  std::string name = getNameWith(op, "_bias");
  return createConst(rewriter, op->getLoc(),
                     RankedTensorType::get(channels, element), std::move(blob),
                     name.empty() ? TensorAttr()
                                  : withName(rewriter.getContext(), {}, name))
      .getResult();
}

namespace {

/// A fully connected layer with a scale for each output, or of several rows, is
/// a convolution of one pixel, or of a row of them. Both round alike with a
/// scale for each output; with one scale the multipliers of TFLite's kernels
/// may differ in the last bit.
struct FullyConnectedToConvolution : public OpRewritePattern<FullyConnectedOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(FullyConnectedOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType out = getTensorType(op.getOutput());
    RankedTensorType weightType = getTensorType(op.getFilter());
    QuantParams weights = getQuantParams(weightType);
    QuantParams input = getQuantParams(op.getInput().getType());
    auto filter = op.getFilter().getDefiningOp<ConstOp>();
    if (!filter || !ConstBytes::read(filter) || !input.isQuantized() ||
        !weights.isQuantized() || !isQuantized(out))
      return rewriter.notifyMatchFailure(op, "not of constants of 8 bits");
    if (op.getWeightsFormat() != WeightsFormat::DEFAULT)
      return rewriter.notifyMatchFailure(op, "the weights are shuffled");
    int64_t units = weightType.getDimSize(0), depth = weightType.getDimSize(1);
    int64_t rows = out.getNumElements() / units;
    if (rows == 1 && (!weights.isPerAxis() || weights.scales.size() == 1))
      return rewriter.notifyMatchFailure(op, "the chip runs it as it is");
    if (getTensorType(op.getInput()).getNumElements() != rows * depth)
      return rewriter.notifyMatchFailure(op, "the input is no matrix");

    Location loc = op.getLoc();
    Value pixels = makeReshape(rewriter, loc, op.getInput(),
                               {1, 1, rows, depth}, getNameWith(op, "_pixels"));
    Value kernel =
        reshapeConstant(rewriter, filter,
                        RankedTensorType::get({units, 1, 1, depth},
                                              weightType.getElementType()));
    Value bias = op.getBias();
    if (!bias || isa<NoneType>(bias.getType()))
      bias = makeZeroBias(rewriter, op, input.scale(), weights, units);
    auto conv = Conv2DOp::create(
        rewriter, loc,
        RankedTensorType::get({1, 1, rows, units}, out.getElementType()),
        pixels, kernel, bias);
    conv.setPadding(Padding::VALID);
    conv.setFusedActivationFunction(op.getFusedActivationFunction());
    setName(conv, getNameWith(op, "_pixel"));
    Value result =
        makeReshape(rewriter, loc, conv.getOutput(), out.getShape(), "");
    copyInfo(op, result.getDefiningOp());
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// A mean over height and width of more values than the compiler takes becomes
/// a mean over the width, and one over the height. The first keeps the
/// parameters of the input, so that nothing is clipped; its rounding costs at
/// most half a unit of the result, as the result's unit is not smaller.
struct SplitMean : public OpRewritePattern<MeanOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(MeanOp op,
                                PatternRewriter &rewriter) const override {
    RankedTensorType in = getTensorType(op.getInput());
    auto axes = op.getAxes().getDefiningOp<ConstOp>();
    std::optional<ConstBytes> bytes =
        axes ? ConstBytes::read(axes) : std::nullopt;
    if (!bytes || in.getRank() != 4 ||
        !getTensorType(op.getAxes()).getElementType().isInteger(32) ||
        bytes->as<int32_t>().size() != 2)
      return rewriter.notifyMatchFailure(op, "no mean of an image");
    SmallVector<int64_t> values;
    for (int32_t axis : bytes->as<int32_t>())
      values.push_back(axis < 0 ? axis + 4 : axis);
    llvm::sort(values);
    if (values != SmallVector<int64_t>{1, 2})
      return rewriter.notifyMatchFailure(op, "not over height and width");
    if (in.getDimSize(1) * in.getDimSize(2) < kEdgeTPUMaxReduction)
      return rewriter.notifyMatchFailure(op, "the chip runs it as it is");
    QuantParams from = getQuantParams(in), to = getQuantParams(op.getType());
    if (!from.isQuantized() || !to.isQuantized() || from.scale() > to.scale())
      return rewriter.notifyMatchFailure(
          op, "a second rounding would cost more than half a unit");
    Location loc = op.getLoc();
    SmallVector<int64_t> shape(in.getShape());
    shape[2] = 1;
    auto rows = MeanOp::create(
        rewriter, loc, RankedTensorType::get(shape, in.getElementType()),
        op.getInput(), makeIntegers(rewriter, loc, 1, {2}));
    rows.setKeepDims(true);
    setName(rows, getNameWith(op, "_rows"));
    shape[1] = 1;
    auto all = MeanOp::create(
        rewriter, loc,
        RankedTensorType::get(shape,
                              getTensorType(op.getOutput()).getElementType()),
        rows.getOutput(), makeIntegers(rewriter, loc, 1, {1}));
    all.setKeepDims(true);
    if (op.getKeepDims()) {
      copyInfo(op, all);
      rewriter.replaceOp(op, all);
      return success();
    }
    setName(all, getNameWith(op, "_kept"));
    Value result = makeReshape(rewriter, loc, all.getOutput(),
                               getTensorType(op.getOutput()).getShape(), "");
    copyInfo(op, result.getDefiningOp());
    rewriter.replaceOp(op, result);
    return success();
  }
};

} // namespace

void edgetpu_legalize::populateLayerPatterns(RewritePatternSet &patterns) {
  patterns.add<FullyConnectedToConvolution, SplitMean>(patterns.getContext());
}
