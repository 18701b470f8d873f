//===- VerifyPartition.cpp - Checking the marks of a partition --*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Partition/Partition.h"
#include "mopt/Transforms/Partition/Passes.h"
#include "llvm/ADT/StringSet.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_VERIFYPARTITIONPASS
#include "mopt/Transforms/Partition/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

struct Offender {
  Operation *op;
  std::string what;
};

struct VerifyPartitionPass
    : public mlir::mopt::impl::VerifyPartitionPassBase<VerifyPartitionPass> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    std::vector<Offender> offenders;
    // Targets of a single region whose region is over.
    llvm::StringSet<> open, over;
    for (Operation &op : func.getOps()) {
      if (!isModelOperator(&op))
        continue;
      std::string what = check(&op, open, over);
      if (!what.empty())
        offenders.push_back({&op, std::move(what)});
    }
    if (offenders.empty())
      return;
    InFlightDiagnostic diagnostic =
        emitError(func.getLoc())
        << "function '" << func.getSymName() << "': " << offenders.size()
        << " ops are not assigned to a target; run mopt-partition first";
    for (const Offender &offender : offenders)
      diagnostic.attachNote(offender.op->getLoc())
          << getOperatorName(offender.op) << ": " << offender.what;
    signalPassFailure();
  }

private:
  /// What is wrong with the marks of `op`; empty if nothing is.
  static std::string check(Operation *op, llvm::StringSet<> &open,
                           llvm::StringSet<> &over) {
    auto target = op->getAttrOfType<StringAttr>(kTargetAttr);
    if (!target)
      return "has no attribute '" + kTargetAttr.str() + "'";
    if (target == kHostTarget) {
      for (const auto &entry : open)
        over.insert(entry.getKey());
      auto reason = op->getAttrOfType<StringAttr>(kTargetReasonAttr);
      if (!reason || reason.empty())
        return "runs on the CPU without a reason";
      return {};
    }
    std::unique_ptr<PartitionTarget> known =
        createPartitionTarget(target.getValue());
    if (!known)
      return "names the unknown target '" + target.str() + "'";
    if (std::optional<Refusal> refusal = known->refuse(op))
      return "is refused by '" + target.str() + "': " + refusal->status;
    if (known->hasSingleRegion()) {
      if (over.contains(target.getValue()))
        return "is in a second region of '" + target.str() +
               "', which runs only one";
      open.insert(target.getValue());
    }
    return {};
  }
};

} // namespace
