//===- OutlineLoops.cpp - One function per loop nest -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutlineLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// True if `value` can be made again inside of an outlined function.
static bool isRematerializable(Value value) {
  return value.getDefiningOp<arith::ConstantOp>() ||
         value.getDefiningOp<memref::GetGlobalOp>();
}

static void outline(scf::ForOp loop, const Twine &name) {
  llvm::SetVector<Value> captured;
  captured.insert_range(loop->getOperands());
  getUsedValuesDefinedAbove(loop->getRegions(), captured);
  SmallVector<Value> arguments, copied;
  for (Value value : captured)
    (isRematerializable(value) ? copied : arguments).push_back(value);

  Location loc = loop.getLoc();
  auto parent = loop->getParentOfType<func::FuncOp>();
  OpBuilder builder(parent);
  auto type =
      builder.getFunctionType(ValueRange(arguments).getTypes(), TypeRange());
  auto outlined = func::FuncOp::create(builder, loc, name.str(), type);
  outlined.setPrivate();
  for (auto [i, argument] : llvm::enumerate(arguments))
    if (isa<MemRefType>(argument.getType()))
      outlined.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                          builder.getUnitAttr());

  Block *body = outlined.addEntryBlock();
  builder.setInsertionPointToEnd(body);
  IRMapping mapping;
  mapping.map(arguments, body->getArguments());
  for (Value value : copied)
    builder.clone(*value.getDefiningOp(), mapping);
  builder.clone(*loop, mapping);
  func::ReturnOp::create(builder, loc);

  builder.setInsertionPoint(loop);
  func::CallOp::create(builder, loc, outlined, arguments);
  loop.erase();
}

void mopt::outlineLoops(func::FuncOp func) {
  for (auto [i, loop] : llvm::enumerate(
           llvm::to_vector(func.getBody().front().getOps<scf::ForOp>())))
    if (loop->getNumResults() == 0)
      outline(loop, func.getName() + "_loop_" + Twine(i));
}
