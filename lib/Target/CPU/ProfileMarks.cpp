//===- ProfileMarks.cpp - Clock between ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProfileMarks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace mlir::mopt;

static constexpr llvm::StringLiteral kNumberPrefix = "mopt.profile.";

void mopt::numberOps(func::FuncOp func) {
  MLIRContext *context = func.getContext();
  for (auto [i, op] : llvm::enumerate(func.getBody().front())) {
    Location loc = NameLoc::get(
        StringAttr::get(context, kNumberPrefix + Twine(i)), op.getLoc());
    op.setLoc(loc);
  }
}

int64_t mopt::getOpNumber(Location loc) {
  int64_t number = -1;
  loc->walk([&](Location part) {
    auto name = dyn_cast<NameLoc>(part);
    if (!name)
      return WalkResult::advance();
    StringRef text = name.getName();
    if (!text.consume_front(kNumberPrefix) || text.getAsInteger(10, number))
      return WalkResult::advance();
    return WalkResult::interrupt();
  });
  return number;
}

/// True if `op` is a part of the work, not an address or a constant.
static bool isWork(Operation &op) {
  return op.getNumRegions() > 0 ||
         isa<memref::CopyOp, memref::StoreOp, func::CallOp>(op);
}

void mopt::insertMarks(func::FuncOp func) {
  OpBuilder builder(func.getContext());
  auto module = func->getParentOfType<ModuleOp>();
  builder.setInsertionPointToEnd(module.getBody());
  auto mark =
      func::FuncOp::create(builder, func.getLoc(), kProfileMark,
                           builder.getFunctionType({builder.getI64Type()}, {}));
  mark.setPrivate();

  auto insertMark = [&](Operation *before, int64_t number) {
    builder.setInsertionPoint(before);
    Location loc = before->getLoc();
    Value value = arith::ConstantOp::create(builder, loc,
                                            builder.getI64IntegerAttr(number));
    func::CallOp::create(builder, loc, mark, value);
  };
  int64_t current = -1;
  Block &body = func.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(body)) {
    if (!isWork(op))
      continue;
    int64_t number = getOpNumber(op.getLoc());
    if (number == current || number < 0)
      continue;
    insertMark(&op, number);
    current = number;
  }
  insertMark(body.getTerminator(), -1);
}

void mopt::nameFunctions(func::FuncOp func, ArrayRef<std::string> names) {
  SymbolTable symbols(func->getParentOfType<ModuleOp>());
  DenseMap<int64_t, unsigned> counts;
  DenseMap<StringRef, unsigned> uses;
  SmallVector<func::CallOp> calls(func.getOps<func::CallOp>());
  for (func::CallOp call : calls)
    ++uses[call.getCallee()];
  for (func::CallOp call : calls) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    int64_t number = getOpNumber(call.getLoc());
    if (!callee || callee.isExternal() || !callee.isPrivate() || number < 0 ||
        number >= int64_t(names.size()) || uses.lookup(call.getCallee()) > 1)
      continue;
    std::string name = "op" + std::to_string(number) + "_" + names[number];
    if (unsigned count = counts[number]++)
      name += "_" + std::to_string(count + 1);
    // Functions of the model may be called elsewhere too.
    if (symbols.lookup(name) || callee.getNumResults() > 0 ||
        failed(symbols.rename(callee, name)))
      continue;
  }
}
