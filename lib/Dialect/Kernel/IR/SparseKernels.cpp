//===- SparseKernels.cpp - Kernels that leave out zero weights ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConvolutionUtils.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::kernel;

ImageLayout SparseConv2DOp::getInputLayout() { return getInputLayoutOf(*this); }
ImageLayout SparseConv2DOp::getOutputLayout() {
  return getOutputLayoutOf(*this);
}
ImageLayout SparseConv2DOp::getAddendLayout() {
  return getAddendLayoutOf(*this);
}

int64_t SparseConv2DOp::getNumBlocks() {
  return getNumElements(getBlocks()) - getNumGroups() - 1;
}

int64_t SparseConv2DOp::getNumDenseSteps() {
  bool isSplit = getDilations()[1] != 1;
  int64_t channels = getInputShape()[3], columns = getKernel()[1];
  int64_t length = isSplit ? channels : multiply({channels, columns});
  return multiply({getKernel()[0], isSplit ? columns : 1,
                   int64_t(llvm::divideCeil(length, getTile().getDepth()))});
}

int64_t SparseFloatConv2DOp::getNumBlocks() {
  return getNumElements(getBlocks()) - 1 -
         multiply({getNumGroups(), getKernel()[0], getKernel()[1]});
}

int64_t SparseFloatConv2DOp::getNumDenseSteps() {
  return multiply({getKernel()[0], getKernel()[1],
                   getInputShape()[3] / getTile().getDepth()});
}

/// That there are weights for every block, and blocks for whole rounds.
template <typename OpT>
static LogicalResult verifyBlocks(OpT op) {
  auto type = cast<ShapedType>(op.getBlocks().getType());
  if (type.getRank() != 1 || !type.getElementType().isInteger(32))
    return op.emitOpError("blocks must be a list of 32-bit integers");
  int64_t chains = op.getChains(), blocks = op.getNumBlocks();
  if (chains < 1 || chains > kMaxLanes)
    return op.emitOpError("'chains' must be 1 to ") << kMaxLanes;
  if (blocks < 0 || blocks % chains != 0)
    return op.emitOpError("blocks must be rounds of ")
           << chains << " after the groups";
  TileAttr tile = op.getTile();
  return verifyNumElements(
      op, "packed weights", op.getWeights(),
      multiply({blocks, tile.getGroupSize(), tile.getDepth()}));
}

LogicalResult SparseConv2DOp::verify() {
  if (failed(verifyConvolution(*this)))
    return failure();
  if (getTile().isMatrix() || getTile().takesPairs())
    return emitOpError("no instruction on matrices leaves out blocks");
  if (getRepeated())
    return emitOpError("blocks repeat steps, 'repeated' must be absent");
  int64_t rows = getTileRows();
  if (rows < 1 || rows > kMaxLanes)
    return emitOpError("'tile_rows' must be 1 to ") << kMaxLanes;
  return verifyBlocks(*this);
}

LogicalResult SparseFloatConv2DOp::verify() {
  if (failed(verifyFloatSizes(*this)))
    return failure();
  TileAttr tile = getTile();
  if (getInputShape()[3] % tile.getDepth() != 0)
    return emitOpError("input must have a whole number of steps of channels");
  auto check = [&](StringRef name, Value value, int64_t size) {
    return verifyNumElements(*this, name, value, size);
  };
  int64_t channels = getPaddedChannels(tile, getOutputShape()[3], false);
  if (failed(check("input", getInput(), multiply(getInputShape()))) ||
      failed(check("output", getOutput(), multiply(getOutputShape()))) ||
      failed(check("bias", getBias(), channels)))
    return failure();
  return verifyBlocks(*this);
}

void SparseConv2DOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
void SparseFloatConv2DOp::getEffects(Effects &effects) {
  collectEffects(*this, effects);
}
