//===- Partition.cpp - Which target runs which op ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Partition/Partition.h"

#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/ManagedStatic.h"

#include <map>
#include <mutex>

using namespace mlir;
using namespace mlir::mopt;

PartitionTarget::~PartitionTarget() = default;

std::string PartitionTarget::describe(Operation *op) const { return {}; }

StringRef mopt::stringifyPlacement(Placement placement) {
  switch (placement) {
  case Placement::Mapped:
    return "mapped";
  case Placement::Stranded:
    return "stranded";
  case Placement::Unsupported:
    return "unsupported";
  }
  llvm_unreachable("all placements are handled");
}

bool mopt::isModelOperator(Operation *op) {
  return isa<BuiltinOp, CustomCodeOp, OpaqueOp, CustomOp>(op);
}

std::string mopt::getOperatorName(Operation *op) {
  if (auto opaque = dyn_cast<OpaqueOp>(op))
    return opaque.getOpcode().str();
  if (auto custom = dyn_cast<CustomOp>(op))
    return custom.getCustomCode().str();
  if (auto custom = dyn_cast<CustomCodeOp>(op))
    return custom.getCustomCode().str();
  return op->getName().stripDialect().upper();
}

std::vector<PlacedOp> mopt::placeOps(func::FuncOp func,
                                     const PartitionTarget &target) {
  std::vector<PlacedOp> placed;
  bool isOpen = false, isOver = false;
  for (Operation &op : func.getOps()) {
    if (!isModelOperator(&op))
      continue;
    if (std::optional<Refusal> refusal = target.refuse(&op)) {
      placed.push_back(
          {&op, Placement::Unsupported, refusal->status, refusal->detail});
      isOver |= isOpen;
      continue;
    }
    isOpen = true;
    if (isOver && target.hasSingleRegion())
      placed.push_back(
          {&op, Placement::Stranded, target.getStrandedStatus().str(), {}});
    else
      placed.push_back({&op, Placement::Mapped, target.getMappedStatus().str(),
                        target.describe(&op)});
  }
  return placed;
}

void mopt::markPlacement(ArrayRef<PlacedOp> ops,
                         const PartitionTarget &target) {
  for (const PlacedOp &placed : ops) {
    Builder builder(placed.op->getContext());
    bool isMapped = placed.placement == Placement::Mapped;
    placed.op->setAttr(
        kTargetAttr, builder.getStringAttr(isMapped ? target.getName()
                                                    : StringRef(kHostTarget)));
    placed.op->removeAttr(kTargetReasonAttr);
    placed.op->removeAttr(kTargetNoteAttr);
    if (isMapped) {
      if (placed.detail.empty())
        continue;
      placed.op->setAttr(kTargetNoteAttr, builder.getStringAttr(placed.detail));
      emitRemark(placed.op->getLoc())
          << getOperatorName(placed.op) << " on '" << target.getName()
          << "': " << placed.detail;
      continue;
    }
    std::string reason = placed.status;
    if (!placed.detail.empty())
      reason += ": " + placed.detail;
    placed.op->setAttr(kTargetReasonAttr, builder.getStringAttr(reason));
    if (placed.placement == Placement::Unsupported)
      emitRemark(placed.op->getLoc())
          << getOperatorName(placed.op) << " stays on the CPU: " << reason;
  }
}

int64_t mopt::countPlaced(ArrayRef<PlacedOp> ops, Placement placement) {
  return llvm::count_if(
      ops, [&](const PlacedOp &op) { return op.placement == placement; });
}

//===----------------------------------------------------------------------===//
// The registry
//===----------------------------------------------------------------------===//

namespace {
struct Registry {
  std::mutex mutex;
  // Sorted, so that messages do not depend on who registered first.
  std::map<std::string, std::function<std::unique_ptr<PartitionTarget>()>>
      targets;
};
} // namespace

static llvm::ManagedStatic<Registry> registry;

void mopt::registerPartitionTarget(
    StringRef name, std::function<std::unique_ptr<PartitionTarget>()> make) {
  std::lock_guard<std::mutex> lock(registry->mutex);
  registry->targets.try_emplace(name.str(), std::move(make));
}

std::unique_ptr<PartitionTarget> mopt::createPartitionTarget(StringRef name) {
  std::lock_guard<std::mutex> lock(registry->mutex);
  auto entry = registry->targets.find(name.str());
  return entry == registry->targets.end() ? nullptr : entry->second();
}

std::vector<std::string> mopt::getPartitionTargetNames() {
  std::lock_guard<std::mutex> lock(registry->mutex);
  std::vector<std::string> names;
  for (const auto &entry : registry->targets)
    names.push_back(entry.first);
  return names;
}
