//===- ChannelSelection.h - Which channels are worth least -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELSELECTION_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELSELECTION_H

#include "ChannelGraph.h"
#include "mopt/Transforms/Sparsity/Passes.h"
#include "mopt/Transforms/Utils/OpFilter.h"

namespace mlir::mopt {

/// Classes of channels that layers have in common: what is left of a set may be
/// any of them, as many as a multiple asks for.
struct ChannelSet {
  /// Roots of the classes, the one that is worth least first.
  SmallVector<int> classes;
  /// What removing each costs, in that order.
  SmallVector<double> saliencies;
  /// Classes are removed by so many at a time.
  int64_t unit = 1;
  /// Layers whose outputs they are, in program order.
  SmallVector<Operation *> makers;

  int64_t size() const { return static_cast<int64_t>(classes.size()); }
  /// How many classes can go: all but one unit.
  int64_t getMostRemoved() const {
    return std::max<int64_t>(0, size() - std::min(unit, size()));
  }
  /// The number of classes to remove nearest to `ratio` of them for which the
  /// rest is a multiple of the unit.
  int64_t roundRemoved(double ratio) const;
};

/// Weights and products of a graph, of which classes are removed.
class ChannelCosts {
public:
  explicit ChannelCosts(const ChannelGraph &graph);

  struct Totals {
    int64_t channels = 0, weights = 0, products = 0;

    int64_t get(ChannelMeasure measure) const {
      switch (measure) {
      case ChannelMeasure::Channels:
        return channels;
      case ChannelMeasure::Weights:
        return weights;
      case ChannelMeasure::MACs:
        break;
      }
      return products;
    }
  };

  Totals getTotals() const { return totals; }
  /// What is removed with `classes` beyond what is removed already.
  Totals getSavings(ArrayRef<int> classes) const;
  void remove(ArrayRef<int> classes) { change(classes, -1); }
  void restore(ArrayRef<int> classes) { change(classes, 1); }

private:
  void change(ArrayRef<int> classes, int sign);

  struct Share {
    size_t layer;
    int64_t outputs, inputs;
  };

  const ChannelGraph &graph;
  /// By root: how many channels of each layer a class has.
  DenseMap<int, SmallVector<Share, 4>> shares;
  struct Kept {
    int64_t outputs, inputs;
  };
  std::vector<Kept> kept;
  Totals totals;
};

/// The squared norms of the slices of weights that make or read each class, as
/// parts of those of their tensors; by root.
std::vector<double> measureMagnitudes(const ChannelGraph &graph);

/// The sets of classes that can be removed. Layers that keep their outputs say
/// why in a remark. `saliencies` has an element a node; those of roots count.
std::vector<ChannelSet> collectChannelSets(const ChannelGraph &graph,
                                           const OpFilter &filter,
                                           ArrayRef<double> saliencies,
                                           int64_t multiple);

/// How many classes of each set go so that `sparsity` of the measure does; at
/// least that much for weights and MACs. Uniform: the same part of each set.
/// Global: those of least saliency for what they save. Fails where even the
/// most that can go is not enough.
llvm::Expected<SmallVector<int64_t>>
chooseRemovals(const ChannelGraph &graph, ArrayRef<ChannelSet> sets,
               ChannelMeasure measure, double sparsity,
               ChannelAllocation allocation);

/// What goes if ever more has to: each step removes what the one before it does
/// and more, from nothing up to all that can go. Uniform: as ever larger parts
/// of each set ask for; global: unit by unit in the order of chooseRemovals.
class RemovalSteps {
public:
  RemovalSteps(const ChannelGraph &graph, ArrayRef<ChannelSet> sets,
               ChannelMeasure measure, ChannelAllocation allocation);

  unsigned size() const {
    return ratios.empty() ? order.size() : ratios.size();
  }
  /// How many classes of each set are gone after `steps`.
  SmallVector<int64_t> getRemovals(unsigned steps) const;

private:
  ArrayRef<ChannelSet> sets;
  /// Uniform: the part of each set after each step.
  std::vector<double> ratios;
  /// Global: the set that each step takes a unit of.
  SmallVector<size_t> order;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELSELECTION_H
