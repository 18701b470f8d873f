//===- FloatKernels.cpp - Kernels of floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Kernel/IR/KernelOps.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

int64_t kernel::getPaddedFloatChannels(TileAttr tile, int64_t channels,
                                       bool isDepthwise) {
  return isDepthwise ? getPaddedChannels(tile, channels, isDepthwise)
                     : llvm::alignTo(channels, tile.getLanes());
}

static int64_t getNumElements(Value value) {
  return cast<ShapedType>(value.getType()).getNumElements();
}

static int64_t product(ArrayRef<int64_t> shape) {
  int64_t result = 1;
  for (int64_t dim : shape)
    result *= dim;
  return result;
}

static bool isPositive(ArrayRef<int64_t> values, size_t count) {
  return values.size() == count &&
         llvm::all_of(values, [](int64_t value) { return value > 0; });
}

template <typename OpT>
static LogicalResult verifySizes(OpT op) {
  for (Value operand : op->getOperands())
    if (!cast<ShapedType>(operand.getType()).hasStaticShape())
      return op.emitOpError("operands must have static shapes");
  if (!isPositive(op.getInputShape(), 4) || !isPositive(op.getOutputShape(), 4))
    return op.emitOpError(
        "'input_shape' and 'output_shape' must be four positive sizes");
  if (!isPositive(op.getKernel(), 2) || !isPositive(op.getStrides(), 2) ||
      !isPositive(op.getDilations(), 2))
    return op.emitOpError(
        "'kernel', 'strides' and 'dilations' must be two positive sizes");
  ArrayRef<int64_t> padding = op.getPadding();
  if (padding.size() != 2 ||
      llvm::any_of(padding, [](int64_t value) { return value < 0; }))
    return op.emitOpError("'padding' must be two sizes: top, left");
  TileAttr tile = op.getTile();
  if (!llvm::isPowerOf2_64(tile.getLanes()) || tile.getLanes() < 4 ||
      tile.getVectors() <= 0 || tile.getPixels() <= 0)
    return op.emitOpError("'tile' has impossible sizes");
  if (!tile.isFloat() || tile.getPack() != 1)
    return op.emitOpError("'tile' must be of floats, which are not narrowed");
  return success();
}

/// Elements of the operands, where each channel has `steps` steps of weights.
template <typename OpT>
static LogicalResult verifyElements(OpT op, int64_t steps) {
  auto check = [&](StringRef name, Value value, int64_t size) {
    if (getNumElements(value) == size)
      return success();
    return LogicalResult(op.emitOpError(name)
                         << " must have " << size << " elements");
  };
  int64_t channels =
      getPaddedFloatChannels(op.getTile(), op.getOutputShape()[3],
                             std::is_same_v<OpT, FloatDepthwiseConv2DOp>);
  if (failed(check("input", op.getInput(), product(op.getInputShape()))) ||
      failed(check("output", op.getOutput(), product(op.getOutputShape()))) ||
      failed(check("bias", op.getBias(), channels)))
    return failure();
  return check("packed weights", op.getWeights(),
               channels * steps * op.getTile().getDepth());
}

LogicalResult PackFloatsOp::verify() {
  for (Value operand : getOperands())
    if (!cast<ShapedType>(operand.getType()).hasStaticShape())
      return emitOpError("operands must have static shapes");
  int64_t channels = getChannels(), elements = getNumElements(getInput());
  if (channels <= 0 || elements % channels != 0)
    return emitOpError("input must have whole rows of 'channels'");
  int64_t packed = elements / channels * llvm::alignTo(channels, 2);
  if (getNumElements(getOutput()) != packed)
    return emitOpError("output must have ") << packed << " elements";
  return success();
}

LogicalResult FloatConv2DOp::verify() {
  if (failed(verifySizes(*this)))
    return failure();
  int64_t depth = getTile().getDepth(), channels = getInputShape()[3];
  if (channels % depth != 0)
    return emitOpError("input must have a whole number of steps of channels");
  return verifyElements(*this,
                        getKernel()[0] * getKernel()[1] * (channels / depth));
}

LogicalResult FloatDepthwiseConv2DOp::verify() {
  if (failed(verifySizes(*this)))
    return failure();
  if (getInputShape()[3] != getOutputShape()[3])
    return emitOpError("input and output must have the same channels");
  if (getTile().getDepth() != 1 || getTile().getVectors() != 1)
    return emitOpError("'tile' must have one vector and one product a step");
  return verifyElements(*this, getKernel()[0] * getKernel()[1]);
}

/// Buffers are read, the destination is written; tensors have no effects.
static void collectEffects(DestinationStyleOpInterface op, Effects &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    MemoryEffects::Effect *effect = MemoryEffects::Read::get();
    if (op.isDpsInit(&operand))
      effect = MemoryEffects::Write::get();
    effects.emplace_back(effect, &operand, SideEffects::DefaultResource::get());
  }
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
