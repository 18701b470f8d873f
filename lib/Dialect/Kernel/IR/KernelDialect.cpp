//===- KernelDialect.cpp - The kernel dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConvolutionUtils.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mopt/Dialect/Kernel/IR/DepthwiseSteps.h"
#include "mopt/Dialect/Kernel/IR/HVXImageKernels.h"
#include "mopt/Dialect/Kernel/IR/WindowSteps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

#include "mopt/Dialect/Kernel/IR/KernelDialect.cpp.inc"
#include "mopt/Dialect/Kernel/IR/KernelEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "mopt/Dialect/Kernel/IR/KernelAttrs.cpp.inc"

#define GET_OP_CLASSES
#include "mopt/Dialect/Kernel/IR/KernelOps.cpp.inc"
#define GET_OP_CLASSES
#include "mopt/Dialect/Kernel/IR/HVXImageKernels.cpp.inc"

void KernelDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "mopt/Dialect/Kernel/IR/KernelAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mopt/Dialect/Kernel/IR/KernelOps.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "mopt/Dialect/Kernel/IR/HVXImageKernels.cpp.inc"
      >();
}

int64_t kernel::getMatrixDepth(int64_t length) {
  for (int64_t depth = kMatrixRowBytes; depth > 0; depth -= 4)
    if (length % depth == 0)
      return depth;
  return 0;
}

//===----------------------------------------------------------------------===//
// Chunks
//===----------------------------------------------------------------------===//

SmallVector<Chunk> kernel::getChunks(TileAttr tile, int64_t channels) {
  SmallVector<Chunk> chunks;
  for (int64_t first = 0; first < channels; first += tile.getGroupSize()) {
    while (tile.getLanes() > 4 && channels - first < tile.getGroupSize())
      tile = tile.withLanes(tile.getLanes() / 2);
    chunks.push_back({first, tile});
  }
  return chunks;
}

int64_t kernel::getPaddedChannels(TileAttr tile, int64_t channels,
                                  bool isDepthwise) {
  if (!isDepthwise)
    return llvm::alignTo(channels, tile.getGroupSize());
  // As getChunks does, without a list of them.
  int64_t size = tile.getGroupSize(), smallest = size / tile.getLanes() * 4;
  int64_t padded = channels / size * size;
  while (padded < channels) {
    while (size > smallest && channels - padded < size)
      size /= 2;
    padded += size;
  }
  return padded;
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

ImageLayout::ImageLayout(ArrayRef<int64_t> shape, ArrayRef<int64_t> padding) {
  const int64_t none[] = {0, 0, 0, 0};
  if (padding.empty())
    padding = none;
  row = multiply({padding[2] + shape[2] + padding[3], shape[3]});
  image = multiply({padding[0] + shape[1] + padding[1], row});
  first = multiply({padding[0], row}) + multiply({padding[2], shape[3]});
  size = multiply({shape[0], image});
}

ImageLayout Conv2DOp::getInputLayout() { return getInputLayoutOf(*this); }
ImageLayout Conv2DOp::getOutputLayout() { return getOutputLayoutOf(*this); }
ImageLayout DepthwiseConv2DOp::getInputLayout() {
  return getInputLayoutOf(*this);
}
ImageLayout DepthwiseConv2DOp::getOutputLayout() {
  return getOutputLayoutOf(*this);
}

ImageLayout Conv2DOp::getAddendLayout() { return getAddendLayoutOf(*this); }
ImageLayout DepthwiseConv2DOp::getAddendLayout() {
  return getAddendLayoutOf(*this);
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

LogicalResult PackInputOp::verify() {
  if (failed(verifyStaticShapes(*this)))
    return failure();
  if (!arePositive(getInputShape(), 4))
    return emitOpError("'input_shape' must be four positive sizes");
  if (failed(verifyPadding(*this, "padding", getPadding())))
    return failure();
  ArrayRef<int64_t> shape = getInputShape();
  if (getNumElements(getInput()) != multiply(shape))
    return emitOpError("input must have ") << multiply(shape) << " elements";
  int64_t padded = ImageLayout(shape, getPadding()).size;
  if (cast<ShapedType>(getOutput().getType()).getRank() != 1 ||
      getNumElements(getOutput()) < padded)
    return emitOpError("output must be flat and have at least ")
           << padded << " elements";
  return success();
}

/// Elements of packed weights for `channels` channels: `steps` steps of the
/// instruction a channel, of which `vectors` have a number each in `repeated`.
template <typename OpT>
static LogicalResult verifyWeights(OpT op, int64_t channels, int64_t steps,
                                   int64_t vectors) {
  TileAttr tile = op.getTile();
  ArrayRef<int64_t> repeated = op.getRepeated().value_or(ArrayRef<int64_t>());
  if (llvm::any_of(repeated, [&](int64_t step) {
        return step < 0 || step >= multiply({steps, vectors});
      }))
    return op.emitOpError("'repeated' must be steps below ")
           << multiply({steps, vectors});
  int64_t total =
      multiply({steps, vectors}) + static_cast<int64_t>(repeated.size());
  return verifyNumElements(op, "packed weights", op.getWeights(),
                           multiply({channels, total, tile.getDepth()}) /
                               vectors);
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyConvolution(*this)))
    return failure();
  WindowSteps steps = kernel::getWindowSteps(*this);
  TileAttr tile = getTile();
  if (tile.isMatrix() &&
      (tile.getLanes() * 4 != kMatrixRowBytes || tile.getVectors() > 4 ||
       tile.getPixels() > kMatrixRows || getMatrixDepth(steps.length) == 0 ||
       getRepeated() || flipsInput()))
    return emitOpError("'tile' does not fit the matrix instruction");
  return verifyWeights(
      *this, getPaddedChannels(tile, getOutputShape()[3], false),
      multiply({steps.runs, steps.getRunSteps()}) + steps.getRestSteps(),
      /*vectors=*/1);
}

LogicalResult DepthwiseConv2DOp::verify() {
  if (failed(verifyConvolution(*this)))
    return failure();
  if (getInputShape()[3] != getOutputShape()[3])
    return emitOpError("input and output must have the same channels");
  if (getTile().isMatrix())
    return emitOpError("no matrix instruction computes it");
  DepthwiseSteps steps = {getKernel()[0], getKernel()[1], getTile().getDepth()};
  return verifyWeights(
      *this, getPaddedChannels(getTile(), getOutputShape()[3], true),
      multiply({steps.getStrips(), steps.columns}) + steps.getTurnedSteps(),
      getTile().getVectors());
}

//===----------------------------------------------------------------------===//
// Effects
//===----------------------------------------------------------------------===//

void PackInputOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void Conv2DOp::getEffects(Effects &effects) { collectEffects(*this, effects); }
void DepthwiseConv2DOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
