//===- SpaceOps.cpp - Blocks of space, depth and batch -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/SpaceOps.h"

#include "VerifierUtils.h"
#include "mopt/Dialect/Mopt/IR/BlockLayout.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// space_to_depth, depth_to_space
//===----------------------------------------------------------------------===//

static LogicalResult verifyBlocks(Operation *op, Value input, int64_t block) {
  if (failed(verifyRank(op, input, "input", 4)))
    return failure();
  if (block < 1)
    return op->emitOpError() << "block_size must be positive, got " << block;
  return success();
}

LogicalResult SpaceToDepthOp::verifyViewOperands() {
  return verifyBlocks(*this, getInput(), getBlockSize());
}

FailureOr<SmallVector<ElementView>>
SpaceToDepthOp::getElementViews(KnownIntegers) {
  RankedTensorType type = getTensorType(getInput());
  int64_t block = getBlockSize();
  int64_t height = type.getDimSize(1), width = type.getDimSize(2);
  if (height % block != 0 || width % block != 0)
    return emitOpError() << "height and width of " << type
                         << " must be multiples of block_size " << block;
  ElementView whole = ElementView::getWhole(type.getShape()), view;
  view.add(whole.shape[0], whole.strides[0]);
  view.add(height / block, block * whole.strides[1]);
  view.add(width / block, block * whole.strides[2]);
  view.add(block, whole.strides[1]);
  view.add(block, whole.strides[2]);
  view.add(whole.shape[3], 1);
  view.resultShape = {type.getDimSize(0), height / block, width / block,
                      block * block * type.getDimSize(3)};
  return SmallVector<ElementView>{view};
}

LogicalResult DepthToSpaceOp::verifyViewOperands() {
  return verifyBlocks(*this, getInput(), getBlockSize());
}

FailureOr<SmallVector<ElementView>>
DepthToSpaceOp::getElementViews(KnownIntegers) {
  RankedTensorType type = getTensorType(getInput());
  int64_t block = getBlockSize(), depth = type.getDimSize(3);
  if (depth % (block * block) != 0)
    return emitOpError() << "channels of " << type
                         << " must be a multiple of the square of block_size "
                         << block;
  int64_t channels = depth / (block * block);
  ElementView whole = ElementView::getWhole(type.getShape()), view;
  view.add(whole.shape[0], whole.strides[0]);
  view.add(whole.shape[1], whole.strides[1]);
  view.add(block, block * channels);
  view.add(whole.shape[2], whole.strides[2]);
  view.add(block, channels);
  view.add(channels, 1);
  view.resultShape = {type.getDimSize(0), block * type.getDimSize(1),
                      block * type.getDimSize(2), channels};
  return SmallVector<ElementView>{view};
}

//===----------------------------------------------------------------------===//
// space_to_batch_nd, batch_to_space_nd
//===----------------------------------------------------------------------===//

SmallVector<int64_t> BlockLayout::getBlockedShape() const {
  SmallVector<int64_t> shape(blocks);
  shape.push_back(fine.front());
  llvm::append_range(shape, ArrayRef(coarse).drop_front());
  return shape;
}

/// Blocks and margins that products of dimensions can be formed with.
static LogicalResult checkBlocks(Operation *op, ArrayRef<int64_t> blocks,
                                 ArrayRef<int64_t> margins) {
  constexpr int64_t limit = std::numeric_limits<int32_t>::max();
  for (int64_t block : blocks)
    if (block < 1 || block > limit)
      return op->emitOpError() << "block_shape must be positive, got " << block;
  for (int64_t margin : margins)
    if (margin < 0 || margin > limit)
      return op->emitOpError()
             << "paddings and crops must lie in [0, 2^31), got " << margin;
  return success();
}

