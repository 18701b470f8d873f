//===- MatchConcat.cpp - Concatenations that become kernels ---------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MatchNode.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// Channels of a plane.
static constexpr int64_t kGroup = 4;

std::string mopt::matchConcat(HVXNode &node, ConcatenationOp op) {
  node.kind = HVXNode::Kind::Concat;
  node.inputs = llvm::to_vector_of<Value>(op.getInputs());
  node.output = op.getOutput();
  if (!isByteImage(node.output) ||
      llvm::any_of(node.inputs, [](Value v) { return !isByteImage(v); }))
    return "no 8-bit images";
  auto getShape = [](Value value) {
    return cast<RankedTensorType>(value.getType()).getShape();
  };
  if (getShape(node.output)[0] != 1)
    return "more than one image";
  auto axis = static_cast<int32_t>(op.getAxis());
  if (axis != 3 && axis != -1)
    return "images that are not joined by channels";
  if (op.getFusedActivationFunction() != ActivationFunction::NONE)
    return "an activation that kernels do not fuse";
  QuantParams out = getQuantParams(node.output.getType());
  for (Value input : node.inputs) {
    QuantParams in = getQuantParams(input.getType());
    if (in.scale() != out.scale() || in.zeroPoint() != out.zeroPoint() ||
        isUnsigned(input) != isUnsigned(node.output))
      return "images of different scales";
  }
  for (Value input : ArrayRef<Value>(node.inputs).drop_back())
    if (int64_t channels = getShape(input)[3]; channels % kGroup)
      return std::to_string(channels) +
             " channels before others, which is no multiple of four";
  return {};
}
