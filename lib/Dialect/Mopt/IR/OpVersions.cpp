//===- OpVersions.cpp - Operator versions that attributes and shapes require
//-----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Most ops follow the rule of getDefaultMinVersion: the version depends on the
// element types alone. These depend on more; the numbers are facts of the
// TFLite format (tools/versioning/op_version.cc).

#include "mopt/Dialect/Mopt/IR/MoptOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// The version that the types require.
template <typename OpT>
static int32_t getTypeVersion(OpT op) {
  return getDefaultMinVersion(op, OpT::getQuantSpec());
}

int32_t Conv2DOp::getMinVersion() {
  int64_t inputDepth =
      cast<RankedTensorType>(getInput().getType()).getShape().back();
  int64_t filterDepth =
      cast<RankedTensorType>(getFilter().getType()).getShape().back();
  bool isGrouped = inputDepth != filterDepth;
  return std::max(getTypeVersion(*this), isGrouped ? 6 : 1);
}

int32_t DepthwiseConv2DOp::getMinVersion() {
  bool isDilated = getDilationWFactor() != 1 || getDilationHFactor() != 1;
  return std::max(getTypeVersion(*this), isDilated ? 2 : 1);
}

int32_t FullyConnectedOp::getMinVersion() {
  int32_t version = getTypeVersion(*this);
  if (getNumOperands() == 2)
    version = std::max(version, 6);
  if (getKeepNumDims())
    version = std::max(version, 5);
  if (getWeightsFormat() == WeightsFormat::SHUFFLED4x16INT8)
    version = std::max(version, 2);
  return version;
}

int32_t MulOp::getMinVersion() {
  int32_t version = getTypeVersion(*this);
  QuantParams lhs = getQuantParams(getLhs().getType());
  QuantParams rhs = getQuantParams(getRhs().getType());
  QuantParams output = getQuantParams(getOutput().getType());
  // Version 3: the real multiplier may be one or more.
  if (lhs.isQuantized() && rhs.isQuantized() && output.isQuantized() &&
      lhs.scale() * rhs.scale() / output.scale() >= 1.0f)
    version = std::max(version, 3);
  return version;
}

int32_t ResizeBilinearOp::getMinVersion() {
  return std::max(getTypeVersion(*this), getHalfPixelCenters() ? 3 : 1);
}

int32_t ResizeNearestNeighborOp::getMinVersion() {
  bool needsThree = getHalfPixelCenters() || getAlignCorners();
  return std::max(getTypeVersion(*this), needsThree ? 3 : 1);
}
