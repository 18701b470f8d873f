//===- ConvolutionOps.cpp - Verifiers of matrix products -----*- C++ -*-===//
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

/// The combinations that kernels have: all float32 (a float16 filter is read as
/// float32); hybrid, a quantised filter between float tensors; and all
/// quantised, where the bias holds accumulator units. `biasWidths` are the
/// widths a bias may have with int16 activations.
template <typename OpT>
static LogicalResult verifyNumberSystems(OpT op,
                                         ArrayRef<unsigned> int16BiasWidths) {
  Type input = getTensorType(op.getInput()).getElementType();
  Type filter = getTensorType(op.getFilter()).getElementType();
  Type output = getTensorType(op.getOutput()).getElementType();
  if (input.isF32() != output.isF32() ||
      isQuantized(input) != isQuantized(output) ||
      !(input.isF32() || isQuantized(input)))
    return op.emitOpError() << "input and output must be both float32 or both "
                            << "quantised, got " << op.getInput().getType()
                            << " and " << op.getOutput().getType();
  bool isFloatFilter = filter.isF32() || filter.isF16();
  if (!isQuantized(filter) && !(input.isF32() && isFloatFilter))
    return op.emitOpError() << "filter must be "
                            << (input.isF32() ? "float or quantised"
                                              : "quantised as the input is")
                            << ", got " << op.getFilter().getType();
  if (!isPresent(op.getBias()))
    return success();
  Type bias =
      getStorageElementType(getTensorType(op.getBias()).getElementType());
  unsigned width = isQuantized(input)
                       ? getStorageElementType(input).getIntOrFloatBitWidth()
                       : 0;
  bool matches = width == 0 ? bias.isF32()
                 : width == 16
                     ? llvm::any_of(int16BiasWidths,
                                    [&](unsigned allowed) {
                                      return bias.isSignlessInteger(allowed);
                                    })
                     : bias.isSignlessInteger(32);
  if (matches)
    return success();
  StringRef expected = width == 0                    ? "float32"
                       : width != 16                 ? "int32"
                       : int16BiasWidths.size() == 1 ? "int64"
                                                     : "int32 or int64";
  return op.emitOpError() << "bias must hold " << expected << " for input "
                          << op.getInput().getType() << ", got "
                          << op.getBias().getType();
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
  if (failed(verifyNumberSystems(*this, {32, 64})))
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
  if (failed(verifyNumberSystems(*this, {64})))
    return failure();
  return verifyConvolution(*this, channels);
}

LogicalResult FullyConnectedOp::verify() {
  if (failed(verifyRank(*this, getFilter(), "filter", 2)) ||
      failed(verifyFusedActivation(*this, getFusedActivationFunction())) ||
      failed(verifyNumberSystems(*this, {32, 64})))
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
