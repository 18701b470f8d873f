//===- LowRank.cpp - Layers as products of smaller ones -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowRank.h"

#include "../Reconstruction/SymmetricEigen.h"

#include <algorithm>
#include <cmath>

using namespace mlir::mopt;

/// Directions of less than this part of the largest are noise of rounding.
static constexpr double kLeastSingular = 1e-7;

static Matrix toMatrix(llvm::ArrayRef<float> values, int64_t rows) {
  int64_t columns = static_cast<int64_t>(values.size()) / rows;
  Matrix matrix(rows, columns);
  std::copy(values.begin(), values.end(), matrix.row(0));
  return matrix;
}

static Matrix transpose(const Matrix &matrix) {
  Matrix result(matrix.getColumns(), matrix.getRows());
  for (int64_t i = 0; i < matrix.getRows(); ++i)
    for (int64_t j = 0; j < matrix.getColumns(); ++j)
      result(j, i) = matrix(i, j);
  return result;
}

static Matrix multiply(const Matrix &a, const Matrix &b) {
  Matrix result(a.getRows(), b.getColumns());
  for (int64_t i = 0; i < a.getRows(); ++i)
    for (int64_t k = 0; k < a.getColumns(); ++k) {
      double factor = a(i, k);
      const double *from = b.row(k);
      double *to = result.row(i);
      for (int64_t j = 0; j < b.getColumns(); ++j)
        to[j] += factor * from[j];
    }
  return result;
}

/// A A^T.
static Matrix getGram(const Matrix &matrix) {
  int64_t rows = matrix.getRows(), columns = matrix.getColumns();
  Matrix gram(rows, rows);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j <= i; ++j) {
      double sum = 0.0;
      for (int64_t k = 0; k < columns; ++k)
        sum += matrix(i, k) * matrix(j, k);
      gram(i, j) = gram(j, i) = sum;
    }
  return gram;
}

/// The squared singular values of a matrix, the largest first, and its left
/// singular vectors as rows.
static SymmetricEigen decomposeLeft(const Matrix &matrix) {
  if (matrix.getRows() <= matrix.getColumns())
    return decomposeSymmetric(getGram(matrix));
  Matrix flat = transpose(matrix);
  SymmetricEigen right = decomposeSymmetric(getGram(flat));
  SymmetricEigen left;
  Matrix products = multiply(right.vectors, flat);
  double largest = right.values.empty() ? 0.0 : std::max(right.values[0], 0.0);
  for (double value : right.values)
    if (value > largest * kLeastSingular * kLeastSingular)
      left.values.push_back(value);
  left.vectors = Matrix(left.values.size(), matrix.getRows());
  for (int64_t i = 0; i < left.vectors.getRows(); ++i) {
    double norm = std::sqrt(left.values[i]);
    for (int64_t j = 0; j < matrix.getRows(); ++j)
      left.vectors(i, j) = products(i, j) / norm;
  }
  return left;
}

/// By rank, the part of the sum of the values that the rest is.
static std::vector<double> getTails(const SymmetricEigen &eigen) {
  std::vector<double> tails(eigen.values.size() + 1, 0.0);
  for (size_t i = eigen.values.size(); i-- > 0;)
    tails[i] = tails[i + 1] + std::max(eigen.values[i], 0.0);
  double total = tails.front();
  for (double &tail : tails)
    tail = total > 0.0 ? tail / total : 0.0;
  return tails;
}

/// Weights by output, as the metric sees them: W V^T with H = V^T V.
static SymmetricEigen decomposeOutputs(llvm::ArrayRef<float> weights,
                                       const KernelShape &shape,
                                       InputMetric metric) {
  Matrix matrix = toMatrix(weights, shape.outputs);
  if (!metric)
    return decomposeLeft(matrix);
  if (shape.outputs <= shape.getColumns()) {
    Matrix gram(shape.outputs, shape.outputs);
    Matrix products = multiply(matrix, *metric);
    for (int64_t i = 0; i < shape.outputs; ++i)
      for (int64_t j = 0; j < shape.outputs; ++j)
        for (int64_t k = 0; k < shape.getColumns(); ++k)
          gram(i, j) += products(i, k) * matrix(j, k);
    return decomposeSymmetric(std::move(gram));
  }
  Matrix factor = *metric;
  if (!factorCholesky(factor))
    return decomposeLeft(matrix);
  return decomposeLeft(multiply(matrix, transpose(factor)));
}

