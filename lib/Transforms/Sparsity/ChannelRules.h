//===- ChannelRules.h - How channels flow through ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELRULES_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELRULES_H

#include "ChannelGraph.h"

namespace mlir::mopt {

/// What one kind of op does with channels.
struct ChannelRule {
  /// Chooses the channel axis of each result, unites channels that the op ties
  /// and cuts its constants. Returns why the op needs all its channels; empty
  /// if it does not. Channels of a result may be asked for only after addValue.
  std::string (*couple)(Operation *op, ChannelGraph &graph);
  /// Adapts shapes in operands and attributes to the new types of operands and
  /// results. Null where there is none.
  void (*adapt)(Operation *op) = nullptr;
};

/// The rule of an op; null for ops that pin what they touch.
const ChannelRule *getChannelRule(Operation *op);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELRULES_H
