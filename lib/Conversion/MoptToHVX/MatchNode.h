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

namespace mlir::mopt {

/// What kernel `op` becomes; if none, `reason` tells why, or is empty for ops
/// of kinds that never do.
std::optional<HVXNode> matchHVXNode(Operation *op, RequantizeMode mode,
                                    std::string &reason);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOHVX_MATCHNODE_H
