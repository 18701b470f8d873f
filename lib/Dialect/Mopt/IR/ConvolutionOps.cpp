//===- ConvolutionOps.cpp - Verifiers of matrix products -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// One bias value per output channel.
static LogicalResult verifyBias(Operation *op, Value bias, int64_t channels) {
  if (!isPresent(bias))
    return success();
  RankedTensorType type = getTensorType(bias);
  if (type.getNumElements() != channels)
    return op->emitOpError()
           << "bias must have " << channels
           << " elements, one per output channel, got " << type;
  return success();
}

/// Filters are float (float16 is read as float32) or quantised; the bias has
/// the number system of the accumulator. Which of these combinations the
/// specification defines is the business of mopt-verify-quantized.
template <typename OpT>
static LogicalResult verifyNumberSystems(OpT op) {
  Type filter = getTensorType(op.getFilter()).getElementType();
  if (!filter.isF32() && !filter.isF16() && !isQuantized(filter))
    return op.emitOpError() << "filter must be float32, float16 or quantised, "
                            << "got " << op.getFilter().getType();
  if (!isPresent(op.getBias()))
    return success();
  Type input = getTensorType(op.getInput()).getElementType();
  Type bias =
      getStorageElementType(getTensorType(op.getBias()).getElementType());
  if (isQuantized(input) ? bias.isSignlessInteger() : bias.isF32())
    return success();
  return op.emitOpError() << "bias must hold "
                          << (isQuantized(input) ? "integers" : "float32")
                          << " for input " << op.getInput().getType()
                          << ", got " << op.getBias().getType();
}

/// What conv_2d and depthwise_conv_2d share: ranks, fused activation, and the
/// output's batch, height and width.
template <typename OpT>
static LogicalResult verifyConvolution(OpT op, int64_t channels) {
  RankedTensorType input = getTensorType(op.getInput());
  RankedTensorType filter = getTensorType(op.getFilter());
  if (failed(verifyFusedActivation(op, op.getFusedActivationFunction())) ||
      failed(verifySameStorage(op, op.getInput(), "input", op.getOutput(),
                               "output")) ||
      failed(verifyBias(op, op.getBias(), channels)))
    return failure();
  FailureOr<int64_t> height = getWindowedSize(
      op, "height", input.getDimSize(1), filter.getDimSize(1), op.getStrideH(),
      op.getDilationHFactor(), op.getPadding());
  if (failed(height))
    return failure();
  FailureOr<int64_t> width = getWindowedSize(
      op, "width", input.getDimSize(2), filter.getDimSize(2), op.getStrideW(),
      op.getDilationWFactor(), op.getPadding());
  if (failed(width))
    return failure();
  return verifyShape(op, op.getOutput(), "output",
                     {input.getDimSize(0), *height, *width, channels});
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyRank(*this, getInput(), "input", 4)) ||
      failed(verifyRank(*this, getFilter(), "filter", 4)))
    return failure();
  int64_t channels = getTensorType(getFilter()).getDimSize(0);
  int64_t inputDepth = getTensorType(getInput()).getDimSize(3);
  int64_t filterDepth = getTensorType(getFilter()).getDimSize(3);
  if (filterDepth == 0 || inputDepth % filterDepth != 0)
    return emitOpError() << "input channels (" << inputDepth
                         << ") must be a multiple of filter channels ("
                         << filterDepth << ")";
  int64_t groups = inputDepth / filterDepth;
  if (groups == 0 || channels % groups != 0)
    return emitOpError() << "output channels (" << channels
                         << ") must be a multiple of the " << groups
                         << " groups";
  if (failed(verifyNumberSystems(*this)))
    return failure();
  return verifyConvolution(*this, channels);
}

LogicalResult DepthwiseConv2DOp::verify() {
  if (failed(verifyRank(*this, getInput(), "input", 4)) ||
      failed(verifyRank(*this, getFilter(), "filter", 4)))
    return failure();
  RankedTensorType filter = getTensorType(getFilter());
  if (filter.getDimSize(0) != 1)
    return emitOpError() << "filter must have 1 as its first dimension, got "
                         << filter;
  int64_t channels = filter.getDimSize(3);
  int64_t inputDepth = getTensorType(getInput()).getDimSize(3);
  // Kernels take the multiplier from the shapes and do not read the attribute,
  // which old files store as 0.
  if (inputDepth == 0 || channels % inputDepth != 0)
    return emitOpError() << "output channels (" << channels
                         << ") must be a multiple of the input channels ("
                         << inputDepth << ")";
  if (failed(verifyNumberSystems(*this)))
    return failure();
  return verifyConvolution(*this, channels);
}

/// One dimension of the input of a transposed convolution: what the convolution
/// of the output would have.
static LogicalResult verifyTransposedSize(Operation *op, StringRef axis,
                                          int64_t input, int64_t output,
                                          int64_t filter, int64_t stride,
                                          Padding padding) {
  FailureOr<int64_t> size = getWindowedSize(op, axis, output, filter, stride,
                                            /*dilation=*/1, padding);
  if (failed(size))
    return failure();
  if (*size == input)
    return success();
  return op->emitOpError() << "input must have a " << axis << " of " << *size
                           << " for an output of " << output << ", got "
                           << input;
}

