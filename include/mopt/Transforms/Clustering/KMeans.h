//===- KMeans.h - Few numbers for many -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_CLUSTERING_KMEANS_H
#define MOPT_TRANSFORMS_CLUSTERING_KMEANS_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mlir::mopt {

/// Where the search for centroids begins.
enum class CentroidInit {
  /// Values drawn one by one, in proportion to their squared distance from
  /// those
  /// before (D. Arthur, S. Vassilvitskii, k-means++, 2007).
  KMeansPlusPlus,
  /// Evenly from the least value to the greatest.
  Linear,
  /// So that as many values lie between each two.
  Density,
  /// Drawn from the values.
  Random
};

/// A number and how much it counts.
struct WeightedValue {
  float value;
  double weight;
};

/// What a search is asked for.
struct ClusterSearch {
  /// Centroids, at least 1.
  unsigned count = 16;
  CentroidInit init = CentroidInit::KMeansPlusPlus;
  uint64_t seed = 0;
  /// Centroids are whole numbers.
  bool isInteger = false;
};

/// Centroids in ascending order that have a small sum of weighted squared
/// distances of `values` to the nearest one (S. Lloyd, 1957): `search.count`
/// different ones, or all values where there are not more. `values` ascend and
/// differ, weights are positive. Takes O(n + k log n) an iteration.
std::vector<float> findCentroids(llvm::ArrayRef<WeightedValue> values,
                                 const ClusterSearch &search);

/// The index of the centroid that is nearest to `value`, the lower one of two.
size_t findNearest(llvm::ArrayRef<float> centroids, float value);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_CLUSTERING_KMEANS_H
