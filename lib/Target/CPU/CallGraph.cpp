//===- CallGraph.cpp - The functions of a program -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallGraph.h"

#include "mlir/IR/SymbolTable.h"
#include "mopt/Dialect/Mopt/IR/FormatInterfaces.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

SmallVector<FlatSymbolRefAttr> mopt::getCallees(Operation *op) {
  SmallVector<FlatSymbolRefAttr> callees;
  if (auto call = dyn_cast<func::CallOp>(op))
    callees.push_back(call.getCalleeAttr());
  if (auto calling = dyn_cast<SubgraphOp>(op))
    for (StringRef name : calling.getSubgraphAttrNames())
      callees.push_back(op->getAttrOfType<FlatSymbolRefAttr>(name));
  return callees;
}

namespace {

class Collector {
public:
  Error add(func::FuncOp func) {
    if (llvm::is_contained(functions, func))
      return Error::success();
    if (llvm::is_contained(path, func))
      return llvm::createStringError("function @" + func.getName() +
                                     " calls itself: recursion needs memory "
                                     "that no plan can tell");
    path.push_back(func);
    SmallVector<func::FuncOp> callees;
    WalkResult found = func.walk([&](Operation *op) {
      for (FlatSymbolRefAttr name : getCallees(op)) {
        missing = name.getValue();
        auto callee =
            SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, name);
        if (!callee || callee.isExternal())
          return WalkResult::interrupt();
        callees.push_back(callee);
      }
      return WalkResult::advance();
    });
    if (found.wasInterrupted())
      return llvm::createStringError("there is no function @" + missing);
    for (func::FuncOp callee : callees)
      if (Error error = add(callee))
        return error;
    path.pop_back();
    functions.push_back(func);
    return Error::success();
  }

  SmallVector<func::FuncOp> functions;

private:
  SmallVector<func::FuncOp> path;
  StringRef missing;
};

} // namespace

Expected<SmallVector<func::FuncOp>> mopt::collectFunctions(func::FuncOp func) {
  Collector collector;
  if (Error error = collector.add(func))
    return std::move(error);
  return std::move(collector.functions);
}