LogicalResult TransposeConvOp::verify() {
  if (failed(verifyIndexTensor(*this, getOutputShape(), "output_shape", {32})))
    return failure();
  if (auto shape = getConstantIndices(getOutputShape()))
    if (failed(verifyShape(*this, getOutput(), "output", *shape)))
      return failure();
  if (failed(verifyRank(*this, getInput(), "input", 4)) ||
      failed(verifyRank(*this, getFilter(), "filter", 4)) ||
      failed(verifyRank(*this, getOutput(), "output", 4)))
    return failure();
  RankedTensorType input = getTensorType(getInput());
  RankedTensorType filter = getTensorType(getFilter());
  RankedTensorType output = getTensorType(getOutput());
  if (input.getDimSize(3) != filter.getDimSize(3))
    return emitOpError() << "filter must have the input's "
                         << input.getDimSize(3) << " channels, got " << filter;
  if (output.getDimSize(0) != input.getDimSize(0) ||
      output.getDimSize(3) != filter.getDimSize(0))
    return emitOpError() << "output must have batch " << input.getDimSize(0)
                         << " and " << filter.getDimSize(0) << " channels, got "
                         << output;
  if (failed(verifyTransposedSize(*this, "height", input.getDimSize(1),
                                  output.getDimSize(1), filter.getDimSize(1),
                                  getStrideH(), getPadding())) ||
      failed(verifyTransposedSize(*this, "width", input.getDimSize(2),
                                  output.getDimSize(2), filter.getDimSize(2),
                                  getStrideW(), getPadding())) ||
      failed(verifyFusedActivation(*this, getFusedActivationFunction())) ||
      failed(verifySameStorage(*this, getInput(), "input", getOutput(),
                               "output")) ||
      failed(verifyNumberSystems(*this)))
    return failure();
  return verifyBias(*this, getBias(), filter.getDimSize(0));
}

LogicalResult FullyConnectedOp::verify() {
  if (failed(verifyRank(*this, getFilter(), "filter", 2)) ||
      failed(verifyFusedActivation(*this, getFusedActivationFunction())) ||
      failed(verifyNumberSystems(*this)))
    return failure();
  RankedTensorType input = getTensorType(getInput());
  int64_t units = getTensorType(getFilter()).getDimSize(0);
  int64_t depth = getTensorType(getFilter()).getDimSize(1);
  if (depth == 0 || input.getNumElements() % depth != 0)
    return emitOpError() << "input elements (" << input.getNumElements()
                         << ") must be a multiple of the filter's depth ("
                         << depth << ")";
  if (getKeepNumDims() &&
      (input.getRank() == 0 || input.getShape().back() != depth))
    return emitOpError() << "with keep_num_dims the input's last dimension "
                         << "must be the filter's depth (" << depth << "), got "
                         << input;
  SmallVector<int64_t> shape = {input.getNumElements() / depth, units};
  if (getKeepNumDims()) {
    shape.assign(input.getShape().begin(), input.getShape().end());
    shape.back() = units;
  }
  if (failed(verifyShape(*this, getOutput(), "output", shape)))
    return failure();
  return verifyBias(*this, getBias(), units);
}

//===----------------------------------------------------------------------===//
// Versions
//===----------------------------------------------------------------------===//

int32_t Conv2DOp::getMinVersion() {
  int64_t inputDepth =
      cast<RankedTensorType>(getInput().getType()).getShape().back();
  int64_t filterDepth =
      cast<RankedTensorType>(getFilter().getType()).getShape().back();
  bool isGrouped = inputDepth != filterDepth;
  return std::max(getTypeVersion(*this), isGrouped ? 6 : 1);
}

int32_t DepthwiseConv2DOp::getMinVersion() {
  bool isDilated = getDilationWFactor() != 1 || getDilationHFactor() != 1;
  return std::max(getTypeVersion(*this), isDilated ? 2 : 1);
}

int32_t FullyConnectedOp::getMinVersion() {
  int32_t version = getTypeVersion(*this);
  if (getNumOperands() == 2)
    version = std::max(version, 6);
  if (getKeepNumDims())
    version = std::max(version, 5);
  if (getWeightsFormat() == WeightsFormat::SHUFFLED4x16INT8)
    version = std::max(version, 2);
  TensorAttr weights = getTensorInfo(getFilter());
  if (weights && weights.getSparsity())
    version = std::max(version, 8);
  return version;
}

int32_t TransposeConvOp::getMinVersion() {
  int32_t version = getTypeVersion(*this);
  if (isPresent(getBias()))
    version = std::max(version, 3);
  if (getFusedActivationFunction() != ActivationFunction::NONE)
    version = std::max(version, 4);
  if (getQuantizedBiasType() != ElementType::FLOAT32)
    version = std::max(version, 5);
  return version;
}
