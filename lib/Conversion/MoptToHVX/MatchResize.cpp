//===- MatchResize.cpp - Resizes that become kernels ----------------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatchNode.h"
#include "mopt/Dialect/Kernel/IR/HVXImageKernels.h"

using namespace mlir;
using namespace mlir::mopt;

/// Makes `samples` exact, none of two elements that are one; false if they
/// cannot be.
static bool makeExact(ResizeSamples &samples) {
  if (!samples.makeExact())
    return false;
  for (auto [low, high, distance] :
       llvm::zip_equal(samples.low, samples.high, samples.fixedDistance))
    if (low == high)
      distance = 0;
  return true;
}

std::string mopt::matchResize(HVXNode &node, ResizeBilinearOp op) {
  node.kind = HVXNode::Kind::Resize;
  node.input = op.getInput();
  node.output = op.getOutput();
  if (!isByteImage(node.input) || !isByteImage(node.output) ||
      isUnsigned(node.input) != isUnsigned(node.output))
    return "no 8-bit image";
  if (!isUnsigned(node.input))
    return "int8, which is mixed in steps of 2^-10";
  auto from = cast<RankedTensorType>(node.input.getType()).getShape();
  auto to = cast<RankedTensorType>(node.output.getType()).getShape();
  if (from[0] != 1)
    return "more than one image";
  auto sample = [&](unsigned dim) {
    return sampleReal(from[dim], to[dim], op.getAlignCorners(),
                      op.getHalfPixelCenters());
  };
  node.rowSamples = sample(1);
  node.columnSamples = sample(2);
  if (!makeExact(node.rowSamples) || !makeExact(node.columnSamples))
    return "distances of pixels that are no multiples of 2^-8";
  auto isCopy = [](const ResizeSamples &samples) {
    return llvm::all_of(samples.fixedDistance,
                        [](int32_t distance) { return distance == 0; });
  };
  if (isCopy(node.rowSamples) && isCopy(node.columnSamples))
    return "pixels that are copied, not mixed";
  if (from[3] > kernel::kMaxResizeChannels)
    return std::to_string(from[3]) + " channels, more than " +
           std::to_string(kernel::kMaxResizeChannels);
  if (to[1] < 2 || std::min(from[2], to[2]) * from[3] < kernel::kHVXVectorBytes)
    return "rows of less than a vector, or only one";
  return {};
}
