//===- ValueCount.h - Zeros among few values -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_VALUECOUNT_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_VALUECOUNT_H

#include "mopt/Transforms/Utils/LayerWeights.h"

namespace mlir::mopt {

/// Weights that were clustered keep as few different values when some of them
/// become zero. `bytes` are those of `weight` with the new zeros: where a
/// tensor (or, where that has many values, an output channel) has one value
/// more than before, the two neighbours whose difference costs least become one
/// of them.
///
/// Weights count as clustered that have at most 256 different values in twice
/// as many elements, in int8 64 values in eight times as many.
void keepValueCount(const LayerWeight &weight, MutableArrayRef<char> bytes);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_VALUECOUNT_H
