//===- ObservedClustering.h - Few values that reproduce layers --*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_CLUSTERING_OBSERVEDCLUSTERING_H
#define MOPT_LIB_TRANSFORMS_CLUSTERING_OBSERVEDCLUSTERING_H

#include "../Reconstruction/ObservedLayers.h"
#include "PlainClusters.h"

namespace mlir::mopt {

/// Clustering by what layers do on data: the options of
/// mopt-optimize-palettes.
struct ObservedClustering {
  PlainClusters clusters;
  /// 0 = as `clusters` says.
  unsigned convClusters = 0;
  /// 0 = automatic.
  double damping = 0.0;
  bool regression = true;
  unsigned refinements = 6;
  ObservedLayerSettings settings;
  LayerCapture::Options capture;
};

/// Gives the weights of all layers few values; fails with diagnostics.
LogicalResult clusterByData(ModuleOp module, const ObservedClustering &options);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_CLUSTERING_OBSERVEDCLUSTERING_H
