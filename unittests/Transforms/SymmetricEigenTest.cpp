//===- SymmetricEigenTest.cpp - Tests of eigenvectors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../lib/Transforms/Reconstruction/SymmetricEigen.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace mlir::mopt;

/// Checks A v = lambda v and that vectors are orthonormal; errors of rounding
/// grow at most with size^2 units of the largest eigenvalue.
static void check(const Matrix &matrix) {
  SymmetricEigen eigen = decomposeSymmetric(matrix);
  int64_t size = matrix.getRows();
  ASSERT_EQ(static_cast<int64_t>(eigen.values.size()), size);
  double scale = 0.0;
  for (double value : eigen.values)
    scale = std::max(scale, std::abs(value));
  double bound = 2.3e-16 * static_cast<double>(size * size + 10);
  for (int64_t i = 0; i < size; ++i) {
    if (i > 0)
      EXPECT_GE(eigen.values[i - 1], eigen.values[i]);
    for (int64_t j = 0; j < size; ++j) {
      double product = 0.0, overlap = 0.0;
      for (int64_t k = 0; k < size; ++k) {
        product += matrix(j, k) * eigen.vectors(i, k);
        overlap += eigen.vectors(j, k) * eigen.vectors(i, k);
      }
      EXPECT_NEAR(product, eigen.values[i] * eigen.vectors(i, j),
                  bound * scale);
      EXPECT_NEAR(overlap, i == j ? 1.0 : 0.0, bound);
    }
  }
}

TEST(SymmetricEigen, Random) {
  std::mt19937 engine(3);
  std::normal_distribution<double> normal;
  for (int64_t size : {1, 2, 3, 7, 40, 121}) {
    Matrix matrix(size, size);
    for (int64_t i = 0; i < size; ++i)
      for (int64_t j = 0; j <= i; ++j)
        matrix(i, j) = matrix(j, i) = normal(engine);
    check(matrix);
  }
}

// Equal eigenvalues, zeros, a rank of one, and sizes far apart.
TEST(SymmetricEigen, Special) {
  Matrix zero(5, 5), identity(6, 6), ones(8, 8), graded(6, 6);
  for (int64_t i = 0; i < 6; ++i) {
    identity(i, i) = 1.0;
    graded(i, i) = std::pow(10.0, -3.0 * static_cast<double>(i));
  }
  for (int64_t i = 0; i < 8; ++i)
    for (int64_t j = 0; j < 8; ++j)
      ones(i, j) = 1.0;
  for (const Matrix &matrix : {zero, identity, ones, graded})
    check(matrix);
  EXPECT_NEAR(decomposeSymmetric(ones).values[0], 8.0, 1e-14);
  EXPECT_NEAR(decomposeSymmetric(graded).values[5], 1e-15, 1e-25);
}
