//===- ConvolutionEvaluators.cpp - conv_2d, depthwise_conv_2d, fully_connected
//-----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// All three are one sum of products (a depthwise convolution is a grouped one,
// a matrix product a 1x1 one); the number systems differ in how operands are
// read and in what becomes of the sum.

#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Dialect/Mopt/Reference/BatchQuantize.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// One spatial dimension of a convolution.
struct ConvDim {
  int64_t input = 1;
  int64_t output = 1;
  int64_t filter = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t padding = 0;

  /// The input index under a tap; may lie outside [0, input).
  int64_t getInput(int64_t out, int64_t tap) const {
    return out * stride - padding + tap * dilation;
  }
  bool contains(int64_t in) const { return in >= 0 && in < input; }
};

/// A grouped convolution over [batch, height, width, channels], with the
/// filter addressed by strides, so that both layouts of filters fit.
struct Convolution {
  int64_t batches = 1;
  ConvDim height, width;
  int64_t inputChannels = 1;
  int64_t outputChannels = 1;
  /// Input channels that one output channel reads.
  int64_t depth = 1;
  /// Distances in the filter between output channels, rows, columns, depths.
  int64_t filterOutputStride, filterRowStride, filterColumnStride,
      filterDepthStride;

  int64_t getFirstInputChannel(int64_t outputChannel) const {
    int64_t outputsPerGroup = outputChannels * depth / inputChannels;
    return outputChannel / outputsPerGroup * depth;
  }
  int64_t getNumOutputs() const {
    return batches * height.output * width.output * outputChannels;
  }
};

} // namespace

