//===- ConvolutionEvaluators.cpp - Convolutions and their transposes ------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightedSum.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// conv_2d, depthwise_conv_2d
//===----------------------------------------------------------------------===//

/// The spatial part of conv_2d and depthwise_conv_2d; fails on a wrong rank.
template <typename ConvOp>
static FailureOr<Convolution> getConvolution(ConvOp op,
                                             const WeightedOperands &operands) {
  const HostTensor &input = operands.input;
  const HostTensor &filter = operands.filter;
  const HostTensor &output = operands.output;
  if (input.getRank() != 4 || filter.getRank() != 4 || output.getRank() != 4)
    return op.emitOpError("must have 4-dimensional input, filter and output");
  Convolution conv;
  conv.batches = input.getDim(0);
  conv.dims[1] = {input.getDim(1), output.getDim(1), filter.getDim(1),
                  op.getStrideH(), op.getDilationHFactor()};
  conv.dims[2] = {input.getDim(2), output.getDim(2), filter.getDim(2),
                  op.getStrideW(), op.getDilationWFactor()};
  for (ConvDim &dim : conv.dims)
    dim.padding = getPaddingBefore(op.getPadding(), dim.input, dim.output,
                                   dim.filter, dim.stride, dim.dilation);
  conv.inputChannels = input.getDim(3);
  conv.outputChannels = output.getDim(3);
  SmallVector<int64_t> strides = getRowMajorStrides(filter.getShape());
  conv.filterStrides = {0, strides[1], strides[2]};
  return conv;
}

/// Everything after the geometry is the same for both convolutions, but for
/// the hybrid form.
template <typename ConvOp>
static LogicalResult evaluateConvolution(ConvOp op, const Convolution &conv,
                                         bool wide, HybridOrder perChannelOrder,
                                         bool hasPerTensorHybrid,
                                         const WeightedOperands &operands) {
  ActivationFunction activation = op.getFusedActivationFunction();
  if (operands.isFloat())
    return evaluateFloatSum(op, conv, activation, operands);
  if (!operands.isHybrid()) {
    RescaleRule rule;
    rule.roundsScaleProduct =
        operands.input.getStorageElementType().isUnsignedInteger();
    return evaluateIntegerSum(op, conv, activation, rule, wide, operands);
  }
  QuantParams weight = getQuantParams(operands.filter.getType());
  // Weights with one scale quantise the input symmetrically.
  if (hasPerTensorHybrid && llvm::all_equal(weight.scales))
    return evaluateHybridSum(op, conv, activation, RowQuantization::Symmetric,
                             HybridOrder::ScalesFirst, operands);
  return evaluateHybridSum(op, conv, activation, RowQuantization::Asymmetric,
                           perChannelOrder, operands);
}

static LogicalResult evaluateConv2D(Conv2DOp op, EvalContext &context) {
  WeightedOperands operands(context, 0, 1, 2);
  FailureOr<Convolution> conv = getConvolution(op, operands);
  if (failed(conv))
    return failure();
  SmallVector<int64_t> strides = getRowMajorStrides(operands.filter.getShape());
  conv->depth = operands.filter.getDim(3);
  conv->filterOutputStride = strides[0];
  conv->filterDepthStride = strides[3];
  if (conv->depth == 0 || conv->inputChannels % conv->depth != 0 ||
      conv->outputChannels % (conv->inputChannels / conv->depth) != 0)
    return op.emitOpError("has channels that do not divide into groups");
  bool isGrouped = conv->depth != conv->inputChannels;
  return evaluateConvolution(
      op, *conv, operands.hasWideSums(op.getQuantizedBiasType()),
      HybridOrder::SumFirst, /*hasPerTensorHybrid=*/!isGrouped, operands);
}

static LogicalResult evaluateDepthwiseConv2D(DepthwiseConv2DOp op,
                                             EvalContext &context) {
  WeightedOperands operands(context, 0, 1, 2);
  FailureOr<Convolution> conv = getConvolution(op, operands);
  if (failed(conv))
    return failure();
  conv->filterOutputStride = 1;
  conv->filterDepthStride = 1;
  if (conv->inputChannels == 0 ||
      conv->outputChannels % conv->inputChannels != 0)
    return op.emitOpError("must have a multiple of the input's channels");
  return evaluateConvolution(op, *conv, /*wide=*/true, HybridOrder::ScalesFirst,
                             /*hasPerTensorHybrid=*/false, operands);
}

//===----------------------------------------------------------------------===//
// transpose_conv
//===----------------------------------------------------------------------===//

