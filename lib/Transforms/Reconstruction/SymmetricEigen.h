//===- SymmetricEigen.h - Eigenvectors of symmetric matrices ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_SYMMETRICEIGEN_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_SYMMETRICEIGEN_H

#include "mopt/Transforms/Reconstruction/Matrix.h"

namespace mlir::mopt {

struct SymmetricEigen {
  /// The largest first.
  std::vector<double> values;
  /// Row i is the eigenvector of values[i]: orthonormal, its element of largest
  /// magnitude positive.
  Matrix vectors;
};

/// Eigenvalues and eigenvectors of a finite symmetric matrix, of which both
/// halves are read: Householder reflections to tridiagonal form, then the QL
/// algorithm with implicit shifts (H. Bowdler, R. Martin, C. Reinsch and
/// J. Wilkinson, 1968). About 10 n^3 operations.
SymmetricEigen decomposeSymmetric(Matrix matrix);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_SYMMETRICEIGEN_H
