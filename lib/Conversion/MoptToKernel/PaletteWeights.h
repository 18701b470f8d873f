//===- PaletteWeights.h - Weights of few values -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_PALETTEWEIGHTS_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_PALETTEWEIGHTS_H

#include "FloatLayer.h"

namespace mlir::mopt {

/// The operands of kernel.palette_float_matmul.
struct PaletteWeights {
  kernel::TileAttr tile;
  int64_t bits;
  std::vector<float> palettes;
  std::vector<int32_t> indices;
  /// In sixteenths of a cycle.
  int64_t cost;
};

/// The weights of a matrix product of one row as indices of palettes, where a
/// dense kernel would wait for weights from beyond the caches of a core;
/// nothing for weights of more values than palettes have.
std::optional<PaletteWeights> choosePaletteWeights(const FloatLayer &layer,
                                                   const KernelTarget &target,
                                                   kernel::DotKind dot);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_PALETTEWEIGHTS_H
