//===- LayerPruner.h - Removing weights of one layer -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_LAYERPRUNER_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_LAYERPRUNER_H

#include "../Reconstruction/LayerMetric.h"
#include "mopt/Transforms/Sparsity/Pattern.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <string>

namespace mlir::mopt {

struct LayerPrunerOptions {
  SparsityPattern pattern;
  /// Trust in the given weights against the data, as a part of the mean
  /// variance of the inputs.
  double damping = 0.01;
  /// Multiplications that the exact search may take; larger layers are swept.
  double exactProducts = 3e10;
  unsigned threads = 1;
};

/// The weights of a layer after some are gone, as rows, one an output.
struct PrunedLayer {
  std::vector<float> weights;
  LayerFit fit;
};

/// Sets weights of a layer to zero such that its outputs stay near the targets
/// of some statistics, in the least squares.
///
/// What goes is found by the exact greedy order (RemovalTrace.h), in which the
/// rows of a layer compete, where that takes at most exactProducts
/// multiplications; in larger layers by one sweep over the inputs with error
/// feedback, 64 at a time (SparseGPT; E. Frantar and D. Alistarh, 2023). What
/// stays is then solved for exactly, behind a sweep where that takes at most 16
/// times exactProducts: each row is a system of equations of its own.
///
/// Nothing in the results depends on the number of threads.
class LayerPruner {
public:
  /// Why such layers cannot have such a pattern; empty if they can.
  static std::string getReasonAgainst(const LayerShape &shape,
                                      const SparsityPattern &pattern);

  LayerPruner(llvm::ArrayRef<float> weights, const LayerStatistics &statistics,
              const LayerPrunerOptions &options);

  /// How many blocks there are (element: weights) to choose from.
  int64_t getBlocks() const { return bands.size() * blocksOfBand; }

  /// Removes that many blocks; of KEPT:OF what has to go, whatever `blocks`
  /// says. With `isTrial` what a sweep leaves is not solved for: it is near
  /// enough to tell what the sparsity costs.
  PrunedLayer prune(int64_t blocks, bool isTrial = false);

private:
  /// Rows that lose the same columns.
  struct Band {
    int64_t group, firstRow, rows;
  };
  /// What the rows of one group share, with inputs in the layer's order.
  struct Group {
    LayerMetric metric;
    /// H^-1.
    Matrix inverse;
  };
  struct Block {
    uint32_t band, block;
  };
  using Mask = std::vector<bool>;

  bool isGroups() const {
    return options.pattern.kind == SparsityPattern::Kind::Neighbours;
  }
  void invert(Group &group) const;
  void regress();
  std::vector<double> getBandRows(const Band &band) const;
  void trace();
  /// By band and block: whether it goes.
  Mask chooseByTrace(int64_t blocks);
  Mask chooseBySweep(int64_t blocks, std::vector<float> &weights) const;
  bool isRefitCheap(const Mask &mask) const;
  void refit(const Band &band, llvm::ArrayRef<int64_t> kept,
             llvm::ArrayRef<int64_t> gone, std::vector<float> &weights) const;

  LayerShape shape;
  LayerPrunerOptions options;
  std::vector<float> original;
  /// The weights of least error.
  std::vector<double> best;
  /// One a group.
  std::vector<LayerMoments> moments;
  std::vector<Group> groups;
  std::vector<Band> bands;
  /// Columns of a block.
  int64_t width;
  int64_t blocksOfBand;
  bool isExact, isTraced = false;
  std::vector<Block> order;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_LAYERPRUNER_H
