//===- MatchNode.h - Which ops become kernels of Hexagon -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOHVX_MATCHNODE_H
#define MOPT_LIB_CONVERSION_MOPTTOHVX_MATCHNODE_H

#include "HVXNode.h"
#include "mopt/Dialect/Mopt/IR/PoolOps.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"

namespace mlir::mopt {

/// True for an 8-bit image with one scale.
bool isByteImage(Value value);

/// Where the taps of a window are in the phases of its strides, which are the
/// same.
SmallVector<HVXTap> makeTaps(const LayerDim &rows, const LayerDim &columns);

/// Each makes a node of an op of its kind, or gives the reason why not. The
/// first is what a mean or an average of all pixels has in common.
std::string matchPixels(HVXNode &node, Value input, Value output);
std::string matchMaxPool(HVXNode &node, MaxPool2DOp pool);
std::string matchAverage(HVXNode &node, AveragePool2DOp pool);
std::string matchConcat(HVXNode &node, ConcatenationOp op);
std::string matchResize(HVXNode &node, ResizeBilinearOp op);

/// What kernel `op` becomes; if none, `reason` tells why, or is empty for ops
/// of kinds that never do.
std::optional<HVXNode> matchHVXNode(Operation *op, RequantizeMode mode,
                                    std::string &reason);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOHVX_MATCHNODE_H
