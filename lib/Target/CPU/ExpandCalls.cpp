//===- ExpandCalls.cpp - Calls with all that functions need -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExpandCalls.h"

#include "HostCalls.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Expands one op.
class CallExpander {
public:
  explicit CallExpander(Operation *op)
      : op(op), caller(op->getParentOfType<func::FuncOp>()),
        b(op->getLoc(), op) {}

  void expand(kernel::CallOp call);
  void expand(kernel::CallOnceOp call);
  void expand(kernel::IfOp branch);
  void expand(kernel::WhileOp loop);
  void expand(kernel::ObserveOp observe);

private:
  func::FuncOp getCallee(FlatSymbolRefAttr name) {
    return SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, name);
  }
  Value allocate(MemRefType type) { return memref::AllocOp::create(b, type); }
  Value allocateArena(ArrayRef<func::FuncOp> callees);
  SmallVector<Value> getInputs(ValueRange inputs);
  SmallVector<Value> getOutputs(ValueRange outputs);
  void copyOutputs();
  Value getData(Attribute data);
  void call(func::FuncOp callee, ValueRange inputs, ValueRange outputs,
            Value arena);
  Value loadCondition(Value condition);
  void copy(ValueRange from, ValueRange to) {
    for (auto [source, target] : llvm::zip_equal(from, to))
      memref::CopyOp::create(b, source, target);
  }

  Operation *op;
  func::FuncOp caller;
  ImplicitLocOpBuilder b;
  /// Outputs that are parts of other buffers, and what is written instead.
  SmallVector<std::pair<Value, Value>> parts;
};

MemRefType getDenseType(Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return MemRefType::get(type.getShape(), type.getElementType());
}

} // namespace

/// One buffer for the arenas of functions that do not run at the same time.
Value CallExpander::allocateArena(ArrayRef<func::FuncOp> callees) {
  int64_t size = 0;
  for (func::FuncOp callee : callees)
    size = std::max(
        size, cast<MemRefType>(callee.getArgumentTypes().back()).getDimSize(0));
  return allocate(MemRefType::get({size}, b.getI8Type()));
}

/// The inputs as functions take them: dense.
SmallVector<Value> CallExpander::getInputs(ValueRange inputs) {
  return llvm::map_to_vector(inputs, [&](Value input) {
    MemRefType dense = getDenseType(input);
    if (input.getType() == dense)
      return input;
    Value copy = allocate(dense);
    linalg::CopyOp::create(b, input, copy);
    return copy;
  });
}

SmallVector<Value> CallExpander::getOutputs(ValueRange outputs) {
  return llvm::map_to_vector(outputs, [&](Value output) {
    MemRefType dense = getDenseType(output);
    if (output.getType() == dense)
      return output;
    parts.push_back({output, allocate(dense)});
    return parts.back().second;
  });
}

void CallExpander::copyOutputs() {
  for (auto [output, dense] : parts)
    linalg::CopyOp::create(b, dense, output);
}

/// The argument of the caller that stands for `data` of the program.
Value CallExpander::getData(Attribute data) {
  for (unsigned i = 0; i < caller.getNumArguments(); ++i)
    if (caller.getArgAttr(i, kProgramDataAttr) == data)
      return caller.getArgument(i);
  llvm_unreachable("a function has all data of what it calls");
}

void CallExpander::call(func::FuncOp callee, ValueRange inputs,
                        ValueRange outputs, Value arena) {
  SmallVector<Value> arguments(inputs);
  for (unsigned i = inputs.size(); i < callee.getNumArguments(); ++i)
    if (Attribute data = callee.getArgAttr(i, kProgramDataAttr))
      arguments.push_back(getData(data));
  llvm::append_range(arguments, outputs);
  auto type = cast<MemRefType>(callee.getArgumentTypes().back());
  if (arena.getType() != type)
    arena = memref::ViewOp::create(
        b, type, arena, arith::ConstantIndexOp::create(b, 0), ValueRange());
  arguments.push_back(arena);
  func::CallOp::create(b, callee, arguments);
}

/// True if the only element of `condition`, a byte, is not 0.
Value CallExpander::loadCondition(Value condition) {
  auto type = cast<MemRefType>(condition.getType());
  SmallVector<Value> at(type.getRank(), arith::ConstantIndexOp::create(b, 0));
  Value value = memref::LoadOp::create(b, condition, at);
  Value zero =
      arith::ConstantOp::create(b, b.getZeroAttr(type.getElementType()));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, value, zero);
}

void CallExpander::expand(kernel::CallOp op) {
  func::FuncOp callee = getCallee(op.getCalleeAttr());
  SmallVector<Value> inputs = getInputs(op.getInputs());
  SmallVector<Value> outputs = getOutputs(op.getOutputs());
  call(callee, inputs, outputs, allocateArena(callee));
  copyOutputs();
}