static LogicalResult evaluateTransposeConv(TransposeConvOp op,
                                           EvalContext &context) {
  WeightedOperands operands(context, 2, 1, 3);
  const HostTensor &input = operands.input, &filter = operands.filter,
                   &output = operands.output;
  if (failed(checkOutputShape(op, context.input(0), output)))
    return failure();
  Convolution conv;
  conv.batches = input.getDim(0);
  conv.dims[1] = getTransposed(
      {input.getDim(1), output.getDim(1), filter.getDim(1), op.getStrideH()},
      op.getPadding());
  conv.dims[2] = getTransposed(
      {input.getDim(2), output.getDim(2), filter.getDim(2), op.getStrideW()},
      op.getPadding());
  conv.depth = conv.inputChannels = input.getDim(3);
  conv.outputChannels = output.getDim(3);
  SmallVector<int64_t> strides = getRowMajorStrides(filter.getShape());
  conv.filterOutputStride = strides[0];
  conv.filterStrides = {0, strides[1], strides[2]};
  conv.filterDepthStride = strides[3];

  ActivationFunction activation = op.getFusedActivationFunction();
  if (operands.isFloat())
    return evaluateFloatSum(op, conv, activation, operands);
  if (operands.isHybrid())
    return evaluateHybridSum(op, conv, activation, RowQuantization::Asymmetric,
                             HybridOrder::EveryProduct, operands);
  RescaleRule rule;
  rule.roundsScaleProduct = input.getStorageElementType().isUnsignedInteger();
  return evaluateIntegerSum(op, conv, activation, rule,
                            operands.hasWideSums(op.getQuantizedBiasType()),
                            operands);
}

//===----------------------------------------------------------------------===//
// fully_connected
//===----------------------------------------------------------------------===//

static LogicalResult evaluateFullyConnected(FullyConnectedOp op,
                                            EvalContext &context) {
  if (op.getWeightsFormat() != WeightsFormat::DEFAULT)
    return op.emitOpError("has no reference evaluation for weights format ")
           << stringifyWeightsFormat(op.getWeightsFormat());
  WeightedOperands operands(context, 0, 1, 2);
  const HostTensor &filter = operands.filter;
  if (filter.getRank() != 2)
    return op.emitOpError("must have a 2-dimensional filter");
  // A 1x1 convolution of the input, flattened to [batch, 1, 1, depth].
  Convolution conv;
  conv.outputChannels = filter.getDim(0);
  conv.depth = conv.inputChannels = filter.getDim(1);
  if (conv.depth == 0 || conv.outputChannels == 0)
    return success();
  conv.batches = operands.input.getNumElements() / conv.depth;
  conv.filterOutputStride = conv.depth;
  conv.filterDepthStride = 1;
  if (operands.output.getNumElements() != conv.getNumOutputs())
    return op.emitOpError("must have an output of ")
           << conv.getNumOutputs() << " elements";

  ActivationFunction activation = op.getFusedActivationFunction();
  if (operands.isFloat())
    return evaluateFloatSum(op, conv, activation, operands);
  if (operands.isHybrid())
    return evaluateHybridSum(op, conv, activation,
                             op.getAsymmetricQuantizeInputs()
                                 ? RowQuantization::Asymmetric
                                 : RowQuantization::Symmetric,
                             HybridOrder::ScalesFirst, operands);
  RescaleRule rule;
  // Only the kernel of int16 weights keeps the fixed-point multiplier, and
  // forms the product of two per-tensor scales in float32.
  if (isSignedInteger(filter.getStorageElementType(), {16}))
    rule.roundsScaleProduct =
        getQuantParams(filter.getType()).scales.size() == 1;
  else
    rule.arithmetic = FixedArithmetic::Double;
  bool wide = operands.hasWideSums(op.getQuantizedBiasType()) ||
              isSignedInteger(filter.getStorageElementType(), {16});
  return evaluateIntegerSum(op, conv, activation, rule, wide, operands);
}

namespace mlir::mopt::detail {
void attachConvolutionEvaluators(MLIRContext *context) {
  attachEvaluator<Conv2DOp, evaluateConv2D>(context);
  attachEvaluator<DepthwiseConv2DOp, evaluateDepthwiseConv2D>(context);
  attachEvaluator<FullyConnectedOp, evaluateFullyConnected>(context);
  attachEvaluator<TransposeConvOp, evaluateTransposeConv>(context);
}
} // namespace mlir::mopt::detail
