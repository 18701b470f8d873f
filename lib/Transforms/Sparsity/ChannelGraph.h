//===- ChannelGraph.h - Which channels stand and fall together --*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELGRAPH_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELGRAPH_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Dialect/Mopt/IR/ConstUtils.h"
#include "llvm/ADT/BitVector.h"

#include <string>
#include <vector>

namespace mlir::mopt {

/// An axis of a constant operand whose indices belong to channels.
struct ChannelCut {
  /// What an index holds: weights and bias that make a channel, weights that
  /// read it, or numbers that an elementwise op combines with it.
  enum class Role { Output, Input, Parameter };

  OpOperand *operand;
  int64_t axis;
  /// The channel of each index.
  SmallVector<int> nodes;
  Role role;
};

/// An op that multiplies channels with weights. Its products are
/// `outputs x inputs x taps` at each of `positions`.
struct ChannelLayer {
  Operation *op;
  /// The operand that holds the weights.
  unsigned operand;
  /// Channels by index; no inputs where an output reads one channel.
  SmallVector<int> outputs, inputs;
  int64_t taps = 1, positions = 1;

  int64_t countWeights(int64_t keptOutputs, int64_t keptInputs) const {
    return keptOutputs * (inputs.empty() ? 1 : keptInputs) * taps;
  }
};

/// The channels of all tensors of a function as one system of constraints.
///
/// Every tensor has one axis of channels; a channel is a node. The rules of ops
/// (ChannelRules.h) unite nodes of which none can be removed without the
/// others, pin those that must stay, and say which slices of constants go with
/// them. What is left are the classes of an equivalence relation: removing all
/// of a class, and the slices that belong to it, gives a well-formed function.
class ChannelGraph {
public:
  explicit ChannelGraph(func::FuncOp func);

  // For the rules.

  /// The axis of channels of `value`; -1 where it has none.
  int64_t getAxis(Value value) const;
  /// Channel 0 of `value`, whose others follow it.
  int getBase(Value value) const;
  int64_t getSize(Value value) const;
  SmallVector<int> getNodes(Value value) const;
  /// Chooses the axis of a result and makes its channels; returns them.
  SmallVector<int> addValue(Value value, int64_t axis);
  void unite(int first, int second);
  /// No channel of `value` may be removed.
  void pin(Value value, const std::string &reason);
  /// Index i of `axis` belongs to channel nodes[i]. Fails with a reason where
  /// the operand is no constant that can be cut.
  std::string cut(OpOperand &operand, int64_t axis, ArrayRef<int> nodes,
                  ChannelCut::Role role);
  /// As `cut` with role Parameter where the operand is a constant; else the
  /// channels of the operand, which must lie along `axis`, are `nodes`.
  std::string tie(OpOperand &operand, int64_t axis, ArrayRef<int> nodes);
  void addLayer(ChannelLayer layer) { layers.push_back(std::move(layer)); }

  // What they made of it.

  int getNumNodes() const { return static_cast<int>(parents.size()); }
  /// The class of a node, which is one of its nodes.
  int find(int node) const;
  bool isPinned(int node) const { return !reasons[find(node)].empty(); }
  /// Why the class of `node` has to stay; empty if it has not.
  const std::string &getReason(int node) const { return reasons[find(node)]; }
  ArrayRef<ChannelCut> getCuts() const { return cuts; }
  ArrayRef<ChannelLayer> getLayers() const { return layers; }
  /// Tensors that have channels, in program order.
  ArrayRef<Value> getValues() const { return values; }

  /// Revives classes where a tensor would be left without channels. `removed`
  /// has a bit a node, the same for all nodes of a class.
  void keepOneOfEach(llvm::BitVector &removed) const;

private:
  struct Channels {
    int64_t axis;
    int base;
    int64_t size;
  };

  func::FuncOp func;
  DenseMap<Value, Channels> channels;
  std::vector<Value> values;
  mutable std::vector<int> parents;
  std::vector<std::string> reasons;
  std::vector<ChannelCut> cuts;
  std::vector<ChannelLayer> layers;
};

/// How a constant is changed along some of its axes.
struct AxisIndices {
  int64_t axis;
  /// Sorted.
  SmallVector<int64_t> indices;
};

/// Gives every operand that has cuts a constant whose slices of removed
/// channels are zero. Constants that ops share stay shared where they lose the
/// same. Slices of role Parameter stay.
void maskChannels(const ChannelGraph &graph, const llvm::BitVector &removed);

/// Takes removed channels out of all types, constants and attributes of the
/// function.
void removeChannels(const ChannelGraph &graph, const llvm::BitVector &removed);

/// Which classes can be removed without a change of any output: those whose
/// every weight that reads them is zero. A bit a node.
llvm::BitVector findDeadChannels(const ChannelGraph &graph);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELGRAPH_H
