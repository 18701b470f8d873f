//===- FloatKernels.cpp - Kernels of floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelUtils.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

int64_t kernel::getPaddedFloatChannels(TileAttr tile, int64_t channels,
                                       bool isDepthwise) {
  return isDepthwise ? getPaddedChannels(tile, channels, isDepthwise)
                     : llvm::alignTo(channels, tile.getLanes());
}

/// Elements of the operands, where each channel has `steps` steps of weights.
template <typename OpT>
static LogicalResult verifyElements(OpT op, int64_t steps) {
  auto check = [&](StringRef name, Value value, int64_t size) {
    return verifyNumElements(op, name, value, size);
  };
  int64_t channels =
      getPaddedFloatChannels(op.getTile(), op.getOutputShape()[3],
                             std::is_same_v<OpT, FloatDepthwiseConv2DOp>);
  if (failed(check("input", op.getInput(), multiply(op.getInputShape()))) ||
      failed(check("output", op.getOutput(), multiply(op.getOutputShape()))) ||
      failed(check("bias", op.getBias(), channels)))
    return failure();
  return check("packed weights", op.getWeights(),
               multiply({channels, steps, op.getTile().getDepth()}));
}

LogicalResult PackFloatsOp::verify() {
  if (failed(verifyStaticShapes(*this)))
    return failure();
  int64_t channels = getChannels(), elements = getNumElements(getInput());
  if (!isSize(channels) || channels == 0 || elements % channels != 0)
    return emitOpError("input must have whole rows of 'channels'");
  int64_t packed =
      multiply({elements / channels, int64_t(llvm::alignTo(channels, 2))});
  if (getNumElements(getOutput()) != packed)
    return emitOpError("output must have ") << packed << " elements";
  return success();
}

LogicalResult FloatConv2DOp::verify() {
  if (failed(verifyFloatSizes(*this)))
    return failure();
  int64_t depth = getTile().getDepth(), channels = getInputShape()[3];
  if (channels % depth != 0)
    return emitOpError("input must have a whole number of steps of channels");
  return verifyElements(
      *this, multiply({getKernel()[0], getKernel()[1], channels / depth}));
}

LogicalResult FloatDepthwiseConv2DOp::verify() {
  if (failed(verifyFloatSizes(*this)))
    return failure();
  if (getInputShape()[3] != getOutputShape()[3])
    return emitOpError("input and output must have the same channels");
  if (getTile().getDepth() != 1 || getTile().getVectors() != 1)
    return emitOpError("'tile' must have one vector and one product a step");
  return verifyElements(*this, getKernel()[0] * getKernel()[1]);
}

void PackFloatsOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void FloatConv2DOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void FloatDepthwiseConv2DOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
