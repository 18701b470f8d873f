//===- SparsityCurves.h - What the sparsity of each layer costs -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_SPARSITYCURVES_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_SPARSITYCURVES_H

#include "ObservedPruning.h"

namespace mlir::mopt {

/// What it costs to remove parts of one layer's weights, all other layers being
/// as they were.
struct SparsityCurve {
  Operation *op;
  /// What can be removed, and the weights in it.
  int64_t blocks, elements;
  /// At each of getSparsityLevels().
  SmallVector<double> costs;

  /// The cost of removing `count` blocks; between levels its square root is
  /// linear, as errors grow so and costs with their squares.
  double getCost(int64_t count) const;
};

/// Growing parts of the weights, from above 0 to 1.
ArrayRef<double> getSparsityLevels();

struct CurveOptions {
  SparsityMeasure measure = SparsityMeasure::Divergence;
  /// At most this many samples, spread evenly, measure the divergence.
  int64_t samples = 256;
};

/// Prunes every layer of the entry function that can be pruned by data to each
/// level, alone, and leaves the module as it was. Layers whose recipe names a
/// ratio, and those of KEPT:OF patterns, are left out. Errors are told by
/// diagnostics.
FailureOr<std::vector<SparsityCurve>>
measureSparsityCurves(ModuleOp module, const ObservedPruning &pruning,
                      const CurveOptions &options);

/// How far outputs are from those of the original model, by samples.
class OutputDivergence {
public:
  /// Which outputs are scores of classes (by their producer, or, where
  /// `isLabelled`, all), so that the divergence is one of distributions
  /// (Kullback-Leibler); of the others it is noise against signal.
  OutputDivergence(func::FuncOp func, bool isLabelled);

  struct Sums {
    SmallVector<double, 1> divergence, noise, signal;
    void add(const Sums &other);
  };
  Sums compare(ArrayRef<HostTensor> outputs,
               ArrayRef<HostTensor> reference) const;
  /// The sum over outputs of the mean over samples.
  static double getTotal(const Sums &sums, int64_t samples);

private:
  enum class Kind { Probabilities, Scores, Values };
  SmallVector<Kind, 1> kinds;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_SPARSITYCURVES_H