/// Weights with a row an input channel.
static Matrix byInput(llvm::ArrayRef<float> weights, const KernelShape &shape) {
  int64_t others = shape.countWeights() / shape.inputs;
  Matrix matrix(shape.inputs, others);
  for (int64_t i = 0; i < others; ++i)
    for (int64_t c = 0; c < shape.inputs; ++c)
      matrix(c, i) = weights[i * shape.inputs + c];
  return matrix;
}

/// Weights with a row a vertical tap and input, and a column a horizontal tap
/// and output.
static Matrix byStrip(llvm::ArrayRef<float> weights, const KernelShape &shape) {
  Matrix matrix(shape.height * shape.inputs, shape.width * shape.outputs);
  const float *next = weights.data();
  for (int64_t o = 0; o < shape.outputs; ++o)
    for (int64_t y = 0; y < shape.height; ++y)
      for (int64_t x = 0; x < shape.width; ++x)
        for (int64_t c = 0; c < shape.inputs; ++c)
          matrix(y * shape.inputs + c, x * shape.outputs + o) = *next++;
  return matrix;
}

static bool isPointwise(const KernelShape &shape) {
  return shape.height == 1 && shape.width == 1;
}

LayerSpectra mlir::mopt::computeSpectra(llvm::ArrayRef<float> weights,
                                        const KernelShape &shape,
                                        InputMetric metric) {
  LayerSpectra spectra;
  spectra.outputs = getTails(decomposeOutputs(weights, shape, metric));
  if (isPointwise(shape))
    return spectra;
  spectra.inputs = getTails(decomposeLeft(byInput(weights, shape)));
  if (shape.height > 1 && shape.width > 1)
    spectra.strips = getTails(decomposeLeft(byStrip(weights, shape)));
  return spectra;
}

std::vector<FactorPlan> mlir::mopt::listPlans(const KernelShape &shape,
                                              const LayerSpectra &spectra,
                                              DecompositionMethod method) {
  std::vector<FactorPlan> plans;
  auto add = [&](const FactorPlan &plan) {
    if (plan.weights < shape.countWeights() &&
        plan.products < shape.countProducts())
      plans.push_back(plan);
  };
  auto wants = [&](DecompositionMethod one) {
    return method == DecompositionMethod::Auto || method == one;
  };
  int64_t columns = shape.getColumns();
  auto ranks = [](const std::vector<double> &tails) {
    return static_cast<int64_t>(tails.size()) - 1;
  };
  if (wants(DecompositionMethod::SVD))
    for (int64_t r = 1; r <= ranks(spectra.outputs); ++r) {
      FactorPlan plan{DecompositionMethod::SVD, r, 0};
      plan.weights = r * (columns + shape.outputs);
      plan.products = plan.weights * shape.resultPixels;
      plan.lost = spectra.outputs[r];
      add(plan);
    }
  if (wants(DecompositionMethod::Spatial) && !spectra.strips.empty())
    for (int64_t r = 1; r <= ranks(spectra.strips); ++r) {
      FactorPlan plan{DecompositionMethod::Spatial, r, 0};
      int64_t first = shape.height * shape.inputs * r;
      int64_t second = shape.width * shape.outputs * r;
      plan.weights = first + second;
      plan.products = first * shape.stripPixels + second * shape.resultPixels;
      plan.lost = spectra.strips[r];
      add(plan);
    }
  if (wants(DecompositionMethod::Tucker) && !spectra.inputs.empty())
    for (int64_t r = 1; r <= ranks(spectra.outputs); ++r)
      for (int64_t s = 1; s <= ranks(spectra.inputs); ++s) {
        FactorPlan plan{DecompositionMethod::Tucker, r, s};
        int64_t core = shape.height * shape.width * r * s;
        plan.weights = shape.inputs * s + core + shape.outputs * r;
        plan.products = shape.inputs * s * shape.inputPixels +
                        (core + shape.outputs * r) * shape.resultPixels;
        // Errors of both projections, which are at most added.
        plan.lost = spectra.outputs[r] + spectra.inputs[s];
        add(plan);
      }
  return plans;
}

static std::vector<float> toFloats(const Matrix &matrix) {
  const double *begin = matrix.row(0);
  std::vector<float> values;
  values.reserve(matrix.getRows() * matrix.getColumns());
  for (int64_t i = 0; i < matrix.getRows() * matrix.getColumns(); ++i)
    values.push_back(static_cast<float>(begin[i]));
  return values;
}

