//===- Report.cpp - What the Edge TPU will make of a model ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/EdgeTPU/Report.h"

#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Target/EdgeTPU/ParameterLayout.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::mopt;

/// Bytes of the tensors that `op` reads and writes, less constants.
static int64_t getActivationBytes(Operation *op) {
  llvm::SmallPtrSet<Value, 4> values;
  auto add = [&](Value value) {
    if (!value.getDefiningOp<ConstOp>() && !isa<NoneType>(value.getType()))
      values.insert(value);
  };
  llvm::for_each(op->getOperands(), add);
  llvm::for_each(op->getResults(), add);
  int64_t bytes = 0;
  for (Value value : values)
    bytes +=
        getStorageBytes(cast<RankedTensorType>(value.getType())).value_or(0);
  return bytes;
}

EdgeTPUReport mopt::predictEdgeTPU(func::FuncOp func) {
  EdgeTPUReport report;
  report.ops = placeOps(func, *createEdgeTPUTarget());
  EdgeTPUMemory &memory = report.memory;
  for (const PlacedOp &placed : report.ops) {
    if (placed.placement != Placement::Mapped)
      continue;
    EdgeTPUParameters parameters = getEdgeTPUParameters(placed.op);
    bool fits =
        memory.cached + parameters.cached <= edgetpu_chip::kParameterMemory;
    (fits ? memory.cached : memory.streamed) += parameters.cached;
    memory.streamed += parameters.streamed;
    memory.isExact &= parameters.isExact;
    memory.largestActivations =
        std::max(memory.largestActivations, getActivationBytes(placed.op));
  }
  return report;
}

bool EdgeTPUReport::isFullyMapped() const {
  return !ops.empty() &&
         countPlaced(ops, Placement::Mapped) == int64_t(ops.size());
}

llvm::json::Object EdgeTPUReport::toJSON() const {
  llvm::json::Array array = placementToJSON(ops);
  for (auto [object, placed] : llvm::zip(array, ops))
    if (placed.placement == Placement::Mapped)
      if (int64_t bytes = getEdgeTPUParameters(placed.op).cached)
        (*object.getAsObject())["parameter_bytes"] = bytes;
  return llvm::json::Object{
      {"target", kEdgeTPUTarget},
      {"operators", static_cast<int64_t>(ops.size())},
      {"mapped", countPlaced(ops, Placement::Mapped)},
      {"stranded", countPlaced(ops, Placement::Stranded)},
      {"unsupported", countPlaced(ops, Placement::Unsupported)},
      {"cached_parameter_bytes", memory.cached},
      {"streamed_parameter_bytes", memory.streamed},
      {"parameter_memory_bytes", edgetpu_chip::kParameterMemory},
      {"parameter_bytes_exact", memory.isExact},
      {"largest_activation_bytes", memory.largestActivations},
      {"activation_memory_bytes", edgetpu_chip::kNarrowMemory},
      {"ops", std::move(array)}};
}

/// Bytes in the unit that suits them, as the compiler prints them.
static std::string formatBytes(int64_t bytes) {
  if (bytes < 1 << 10)
    return llvm::formatv("{0:f2}B", double(bytes));
  if (bytes < 1 << 20)
    return llvm::formatv("{0:f2}KiB", bytes / 1024.0);
  return llvm::formatv("{0:f2}MiB", bytes / 1048576.0);
}

void EdgeTPUReport::print(llvm::raw_ostream &os) const {
  int64_t mapped = countPlaced(ops, Placement::Mapped);
  os << "Number of operations that will run on Edge TPU: " << mapped << '\n'
     << "Number of operations that will run on CPU: " << ops.size() - mapped
     << " (" << countPlaced(ops, Placement::Unsupported) << " unsupported, "
     << countPlaced(ops, Placement::Stranded) << " stranded)\n"
     << "On-chip memory used for caching model parameters: "
     << formatBytes(memory.cached) << (memory.isExact ? "" : " (estimated)")
     << '\n'
     << "On-chip memory remaining for caching model parameters: "
     << formatBytes(edgetpu_chip::kParameterMemory - memory.cached) << '\n'
     << "Off-chip memory used for streaming uncached model parameters: "
     << formatBytes(memory.streamed) << '\n';
  os << '\n';
  printPlacement(os, ops);
}
