//===- LayerMetric.h - What errors of weights cost -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_LAYERMETRIC_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_LAYERMETRIC_H

#include "mopt/Transforms/Reconstruction/LayerStatistics.h"

namespace mlir::mopt {

/// What an error e of a row of weights costs: e^T H e, with H the covariance of
/// the inputs plus `damping` times I.
struct LayerMetric {
  /// Positions of the inputs by growing variance.
  std::vector<int64_t> order;
  /// H in that order, and V of H = V^T V.
  Matrix covariance;
  Matrix factor;
  double damping = 0.0;

  /// `damping` is a part of the mean variance; it becomes more where the
  /// covariance of few rows is not definite.
  static LayerMetric create(const LayerMoments &moments, double damping);

  /// The metric of rows whose weights are zero at all but the `kept` inputs,
  /// with the damping of `whole`. Without `factored` only the covariance.
  static LayerMetric createForSupport(const LayerMetric &whole,
                                      const LayerMoments &moments,
                                      llvm::ArrayRef<int64_t> kept,
                                      bool factored);

  /// Writes to lane `lane` of `lanes` what solveCholesky(factor) turns into the
  /// weights (Cov(T, X) + damping W0) H^-1 that reproduce the targets of
  /// `output` best, where W0 is `row`: these come in the order of the inputs.
  void startRegression(const LayerMoments &moments, int64_t output,
                       const float *row, int64_t lane, double *lanes) const;
};

/// How near rows of weights come to the targets.
struct LayerFit {
  /// With it the mean of each output is that of the target.
  std::vector<float> bias;
  /// Mean squared error of the outputs with that bias, and their mean variance.
  double error = 0.0;
  double variance = 0.0;
};

/// `weights` are rows as LayerStatistics has them, `moments` those of its
/// groups.
LayerFit fitRows(llvm::ArrayRef<float> weights, const LayerShape &shape,
                 llvm::ArrayRef<LayerMoments> moments, unsigned threads);

/// A damping for what `statistics` were made of: the fewer samples there are
/// for each input, the more of what they say is chance.
double chooseDamping(const LayerStatistics &statistics);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_LAYERMETRIC_H
