//===- HVXTiles.h - Tiles of channels in Hexagon's lanes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_KERNEL_IR_HVXTILES_H
#define MOPT_DIALECT_KERNEL_IR_HVXTILES_H

#include "mopt/Dialect/Kernel/IR/KernelOps.h"

namespace mlir::mopt::kernel {

/// How kernel.hvx_channel_conv_2d cuts an image: tiles of `height` rows, whose
/// columns are in `parts` that differ by one column at most, the wider first.
struct HVXTiles {
  int64_t height = 1, parts = 1;
};

/// As few tiles as can be for groups of `vectors` vectors of channels, whose
/// sums stay in registers.
HVXTiles chooseHVXTiles(PlanesAttr output, int64_t vectors);

/// How many groups of how many vectors of channels compute `output`: those that
/// take the fewest tiles.
SmallVector<std::pair<int64_t, int64_t>> chooseHVXGroups(PlanesAttr output);

} // namespace mlir::mopt::kernel

#endif // MOPT_DIALECT_KERNEL_IR_HVXTILES_H
