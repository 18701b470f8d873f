//===- PlainClusters.h - Weights by the nearest centroid -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_CLUSTERING_PLAINCLUSTERS_H
#define MOPT_LIB_TRANSFORMS_CLUSTERING_PLAINCLUSTERS_H

#include "mopt/Transforms/Clustering/Passes.h"
#include "mopt/Transforms/Utils/LayerWeights.h"

namespace mlir::mopt {

/// What all clustering is told.
struct PlainClusters {
  unsigned clusters = 16;
  CentroidInit init = CentroidInit::KMeansPlusPlus;
  ClusterScope scope = ClusterScope::Tensor;
  bool keepZeros = true;
  uint64_t seed = 0;
};

/// Replaces the weights by the nearest of the centroids that k-means finds.
/// True if something changed, with a remark either way; fails with a diagnostic
/// that begins with `pass`.
FailureOr<bool> clusterPlainly(LayerWeight &weight,
                               const PlainClusters &options, StringRef pass);

/// The error where `clusters` is no number of clusters.
LogicalResult checkClusters(ModuleOp module, StringRef option,
                            unsigned clusters);

/// The error of a module whose tensors have no more values than `clusters`.
LogicalResult failForFewValues(ModuleOp module, unsigned clusters);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_CLUSTERING_PLAINCLUSTERS_H
