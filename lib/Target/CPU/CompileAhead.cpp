//===- CompileAhead.cpp - Models as native code in files -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Target/CPU/CompileAhead.h"

#include "CInterface.h"
#include "LinkSharedLibrary.h"
#include "LowerToLLVM.h"
#include "MachineCode.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Runtime/Executor.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/MemoryBufferRef.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

/// Writes `module` to `artifact` as machine code.
static Error emitObject(llvm::Module &module, llvm::TargetMachine &machine,
                        SmallVectorImpl<char> &artifact) {
  llvm::raw_svector_ostream os(artifact);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, os, /*DwoOut=*/nullptr,
                                  llvm::CodeGenFileType::ObjectFile))
    return llvm::createStringError("no object files can be written for " +
                                   machine.getTargetTriple().str());
  passes.run(module);
  return Error::success();
}

/// True for what may stay open in an object: functions of libm, and those of
/// libc that copy, set or compare memory, which compilers of C call as well.
static bool isAllowedOutside(StringRef symbol) {
  static const llvm::StringSet<> functions = {
      // Memory.
      "memcpy", "memmove", "memset", "memcmp", "bcmp",
      // Mathematics, for double; those for float have an f at the end.
      "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt",
      "ceil", "copysign", "cos", "cosh", "erf", "erfc", "exp", "exp10", "exp2",
      "expm1", "fabs", "fdim", "floor", "fma", "fmax", "fmin", "fmod", "frexp",
      "hypot", "ldexp", "lgamma", "llrint", "llround", "log", "log10", "log1p",
      "log2", "lrint", "lround", "modf", "nearbyint", "pow", "remainder",
      "rint", "round", "roundeven", "sin", "sincos", "sinh", "sqrt", "tan",
      "tanh", "tgamma", "trunc"};
  if (functions.contains(symbol))
    return true;
  return symbol.consume_back("f") && functions.contains(symbol);
}

/// Fills in what the object file tells: sizes, undefined symbols.
static Error inspectObject(CompiledArtifact &result) {
  auto object =
      llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(
          StringRef(result.artifact.data(), result.artifact.size()), ""));
  if (!object)
    return object.takeError();
  for (const llvm::object::SectionRef &section : (*object)->sections()) {
    auto flags = llvm::object::ELFSectionRef(section).getFlags();
    if (!(flags & llvm::ELF::SHF_ALLOC))
      continue;
    (section.isText() ? result.codeBytes : result.dataBytes) +=
        section.getSize();
  }
  for (const llvm::object::SymbolRef &symbol : (*object)->symbols()) {
    Expected<uint32_t> flags = symbol.getFlags();
    if (!flags)
      return flags.takeError();
    Expected<StringRef> name = symbol.getName();
    if (!name)
      return name.takeError();
    if (!(*flags & llvm::object::SymbolRef::SF_Undefined) || name->empty())
      continue;
    if (!isAllowedOutside(*name))
      return llvm::createStringError("the code needs " + *name +
                                     ", which is not a function of "
                                     "libm or a memory function of libc");
    result.undefinedSymbols.push_back(name->str());
  }
  llvm::sort(result.undefinedSymbols);
  return Error::success();
}

Expected<CompiledArtifact> mopt::compileAhead(func::FuncOp func,
                                              const CompileOptions &options) {
  CompiledArtifact result;
  auto inFunction = [&](Error error) {
    return llvm::createStringError("cannot compile @" + func.getName() + ": " +
                                   llvm::toString(std::move(error)));
  };
  auto builder = chooseTargetMachine(options.mcpu);
  if (!builder)
    return builder.takeError();
  // Objects go into shared libraries and into position-independent programs.
  builder->setRelocationModel(llvm::Reloc::PIC_);
  builder->setCodeModel(llvm::CodeModel::Small);
  auto machine = builder->createTargetMachine();
  if (!machine)
    return machine.takeError();
  result.triple = (*machine)->getTargetTriple().str();
  result.cpu = (*machine)->getTargetCPU().str();

  ExecutorOptions execution;
  execution.requantize = options.requantize;
  result.requantize = getRequantizeMode(func, execution);

  registerCodeGeneration(func.getContext());
  Program program;
  Expected<OwningOpRef<ModuleOp>> module = separateData(
      func, program, result.requantize, options.mcpu, options.compute);
  if (!module)
    return module.takeError();
  result.boundBytes = getLiveTensorBound(func);
  Expected<LoweredFunction> lowered =
      lowerToLLVM(module->get(), result.requantize);
  if (!lowered)
    return inFunction(lowered.takeError());
  Expected<CInterface> interface =
      describeInterface(func, program, options.prefix, lowered->arenaBytes);
  if (!interface)
    return interface.takeError();
  result.header = printHeader(*interface);
  result.arenaBytes = interface->arenaBytes;
  result.stateBytes = interface->stateBytes;
  for (const HostTensor &weight : program.weights)
    result.weightBytes += weight.getBytes().size();

  llvm::LLVMContext context;
  auto llvmModule = translateToLLVM(module->get(), context, **machine);
  if (!llvmModule)
    return inFunction(llvmModule.takeError());
  (*llvmModule)->setModuleIdentifier(options.prefix);
  (*llvmModule)->setSourceFileName(options.prefix);
  (*llvmModule)->setPICLevel(llvm::PICLevel::BigPIC);
  addCInterface(**llvmModule, *interface, program, lowered->name);
  optimize(**llvmModule, **machine);

  if (options.kind == ArtifactKind::LLVMIR) {
    llvm::raw_svector_ostream os(result.artifact);
    (*llvmModule)->print(os, nullptr);
    return result;
  }
  if (Error error = emitObject(**llvmModule, **machine, result.artifact))
    return inFunction(std::move(error));
  if (Error error = inspectObject(result))
    return inFunction(std::move(error));
  if (options.kind == ArtifactKind::SharedLibrary) {
    if (Error error =
            linkSharedLibrary((*machine)->getTargetTriple(), result.artifact))
      return std::move(error);
  }
  return result;
}
