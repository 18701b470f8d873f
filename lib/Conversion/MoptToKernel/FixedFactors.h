//===- FixedFactors.h - Constants of fixed-point rescaling -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_FIXEDFACTORS_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_FIXEDFACTORS_H

#include "PackWeights.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// What the short code for multipliers needs, by channel; see RequantizeAttr.
struct FixedFactors {
  std::vector<int32_t> multipliers, shifts;
  std::vector<int64_t> nudges;
};

/// The factors where all shift to the right by 1 to 31, or are zero.
/// `isPositive`: results below zero are cut off.
std::optional<FixedFactors>
getSmallFactors(ArrayRef<QuantizedMultiplier> factors, bool isPositive);

/// `values`, which packChannels made, with the even lanes of every vector
/// before the odd ones.
std::vector<int64_t> partLanes(ArrayRef<int64_t> values, int64_t channels,
                               kernel::TileAttr tile, bool isDepthwise);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_FIXEDFACTORS_H