void CallExpander::expand(kernel::CallOnceOp op) {
  func::FuncOp callee = getCallee(op.getCalleeAttr());
  Value hasRun = getData(callee->getAttr(kFirstUseAttr));
  Value arena = allocateArena(callee);
  auto branch =
      scf::IfOp::create(b, loadCondition(hasRun), /*withElseRegion=*/true);
  b.setInsertionPointToStart(branch.elseBlock());
  Value one = arith::ConstantOp::create(b, b.getI8IntegerAttr(1));
  memref::StoreOp::create(b, one, hasRun);
  call(callee, {}, {}, arena);
}

void CallExpander::expand(kernel::IfOp op) {
  func::FuncOp then = getCallee(op.getThenCalleeAttr());
  func::FuncOp otherwise = getCallee(op.getElseCalleeAttr());
  SmallVector<Value> inputs = getInputs(op.getInputs());
  SmallVector<Value> outputs = getOutputs(op.getOutputs());
  Value arena = allocateArena({then, otherwise});
  auto branch = scf::IfOp::create(b, loadCondition(op.getCondition()),
                                  /*withElseRegion=*/true);
  b.setInsertionPointToStart(branch.thenBlock());
  call(then, inputs, outputs, arena);
  b.setInsertionPointToStart(branch.elseBlock());
  call(otherwise, inputs, outputs, arena);
  b.setInsertionPointAfter(branch);
  copyOutputs();
}

/// Two iterations a round, so that the body goes from the outputs to a second
/// set of buffers and back, and copies nothing:
///
///   go = condition(outputs)
///   while (go) {
///     second = body(outputs)
///     if (go = condition(second)) {
///       outputs = body(second)
///       go = condition(outputs)
///     } else {
///       outputs = second
///     }
///   }
void CallExpander::expand(kernel::WhileOp op) {
  func::FuncOp condition = getCallee(op.getConditionAttr());
  func::FuncOp body = getCallee(op.getBodyAttr());
  SmallVector<Value> outputs = getOutputs(op.getOutputs());
  SmallVector<Value> second = llvm::map_to_vector(outputs, [&](Value buffer) {
    return allocate(cast<MemRefType>(buffer.getType()));
  });
  Value arena = allocateArena({condition, body});
  // The result of the condition comes before its arena.
  Value flag = allocate(cast<MemRefType>(
      condition.getArgumentTypes()[condition.getNumArguments() - 2]));
  auto emitCondition = [&](ValueRange carried) {
    call(condition, carried, flag, arena);
    return loadCondition(flag);
  };

  copy(getInputs(op.getInputs()), outputs);
  Value start = emitCondition(outputs);
  Type i1 = b.getI1Type();
  auto loop = scf::WhileOp::create(b, i1, start);
  Block *before = b.createBlock(&loop.getBefore(), {}, i1, b.getLoc());
  scf::ConditionOp::create(b, before->getArgument(0), before->getArguments());
  b.createBlock(&loop.getAfter(), {}, i1, b.getLoc());
  call(body, outputs, second, arena);
  auto branch = scf::IfOp::create(b, i1, emitCondition(second),
                                  /*withElseRegion=*/true);
  scf::YieldOp::create(b, branch.getResults());

  b.setInsertionPointToStart(branch.thenBlock());
  call(body, second, outputs, arena);
  scf::YieldOp::create(b, emitCondition(outputs));
  b.setInsertionPointToStart(branch.elseBlock());
  copy(second, outputs);
  scf::YieldOp::create(
      b, arith::ConstantOp::create(b, b.getBoolAttr(false)).getResult());
  b.setInsertionPointAfter(loop);
  copyOutputs();
}

/// Calls a function outside of the code with the address as a number, so that
/// one declaration serves buffers of all types.
void CallExpander::expand(kernel::ObserveOp observe) {
  auto module = caller->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol(kObserveFunction)) {
    OpBuilder declarations = OpBuilder::atBlockEnd(module.getBody());
    auto declared = func::FuncOp::create(
        declarations, op->getLoc(), kObserveFunction,
        b.getFunctionType({b.getI64Type(), b.getIndexType()}, {}));
    declared.setPrivate();
  }
  SmallVector<Value> input = getInputs(observe.getInput());
  Value index = arith::ConstantOp::create(b, observe.getIndexAttr());
  Value address =
      memref::ExtractAlignedPointerAsIndexOp::create(b, input.front());
  func::CallOp::create(b, kObserveFunction, TypeRange(),
                       ValueRange{index, address});
}

void mopt::expandCalls(func::FuncOp func) {
  for (Operation &op :
       llvm::make_early_inc_range(func.getBody().front().getOperations())) {
    bool isCall = true;
    if (auto call = dyn_cast<kernel::CallOp>(op))
      CallExpander(call).expand(call);
    else if (auto call = dyn_cast<kernel::CallOnceOp>(op))
      CallExpander(call).expand(call);
    else if (auto branch = dyn_cast<kernel::IfOp>(op))
      CallExpander(branch).expand(branch);
    else if (auto loop = dyn_cast<kernel::WhileOp>(op))
      CallExpander(loop).expand(loop);
    else if (auto observe = dyn_cast<kernel::ObserveOp>(op))
      CallExpander(observe).expand(observe);
    else
      isCall = false;
    if (isCall)
      op.erase();
  }
}
