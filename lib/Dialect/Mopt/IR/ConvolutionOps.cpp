//===- ConvolutionOps.cpp - Verifiers of convolutions and matrix products
//-----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

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
  // Kernels take the multiplier from the shapes; old files store 0.
  if (inputDepth == 0 || channels % inputDepth != 0 ||
      (getDepthMultiplier() != 0 &&
       inputDepth * getDepthMultiplier() != channels))
    return emitOpError() << "output channels (" << channels
                         << ") must be input channels (" << inputDepth
                         << ") times the depth multiplier ("
                         << getDepthMultiplier() << ")";
  return verifyConvolution(*this, channels);
}

LogicalResult FullyConnectedOp::verify() {
  if (failed(verifyRank(*this, getFilter(), "filter", 2)) ||
      failed(verifyFusedActivation(*this, getFusedActivationFunction())))
    return failure();
  RankedTensorType input = getTensorType(getInput());
  RankedTensorType output = getTensorType(getOutput());
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
  int64_t batch = input.getNumElements() / depth;
  if (output.getRank() == 0 || output.getShape().back() != units ||
      output.getNumElements() != batch * units)
    return emitOpError() << "output must hold " << batch << " rows of " << units
                         << " units, got " << output;
  return verifyBias(*this, getBias(), units);
}
