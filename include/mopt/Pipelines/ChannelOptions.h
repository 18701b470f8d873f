//===- ChannelOptions.h - Options of pruning whole channels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_PIPELINES_CHANNELOPTIONS_H
#define MOPT_PIPELINES_CHANNELOPTIONS_H

#include "mlir/Pass/PassOptions.h"
#include "mopt/Transforms/Sparsity/Passes.h"

namespace mlir::mopt {

/// The options of `--prune` that are read with `pattern=channel` only.
struct ChannelOptions {
  template <typename T>
  using Option = mlir::detail::PassOptions::Option<T>;

  explicit ChannelOptions(mlir::detail::PassOptions &parent)
      : measure(parent, "sparsity-of",
                llvm::cl::desc("pattern=channel: what sparsity is a part of"),
                llvm::cl::init(ChannelMeasure::Channels),
                llvm::cl::values(
                    clEnumValN(ChannelMeasure::Channels, "channels",
                               "the channels of the layers that can lose any"),
                    clEnumValN(ChannelMeasure::Weights, "weights",
                               "the weights of all layers"),
                    clEnumValN(ChannelMeasure::MACs, "macs",
                               "the multiplications of all layers"))),
        multiple(parent, "channel-multiple",
                 llvm::cl::desc("pattern=channel: what is left of a layer is a "
                                "multiple of this; 0 = 8 for macs, else 1"),
                 llvm::cl::init(0)),
        shrink(parent, "shrink",
               llvm::cl::desc("pattern=channel: take the channels out; with "
                              "false their weights are zero"),
               llvm::cl::init(true)) {}

  Option<ChannelMeasure> measure;
  Option<int64_t> multiple;
  Option<bool> shrink;
};

struct PruneOptions;

/// Removes whole channels: mopt-prune-channels, mopt-shrink-channels. Fails
/// with what is wrong where options contradict each other.
llvm::Error buildChannelPipeline(OpPassManager &manager,
                                 const PruneOptions &options);

} // namespace mlir::mopt

#endif // MOPT_PIPELINES_CHANNELOPTIONS_H
