//===- MachineCode.cpp - From the LLVM dialect to code -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MachineCode.h"

#include "HalfConversions.h"
#include "LowerToLLVM.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mopt/Target/Hexagon/Architecture.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

/// Registers the target of `triple` if LLVM was built with it.
static bool hasTarget(const llvm::Triple &triple) {
  static const bool initialized = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    // For the system calls of programs.
    llvm::InitializeAllAsmParsers();
    return true;
  }();
  (void)initialized;
  std::string error;
  return llvm::TargetRegistry::lookupTarget(triple, error) != nullptr;
}

static bool isValidCPU(const llvm::Triple &triple, StringRef mcpu) {
  if (!hasTarget(triple))
    return false;
  auto machine =
      llvm::orc::JITTargetMachineBuilder(triple).createTargetMachine();
  if (!machine) {
    llvm::consumeError(machine.takeError());
    return false;
  }
  return (*machine)->getMCSubtargetInfo()->isCPUStringValid(mcpu);
}

static Expected<llvm::orc::JITTargetMachineBuilder>
chooseHexagonMachine(StringRef mcpu) {
  Expected<std::string> features = getHexagonFeatures(mcpu);
  if (!features)
    return features.takeError();
  llvm::Triple triple(kHexagonTriple);
  if (!hasTarget(triple))
    return llvm::createStringError("no code generator for " + triple.str() +
                                   " in this LLVM");
  llvm::orc::JITTargetMachineBuilder builder(triple);
  builder.setCPU(mcpu.str());
  builder.setFeatures(*features);
  loadHexagonVectorsAhead();
  return builder;
}

static Expected<llvm::orc::JITTargetMachineBuilder>
chooseCPUMachine(StringRef mcpu) {
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  const llvm::Triple host = builder->getTargetTriple();
  if (mcpu == "host") {
    if (!hasTarget(host))
      return llvm::createStringError("no code generator for " + host.str());
  } else {
    // The host's own architecture first: "generic" is a name in both.
    const llvm::Triple triples[] = {host,
                                    llvm::Triple("x86_64-unknown-linux-gnu"),
                                    llvm::Triple("aarch64-unknown-linux-gnu")};
    const auto *found = llvm::find_if(triples, [&](const llvm::Triple &triple) {
      return isValidCPU(triple, mcpu);
    });
    if (found == std::end(triples))
      return llvm::createStringError(
          "unknown CPU '" + mcpu +
          "': 'host' or a name that LLVM knows for x86-64 or AArch64, such as "
          "x86-64, haswell, skylake-avx512, icelake-server, znver4, "
          "sapphirerapids, cortex-a55, cortex-a76, neoverse-n2");
    *builder = llvm::orc::JITTargetMachineBuilder(*found);
    builder->setCPU(mcpu.str());
  }
  return builder;
}

Expected<llvm::orc::JITTargetMachineBuilder>
mopt::chooseTargetMachine(StringRef mcpu) {
  auto builder =
      isHexagonName(mcpu) ? chooseHexagonMachine(mcpu) : chooseCPUMachine(mcpu);
  if (!builder)
    return builder.takeError();
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  // The numeric contract fixes every rounding: nothing is contracted.
  builder->getOptions().AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return builder;
}

Expected<std::unique_ptr<llvm::Module>>
mopt::translateToLLVM(ModuleOp module, llvm::LLVMContext &context,
                      llvm::TargetMachine &machine) {
  std::unique_ptr<llvm::Module> translated;
  Error error = collectDiagnostics(module->getContext(), [&] {
    translated = translateModuleToLLVMIR(module, context);
    return success(translated != nullptr);
  });
  if (error)
    return std::move(error);
  translated->setTargetTriple(machine.getTargetTriple());
  translated->setDataLayout(machine.createDataLayout());
  return translated;
}

void mopt::optimize(llvm::Module &module, llvm::TargetMachine &machine) {
  // The functions carry the CPU, so that the vectorisers know its registers.
  for (llvm::Function &function : module) {
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    function.addFnAttr("target-features", machine.getTargetFeatureString());
  }
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  tuning.LoopInterleaving = true;
  tuning.LoopUnrolling = true;
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder passes(&machine, tuning);
  passes.registerModuleAnalyses(modules);
  passes.registerCGSCCAnalyses(components);
  passes.registerFunctionAnalyses(functions);
  passes.registerLoopAnalyses(loops);
  passes.crossRegisterProxies(loops, functions, components, modules);
  passes.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2)
      .run(module, modules);
  // Last, for nothing calls them yet: the code generator will.
  defineHalfConversions(module);
}
