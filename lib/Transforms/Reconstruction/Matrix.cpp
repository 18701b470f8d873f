//===- Matrix.cpp - Dense matrices and their Cholesky factors -------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Reconstruction/Matrix.h"
#include "VectorClones.h"

#include <algorithm>
#include <cmath>

using namespace mlir::mopt;

/// Rows that are factored before the rest of the matrix is updated with them:
/// as many as stay in the second cache beside the row that is updated.
static constexpr int64_t kBlock = 64;

MOPT_INLINE_BODY void dotLanesBody(const double *row, const double *lanes,
                                   int64_t count, double *out) {
  // Two sums hide the latency of the addition.
  double even[kLanes] = {}, odd[kLanes] = {};
  int64_t i = 0;
  for (; i + 1 < count; i += 2)
    for (int64_t l = 0; l < kLanes; ++l) {
      even[l] += row[i] * lanes[i * kLanes + l];
      odd[l] += row[i + 1] * lanes[(i + 1) * kLanes + l];
    }
  for (; i < count; ++i)
    for (int64_t l = 0; l < kLanes; ++l)
      even[l] += row[i] * lanes[i * kLanes + l];
  for (int64_t l = 0; l < kLanes; ++l)
    out[l] = even[l] + odd[l];
}

MOPT_INLINE_BODY void addLanesBody(double *lanes, const double *row,
                                   int64_t count, const double *factors) {
  double fixed[kLanes];
  std::copy_n(factors, kLanes, fixed);
  for (int64_t i = 0; i < count; ++i)
    for (int64_t l = 0; l < kLanes; ++l)
      lanes[i * kLanes + l] += row[i] * fixed[l];
}

MOPT_INLINE_BODY void subtractRowsBody(double *target, const double *factors,
                                       int64_t factorStride, const double *rows,
                                       int64_t stride, int64_t depth,
                                       int64_t count) {
  int64_t k = 0;
  for (; k + 3 < depth; k += 4) {
    double f0 = factors[k * factorStride], f1 = factors[(k + 1) * factorStride],
           f2 = factors[(k + 2) * factorStride],
           f3 = factors[(k + 3) * factorStride];
    const double *r0 = rows + k * stride, *r1 = r0 + stride, *r2 = r1 + stride,
                 *r3 = r2 + stride;
    for (int64_t j = 0; j < count; ++j)
      target[j] -= f0 * r0[j] + f1 * r1[j] + f2 * r2[j] + f3 * r3[j];
  }
  for (; k < depth; ++k)
    for (int64_t j = 0; j < count; ++j)
      target[j] -= factors[k * factorStride] * rows[k * stride + j];
}

MOPT_VECTOR_CLONES(dotLanes,
                   (const double *row, const double *lanes, int64_t count,
                    double *out),
                   (row, lanes, count, out))
MOPT_VECTOR_CLONES(addLanes,
                   (double *lanes, const double *row, int64_t count,
                    const double *factors),
                   (lanes, row, count, factors))
MOPT_VECTOR_CLONES(subtractRows,
                   (double *target, const double *factors, int64_t factorStride,
                    const double *rows, int64_t stride, int64_t depth,
                    int64_t count),
                   (target, factors, factorStride, rows, stride, depth, count))

bool mlir::mopt::factorCholesky(Matrix &matrix) {
  int64_t size = matrix.getRows();
  for (int64_t begin = 0; begin < size; begin += kBlock) {
    int64_t end = std::min(begin + kBlock, size);
    for (int64_t i = begin; i < end; ++i) {
      double *row = matrix.row(i);
      subtractRows(row + i, &matrix(begin, i), size, &matrix(begin, i), size,
                   i - begin, size - i);
      // Not `<= 0`: NaN must fail too.
      if (!(row[i] > 0.0) || !std::isfinite(row[i]))
        return false;
      double pivot = std::sqrt(row[i]);
      for (int64_t j = i; j < size; ++j)
        row[j] /= pivot;
      std::fill(row, row + i, 0.0);
    }
    for (int64_t i = end; i < size; ++i)
      subtractRows(&matrix(i, i), &matrix(begin, i), size, &matrix(begin, i),
                   size, end - begin, size - i);
  }
  return true;
}

void mlir::mopt::solveCholesky(const Matrix &factor, double *lanes) {
  int64_t size = factor.getRows();
  double sums[kLanes];
  for (int64_t i = 0; i < size; ++i) {
    double *here = lanes + i * kLanes;
    for (int64_t l = 0; l < kLanes; ++l) {
      here[l] /= factor(i, i);
      sums[l] = -here[l];
    }
    addLanes(here + kLanes, factor.row(i) + i + 1, size - i - 1, sums);
  }
  for (int64_t i = size - 1; i >= 0; --i) {
    double *here = lanes + i * kLanes;
    dotLanes(factor.row(i) + i + 1, here + kLanes, size - i - 1, sums);
    for (int64_t l = 0; l < kLanes; ++l)
      here[l] = (here[l] - sums[l]) / factor(i, i);
  }
}
