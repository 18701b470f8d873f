//===- LowRank.h - Layers as products of smaller ones -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_DECOMPOSITION_LOWRANK_H
#define MOPT_LIB_TRANSFORMS_DECOMPOSITION_LOWRANK_H

#include "mopt/Transforms/Decomposition/Passes.h"
#include "mopt/Transforms/Reconstruction/LayerStatistics.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>

namespace mlir::mopt {

/// A convolution without groups, or a fully connected layer (1 x 1 taps). Its
/// weights are rows, one an output, in the order [outputs, height, width,
/// inputs].
struct KernelShape {
  int64_t outputs = 0, height = 1, width = 1, inputs = 0;
  /// Products of a weight of a factor: at each pixel of the result, at each of
  /// the input (before strides), and at each pixel that is strided vertically
  /// only.
  int64_t resultPixels = 1, inputPixels = 1, stripPixels = 1;

  int64_t getColumns() const { return height * width * inputs; }
  int64_t countWeights() const { return outputs * getColumns(); }
  int64_t countProducts() const { return countWeights() * resultPixels; }
};

/// A way to factor a layer, and what it costs.
struct FactorPlan {
  DecompositionMethod method = DecompositionMethod::SVD;
  /// Rank; of Tucker of the outputs, and of the inputs.
  int64_t rank = 0, inputRank = 0;
  int64_t weights = 0, products = 0;
  /// The part of the squared weights, or of the outputs' variance, that the
  /// factors cannot have.
  double lost = 0.0;
};

/// What spectra say of a layer: for each rank, the part that is lost. Index =
/// rank.
struct LayerSpectra {
  std::vector<double> outputs, inputs, strips;
};

/// What is known of the inputs of a layer; null = all directions count alike.
using InputMetric = const Matrix *;

/// The spectra of `weights`. With a metric H (the covariance of the inputs, not
/// singular) the loss of `outputs` is one of the outputs' variance.
LayerSpectra computeSpectra(llvm::ArrayRef<float> weights,
                            const KernelShape &shape, InputMetric metric);

/// All plans of `method` (Auto: of every one) that save products and weights.
std::vector<FactorPlan> listPlans(const KernelShape &shape,
                                  const LayerSpectra &spectra,
                                  DecompositionMethod method);

/// One factor: weights as KernelShape has them.
struct LayerFactor {
  std::vector<float> weights;
  int64_t outputs, height, width, inputs;
};

/// The factors of a layer in the order in which they run: the product of all
/// but the last is orthogonal, or as near to it as the method lets it be.
llvm::SmallVector<LayerFactor, 3> factorWeights(llvm::ArrayRef<float> weights,
                                                const KernelShape &shape,
                                                const FactorPlan &plan,
                                                InputMetric metric);

/// What the last factor reads, as a function of what the layer read: a matrix
/// with a row an input of the last factor.
Matrix getLastInputs(llvm::ArrayRef<LayerFactor> factors,
                     const KernelShape &shape);

/// The weights that all factors together stand for: outputs x columns.
Matrix multiplyFactors(llvm::ArrayRef<LayerFactor> factors,
                       const KernelShape &shape);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_DECOMPOSITION_LOWRANK_H
