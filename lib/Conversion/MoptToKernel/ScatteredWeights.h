//===- ScatteredWeights.h - Weights among scattered zeros -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_SCATTEREDWEIGHTS_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_SCATTEREDWEIGHTS_H

#include "FloatLayer.h"

namespace mlir::mopt {

/// The operands of kernel.sparse_float_matmul.
struct ScatteredWeights {
  kernel::TileAttr tile;
  int64_t steps;
  std::vector<float> values;
  std::vector<int8_t> picks;
  std::vector<int32_t> windows;
  /// Empty: outputs are in their order.
  std::vector<int32_t> order;
};

/// The form of least cost of a matrix product (or pointwise convolution), if it
/// costs less than `limit`, in sixteenths of a cycle.
std::optional<ScatteredWeights>
chooseScatteredWeights(const FloatLayer &layer, const KernelTarget &target,
                       kernel::DotKind dot, int64_t limit);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_SCATTEREDWEIGHTS_H
