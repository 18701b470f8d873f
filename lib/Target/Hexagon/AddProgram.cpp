//===- AddProgram.cpp - A program around a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/Hexagon/AddProgram.h"

#include "Runtime.h"
#include "mopt/Target/Hexagon/Architecture.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/MathExtras.h"

using llvm::Error;
using llvm::StringRef;

/// Gives the array `name`, which `program` declares, `count` elements.
static void defineArray(llvm::Module &program, StringRef name,
                        llvm::Type *element, int64_t count) {
  llvm::GlobalVariable *declared = program.getNamedGlobal(name);
  auto *type = llvm::ArrayType::get(element, std::max<int64_t>(count, 1));
  auto *array = new llvm::GlobalVariable(
      program, type, /*isConstant=*/false, llvm::GlobalValue::InternalLinkage,
      llvm::ConstantAggregateZero::get(type));
  array->setAlignment(llvm::Align(mlir::mopt::kHexagonVectorBytes));
  if (declared) {
    declared->replaceAllUsesWith(array);
    array->takeName(declared);
    declared->eraseFromParent();
  }
}

Error mlir::mopt::addHexagonProgram(llvm::Module &module, StringRef prefix,
                                    int64_t arenaBytes,
                                    llvm::ArrayRef<int64_t> tensorBytes) {
  auto program = loadHexagonCode("Program", module.getContext());
  if (!program)
    return program.takeError();
  takeProcessorOf(**program, module);
  for (llvm::Function &function : **program) {
    StringRef name = function.getName();
    if (function.isDeclaration() && name.consume_front("model"))
      function.setName(prefix + name);
  }
  int64_t bytes = 0;
  for (int64_t size : tensorBytes)
    bytes += llvm::alignTo(size, kHexagonVectorBytes);
  llvm::LLVMContext &context = module.getContext();
  auto *byte = llvm::Type::getInt8Ty(context);
  defineArray(**program, "model_arena", byte, arenaBytes);
  defineArray(**program, "model_tensors", byte, bytes);
  defineArray(**program, "model_addresses",
              llvm::PointerType::getUnqual(context), tensorBytes.size());
  defineArray(**program, "model_files", llvm::Type::getInt32Ty(context),
              tensorBytes.size());
  if (llvm::Linker::linkModules(module, std::move(*program)))
    return llvm::createStringError("the program does not fit the model");
  return Error::success();
}
