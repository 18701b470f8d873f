//===- Rounding.h - Integers that reproduce a layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_RECONSTRUCTION_ROUNDING_H
#define MOPT_TRANSFORMS_RECONSTRUCTION_ROUNDING_H

#include "mopt/Transforms/Reconstruction/LayerStatistics.h"

namespace mlir::mopt {

struct RoundingOptions {
  /// Codes lie in [-(2^(bits-1) - 1), 2^(bits-1) - 1].
  unsigned bits = 8;
  /// One scale for all rows instead of one a row.
  bool perTensor = false;
  /// Added to the diagonal of the inputs' covariance, as a part of its mean.
  double damping = 0.01;
  /// Starts from the weights that reproduce the targets best, not from those
  /// that are given.
  bool regression = true;
  /// Rounds of changing single codes and the scale after the first assignment.
  unsigned refinements = 3;
};

/// Symmetric integer weights: row-major, one row an output.
struct RoundedWeights {
  std::vector<int8_t> codes;
  /// One a row, or one.
  std::vector<float> scales;
  /// With it the mean of each output is that of the target.
  std::vector<float> bias;
  /// Mean squared error of the outputs, and their mean variance.
  double error = 0.0;
  double variance = 0.0;
};

/// Chooses codes and scales for `weights` (getWeightRows() x inputs) such that
/// the outputs come near the targets of `statistics`, in the least squares.
///
/// With H the damped covariance of the inputs, the weights that do so best are
/// W = (Cov(T, X) + damping W0) H^-1, and a change e of a row costs e^T H e.
/// With H = V^T V that is |V e|^2: going through the inputs from the one of
/// largest variance on, each code is rounded after the errors of those before
/// it were taken into account. This is GPTQ (E. Frantar et al., 2022) in the
/// form of Babai's nearest plane (L. Babai, 1986), which needs no inverse.
/// Among several scales the one of least cost is kept; then single codes are
/// changed while that lowers the cost, and scales refitted in closed form.
///
/// The result does not depend on the number of threads.
RoundedWeights roundWeights(llvm::ArrayRef<float> weights,
                            const LayerStatistics &statistics,
                            const RoundingOptions &options, unsigned threads);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_RECONSTRUCTION_ROUNDING_H
