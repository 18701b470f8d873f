//===- WeightGroups.h - Weights that share centroids -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_CLUSTERING_WEIGHTGROUPS_H
#define MOPT_LIB_TRANSFORMS_CLUSTERING_WEIGHTGROUPS_H

#include "mopt/Transforms/Clustering/Passes.h"
#include "mopt/Transforms/Utils/LayerWeights.h"

namespace mlir::mopt {

/// The weights of a tensor in groups that have centroids of their own. Values
/// are those of float32 weights, and whole numbers less the zero point of
/// quantised ones.
class WeightGroups {
public:
  WeightGroups(const LayerWeight &weight, ClusterScope scope);

  size_t size() const { return groups; }
  bool isInteger() const { return params.isQuantized(); }
  /// The different values of a group in ascending order, without zero if
  /// `skipZeros`. A value counts as often as it occurs, times the square of the
  /// scale of where it does. Nothing if one is not finite.
  ///
  /// Of float32 groups with very many values neighbours are taken together:
  /// those in one of 65536 equal parts of the range are their mean, zero apart.
  std::optional<std::vector<WeightedValue>> collect(size_t group,
                                                    bool skipZeros) const;
  /// Stores the nearest of `centroids`, which ascend, in `bytes` for every
  /// weight of a group; `bytes` have the layout of the weights. Zeros stay if
  /// `keepsZeros`. Adds the squares of errors and of weights.
  void replace(size_t group, MutableArrayRef<char> bytes,
               ArrayRef<float> centroids, bool keepsZeros, double &error,
               double &energy) const;

private:
  /// Calls `visit(index, channel)` for the elements of a group.
  void forEach(size_t group,
               function_ref<void(int64_t index, int64_t channel)> visit) const;
  float load(int64_t index) const;
  /// The float32 weights of a group where they lie in one piece, which those of
  /// whole tensors do; empty for others.
  ArrayRef<float> getPiece() const;

  const LayerWeight &weight;
  QuantParams params;
  bool isSigned = true;
  size_t groups = 1;
  /// Elements of one output channel that follow each other, and channels.
  int64_t inner = 1, channels = 1;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_CLUSTERING_WEIGHTGROUPS_H
