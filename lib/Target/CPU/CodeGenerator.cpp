//===- CodeGenerator.cpp - Machine code in memory -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodeGenerator.h"

#include "LowerToLLVM.h"
#include "MachineCode.h"
#include "ParallelEntry.h"
#include "TilePermission.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Expected;

static constexpr llvm::StringLiteral kEntryPoint = "mopt_entry";
static constexpr llvm::StringLiteral kParallelEntryPoint =
    "mopt_entry_parallel";

/// The caller passes an array of addresses, which `function` takes one by one,
/// and as they are the `last` addresses that it takes after them.
static void addEntryPoint(llvm::Function *function, StringRef name,
                          unsigned last = 0) {
  llvm::Module &module = *function->getParent();
  llvm::LLVMContext &context = module.getContext();
  auto *pointer = llvm::PointerType::getUnqual(context);
  llvm::SmallVector<llvm::Type *> parameters(1 + last, pointer);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                                       parameters, /*isVarArg=*/false);
  auto *entry = llvm::Function::Create(type, llvm::Function::ExternalLinkage,
                                       name, module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", entry));
  // LLVM names a host's AMX only where Linux offers it.
  if (usesTiles(module))
    emitTileRequest(builder);
  llvm::SmallVector<llvm::Value *> arguments;
  for (unsigned i = 0; i < function->arg_size() - last; ++i) {
    llvm::Value *slot =
        builder.CreateConstGEP1_64(pointer, entry->getArg(0), i);
    arguments.push_back(builder.CreateLoad(pointer, slot));
  }
  for (unsigned i = 0; i < last; ++i)
    arguments.push_back(entry->getArg(1 + i));
  builder.CreateCall(function, arguments);
  builder.CreateRetVoid();
  function->setLinkage(llvm::Function::InternalLinkage);
}

Expected<CompiledFunction>
mopt::compileFunction(ModuleOp module, RequantizeMode mode, StringRef mcpu,
                      HostCalls calls, Sharing sharing) {
  LoweringOptions lowering;
  lowering.hasMarks = calls.mark != nullptr;
  lowering.divideAll = sharing == Sharing::Everything;
  Expected<LoweredFunction> lowered = lowerToLLVM(module, mode, lowering);
  if (!lowered)
    return lowered.takeError();
  auto builder = chooseTargetMachine(mcpu);
  if (!builder)
    return builder.takeError();
  llvm::Triple host(llvm::sys::getProcessTriple());
  if (builder->getTargetTriple().getArch() != host.getArch())
    return llvm::createStringError("CPU '" + mcpu + "' is of " +
                                   builder->getTargetTriple().getArchName() +
                                   ", this machine of " + host.getArchName());
  auto machine = builder->createTargetMachine();
  if (!machine)
    return machine.takeError();
  auto context = std::make_unique<llvm::LLVMContext>();
  auto llvmModule = translateToLLVM(module, *context, **machine);
  if (!llvmModule)
    return llvmModule.takeError();
  llvm::Function *function = (*llvmModule)->getFunction(lowered->name);
  if (sharing != Sharing::None)
    addEntryPoint(makeParallelEntry(*function), kParallelEntryPoint,
                  /*last=*/2);
  addEntryPoint(function, kEntryPoint);
  optimize(**llvmModule, **machine);

  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*builder))
                 .create();
  if (!jit)
    return jit.takeError();
  CompiledFunction compiled;
  compiled.arenaBytes = lowered->arenaBytes;
  compiled.jit = std::move(*jit);
  if (llvm::Error failed =
          compiled.jit->addIRModule(llvm::orc::ThreadSafeModule(
              std::move(*llvmModule), std::move(context))))
    return std::move(failed);
  llvm::orc::SymbolMap symbols;
  auto define = [&](StringRef name, auto *function) {
    if (function)
      symbols[compiled.jit->mangleAndIntern(name)] =
          llvm::orc::ExecutorSymbolDef(
              llvm::orc::ExecutorAddr::fromPtr(function),
              llvm::JITSymbolFlags::Callable);
  };
  define(kProfileMark, calls.mark);
  define(kObserveFunction, calls.observe);
  if (!symbols.empty())
    if (llvm::Error failed = compiled.jit->getMainJITDylib().define(
            llvm::orc::absoluteSymbols(std::move(symbols))))
      return std::move(failed);
  auto symbol = compiled.jit->lookup(kEntryPoint);
  if (!symbol)
    return symbol.takeError();
  compiled.run = symbol->toPtr<CompiledFunction::EntryPoint>();
  if (sharing != Sharing::None) {
    auto entry = compiled.jit->lookup(kParallelEntryPoint);
    if (!entry)
      return entry.takeError();
    compiled.runParallel = entry->toPtr<CompiledFunction::ParallelEntryPoint>();
  }
  return compiled;
}
