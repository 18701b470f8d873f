//===- RemovalTrace.h - Weights of least loss, one after the other --------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_REMOVALTRACE_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_REMOVALTRACE_H

#include "mopt/Transforms/Reconstruction/Matrix.h"
#include "mopt/Transforms/Sparsity/Pattern.h"

#include <vector>

namespace mlir::mopt {

/// One block of columns that became zero.
struct Removal {
  uint32_t block;
  /// By how much that raises the squared error of the outputs.
  double loss;
};

/// The order in which some rows of weights, which lose the same columns, are
/// best emptied: optimal brain surgeon (B. Hassibi and D. Stork, 1992; E.
/// Frantar and D. Alistarh, 2022). `inverse` is H^-1, where a change e of a row
/// costs e^T H e, and `rows` are the weights of least cost, row-major.
///
/// Setting a block B of a row w to zero, with the other weights at their best,
/// costs w_B^T (H^-1_BB)^-1 w_B. The block of least cost goes, the rest of the
/// row becomes w - H^-1_:B (H^-1_BB)^-1 w_B, H^-1 loses B by elimination, and
/// so on to the end, or until every group of `pattern.columns` neighbours has
/// lost what it has to. Blocks are as wide as the pattern's; those of `KEPT:OF`
/// and `element` are single columns.
///
/// Takes n^3 / 6 multiplications for n columns.
std::vector<Removal> traceRemovals(const Matrix &inverse,
                                   std::vector<double> rows,
                                   const SparsityPattern &pattern);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_REMOVALTRACE_H
