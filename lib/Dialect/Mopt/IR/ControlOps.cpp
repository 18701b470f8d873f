//===- ControlOps.cpp - Verifiers of control flow and state -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ControlOps.h"

#include "VerifierUtils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// Values of `given` can be handed over as `taken`: the same shapes and storage
/// types, whatever the quantization says that they mean.
static LogicalResult verifyHandover(Operation *op, StringRef what,
                                    FlatSymbolRefAttr callee, TypeRange given,
                                    TypeRange taken) {
  if (given.size() != taken.size())
    return op->emitOpError() << callee << " has " << taken.size() << " " << what
                             << "s, expected " << given.size();
  for (auto [i, types] : llvm::enumerate(llvm::zip_equal(given, taken))) {
    auto here = dyn_cast<RankedTensorType>(std::get<0>(types));
    auto there = dyn_cast<RankedTensorType>(std::get<1>(types));
    if (!here || !there || getStorageType(here) != getStorageType(there))
      return op->emitOpError()
             << what << " " << i << " of " << callee << " is "
             << std::get<1>(types) << ", expected " << std::get<0>(types);
  }
  return success();
}

/// The function `callee` from `arguments` to `results`.
static LogicalResult verifyCallee(Operation *op, SymbolTableCollection &symbols,
                                  FlatSymbolRefAttr callee, TypeRange arguments,
                                  TypeRange results) {
  auto func = symbols.lookupNearestSymbolFrom<func::FuncOp>(op, callee);
  if (!func)
    return op->emitOpError() << callee << " is no function of the module";
  if (failed(verifyHandover(op, "argument", callee, arguments,
                            func.getArgumentTypes())))
    return failure();
  return verifyHandover(op, "result", callee, results, func.getResultTypes());
}

/// One boolean, of any rank.
static bool isCondition(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getElementType().isInteger(1) &&
         tensor.hasStaticShape() && tensor.getNumElements() == 1;
}

LogicalResult IfOp::verify() {
  if (!isCondition(getCond().getType()))
    return emitOpError("cond must be one boolean, got ") << getCond().getType();
  return success();
}

LogicalResult IfOp::verifySymbolUses(SymbolTableCollection &symbols) {
  for (FlatSymbolRefAttr callee :
       {getThenSubgraphIndexAttr(), getElseSubgraphIndexAttr()})
    if (failed(verifyCallee(*this, symbols, callee, getInputs().getTypes(),
                            getResultTypes())))
      return failure();
  return success();
}

LogicalResult WhileOp::verifySymbolUses(SymbolTableCollection &symbols) {
  FlatSymbolRefAttr cond = getCondSubgraphIndexAttr();
  auto func = symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, cond);
  if (!func)
    return emitOpError() << cond << " is no function of the module";
  if (func.getNumResults() != 1 || !isCondition(func.getResultTypes().front()))
    return emitOpError() << cond << " must give one boolean, gives "
                         << func.getResultTypes();
  TypeRange carried = getInputs().getTypes();
  if (failed(verifyHandover(*this, "argument", cond, carried,
                            func.getArgumentTypes())))
    return failure();
  FlatSymbolRefAttr body = getBodySubgraphIndexAttr();
  if (failed(verifyCallee(*this, symbols, body, carried, carried)))
    return failure();
  return verifyHandover(*this, "result", body, getResultTypes(), carried);
}

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyCallee(*this, symbols, getSubgraphAttr(), getInputs().getTypes(),
                      getResultTypes());
}

LogicalResult CallOnceOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyCallee(*this, symbols, getInitSubgraphIndexAttr(), {}, {});
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

static bool isResource(Value value) {
  return isa<ResourceType>(getTensorType(value).getElementType());
}

static LogicalResult verifyHandle(Operation *op, Value value) {
  if (!isResource(value))
    return op->emitOpError("resource_id must be of !mopt.resource, got ")
           << value.getType();
  return success();
}

static LogicalResult verifyVariable(Operation *op, Value handle, Value value) {
  if (failed(verifyHandle(op, handle)))
    return failure();
  if (isResource(value))
    return op->emitOpError("value of a variable cannot be a resource");
  return success();
}

LogicalResult VarHandleOp::verify() {
  return verifyHandle(*this, getResourceId());
}

LogicalResult ReadVariableOp::verify() {
  return verifyVariable(*this, getResourceId(), getValue());
}

LogicalResult AssignVariableOp::verify() {
  return verifyVariable(*this, getResourceId(), getValue());
}
