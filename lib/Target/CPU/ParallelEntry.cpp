//===- ParallelEntry.cpp - Code that shares its work -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParallelEntry.h"

#include "DivideLoops.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;
using namespace mlir::mopt;

/// The addresses that `function` takes before its range of items, in a struct.
static StructType *getDataType(Function &function) {
  ArrayRef<Type *> types = function.getFunctionType()->params().drop_back(2);
  return StructType::get(function.getContext(), types);
}

/// void task(void *data, size_t begin, size_t end): calls `function` with the
/// arguments in `data`.
static Function *makeTask(Function &function) {
  Module &module = *function.getParent();
  LLVMContext &context = module.getContext();
  Type *range = function.getFunctionType()->params().back();
  auto *type = FunctionType::get(
      Type::getVoidTy(context), {PointerType::getUnqual(context), range, range},
      /*isVarArg=*/false);
  Function *task = Function::Create(type, GlobalValue::InternalLinkage,
                                    function.getName() + "_task", module);
  IRBuilder<> builder(BasicBlock::Create(context, "entry", task));
  StructType *data = getDataType(function);
  SmallVector<Value *> arguments;
  for (unsigned i = 0; i < data->getNumElements(); ++i)
    arguments.push_back(
        builder.CreateLoad(data->getElementType(i),
                           builder.CreateStructGEP(data, task->getArg(0), i)));
  arguments.push_back(task->getArg(1));
  arguments.push_back(task->getArg(2));
  builder.CreateCall(&function, arguments);
  builder.CreateRetVoid();
  return task;
}

static void shareCall(CallInst &call, Function &divided, uint64_t count,
                      Value *parallelFor, Value *context) {
  // It is called here and there: one body, not two.
  divided.addFnAttr(Attribute::NoInline);
  Function &entry = *call.getFunction();
  IRBuilder<> builder(&entry.getEntryBlock(), entry.getEntryBlock().begin());
  StructType *type = getDataType(divided);
  Value *data = builder.CreateAlloca(type);
  builder.SetInsertPoint(&call);
  for (unsigned i = 0; i < type->getNumElements(); ++i)
    builder.CreateStore(call.getArgOperand(i),
                        builder.CreateStructGEP(type, data, i));
  Type *pointer = builder.getPtrTy();
  Type *size = divided.getFunctionType()->params().back();
  auto *callback =
      FunctionType::get(builder.getVoidTy(), {pointer, pointer, pointer, size},
                        /*isVarArg=*/false);
  builder.CreateCall(
      callback, parallelFor,
      {context, makeTask(divided), data, ConstantInt::get(size, count)});
  call.eraseFromParent();
}

Function *mlir::mopt::makeParallelEntry(Function &serial) {
  llvm::FunctionType *type = serial.getFunctionType();
  SmallVector<llvm::Type *> parameters(type->params());
  parameters.append(2, llvm::PointerType::getUnqual(serial.getContext()));
  Function *parallel =
      Function::Create(llvm::FunctionType::get(type->getReturnType(),
                                               parameters, /*isVarArg=*/false),
                       GlobalValue::InternalLinkage,
                       serial.getName() + "_parallel", serial.getParent());
  ValueToValueMapTy mapping;
  for (auto [from, to] : zip(serial.args(), parallel->args()))
    mapping[&from] = &to;
  SmallVector<ReturnInst *> returns;
  CloneFunctionInto(parallel, &serial, mapping,
                    CloneFunctionChangeType::LocalChangesOnly, returns);

  llvm::Value *parallelFor = parallel->getArg(type->getNumParams());
  llvm::Value *context = parallel->getArg(type->getNumParams() + 1);
  SmallVector<CallInst *> calls;
  for (Instruction &instruction : instructions(*parallel))
    if (auto *call = dyn_cast<CallInst>(&instruction))
      calls.push_back(call);
  for (CallInst *call : calls) {
    Function *callee = call->getCalledFunction();
    uint64_t count;
    if (callee && !callee->getFnAttribute(kItemsAttr)
                       .getValueAsString()
                       .getAsInteger(10, count))
      shareCall(*call, *callee, count, parallelFor, context);
  }
  return parallel;
}
