//===- SparsityBudget.h - How a sparsity is shared among layers -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_SPARSITYBUDGET_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_SPARSITYBUDGET_H

#include "SparsityCurves.h"

namespace mlir::mopt {

/// How many blocks each layer loses, so that `target` weights are gone (or all
/// that there are) and the sum of the costs is least: dynamic programming over
/// 1/200 of each layer and 1/4000 of all weights. What that leaves open is
/// taken from the largest layer. With single weights exactly `target` are gone.
std::vector<int64_t> shareSparsity(ArrayRef<SparsityCurve> curves,
                                   int64_t target);

/// Ops and the parts of their weights that become zero.
using SparsityShares = std::vector<std::pair<Operation *, double>>;

/// Writes the ratio into the op's recipe.
void setSparsity(Operation *op, double ratio);

/// What the layers of a model can lose and what it costs.
class SparsityBudget {
public:
  /// Errors are told by diagnostics.
  static FailureOr<SparsityBudget> measure(ModuleOp module,
                                           const ObservedPruning &pruning,
                                           const CurveOptions &options);

  /// The ratio of each measured layer with which `sparsity` of all weights are
  /// zero, if layers that are not measured lose that part each. Layers whose
  /// recipe names a ratio do not count.
  SparsityShares share(double sparsity) const;

private:
  std::vector<SparsityCurve> curves;
  /// Of the layers that are not measured.
  std::vector<int64_t> others;
};

/// What every op of `module` that reads weights loses so that `sparsity` of all
/// are zero: as `budget` shares it, `sparsity` where there is none or it does
/// not know the layer. Ops whose recipe names a ratio are left out.
SparsityShares shareSparsity(ModuleOp module, const SparsityBudget *budget,
                             double sparsity);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_SPARSITYBUDGET_H
