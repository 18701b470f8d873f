//===- PartitionPass.cpp - Marking ops with their target --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Partition/Partition.h"
#include "mopt/Transforms/Partition/Passes.h"
#include "llvm/ADT/StringExtras.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_PARTITIONPASS
#include "mopt/Transforms/Partition/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct PartitionPass
    : public mlir::mopt::impl::PartitionPassBase<PartitionPass> {
  using PartitionPassBase::PartitionPassBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    std::unique_ptr<PartitionTarget> to = createPartitionTarget(target);
    if (!to) {
      emitError(func.getLoc()) << "mopt-partition: there is no target '"
                               << target << "'; choose one with target=NAME: "
                               << llvm::join(getPartitionTargetNames(), ", ");
      return signalPassFailure();
    }
    markPlacement(placeOps(func, *to), *to);
  }
};

} // namespace