FailureOr<BlockLayout> mopt::getSpaceToBatchLayout(Operation *op,
                                                   ArrayRef<int64_t> shape,
                                                   ArrayRef<int64_t> blocks,
                                                   ArrayRef<int64_t> margins) {
  if (failed(checkBlocks(op, blocks, margins)))
    return failure();
  BlockLayout layout;
  layout.blocks.assign(blocks.begin(), blocks.end());
  layout.fine.assign(shape.begin(), shape.end());
  layout.coarse = layout.fine;
  for (auto [i, block] : llvm::enumerate(blocks)) {
    int64_t size = margins[2 * i] + shape[i + 1] + margins[2 * i + 1];
    if (size % block != 0)
      return op->emitOpError()
                 << "dimension " << i + 1 << " of padded size " << size
                 << " is not a multiple of its block " << block,
             failure();
    layout.before.push_back(margins[2 * i]);
    layout.coarse[i + 1] = size / block;
    layout.coarse[0] =
        llvm::SaturatingMultiply<uint64_t>(layout.coarse[0], block);
  }
  return layout;
}

FailureOr<BlockLayout> mopt::getBatchToSpaceLayout(Operation *op,
                                                   ArrayRef<int64_t> shape,
                                                   ArrayRef<int64_t> blocks,
                                                   ArrayRef<int64_t> margins) {
  if (failed(checkBlocks(op, blocks, margins)))
    return failure();
  BlockLayout layout;
  layout.blocks.assign(blocks.begin(), blocks.end());
  layout.coarse.assign(shape.begin(), shape.end());
  layout.fine = layout.coarse;
  for (auto [i, block] : llvm::enumerate(blocks)) {
    int64_t size = shape[i + 1] * block - margins[2 * i] - margins[2 * i + 1];
    if (layout.fine[0] % block != 0 || size < 0)
      return op->emitOpError()
                 << "block " << block << " with crops " << margins[2 * i]
                 << " and " << margins[2 * i + 1] << " does not fit dimension "
                 << i + 1 << " and a batch of " << shape[0],
             failure();
    layout.before.push_back(margins[2 * i]);
    layout.fine[i + 1] = size;
    layout.fine[0] /= block;
  }
  return layout;
}

/// `isFine`: the input is the fine tensor.
static LogicalResult verifyBatchBlocks(Operation *op, bool isFine,
                                       StringRef marginName) {
  Value input = op->getOperand(0), blockShape = op->getOperand(1),
        margins = op->getOperand(2), output = op->getResult(0);
  RankedTensorType type = getTensorType(input);
  if (type.getRank() != 3 && type.getRank() != 4)
    return op->emitOpError() << "input must have rank 3 or 4, got " << type;
  int64_t spatial = type.getRank() - 2;
  if (failed(verifySameStorage(op, input, "input", output, "output")) ||
      failed(verifyIndexTensor(op, blockShape, "block_shape", {32})) ||
      failed(verifyShape(op, blockShape, "block_shape", {spatial})) ||
      failed(verifyIndexTensor(op, margins, marginName, {32})) ||
      failed(verifyShape(op, margins, marginName, {spatial, 2})))
    return failure();
  std::optional<SmallVector<int64_t>> blocks = getConstantIndices(blockShape);
  std::optional<SmallVector<int64_t>> values = getConstantIndices(margins);
  if (!blocks || !values)
    return success();
  FailureOr<BlockLayout> layout =
      (isFine ? getSpaceToBatchLayout
              : getBatchToSpaceLayout)(op, type.getShape(), *blocks, *values);
  if (failed(layout))
    return failure();
  return verifyShape(op, output, "output",
                     isFine ? layout->coarse : layout->fine);
}

LogicalResult SpaceToBatchNdOp::verify() {
  return verifyBatchBlocks(*this, /*isFine=*/true, "paddings");
}

LogicalResult BatchToSpaceNdOp::verify() {
  return verifyBatchBlocks(*this, /*isFine=*/false, "crops");
}

/// Version 3 brought other ranks than 4.
template <typename OpT>
static int32_t getBatchBlocksVersion(OpT op) {
  return std::max(getTensorType(op.getInput()).getRank() != 4 ? 3 : 1,
                  getTypeVersion(op));
}

int32_t SpaceToBatchNdOp::getMinVersion() {
  return getBatchBlocksVersion(*this);
}

int32_t BatchToSpaceNdOp::getMinVersion() {
  return getBatchBlocksVersion(*this);
}
