//===- PlainClusters.cpp - Weights by the nearest centroid -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlainClusters.h"

#include "WeightGroups.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

FailureOr<bool> mopt::clusterPlainly(LayerWeight &weight,
                                     const PlainClusters &options,
                                     StringRef pass) {
  unsigned clusters = options.clusters;
  WeightGroups groups(weight, options.scope);
  AsmResourceBlob blob = allocateConstBlob(weight.bytes.bytes().size());
  MutableArrayRef<char> bytes = blob.getMutableData();
  llvm::copy(weight.bytes.bytes(), bytes.begin());
  size_t most = 0;
  bool changed = false;
  double error = 0.0, energy = 0.0;
  for (size_t group = 0; group < groups.size(); ++group) {
    std::optional<std::vector<WeightedValue>> all =
        groups.collect(group, /*skipZeros=*/false);
    if (!all)
      return weight.user->emitError() << pass << ": '" << weight.getName()
                                      << "' has weights that are not finite";
    most = std::max<size_t>(most, std::min<size_t>(all->size(), clusters));
    if (all->size() <= clusters)
      continue;
    changed = true;
    bool skipsZeros =
        options.keepZeros && llvm::any_of(*all, [](const WeightedValue &entry) {
          return entry.value == 0.0f;
        });
    ClusterSearch search;
    search.count = clusters - (skipsZeros ? 1 : 0);
    search.init = options.init;
    search.seed = options.seed;
    search.isInteger = groups.isInteger();
    if (skipsZeros)
      llvm::erase_if(
          *all, [](const WeightedValue &entry) { return entry.value == 0.0f; });
    std::vector<float> centroids = findCentroids(*all, search);
    if (skipsZeros)
      // A mean of both signs: what it stands for must not look pruned.
      for (float &centroid : centroids)
        if (centroid == 0.0f)
          centroid =
              groups.isInteger() ? 1.0f : std::numeric_limits<float>::min();
    groups.replace(group, bytes, centroids, skipsZeros, error, energy);
  }
  if (!changed) {
    weight.user->emitRemark()
        << weight.getName() << " is not clustered: it has no more than " << most
        << " different values";
    return false;
  }
  weight.replace(std::move(blob));
  remark::passed(weight.user->getLoc(),
                 remark::RemarkOpts::name("Clustered").category("cluster"))
      << weight.getName() << remark::metric("values", most)
      << remark::metric("elements", weight.elements)
      << remark::metric(
             "snr_db",
             llvm::formatv("{0:F2}", error > 0.0
                                         ? 10.0 * std::log10(energy / error)
                                         : INFINITY)
                 .str());
  return true;
}

LogicalResult mopt::checkClusters(ModuleOp module, StringRef option,
                                  unsigned clusters) {
  if (clusters >= 2 && clusters <= 256)
    return success();
  return module.emitError()
         << option << " is " << clusters << ", must be between 2 and 256";
}

LogicalResult mopt::failForFewValues(ModuleOp module, unsigned clusters) {
  return module.emitError() << "clusters is " << clusters
                            << ", and no tensor has more different weights";
}
