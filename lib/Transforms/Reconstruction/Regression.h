//===- Regression.h - Weights that reproduce a layer best -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_REGRESSION_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_REGRESSION_H

#include "LayerMetric.h"

namespace mlir::mopt {

/// Which weights of a layer may differ from zero: rows are those of
/// LayerShape::getWeightRows(), inputs those of any group.
struct LayerSupport {
  std::vector<bool> rows, inputs;

  static LayerSupport getWhole(const LayerShape &shape) {
    return {std::vector<bool>(shape.getWeightRows(), true),
            std::vector<bool>(shape.inputs, true)};
  }
};

struct RegressedLayer {
  /// Rows as LayerStatistics has them, and one bias a row.
  std::vector<float> weights, bias;
  /// Mean squared error and variance of the rows that stayed.
  double error = 0.0, variance = 0.0;
};

/// The weights on `support` and the biases that reproduce the targets of
/// `statistics` in the least squares, drawn to `weights` as far as the data
/// leaves them open (chooseDamping). Rows outside are zero, their bias too. The
/// result does not depend on the number of threads.
RegressedLayer regressLayer(llvm::ArrayRef<float> weights,
                            const LayerStatistics &statistics,
                            const LayerSupport &support, unsigned threads);

/// The same of moments, one a group, with a given damping.
RegressedLayer regressMoments(llvm::ArrayRef<float> weights,
                              const LayerShape &shape,
                              llvm::ArrayRef<LayerMoments> moments,
                              double damping, const LayerSupport &support,
                              unsigned threads);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_REGRESSION_H
