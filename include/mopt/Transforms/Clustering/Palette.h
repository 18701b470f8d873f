//===- Palette.h - Few values that reproduce a layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_CLUSTERING_PALETTE_H
#define MOPT_TRANSFORMS_CLUSTERING_PALETTE_H

#include "mopt/Transforms/Clustering/KMeans.h"
#include "mopt/Transforms/Reconstruction/LayerStatistics.h"

namespace mlir::mopt {

struct PaletteOptions {
  /// Different values of all weights, or of each row.
  unsigned count = 16;
  bool perRow = false;
  /// Weights that are zero stay zero, zero is one of the values then, and no
  /// other weight becomes zero.
  bool keepZeros = true;
  CentroidInit init = CentroidInit::KMeansPlusPlus;
  uint64_t seed = 0;
  /// Added to the diagonal of the inputs' covariance, as a part of its mean.
  double damping = 0.01;
  /// Starts from the weights that reproduce the targets best, not from those
  /// that are given.
  bool regression = true;
  /// Rounds of changing single weights and all centroids after the first
  /// assignment.
  unsigned refinements = 6;
};

/// Weights of few values, row-major, one row an output.
struct PaletteWeights {
  std::vector<float> values;
  /// With it the mean of each output is that of the target.
  std::vector<float> bias;
  /// Mean squared error of the outputs, and their mean variance.
  double error = 0.0;
  double variance = 0.0;
};

/// Gives `weights` (getWeightRows() x inputs) few values such that the outputs
/// come near the targets of `statistics`, in the least squares.
///
/// With H the damped covariance of the inputs, a change e of a row costs
/// e^T H e. Centroids are found by k-means over the weights that reproduce the
/// targets best, each of which counts by the diagonal of H. Going through the
/// inputs from the one of largest variance on, each weight takes the centroid
/// that is nearest after the errors of those before it were taken into account
/// (as roundWeights does it with integers). Then single weights are changed
/// while that lowers the cost, and all centroids are refitted in the least
/// squares, which is a linear system as wide as there are centroids.
///
/// Rows with many zeros (pruned ones) have a metric of their own, of the inputs
/// that they read: the time is then that of a Cholesky factor a row.
///
/// The result does not depend on the number of threads.
PaletteWeights findPaletteWeights(llvm::ArrayRef<float> weights,
                                  const LayerStatistics &statistics,
                                  const PaletteOptions &options,
                                  unsigned threads);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_CLUSTERING_PALETTE_H
