//===- ObservedPruning.h - What passes that prune by data share -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_OBSERVEDPRUNING_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_OBSERVEDPRUNING_H

#include "../Reconstruction/ObservedLayers.h"
#include "LayerPruner.h"
#include "LayerTarget.h"
#include "mopt/Transforms/Sparsity/Passes.h"

namespace mlir::mopt {

/// The options of ObservedPruningOptions (Passes.td).
struct ObservedPruning {
  ObservedLayerSettings settings;
  SparsityPattern pattern;
  double damping = 0.0, sparsity = 0.0;
  double exactProducts = LayerPrunerOptions().exactProducts;

  /// Fails where an option is out of its range.
  template <typename Pass>
  static llvm::Expected<ObservedPruning> of(Pass &pass) {
    ObservedPruning pruning;
    ObservedLayerSettings &settings = pruning.settings;
    settings.verb = "reconstructed";
    settings.pass = pass.getArgument().str();
    settings.data = pass.data;
    settings.preprocess = pass.preprocess;
    settings.exclude = pass.exclude;
    settings.only = pass.only;
    settings.excludeOps = pass.excludeOps;
    settings.onlyOps = pass.onlyOps;
    settings.samples = pass.samples;
    settings.first = pass.first;
    settings.threads = pass.threads;
    pruning.damping = pass.damping;
    pruning.sparsity = pass.sparsity;
    pruning.exactProducts = pass.exactProducts;
    if (llvm::Error error = pruning.check(pass.pattern))
      return std::move(error);
    return pruning;
  }

  /// How a layer with `pattern` is pruned.
  LayerPrunerOptions getOptions(const SparsityPattern &pattern,
                                const LayerStatistics &statistics,
                                unsigned threads) const;

  /// Why a layer cannot be pruned so by data; empty if it can.
  static std::string getReasonAgainst(const LinearLayer &layer,
                                      const SparsityPattern &pattern);

private:
  llvm::Error check(StringRef text);
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_OBSERVEDPRUNING_H
