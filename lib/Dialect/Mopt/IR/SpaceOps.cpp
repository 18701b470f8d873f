//===- SpaceOps.cpp - Blocks of space, depth and batch -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/SpaceOps.h"

#include "VerifierUtils.h"

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
