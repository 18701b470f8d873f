//===- ConvolutionToLinalg.cpp - Convolutions and matrix products ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TransposedWindow.h"
#include "WeightedLowering.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"

using namespace mlir;
using namespace mlir::mopt;

/// Windows up to this many taps are unrolled in the body, so that the channel
/// loop around them can be vectorised.
static constexpr int64_t maxUnrolledTaps = 64;

static Value getConvertedBias(Value original, Value converted) {
  return isPresent(original) ? converted : Value();
}

/// 16-bit activations accumulate in the width of the bias, int64 by default.
static bool hasWideSums(Value bias, ElementType biasType) {
  if (isPresent(bias))
    return TensorFacts(bias).isInteger(64);
  return biasType != ElementType::INT32;
}

/// The rules of the reference kernels, as the evaluators have them.
static WeightedRule getRule(Conv2DOp op) {
  TensorFacts input(op.getInput()), filter(op.getFilter());
  WeightedRule rule;
  rule.roundsScaleProduct = input.isUnsigned;
  rule.wide = hasWideSums(op.getBias(), op.getQuantizedBiasType());
  // Weights with one scale quantise the input symmetrically.
  bool isGrouped = filter.getShape().back() != input.getShape().back();
  if (!isGrouped && llvm::all_equal(filter.params.scales))
    rule.rows = RowQuantization::Symmetric;
  else
    rule.sumFirst = true;
  return rule;
}

static WeightedRule getRule(DepthwiseConv2DOp op) {
  WeightedRule rule;
  rule.roundsScaleProduct = TensorFacts(op.getInput()).isUnsigned;
  return rule;
}

static WeightedRule getRule(TransposeConvOp op) {
  WeightedRule rule;
  rule.roundsScaleProduct = TensorFacts(op.getInput()).isUnsigned;
  rule.wide = hasWideSums(op.getBias(), op.getQuantizedBiasType());
  rule.scalesProducts = true;
  return rule;
}

static WeightedRule getRule(FullyConnectedOp op) {
  TensorFacts filter(op.getFilter());
  WeightedRule rule;
  // Only the kernel of 16-bit weights keeps the fixed-point multiplier.
  if (filter.isInteger(16))
    rule.roundsScaleProduct = filter.params.scales.size() == 1;
  else
    rule.arithmetic = FixedArithmetic::Double;
  rule.wide = filter.isInteger(16) ||
              hasWideSums(op.getBias(), op.getQuantizedBiasType());
  if (!op.getAsymmetricQuantizeInputs())
    rule.rows = RowQuantization::Symmetric;
  return rule;
}

namespace {

//===----------------------------------------------------------------------===//
// conv_2d
//===----------------------------------------------------------------------===//

struct Conv2DLowering : MoptLowering<Conv2DOp> {
  using MoptLowering::MoptLowering;

