//===- ShrinkChannels.cpp - Removing channels that nothing reads ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChannelGraph.h"
#include "mlir/IR/Remarks.h"
#include "mopt/Transforms/Quantization/Plan.h"
#include "mopt/Transforms/Sparsity/Passes.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_SHRINKCHANNELSPASS
#include "mopt/Transforms/Sparsity/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct ShrinkChannelsPass
    : public mlir::mopt::impl::ShrinkChannelsPassBase<ShrinkChannelsPass> {
  using ShrinkChannelsPassBase::ShrinkChannelsPassBase;

  void runOnOperation() override {
    for (auto func : getOperation().getOps<func::FuncOp>()) {
      if (func.isExternal())
        continue;
      ChannelGraph graph(func);
      llvm::BitVector dead = findDeadChannels(graph);
      if (dead.none())
        continue;
      for (const ChannelLayer &layer : graph.getLayers()) {
        int64_t gone =
            llvm::count_if(layer.outputs, [&](int node) { return dead[node]; });
        if (gone > 0)
          remark::passed(
              layer.op->getLoc(),
              remark::RemarkOpts::name("ShrunkChannels").category("prune"))
              << describeOp(layer.op) << remark::metric("removed", gone)
              << remark::metric("channels", layer.outputs.size() - gone);
      }
      removeChannels(graph, dead);
    }
  }
};

} // namespace