/// Calls `finish(sum, batch, outputChannel, outputIndex)` for every output
/// element, in row-major order. The products are added in the order rows,
/// columns, channels of the window, skipping taps outside the input: float
/// sums depend on it. int32 sums wrap.
template <typename Acc, typename In, typename Weight, typename Finish>
static void convolve(const Convolution &conv, const In *input,
                     const Weight *filter, Finish finish) {
  // Unsigned, because overflow must wrap.
  using Sum = std::conditional_t<std::is_same_v<Acc, int32_t>, uint32_t, Acc>;
  int64_t index = 0;
  for (int64_t batch = 0; batch < conv.batches; ++batch)
    for (int64_t y = 0; y < conv.height.output; ++y)
      for (int64_t x = 0; x < conv.width.output; ++x)
        for (int64_t channel = 0; channel < conv.outputChannels; ++channel) {
          const Weight *kernel = filter + channel * conv.filterOutputStride;
          int64_t firstChannel = conv.getFirstInputChannel(channel);
          Sum sum = 0;
          for (int64_t ky = 0; ky < conv.height.filter; ++ky) {
            int64_t inY = conv.height.getInput(y, ky);
            if (!conv.height.contains(inY))
              continue;
            for (int64_t kx = 0; kx < conv.width.filter; ++kx) {
              int64_t inX = conv.width.getInput(x, kx);
              if (!conv.width.contains(inX))
                continue;
              const In *values =
                  input +
                  ((batch * conv.height.input + inY) * conv.width.input + inX) *
                      conv.inputChannels +
                  firstChannel;
              const Weight *weights = kernel + ky * conv.filterRowStride +
                                      kx * conv.filterColumnStride;
              for (int64_t c = 0; c < conv.depth; ++c)
                sum += static_cast<Sum>(
                    Acc(values[c]) * Acc(weights[c * conv.filterDepthStride]));
            }
          }
          finish(static_cast<Acc>(sum), batch, channel, index++);
        }
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// The elements of a quantised tensor as integers with the zero point taken
/// off. Eight bits and fewer become int16, which holds every difference.
static std::vector<int16_t> getCentered(const HostTensor &tensor,
                                        int64_t zeroPoint) {
  std::vector<int16_t> values(tensor.getNumElements());
  auto center = [&](auto elements) {
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<int16_t>(elements[i] - zeroPoint);
  };
  Type storage = tensor.getStorageElementType();
  if (storage.getIntOrFloatBitWidth() < 8)
    center(unpackSubByte(tensor));
  else
    dispatchStorage<int8_t, uint8_t, int16_t>(
        storage, [&](auto zero) { center(tensor.as<decltype(zero)>()); });
  return values;
}

/// The bias of a channel as `T`, 0 where there is none.
template <typename T>
static std::vector<T> getBias(EvalContext &context, int64_t channels) {
  std::vector<T> bias(channels, 0);
  if (context.hasInput(2))
    dispatchStorage<float, int32_t, int64_t>(
        context.input(2).getStorageElementType(), [&](auto zero) {
          llvm::copy(context.input(2).as<decltype(zero)>(), bias.begin());
        });
  return bias;
}

static int32_t getZeroPoint(const QuantParams &params) {
  return params.isQuantized() ? static_cast<int32_t>(params.zeroPoint()) : 0;
}

//===----------------------------------------------------------------------===//
// Number systems
//===----------------------------------------------------------------------===//

static LogicalResult evaluateFloat(Operation *op, const Convolution &conv,
                                   ActivationFunction activation,
                                   EvalContext &context) {
  std::optional<ClampRange<float>> range = getFloatActivationRange(activation);
  if (!range)
    return emitUnsupportedActivation(op, activation);
  std::vector<float> bias = getBias<float>(context, conv.outputChannels);
  float *output = context.output().asMutable<float>().data();
  convolve<float>(conv, context.input(0).as<float>().data(),
                  context.input(1).as<float>().data(),
                  [&](float sum, int64_t, int64_t channel, int64_t index) {
                    output[index] = range->clamp(sum + bias[channel]);
                  });
  return success();
}

namespace {
/// How the reference kernel of an op rescales integer sums.
struct RescaleRule {
  FixedArithmetic arithmetic = FixedArithmetic::Multiplier;
  /// Input scale times weight scale is rounded to float32.
  bool roundsScaleProduct = false;
};
} // namespace

/// Integer activations: sum of (input - zero point) * (weight - zero point),
/// plus bias, rescaled. `Acc` is the width of accumulator and bias.
template <typename Acc, typename Out>
static LogicalResult evaluateQuantized(Operation *op, const Convolution &conv,
                                       ActivationFunction activation,
                                       RescaleRule rule, EvalContext &context) {
  QuantParams input = getQuantParams(context.input(0).getType());
  QuantParams weight = getQuantParams(context.input(1).getType());
  QuantParams result = getQuantParams(context.output().getType());
  if (!input.isQuantized() || !weight.isQuantized() || !result.isQuantized())
    return emitUnsupportedTypes(op);
  std::optional<ClampRange<int32_t>> range = getQuantizedActivationRange(
      activation, result.scale(), getZeroPoint(result), storageRange<Out>());
  if (!range)
    return emitUnsupportedActivation(op, activation);

  Requantizer requantizer(context.getRequantizeMode(), getZeroPoint(result),
                          *range, rule.arithmetic);
  for (size_t i = 0; i < weight.scales.size(); ++i)
    if (rule.roundsScaleProduct)
      requantizer.addRoundedProductFactor(input.scale(), weight.scale(i),
                                          result.scale());
    else
      requantizer.addProductFactor(input.scale(), weight.scale(i),
                                   result.scale());

  std::vector<int16_t> values =
      getCentered(context.input(0), getZeroPoint(input));
  // Per-axis weights are symmetric, so the first zero point serves for all.
  std::vector<int16_t> weights =
      getCentered(context.input(1), getZeroPoint(weight));
  std::vector<Acc> bias = getBias<Acc>(context, conv.outputChannels);
  Out *output = context.output().asMutable<Out>().data();
  convolve<Acc>(conv, values.data(), weights.data(),
                [&](Acc sum, int64_t, int64_t channel, int64_t index) {
                  using Unsigned = std::make_unsigned_t<Acc>;
                  auto total =
                      static_cast<Acc>(Unsigned(sum) + Unsigned(bias[channel]));
                  output[index] =
                      static_cast<Out>(requantizer.apply(total, channel));
                });
  return success();
}

namespace {
/// The order in which a hybrid kernel multiplies sum, row scale and weight
/// scale; float32 products are not associative.
enum class HybridOrder {
  /// (sum * weight scale) * row scale
  SumFirst,
  /// sum * (weight scale * row scale)
  ScalesFirst
};
} // namespace

/// Float activations, integer weights: the input is quantised row by row, the
/// integer sum goes back to float32.
static void evaluateHybrid(const Convolution &conv, RowQuantization rows,
                           HybridOrder order, ClampRange<float> range,
                           EvalContext &context) {
  QuantParams weight = getQuantParams(context.input(1).getType());
  QuantizedRows input =
      quantizeRows(context.input(0).as<float>(), conv.batches, rows);
  std::vector<int16_t> weights = getCentered(context.input(1), /*zeroPoint=*/0);
  std::vector<float> bias = getBias<float>(context, conv.outputChannels);
  float *output = context.output().asMutable<float>().data();
  convolve<int32_t>(
      conv, input.values.data(), weights.data(),
      [&](int32_t sum, int64_t batch, int64_t channel, int64_t index) {
        float rowScale = input.scales[batch];
        float weightScale = weight.scale(channel);
        float value = order == HybridOrder::SumFirst
                          ? static_cast<float>(sum) * weightScale * rowScale
                          : static_cast<float>(sum) * (weightScale * rowScale);
        output[index] = range.clamp(value + bias[channel]);
      });
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static bool isIntegerOf(Type type, std::initializer_list<unsigned> widths) {
  return type.isInteger() && !type.isUnsignedInteger() &&
         llvm::is_contained(widths, type.getIntOrFloatBitWidth());
}

/// Float activations with quantised integer weights.
static bool isHybrid(EvalContext &context) {
  return context.input(0).getStorageElementType().isF32() &&
         isQuantized(context.input(1).getType()) &&
         isIntegerOf(context.input(1).getStorageElementType(), {2, 4, 8});
}

static bool isFloat(EvalContext &context) {
  return context.input(0).getStorageElementType().isF32() &&
         context.input(1).getStorageElementType().isF32();
}

/// Chooses accumulator and output types of the integer forms and evaluates.
/// `wide` = sums of int16 activations are int64.
static LogicalResult evaluateInteger(Operation *op, const Convolution &conv,
                                     ActivationFunction activation,
                                     RescaleRule rule, bool wide,
                                     EvalContext &context) {
  Type input = context.input(0).getStorageElementType();
  Type weight = context.input(1).getStorageElementType();
  Type output = context.output().getStorageElementType();
  bool isBiasInteger =
      !context.hasInput(2) ||
      isIntegerOf(context.input(2).getStorageElementType(), {32, 64});
  if (!isBiasInteger)
    return emitUnsupportedTypes(op);
  if (input.isUnsignedInteger(8) && weight.isUnsignedInteger(8)) {
    if (output.isUnsignedInteger(8))
      return evaluateQuantized<int32_t, uint8_t>(op, conv, activation, rule,
                                                 context);
    if (isIntegerOf(output, {16}))
      return evaluateQuantized<int32_t, int16_t>(op, conv, activation, rule,
                                                 context);
  }
  if (isIntegerOf(input, {8}) && isIntegerOf(weight, {2, 4, 8}) &&
      isIntegerOf(output, {8}))
    return evaluateQuantized<int32_t, int8_t>(op, conv, activation, rule,
                                              context);
  if (isIntegerOf(input, {16}) && isIntegerOf(weight, {2, 4, 8, 16}) &&
      isIntegerOf(output, {16}))
    return wide ? evaluateQuantized<int64_t, int16_t>(op, conv, activation,
                                                      rule, context)
                : evaluateQuantized<int32_t, int16_t>(op, conv, activation,
                                                      rule, context);
  return emitUnsupportedTypes(op);
}

/// int16 activations accumulate in the width of the bias, int64 by default.
static bool hasWideSums(EvalContext &context, ElementType biasType) {
  if (context.hasInput(2))
    return context.input(2).getStorageElementType().isInteger(64);
  return biasType != ElementType::INT32;
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// The spatial part of conv_2d and depthwise_conv_2d; fails on a wrong rank.
template <typename ConvOp>
static FailureOr<Convolution> getConvolution(ConvOp op, EvalContext &context) {
  const HostTensor &input = context.input(0);
  const HostTensor &filter = context.input(1);
  const HostTensor &output = context.output();
  if (input.getRank() != 4 || filter.getRank() != 4 || output.getRank() != 4)
    return op.emitOpError("must have 4-dimensional input, filter and output");
  Convolution conv;
  conv.batches = input.getDim(0);
  conv.height = {input.getDim(1), output.getDim(1), filter.getDim(1),
                 op.getStrideH(), op.getDilationHFactor()};
  conv.width = {input.getDim(2), output.getDim(2), filter.getDim(2),
                op.getStrideW(), op.getDilationWFactor()};
  for (ConvDim *dim : {&conv.height, &conv.width})
    dim->padding = getPaddingBefore(op.getPadding(), dim->input, dim->output,
                                    dim->filter, dim->stride, dim->dilation);
  conv.inputChannels = input.getDim(3);
  conv.outputChannels = output.getDim(3);
  SmallVector<int64_t> strides = getRowMajorStrides(filter.getShape());
  conv.filterRowStride = strides[1];
  conv.filterColumnStride = strides[2];
  return conv;
}

/// Everything after the geometry is the same for both convolutions, but for
/// the hybrid form.
template <typename ConvOp>
static LogicalResult evaluateConvolution(ConvOp op, const Convolution &conv,
                                         bool wide, HybridOrder perChannelOrder,
                                         bool hasPerTensorHybrid,
                                         EvalContext &context) {
  ActivationFunction activation = op.getFusedActivationFunction();
  if (isFloat(context))
    return evaluateFloat(op, conv, activation, context);
  if (!isHybrid(context)) {
    RescaleRule rule;
    rule.roundsScaleProduct =
        context.input(0).getStorageElementType().isUnsignedInteger();
    return evaluateInteger(op, conv, activation, rule, wide, context);
  }
  std::optional<ClampRange<float>> range = getFloatActivationRange(activation);
  if (!range)
    return emitUnsupportedActivation(op, activation);
  QuantParams weight = getQuantParams(context.input(1).getType());
  // Weights with one scale quantise the input symmetrically.
  if (hasPerTensorHybrid && llvm::all_equal(weight.scales))
    evaluateHybrid(conv, RowQuantization::Symmetric, HybridOrder::ScalesFirst,
                   *range, context);
  else
    evaluateHybrid(conv, RowQuantization::Asymmetric, perChannelOrder, *range,
                   context);
  return success();
}

static LogicalResult evaluateConv2D(Conv2DOp op, EvalContext &context) {
  FailureOr<Convolution> conv = getConvolution(op, context);
  if (failed(conv))
    return failure();
  SmallVector<int64_t> strides =
      getRowMajorStrides(context.input(1).getShape());
  conv->depth = context.input(1).getDim(3);
  conv->filterOutputStride = strides[0];
  conv->filterDepthStride = strides[3];
  if (conv->depth == 0 || conv->inputChannels % conv->depth != 0 ||
      conv->outputChannels % (conv->inputChannels / conv->depth) != 0)
    return op.emitOpError("has channels that do not divide into groups");
  bool isGrouped = conv->depth != conv->inputChannels;
  return evaluateConvolution(
      op, *conv, hasWideSums(context, op.getQuantizedBiasType()),
      HybridOrder::SumFirst, /*hasPerTensorHybrid=*/!isGrouped, context);
}

static LogicalResult evaluateDepthwiseConv2D(DepthwiseConv2DOp op,
                                             EvalContext &context) {
  FailureOr<Convolution> conv = getConvolution(op, context);
  if (failed(conv))
    return failure();
  conv->filterOutputStride = 1;
  conv->filterDepthStride = 1;
  if (conv->inputChannels == 0 ||
      conv->outputChannels % conv->inputChannels != 0)
    return op.emitOpError("must have a multiple of the input's channels");
  return evaluateConvolution(op, *conv, /*wide=*/true, HybridOrder::ScalesFirst,
                             /*hasPerTensorHybrid=*/false, context);
}

//===----------------------------------------------------------------------===//
// fully_connected
//===----------------------------------------------------------------------===//

static LogicalResult evaluateFullyConnected(FullyConnectedOp op,
                                            EvalContext &context) {
  if (op.getWeightsFormat() != WeightsFormat::DEFAULT)
    return op.emitOpError("has no reference evaluation for weights format ")
           << stringifyWeightsFormat(op.getWeightsFormat());
  const HostTensor &filter = context.input(1);
  if (filter.getRank() != 2)
    return op.emitOpError("must have a 2-dimensional filter");
  // A 1x1 convolution of the input, flattened to [batch, 1, 1, depth].
  Convolution conv;
  conv.outputChannels = filter.getDim(0);
  conv.depth = conv.inputChannels = filter.getDim(1);
  if (conv.depth == 0 || conv.outputChannels == 0)
    return success();
  conv.batches = context.input(0).getNumElements() / conv.depth;
  conv.filterOutputStride = conv.depth;
  conv.filterRowStride = conv.filterColumnStride = 0;
  conv.filterDepthStride = 1;
  if (context.output().getNumElements() != conv.getNumOutputs())
    return op.emitOpError("must have an output of ")
           << conv.getNumOutputs() << " elements";

  ActivationFunction activation = op.getFusedActivationFunction();
  if (isFloat(context))
    return evaluateFloat(op, conv, activation, context);
  if (isHybrid(context)) {
    std::optional<ClampRange<float>> range =
        getFloatActivationRange(activation);
    if (!range)
      return emitUnsupportedActivation(op, activation);
    evaluateHybrid(conv,
                   op.getAsymmetricQuantizeInputs()
                       ? RowQuantization::Asymmetric
                       : RowQuantization::Symmetric,
                   HybridOrder::ScalesFirst, *range, context);
    return success();
  }
  RescaleRule rule;
  // Only the kernel of int16 weights keeps the fixed-point multiplier, and
  // forms the product of two per-tensor scales in float32.
  if (isIntegerOf(filter.getStorageElementType(), {16}))
    rule.roundsScaleProduct =
        getQuantParams(filter.getType()).scales.size() == 1;
  else
    rule.arithmetic = FixedArithmetic::Double;
  bool wide = hasWideSums(context, op.getQuantizedBiasType()) ||
              isIntegerOf(filter.getStorageElementType(), {16});
  return evaluateInteger(op, conv, activation, rule, wide, context);
}

namespace mlir::mopt::detail {
void attachConvolutionEvaluators(MLIRContext *context) {
  attachEvaluator<Conv2DOp, evaluateConv2D>(context);
  attachEvaluator<DepthwiseConv2DOp, evaluateDepthwiseConv2D>(context);
  attachEvaluator<FullyConnectedOp, evaluateFullyConnected>(context);
}
} // namespace mlir::mopt::detail
