//===- ChannelLimit.h - How many channels can go -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELLIMIT_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELLIMIT_H

#include "../Accuracy/DropMeter.h"
#include "ChannelSelection.h"

namespace mlir::mopt {

/// Finds out how much can go of the entry function of a module.
class ChannelLimit {
public:
  struct Options {
    /// What loss is measured on, and how.
    DropMeter::Options meter;
    double maxDrop = 0.0;
    /// Whether the channels are taken out of what is measured.
    bool isShrunk = true;
  };

  /// Removes classes of channels, as many of each set as it is told, from a
  /// copy of the module, and repairs what is left.
  using Remove =
      llvm::function_ref<LogicalResult(ModuleOp, ArrayRef<int64_t> removals)>;

  ChannelLimit(ModuleOp module, Options options)
      : module(module), options(std::move(options)) {}

  /// The longest run of `steps` whose model stays within the limit, by
  /// bisection: a loss is taken to grow with what is gone. Each model is what
  /// `remove` makes of a copy. A remark tells what was measured; where not even
  /// the first step is within the limit nothing goes, and the remark says so.
  llvm::Expected<SmallVector<int64_t>> find(const RemovalSteps &steps,
                                            Remove remove);

private:
  ModuleOp module;
  Options options;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_CHANNELLIMIT_H