static Matrix takeRows(const Matrix &matrix, int64_t count) {
  Matrix result(count, matrix.getColumns());
  std::copy_n(matrix.row(0), count * matrix.getColumns(), result.row(0));
  return result;
}

llvm::SmallVector<LayerFactor, 3>
mlir::mopt::factorWeights(llvm::ArrayRef<float> weights,
                          const KernelShape &shape, const FactorPlan &plan,
                          InputMetric metric) {
  int64_t columns = shape.getColumns();
  if (plan.method == DecompositionMethod::Spatial) {
    Matrix strips = byStrip(weights, shape);
    Matrix left = takeRows(decomposeLeft(strips).vectors, plan.rank);
    // Row = rank, column = vertical tap and input, as a kernel has them.
    Matrix right = multiply(left, strips);
    std::vector<float> second(shape.width * shape.outputs * plan.rank);
    for (int64_t r = 0; r < plan.rank; ++r)
      for (int64_t x = 0; x < shape.width; ++x)
        for (int64_t o = 0; o < shape.outputs; ++o)
          second[(o * shape.width + x) * plan.rank + r] =
              static_cast<float>(right(r, x * shape.outputs + o));
    return {{toFloats(left), plan.rank, shape.height, 1, shape.inputs},
            {std::move(second), shape.outputs, 1, shape.width, plan.rank}};
  }
  Matrix matrix = toMatrix(weights, shape.outputs);
  Matrix left =
      takeRows(decomposeOutputs(weights, shape, metric).vectors, plan.rank);
  Matrix core = multiply(left, matrix);
  LayerFactor last{toFloats(transpose(left)), shape.outputs, 1, 1, plan.rank};
  if (plan.method == DecompositionMethod::SVD)
    return {
        {toFloats(core), plan.rank, shape.height, shape.width, shape.inputs},
        std::move(last)};
  Matrix inputs =
      takeRows(decomposeLeft(byInput(weights, shape)).vectors, plan.inputRank);
  Matrix small(plan.rank * columns / shape.inputs, plan.inputRank);
  for (int64_t i = 0; i < small.getRows(); ++i)
    for (int64_t s = 0; s < plan.inputRank; ++s)
      for (int64_t c = 0; c < shape.inputs; ++c)
        small(i, s) += core.row(0)[i * shape.inputs + c] * inputs(s, c);
  return {
      {toFloats(inputs), plan.inputRank, 1, 1, shape.inputs},
      {toFloats(small), plan.rank, shape.height, shape.width, plan.inputRank},
      std::move(last)};
}

Matrix mlir::mopt::getLastInputs(llvm::ArrayRef<LayerFactor> factors,
                                 const KernelShape &shape) {
  const LayerFactor &first = factors.front();
  int64_t columns = shape.getColumns();
  if (factors.size() == 3) {
    const LayerFactor &core = factors[1];
    Matrix result(core.outputs, columns);
    int64_t taps = core.height * core.width;
    for (int64_t r = 0; r < core.outputs; ++r)
      for (int64_t t = 0; t < taps; ++t)
        for (int64_t s = 0; s < core.inputs; ++s) {
          double factor = core.weights[(r * taps + t) * core.inputs + s];
          for (int64_t c = 0; c < shape.inputs; ++c)
            result(r, t * shape.inputs + c) +=
                factor * first.weights[s * shape.inputs + c];
        }
    return result;
  }
  if (first.width == shape.width)
    return toMatrix(first.weights, first.outputs);
  // A strip at each horizontal tap.
  Matrix result(shape.width * first.outputs, columns);
  for (int64_t x = 0; x < shape.width; ++x)
    for (int64_t r = 0; r < first.outputs; ++r)
      for (int64_t y = 0; y < shape.height; ++y)
        for (int64_t c = 0; c < shape.inputs; ++c)
          result(x * first.outputs + r,
                 (y * shape.width + x) * shape.inputs + c) =
              first.weights[(r * shape.height + y) * shape.inputs + c];
  return result;
}

Matrix mlir::mopt::multiplyFactors(llvm::ArrayRef<LayerFactor> factors,
                                   const KernelShape &shape) {
  return multiply(toMatrix(factors.back().weights, shape.outputs),
                  getLastInputs(factors, shape));
}
