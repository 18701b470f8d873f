//===- Matrix.h - Dense matrices and their Cholesky factors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_RECONSTRUCTION_MATRIX_H
#define MOPT_TRANSFORMS_RECONSTRUCTION_MATRIX_H

#include <cstdint>
#include <vector>

namespace mlir::mopt {

/// A row-major matrix of doubles, zero at first.
class Matrix {
public:
  Matrix() = default;
  Matrix(int64_t rows, int64_t columns)
      : columns(columns), elements(rows * columns) {}

  int64_t getRows() const { return columns ? elements.size() / columns : 0; }
  int64_t getColumns() const { return columns; }
  double *row(int64_t index) { return elements.data() + index * columns; }
  const double *row(int64_t index) const {
    return elements.data() + index * columns;
  }
  double &operator()(int64_t i, int64_t j) { return row(i)[j]; }
  double operator()(int64_t i, int64_t j) const { return row(i)[j]; }

private:
  int64_t columns = 0;
  std::vector<double> elements;
};

/// Replaces the upper half of the symmetric `matrix` H by the factor V of
/// H = V^T V; what lies below the diagonal is set to zero. False if H is not
/// positive definite: the matrix is then of no use. Only the upper half is
/// read.
[[nodiscard]] bool factorCholesky(Matrix &matrix);

/// How many right-hand sides are solved at once. They are stored interleaved:
/// element i of side l at [i * kLanes + l].
inline constexpr int64_t kLanes = 8;

/// Solves V^T V x = b for `kLanes` right-hand sides in place.
void solveCholesky(const Matrix &factor, double *lanes);

/// `out[l] = sum over i of row[i] * lanes[i * kLanes + l]`, i < count.
void dotLanes(const double *row, const double *lanes, int64_t count,
              double *out);

/// `lanes[i * kLanes + l] += row[i] * factors[l]`, i < count.
void addLanes(double *lanes, const double *row, int64_t count,
              const double *factors);

/// `target[j] -= sum over k of factors[k * factorStride] * rows[k * stride +
/// j]`, k < depth, j < count.
void subtractRows(double *target, const double *factors, int64_t factorStride,
                  const double *rows, int64_t stride, int64_t depth,
                  int64_t count);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_RECONSTRUCTION_MATRIX_H
