//===- OutlinePartition.cpp - Functions of regions --------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mopt/Dialect/Mopt/IR/ControlOps.h"
#include "mopt/Dialect/Mopt/IR/ModelOps.h"
#include "mopt/Transforms/Partition/Partition.h"
#include "mopt/Transforms/Partition/Passes.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::mopt {
#define GEN_PASS_DEF_OUTLINEPARTITIONPASS
#include "mopt/Transforms/Partition/Passes.h.inc"
} // namespace mlir::mopt

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Neighbouring operators of one target.
struct Region {
  StringAttr target;
  llvm::SetVector<Operation *> ops;
};

struct OutlinePartitionPass
    : public mlir::mopt::impl::OutlinePartitionPassBase<OutlinePartitionPass> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SymbolTable symbols(module);
    // Functions are added while this goes on.
    auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
    for (func::FuncOp func : functions) {
      if (func->hasAttr(kTargetAttr) || func.isExternal())
        continue;
      unsigned count = 0;
      Operation *last = func;
      for (const Region &region : findRegions(func))
        last = outline(func, region, count++, symbols, last);
    }
  }

private:
  static std::vector<Region> findRegions(func::FuncOp func) {
    std::vector<Region> regions;
    bool isOpen = false;
    for (Operation &op : func.getOps()) {
      if (!isModelOperator(&op))
        continue;
      auto target = op.getAttrOfType<StringAttr>(kTargetAttr);
      if (!target || target == kHostTarget || isa<CallOp>(op)) {
        isOpen = false;
        continue;
      }
      if (!isOpen || regions.back().target != target)
        regions.push_back({target, {}});
      regions.back().ops.insert(&op);
      isOpen = true;
    }
    return regions;
  }

  /// What the region takes along: constants, and states of its own.
  static bool goesAlong(Value value, const Region &region) {
    Operation *op = value.getDefiningOp();
    if (!op || isModelOperator(op))
      return false;
    if (!isa<VariableOp>(op))
      return true;
    return llvm::all_of(op->getUsers(), [&](Operation *user) {
      return region.ops.contains(user);
    });
  }

  /// The new function, which comes after `last`.
  static Operation *outline(func::FuncOp func, const Region &region,
                            unsigned number, SymbolTable &symbols,
                            Operation *last) {
    llvm::SetVector<Value> inputs, outputs, along;
    for (Operation *op : region.ops) {
      for (Value operand : op->getOperands()) {
        Operation *producer = operand.getDefiningOp();
        if (goesAlong(operand, region))
          along.insert(operand);
        else if (!producer || !region.ops.contains(producer))
          inputs.insert(operand);
      }
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) {
              return !region.ops.contains(user);
            }))
          outputs.insert(result);
    }

    OpBuilder builder(func.getContext());
    builder.setInsertionPointAfter(last);
    Location loc = region.ops.front()->getLoc();
    auto part = func::FuncOp::create(
        builder, loc,
        (func.getSymName() + "_" + region.target.getValue() + "_" +
         Twine(number))
            .str(),
        builder.getFunctionType(TypeRange(inputs.getArrayRef()),
                                TypeRange(outputs.getArrayRef())));
    part.setPrivate();
    part->setAttr(kTargetAttr, region.target);
    symbols.insert(part);

    Block *body = part.addEntryBlock();
    IRMapping mapping;
    for (auto [input, argument] : llvm::zip(inputs, body->getArguments())) {
      mapping.map(input, argument);
      if (TensorAttr info = getTensorInfo(input))
        setTensorInfo(argument, info);
    }
    builder.setInsertionPointToStart(body);
    for (Value value : along)
      builder.clone(*value.getDefiningOp(), mapping);
    for (Operation *op : region.ops)
      builder.clone(*op, mapping)->removeAttr(kTargetAttr);
    SmallVector<Value> results;
    for (Value output : outputs)
      results.push_back(mapping.lookup(output));
    func::ReturnOp::create(builder, loc, results);

    replaceByCall(region, part, inputs.getArrayRef(), outputs.getArrayRef(),
                  along.getArrayRef());
    return part;
  }

  static void replaceByCall(const Region &region, func::FuncOp part,
                            ValueRange inputs, ValueRange outputs,
                            ValueRange along) {
    Operation *last = region.ops.back();
    OpBuilder builder(last);
    auto call = CallOp::create(builder, part.getLoc(), outputs.getTypes(),
                               inputs, FlatSymbolRefAttr::get(part));
    call->setAttr(kTargetAttr, region.target);
    for (auto [output, result] : llvm::zip(outputs, call.getOutputs())) {
      if (TensorAttr info = getTensorInfo(output))
        setTensorInfo(result, info);
      output.replaceUsesWithIf(result, [&](OpOperand &use) {
        return !region.ops.contains(use.getOwner());
      });
    }
    for (Operation *op : llvm::reverse(region.ops))
      op->erase();
    for (Value value : along)
      if (value.use_empty())
        value.getDefiningOp()->erase();
  }
};

} // namespace
