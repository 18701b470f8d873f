//===- BlockPruning.h - Blocks of least magnitude -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_BLOCKPRUNING_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_BLOCKPRUNING_H

#include "WeightMatrix.h"
#include "mopt/Transforms/Sparsity/Passes.h"

namespace mlir::mopt {

/// For each of `weights`, which of its elements become zero. Blocks go in the
/// order of their mean squares, the earlier one where they are equal: of each
/// tensor as many as `sparsity` is of its blocks, or of all tensors together
/// until as many elements are gone. Groups of neighbours keep their largest.
std::vector<std::vector<bool>> chooseBlocks(ArrayRef<LayerWeight> weights,
                                            const SparsityPattern &pattern,
                                            double sparsity,
                                            SparsityAllocation allocation);

/// How far weights are as a pattern asks.
struct BlockCount {
  /// Blocks, and those whose elements are all zero; or groups of neighbours,
  /// and those that keep no more than they may.
  int64_t blocks = 0, sparse = 0;
};
BlockCount countSparseBlocks(const LayerWeight &weight,
                             const SparsityPattern &pattern);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_BLOCKPRUNING_H
