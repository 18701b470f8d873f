//===- RemovalSweep.h - Weights of least loss, in one pass -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_REMOVALSWEEP_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_REMOVALSWEEP_H

#include "mopt/Transforms/Reconstruction/Matrix.h"
#include "mopt/Transforms/Sparsity/Pattern.h"
#include "llvm/ADT/ArrayRef.h"

#include <vector>

namespace mlir::mopt {

/// Chooses weights to remove from rows that have the same inputs, in one pass
/// over the inputs, about 64 at a time, those of largest variance first. With
/// H = V^T V each input's weights are corrected for the errors that were made
/// before it, and a weight w costs (V_ii w)^2 when those after it make up for
/// it (E. Frantar and D. Alistarh, 2023). How many go among inputs that are
/// looked at together follows from what each weight would cost alone,
/// w^2 / H^-1_ii.
///
/// Takes n^2 / 2 multiplications a row of n inputs.
struct RemovalSweep {
  /// The weights of least error, row-major.
  llvm::ArrayRef<double> best;
  /// H is this plus damping.
  const Matrix *covariance = nullptr;
  double damping = 0.0;
  /// H^-1.
  const Matrix *inverse = nullptr;
  SparsityPattern pattern;
  unsigned threads = 1;

  struct Result {
    /// For every band of pattern.rows rows, for every block of it, whether it
    /// is one of those that go.
    std::vector<bool> mask;
    /// The weights after the pass: near the best for that mask.
    std::vector<double> weights;
  };

  /// Removes `count` blocks. Of KEPT:OF blocks are weights, and `count` is not
  /// read.
  Result run(int64_t count) const;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_REMOVALSWEEP_H
