//===- SymmetricEigen.cpp - Eigenvectors of symmetric matrices ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SymmetricEigen.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir::mopt;

namespace {

/// A = Q T Q^T with T tridiagonal: its diagonal, and what stands beside it.
struct Tridiagonal {
  std::vector<double> diagonal, beside;
  /// Q^T.
  Matrix basis;
};

} // namespace

static double dot(const double *a, const double *b, int64_t count) {
  double sum = 0.0;
  for (int64_t i = 0; i < count; ++i)
    sum += a[i] * b[i];
  return sum;
}

static Tridiagonal tridiagonalize(Matrix &matrix) {
  int64_t size = matrix.getRows();
  Tridiagonal result;
  result.diagonal.resize(size);
  result.beside.assign(size, 0.0);
  // Row k holds the reflection that clears column k below its second element.
  Matrix reflections(size, size);
  std::vector<double> product(size);
  for (int64_t k = 0; k + 1 < size; ++k) {
    result.diagonal[k] = matrix(k, k);
    double *v = reflections.row(k);
    int64_t begin = k + 1, count = size - begin;
    std::copy_n(matrix.row(k) + begin, count, v + begin);
    double norm = std::sqrt(dot(v + begin, v + begin, count));
    double beside = v[begin] > 0.0 ? -norm : norm;
    result.beside[k] = beside;
    v[begin] -= beside;
    double length = std::sqrt(dot(v + begin, v + begin, count));
    if (!(length > 0.0)) {
      std::fill_n(v, size, 0.0);
      continue;
    }
    for (int64_t i = begin; i < size; ++i)
      v[i] /= length;
    // (1 - 2 v v^T) A (1 - 2 v v^T) = A - v w^T - w v^T.
    for (int64_t i = begin; i < size; ++i)
      product[i] = 2.0 * dot(matrix.row(i) + begin, v + begin, count);
    double along = dot(product.data() + begin, v + begin, count);
    for (int64_t i = begin; i < size; ++i)
      product[i] -= along * v[i];
    for (int64_t i = begin; i < size; ++i) {
      double *row = matrix.row(i);
      double a = v[i], b = product[i];
      for (int64_t j = begin; j < size; ++j)
        row[j] -= a * product[j] + b * v[j];
    }
  }
  if (size > 0)
    result.diagonal[size - 1] = matrix(size - 1, size - 1);

  result.basis = Matrix(size, size);
  for (int64_t i = 0; i < size; ++i)
    result.basis(i, i) = 1.0;
  // The rows of Q^T, each reflected by the last reflection first.
  for (int64_t k = size - 1; k-- > 0;) {
    const double *v = reflections.row(k);
    int64_t begin = k + 1, count = size - begin;
    for (int64_t i = begin; i < size; ++i) {
      double *row = result.basis.row(i);
      double along = 2.0 * dot(row + begin, v + begin, count);
      for (int64_t j = begin; j < size; ++j)
        row[j] -= along * v[j];
    }
  }
  return result;
}

/// Turns the beside elements to zero; the rows of the basis become
/// eigenvectors.
static void diagonalize(Tridiagonal &matrix) {
  std::vector<double> &d = matrix.diagonal, &e = matrix.beside;
  auto size = static_cast<int64_t>(d.size());
  double epsilon = std::numeric_limits<double>::epsilon();
  for (int64_t first = 0; first < size; ++first) {
    // It converges in two or three rounds; the limit is for what is not finite.
    for (int round = 0; round < 60; ++round) {
      int64_t last = first;
      while (last + 1 < size &&
             std::abs(e[last]) >
                 epsilon * (std::abs(d[last]) + std::abs(d[last + 1])))
        ++last;
      if (last == first)
        break;
      // The eigenvalue of the leading 2x2 block that is nearer to its corner.
      double g = (d[first + 1] - d[first]) / (2.0 * e[first]);
      double r = std::hypot(g, 1.0);
      g = d[last] - d[first] + e[first] / (g + std::copysign(r, g));
      double s = 1.0, c = 1.0, shift = 0.0;
      int64_t i = last - 1;
      for (; i >= first; --i) {
        double f = s * e[i], b = c * e[i];
        r = std::hypot(f, g);
        e[i + 1] = r;
        if (r == 0.0) {
          d[i + 1] -= shift;
          e[last] = 0.0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - shift;
        r = (d[i] - g) * s + 2.0 * c * b;
        shift = s * r;
        d[i + 1] = g + shift;
        g = c * r - b;
        double *upper = matrix.basis.row(i), *lower = matrix.basis.row(i + 1);
        for (int64_t k = 0; k < size; ++k) {
          double value = lower[k];
          lower[k] = s * upper[k] + c * value;
          upper[k] = c * upper[k] - s * value;
        }
      }
      if (r == 0.0 && i >= first)
        continue;
      d[first] -= shift;
      e[first] = g;
      e[last] = 0.0;
    }
  }
}

SymmetricEigen mlir::mopt::decomposeSymmetric(Matrix matrix) {
  Tridiagonal tridiagonal = tridiagonalize(matrix);
  diagonalize(tridiagonal);
  auto size = static_cast<int64_t>(tridiagonal.diagonal.size());
  std::vector<int64_t> order(size);
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](int64_t a, int64_t b) {
    double x = tridiagonal.diagonal[a], y = tridiagonal.diagonal[b];
    return x != y ? x > y : a < b;
  });
  SymmetricEigen result;
  result.vectors = Matrix(size, size);
  for (int64_t i = 0; i < size; ++i) {
    result.values.push_back(tridiagonal.diagonal[order[i]]);
    const double *from = tridiagonal.basis.row(order[i]);
    const double *peak =
        std::max_element(from, from + size, [](double a, double b) {
          return std::abs(a) < std::abs(b);
        });
    double sign = size > 0 && *peak < 0.0 ? -1.0 : 1.0;
    for (int64_t k = 0; k < size; ++k)
      result.vectors(i, k) = sign * from[k];
  }
  return result;
}
