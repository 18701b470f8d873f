//===- LiveTensorBound.cpp - Memory that a model needs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallGraph.h"
#include "mlir/IR/SymbolTable.h"
#include "mopt/Dialect/Mopt/IR/ControlOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/IR/ShapeOps.h"
#include "mopt/Target/CPU/CompileAhead.h"

using namespace mlir;
using namespace mlir::mopt;

/// The value whose bytes `value` shows.
static Value getOwner(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<ReshapeOp, SqueezeOp, ExpandDimsOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

/// The bytes that `op` needs beside those of its operands and results: what is
/// live in the functions that it runs, one at a time.
static int64_t getInnerBound(Operation *op) {
  int64_t bound = 0;
  for (FlatSymbolRefAttr name : getCallees(op))
    if (auto callee =
            SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, name))
      bound = std::max(bound, getLiveTensorBound(callee));
  if (!isa<WhileOp>(op))
    return bound;
  // What the body makes is not yet what it was made of.
  for (Type type : op->getResultTypes())
    bound += getStorageBytes(cast<RankedTensorType>(type)).value_or(0);
  return bound;
}

int64_t mopt::getLiveTensorBound(func::FuncOp func) {
  Block &block = func.getBody().front();
  // When each tensor that needs bytes is last used.
  DenseMap<Value, unsigned> lastUse;
  DenseSet<Value> results;
  for (auto [i, op] : llvm::enumerate(block)) {
    unsigned position = i;
    op.walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        lastUse[getOwner(operand)] = position;
    });
  }
  for (Value result : block.getTerminator()->getOperands())
    results.insert(getOwner(result));

  int64_t live = 0, bound = 0;
  SmallVector<SmallVector<int64_t>> endings(block.getOperations().size());
  for (auto [i, op] : llvm::enumerate(block)) {
    if (!isa<ConstOp, VariableOp, NoValueOp>(op)) {
      for (Value result : op.getResults()) {
        auto type = dyn_cast<RankedTensorType>(result.getType());
        std::optional<uint64_t> bytes =
            type ? getStorageBytes(type) : std::nullopt;
        if (!bytes || getOwner(result) != result || results.contains(result))
          continue;
        live += *bytes;
        auto last = lastUse.find(result);
        endings[last == lastUse.end() ? i : last->second].push_back(*bytes);
      }
    }
    bound = std::max(bound, live + getInnerBound(&op));
    for (int64_t bytes : endings[i])
      live -= bytes;
  }
  return bound;
}
