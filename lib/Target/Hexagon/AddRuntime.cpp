//===- AddRuntime.cpp - Functions that LLVM calls -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/Hexagon/AddRuntime.h"

#include "Runtime.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Linker/Linker.h"

using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

Expected<llvm::StringSet<>> mlir::mopt::getHexagonRuntimeFunctions() {
  llvm::LLVMContext context;
  auto runtime = loadHexagonCode("Runtime", context);
  if (!runtime)
    return runtime.takeError();
  llvm::StringSet<> names;
  for (const llvm::Function &function : **runtime)
    if (!function.isDeclaration() && !function.hasLocalLinkage())
      names.insert(function.getName());
  return names;
}

/// What an intrinsic becomes where the processor has no instruction for it: the
/// function of C, with its name.
static std::string getFunctionOf(const llvm::IntrinsicInst &intrinsic) {
  switch (intrinsic.getIntrinsicID()) {
  case llvm::Intrinsic::sqrt:
    return intrinsic.getType()->isFloatTy() ? "__hexagon_sqrtf" : "sqrt";
  case llvm::Intrinsic::minnum:
    return intrinsic.getType()->isFloatTy() ? "fminf" : "fmin";
  case llvm::Intrinsic::maxnum:
    return intrinsic.getType()->isFloatTy() ? "fmaxf" : "fmax";
  default:
    break;
  }
  // llvm.roundeven.f32 is roundevenf.
  StringRef name = intrinsic.getCalledFunction()->getName();
  if (!name.consume_front("llvm."))
    return "";
  bool isFloat = intrinsic.getType()->isFloatTy();
  return (name.take_until([](char c) { return c == '.'; }) +
          (isFloat ? "f" : ""))
      .str();
}

/// What `instruction` becomes if no other instruction can do it.
static std::string getFunctionOf(const llvm::Instruction &instruction) {
  if (const auto *intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction))
    return getFunctionOf(*intrinsic);
  const llvm::Type *type = instruction.getType();
  auto divide = [&](const char *name) -> std::string {
    // By a constant it is a multiplication.
    if (!type->isIntegerTy() ||
        llvm::isa<llvm::Constant>(instruction.getOperand(1)))
      return "";
    const char *suffix = type->getIntegerBitWidth() > 32 ? "di3" : "si3";
    return std::string("__hexagon_") + name + suffix;
  };
  switch (instruction.getOpcode()) {
  case llvm::Instruction::SDiv:
    return divide("div");
  case llvm::Instruction::UDiv:
    return divide("udiv");
  case llvm::Instruction::SRem:
    return divide("mod");
  case llvm::Instruction::URem:
    return divide("umod");
  case llvm::Instruction::FMul:
    return type->isDoubleTy() ? "__hexagon_muldf3" : "";
  case llvm::Instruction::FDiv:
    return type->isDoubleTy() ? "__hexagon_divdf3" : "";
  case llvm::Instruction::FRem:
    return type->isFloatTy() ? "fmodf" : "";
  default:
    return "";
  }
}

llvm::SmallVector<std::string>
mlir::mopt::guessRuntimeFunctions(const llvm::Module &module,
                                  const llvm::StringSet<> &functions) {
  llvm::StringSet<> called;
  for (const llvm::Function &function : module) {
    if (function.isDeclaration())
      called.insert(function.getName());
    for (const llvm::Instruction &instruction : llvm::instructions(function))
      called.insert(getFunctionOf(instruction));
  }
  llvm::SmallVector<std::string> names;
  for (const auto &name : called)
    if (functions.contains(name.getKey()))
      names.push_back(name.getKey().str());
  llvm::sort(names);
  return names;
}

Error mlir::mopt::addHexagonRuntime(llvm::Module &module,
                                    llvm::ArrayRef<std::string> names) {
  auto runtime = loadHexagonCode("Runtime", module.getContext());
  if (!runtime)
    return runtime.takeError();
  takeProcessorOf(**runtime, module);
  llvm::SmallVector<std::string> defined;
  for (const llvm::Function &function : **runtime)
    if (!function.isDeclaration())
      defined.push_back(function.getName().str());
  for (const std::string &name : names)
    if (llvm::Function *function = (*runtime)->getFunction(name))
      module.getOrInsertFunction(name, function->getFunctionType());
  // Takes what the module declares, and what that calls.
  if (llvm::Linker::linkModules(module, std::move(*runtime),
                                llvm::Linker::Flags::LinkOnlyNeeded))
    return llvm::createStringError("the runtime of Hexagon does not fit");
  for (const std::string &name : defined)
    if (llvm::Function *function = module.getFunction(name);
        function && !function->isDeclaration())
      function->setLinkage(llvm::GlobalValue::InternalLinkage);
  return Error::success();
}
