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
#include "mopt/Target/Hexagon/AddProgram.h"
#include "mopt/Target/Hexagon/AddRuntime.h"
#include "mopt/Target/Hexagon/Architecture.h"
#include "mopt/Target/Hexagon/ExpandRounding.h"
#include "mopt/Target/Hexagon/Link.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/Transforms/Utils/Cloning.h"

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
  result.codeBytes = result.dataBytes = 0;
  result.undefinedSymbols.clear();
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
    result.undefinedSymbols.push_back(name->str());
  }
  llvm::sort(result.undefinedSymbols);
  return Error::success();
}

static Error checkSymbols(const CompiledArtifact &result) {
  for (const std::string &name : result.undefinedSymbols)
    if (!isAllowedOutside(name))
      return llvm::createStringError("the code needs " + name +
                                     ", which is not a function of "
                                     "libm or a memory function of libc");
  return Error::success();
}

/// Writes `module` to `result` as machine code, and fills in what that tells.
static Error emitAndInspect(llvm::Module &module, llvm::TargetMachine &machine,
                            CompiledArtifact &result) {
  if (Error error = emitObject(module, machine, result.artifact))
    return error;
  return inspectObject(result);
}

/// For Hexagon with the functions that the code generator calls. Which ones,
/// only the object tells: where the guess lacks one there is a second object.
static Error emitWithRuntime(llvm::Module &module, llvm::TargetMachine &machine,
                             CompiledArtifact &result) {
  Expected<llvm::StringSet<>> known = getHexagonRuntimeFunctions();
  if (!known)
    return known.takeError();
  SmallVector<std::string> names = guessRuntimeFunctions(module, *known);
  while (true) {
    std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
    if (Error error = addHexagonRuntime(*copy, names))
      return error;
    if (Error error = emitAndInspect(*copy, machine, result))
      return error;
    size_t count = names.size();
    for (const std::string &name : result.undefinedSymbols)
      if (known->contains(name) && !llvm::is_contained(names, name))
        names.push_back(name);
    if (names.size() == count)
      return Error::success();
  }
}

/// Links the object in `result` for Hexagon.
static Error linkHexagon(CompiledArtifact &result, ArtifactKind kind) {
  if (!result.undefinedSymbols.empty())
    return llvm::createStringError(
        "cannot link for Hexagon: mopt has no code for " +
        llvm::join(result.undefinedSymbols, ", ") +
        "; write an object file, and link it with a libm");
  return linkForHexagon(result.artifact, kind == ArtifactKind::Program);
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
  const bool isHexagon =
      (*machine)->getTargetTriple().getArch() == llvm::Triple::hexagon;
  if (options.kind == ArtifactKind::Program && !isHexagon)
    return llvm::createStringError("programs are written for Hexagon only");
  if (options.decodeWeights && isHexagon)
    return llvm::createStringError(
        "weights are compiled into code for Hexagon");
  result.triple = (*machine)->getTargetTriple().str();
  result.cpu = (*machine)->getTargetCPU().str();

  ExecutorOptions execution;
  execution.requantize = options.requantize;
  result.requantize = getRequantizeMode(func, execution);

  registerCodeGeneration(func.getContext());
  Program program;
  Expected<OwningOpRef<ModuleOp>> module =
      separateData(func, program, result.requantize, options.mcpu,
                   options.compute, /*numbered=*/isHexagon);
  if (!module)
    return module.takeError();
  result.boundBytes = getLiveTensorBound(func);
  LoweringOptions lowering;
  if (isHexagon) {
    lowering.indexBits = 32;
    lowering.alignment = kHexagonVectorBytes;
    for (Operation &op : func.getBody().front())
      lowering.opNames.push_back(op.getName().stripDialect().str());
    result.ops = describeOps(func);
  }
  Expected<LoweredFunction> lowered =
      lowerToLLVM(module->get(), result.requantize, lowering);
  if (!lowered)
    return inFunction(lowered.takeError());
  Expected<CInterface> interface = describeInterface(
      func, program, options.prefix, lowered->arenaBytes, lowering.alignment);
  if (!interface)
    return interface.takeError();
  if (options.decodeWeights) {
    interface->codedWeights =
        encodeWeights(program.weights, lowering.alignment);
    result.decodedBytes = interface->codedWeights->bytes;
    result.codedBytes =
        static_cast<int64_t>(interface->codedWeights->codes.size());
  }
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
  if (Error error =
          addCInterface(**llvmModule, *interface, program, lowered->name))
    return inFunction(std::move(error));
  if (isHexagon)
    expandRounding(**llvmModule);
  optimize(**llvmModule, **machine);

  if (options.kind == ArtifactKind::LLVMIR) {
    llvm::raw_svector_ostream os(result.artifact);
    (*llvmModule)->print(os, nullptr);
    return result;
  }
  if (options.kind == ArtifactKind::Program) {
    SmallVector<int64_t> tensorBytes;
    for (const InterfaceTensor &tensor :
         llvm::concat<InterfaceTensor>(interface->inputs, interface->outputs))
      tensorBytes.push_back(tensor.bytes);
    if (Error error = addHexagonProgram(**llvmModule, options.prefix,
                                        interface->arenaBytes, tensorBytes))
      return inFunction(std::move(error));
  }
  auto *emit = isHexagon ? emitWithRuntime : emitAndInspect;
  if (Error error = emit(**llvmModule, **machine, result))
    return inFunction(std::move(error));
  if (Error error = checkSymbols(result))
    return inFunction(std::move(error));
  if (options.kind == ArtifactKind::Object)
    return result;
  if (isHexagon) {
    if (Error error = linkHexagon(result, options.kind))
      return std::move(error);
  } else if (Error error = linkSharedLibrary((*machine)->getTargetTriple(),
                                             result.artifact)) {
    return std::move(error);
  }
  return result;
}