  LogicalResult
  matchAndRewrite(Conv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    WeightedLowering lowering(op.getInput(), op.getFilter(), op.getBias(),
                              op.getOutput(), op.getFusedActivationFunction(),
                              mode, getRule(op));
    if (failed(lowering.check(op, rewriter)))
      return failure();
    ArrayRef<int64_t> in = lowering.getInput().getShape();
    ArrayRef<int64_t> filter = lowering.getFilter().getShape();
    ArrayRef<int64_t> out = lowering.getOutput().getShape();
    int64_t channels = filter[3];
    int64_t groups = in[3] / channels;
    Window rows(op.getPadding(), in[1], out[1], filter[1], op.getStrideH(),
                op.getDilationHFactor());
    Window columns(op.getPadding(), in[2], out[2], filter[2], op.getStrideW(),
                   op.getDilationWFactor());

    Location loc = op.getLoc();
    Value x = lowering.prepare(rewriter, loc, adaptor.getInput());
    Value w = adaptor.getFilter();
    Value bias = getConvertedBias(op.getBias(), adaptor.getBias());
    // The taps of a window row and their channels lie side by side in memory
    // where neither dilation nor groups part them: one long inner loop.
    bool isRun = groups == 1 && columns.dilation == 1;
    if (isRun) {
      x = reshapeTo(rewriter, loc, x, {in[0], in[1], in[2] * in[3]});
      w = reshapeTo(rewriter, loc, w,
                    {filter[0], filter[1], filter[2] * channels});
    }

    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value channel = at[3];
      Value y0 = rows.getOrigin(b, at[1]);
      Value x0 = columns.getOrigin(b, at[2]);
      Value firstX = columns.getFirstTap(b, x0);
      Value endX = columns.getEndTap(b, x0);
      Value group =
          groups == 1 ? Value() : b.div(channel, b.index(filter[0] / groups));
      auto row = [&](ScalarBuilder &b, Value ky, Value acc) -> Value {
        Value inY = b.add(y0, b.mul(ky, rows.dilation));
        if (isRun) {
          Value start = b.mul(x0, channels);
          return b.loop(b.mul(firstX, channels), b.mul(endX, channels), acc,
                        [&](ScalarBuilder &b, Value k, Value acc) {
                          return lowering.accumulate(
                              b, acc, b.load(x, {at[0], inY, b.add(start, k)}),
                              b.load(w, {channel, ky, k}));
                        });
        }
        return b.loop(
            firstX, endX, acc, [&](ScalarBuilder &b, Value kx, Value acc) {
              Value inX = b.add(x0, b.mul(kx, columns.dilation));
              Value base = group ? b.mul(group, channels) : b.index(0);
              return b.loop(b.index(0), b.index(channels), acc,
                            [&](ScalarBuilder &b, Value c, Value acc) {
                              return lowering.accumulate(
                                  b, acc,
                                  b.load(x, {at[0], inY, inX, b.add(base, c)}),
                                  b.load(w, {channel, ky, kx, c}));
                            });
            });
      };
      Value acc = b.loop(rows.getFirstTap(b, y0), rows.getEndTap(b, y0),
                         lowering.getZero(b), row);
      return lowering.finish(b, acc, bias, channel, at[0]);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// depthwise_conv_2d
//===----------------------------------------------------------------------===//

struct DepthwiseConv2DLowering : MoptLowering<DepthwiseConv2DOp> {
  using MoptLowering::MoptLowering;

  LogicalResult
  matchAndRewrite(DepthwiseConv2DOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    WeightedLowering lowering(op.getInput(), op.getFilter(), op.getBias(),
                              op.getOutput(), op.getFusedActivationFunction(),
                              mode, getRule(op));
    if (failed(lowering.check(op, rewriter)))
      return failure();
    ArrayRef<int64_t> in = lowering.getInput().getShape();
    ArrayRef<int64_t> filter = lowering.getFilter().getShape();
    ArrayRef<int64_t> out = lowering.getOutput().getShape();
    // The filter tells the multiplier; the attribute only repeats it.
    int64_t multiplier = out[3] / in[3];
    Window rows(op.getPadding(), in[1], out[1], filter[1], op.getStrideH(),
                op.getDilationHFactor());
    Window columns(op.getPadding(), in[2], out[2], filter[2], op.getStrideW(),
                   op.getDilationWFactor());

    Location loc = op.getLoc();
    Value x = lowering.prepare(rewriter, loc, adaptor.getInput());
    Value w = adaptor.getFilter();
    Value bias = getConvertedBias(op.getBias(), adaptor.getBias());

    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value channel = at[3];
      Value inChannel = channel;
      if (in[3] == 1)
        inChannel = b.index(0);
      else if (multiplier != 1)
        inChannel = b.div(channel, b.index(multiplier));
      Value acc =
          rows.taps * columns.taps <= maxUnrolledTaps
              ? unrolled(b, at, inChannel, x, w, rows, columns, lowering)
              : looped(b, at, inChannel, x, w, rows, columns, lowering);
      return lowering.finish(b, acc, bias, channel, at[0]);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }

private:
  /// One formula without loops: taps outside the input read some element that
  /// exists and count as zero. The conditions do not depend on the channel.
  static Value unrolled(ScalarBuilder &b, ValueRange at, Value inChannel,
                        Value x, Value w, const Window &rows,
                        const Window &columns,
                        const WeightedLowering &lowering) {
    SmallVector<WindowTap> ys = rows.getTaps(b, at[1]);
    SmallVector<WindowTap> xs = columns.getTaps(b, at[2]);
    Value zero = b.index(0);
    Value acc = lowering.getZero(b);
    for (auto [ky, tapY] : llvm::enumerate(ys))
      for (auto [kx, tapX] : llvm::enumerate(xs)) {
        Value product = lowering.multiply(
            b, b.load(x, {at[0], tapY.index, tapX.index, inChannel}),
            b.load(w, {zero, b.index(ky), b.index(kx), at[3]}));
        if (Value inside = combine(b, tapY.inside, tapX.inside))
          product = b.select(inside, product, lowering.getZero(b));
        acc = b.add(acc, product);
      }
    return acc;
  }

  static Value combine(ScalarBuilder &b, Value y, Value x) {
    return y && x ? b.logicalAnd(y, x) : (y ? y : x);
  }

  static Value looped(ScalarBuilder &b, ValueRange at, Value inChannel, Value x,
                      Value w, const Window &rows, const Window &columns,
                      const WeightedLowering &lowering) {
    Value y0 = rows.getOrigin(b, at[1]);
    Value x0 = columns.getOrigin(b, at[2]);
    Value firstX = columns.getFirstTap(b, x0);
    Value endX = columns.getEndTap(b, x0);
    Value zero = b.index(0);
    return b.loop(
        rows.getFirstTap(b, y0), rows.getEndTap(b, y0), lowering.getZero(b),
        [&](ScalarBuilder &b, Value ky, Value acc) {
          Value inY = b.add(y0, b.mul(ky, rows.dilation));
          return b.loop(firstX, endX, acc,
                        [&](ScalarBuilder &b, Value kx, Value acc) {
                          Value inX = b.add(x0, b.mul(kx, columns.dilation));
                          return lowering.accumulate(
                              b, acc, b.load(x, {at[0], inY, inX, inChannel}),
                              b.load(w, {zero, ky, kx, at[3]}));
                        });
        });
  }
};

//===----------------------------------------------------------------------===//
// transpose_conv
//===----------------------------------------------------------------------===//

/// An output element gathers what reaches it, so that none is written twice.
struct TransposeConvLowering : MoptLowering<TransposeConvOp> {
  using MoptLowering::MoptLowering;

  LogicalResult
  matchAndRewrite(TransposeConvOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    WeightedLowering lowering(op.getInput(), op.getFilter(), op.getBias(),
                              op.getOutput(), op.getFusedActivationFunction(),
                              mode, getRule(op));
    if (failed(lowering.check(op, rewriter)))
      return failure();
    ArrayRef<int64_t> in = lowering.getInput().getShape();
    ArrayRef<int64_t> filter = lowering.getFilter().getShape();
    ArrayRef<int64_t> out = lowering.getOutput().getShape();
    TransposedWindow rows(op.getPadding(), in[1], out[1], filter[1],
                          op.getStrideH());
    TransposedWindow columns(op.getPadding(), in[2], out[2], filter[2],
                             op.getStrideW());

    Location loc = op.getLoc();
    Value x = lowering.prepare(rewriter, loc, adaptor.getInput());
    Value w = adaptor.getFilter();
    Value bias = getConvertedBias(op.getBias(), adaptor.getBias());
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      auto pixel = [&](ScalarBuilder &b, Value inY, Value ky, Value inX,
                       Value kx, Value acc) {
        return b.loop(b.index(0), b.index(in[3]), acc,
                      [&](ScalarBuilder &b, Value c, Value acc) {
                        return lowering.accumulate(
                            b, acc, b.load(x, {at[0], inY, inX, c}),
                            b.load(w, {at[3], ky, kx, c}), at[3], at[0]);
                      });
      };
      Value acc = rows.emitTaps(
          b, at[1], lowering.getZero(b),
          [&](ScalarBuilder &b, Value inY, Value ky, Value acc) {
            return columns.emitTaps(
                b, at[2], acc,
                [&](ScalarBuilder &b, Value inX, Value kx, Value acc) {
                  return pixel(b, inY, ky, inX, kx, acc);
                });
          });
      return lowering.finish(b, acc, bias, at[3], at[0]);
    };
    replaceElementwise(op, rewriter, typeConverter, body);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// fully_connected
//===----------------------------------------------------------------------===//

struct FullyConnectedLowering : MoptLowering<FullyConnectedOp> {
  using MoptLowering::MoptLowering;

  LogicalResult
  matchAndRewrite(FullyConnectedOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (op.getWeightsFormat() != WeightsFormat::DEFAULT)
      return refuse(op, rewriter, "weights are shuffled");
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    WeightedLowering lowering(op.getInput(), op.getFilter(), op.getBias(),
                              op.getOutput(), op.getFusedActivationFunction(),
                              mode, getRule(op));
    if (failed(lowering.check(op, rewriter)))
      return failure();
    ArrayRef<int64_t> filter = lowering.getFilter().getShape();
    int64_t units = filter[0], depth = filter[1];
    int64_t batch = lowering.getInput().type.getNumElements() / depth;

    Location loc = op.getLoc();
    Value x = lowering.prepare(
        rewriter, loc,
        reshapeTo(rewriter, loc, adaptor.getInput(), {batch, depth}));
    Value bias = getConvertedBias(op.getBias(), adaptor.getBias());
    Value w = adaptor.getFilter();
    auto body = [&](ScalarBuilder &b, ValueRange at) -> Value {
      Value acc =
          b.loop(b.index(0), b.index(depth), lowering.getZero(b),
                 [&](ScalarBuilder &b, Value k, Value acc) {
                   return lowering.accumulate(b, acc, b.load(x, {at[0], k}),
                                              b.load(w, {at[1], k}));
                 });
      return lowering.finish(b, acc, bias, at[1], at[0]);
    };
    RankedTensorType type = getResultType(typeConverter, op);
    Value result = buildElementwise(
        rewriter, loc,
        RankedTensorType::get({batch, units}, type.getElementType()), body);
    rewriter.replaceOp(op, reshapeTo(rewriter, loc, result, type.getShape()));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateConvolutionToLinalg(const TypeConverter &converter,
                                 RequantizeMode mode,
                                 RewritePatternSet &patterns) {
  patterns.add<Conv2DLowering, DepthwiseConv2DLowering, FullyConnectedLowering,
               TransposeConvLowering>(converter, patterns.getContext(), mode);
}
} // namespace mlir::mopt::detail
