//===- CodeGenerator.cpp - From mopt to machine code in memory -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodeGenerator.h"

#include "ArenaPlanner.h"
#include "OutlineLoops.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/AllInterfaces.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "mopt/Conversion/Passes.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/Threading.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

static constexpr llvm::StringLiteral kEntryPoint = "mopt_entry";

//===----------------------------------------------------------------------===//
// Lowering to the LLVM dialect
//===----------------------------------------------------------------------===//

void mopt::registerCodeGeneration(MLIRContext *context) {
  DialectRegistry registry;
  registry.insert<bufferization::BufferizationDialect, LLVM::LLVMDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(
      registry);
  linalg::registerAllDialectInterfaceImplementations(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  context->appendDialectRegistry(registry);
}

/// mopt -> linalg on tensors -> buffers, results as last arguments.
static LogicalResult lowerToBuffers(ModuleOp module, RequantizeMode mode) {
  PassManager pm(module->getContext());
  ConvertMoptToLinalgPassOptions conversion;
  conversion.requantize = stringifyRequantizeMode(mode).str();
  conversion.rejectRemaining = true;
  pm.addPass(createConvertMoptToLinalgPass(conversion));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  bufferization::BufferResultsToOutParamsPassOptions results;
  results.hoistStaticAllocs = true;
  results.modifyPublicFunctions = true;
  pm.addPass(bufferization::createBufferResultsToOutParamsPass(results));
  pm.addPass(createCanonicalizerPass());
  return pm.run(module);
}

static LogicalResult lowerToLoops(ModuleOp module) {
  PassManager pm(module->getContext());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addPass(createCanonicalizerPass());
  return pm.run(module);
}

static LogicalResult lowerToLLVM(ModuleOp module) {
  PassManager pm(module->getContext());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createLoopInvariantCodeMotionPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  ConvertFuncToLLVMPassOptions func;
  func.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(func));
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  return pm.run(module);
}

/// Runs `fn` and turns the diagnostics of this thread into one error.
template <typename Fn>
static Error collectDiagnostics(MLIRContext *context, Fn &&fn) {
  std::string message;
  uint64_t thread = llvm::get_threadid();
  ScopedDiagnosticHandler handler(
      context, [&](Diagnostic &diagnostic) -> LogicalResult {
        if (llvm::get_threadid() != thread ||
            diagnostic.getSeverity() != DiagnosticSeverity::Error)
          return failure();
        auto append = [&](Diagnostic &part) {
          message += (message.empty() ? "" : "; ") + part.str();
        };
        append(diagnostic);
        for (Diagnostic &note : diagnostic.getNotes())
          append(note);
        return success();
      });
  if (succeeded(fn()))
    return Error::success();
  return llvm::createStringError(message.empty() ? "compilation failed"
                                                 : message);
}

//===----------------------------------------------------------------------===//
// LLVM
//===----------------------------------------------------------------------===//

/// The caller passes an array of addresses; the function takes them one by one.
static void addEntryPoint(llvm::Module &module, StringRef functionName) {
  llvm::LLVMContext &context = module.getContext();
  llvm::Function *function = module.getFunction(functionName);
  auto *pointer = llvm::PointerType::getUnqual(context);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                                       {pointer}, /*isVarArg=*/false);
  auto *entry = llvm::Function::Create(type, llvm::Function::ExternalLinkage,
                                       kEntryPoint, module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", entry));
  llvm::SmallVector<llvm::Value *> arguments;
  for (unsigned i = 0; i < function->arg_size(); ++i) {
    llvm::Value *slot =
        builder.CreateConstGEP1_64(pointer, entry->getArg(0), i);
    arguments.push_back(builder.CreateLoad(pointer, slot));
  }
  builder.CreateCall(function, arguments);
  builder.CreateRetVoid();
  function->setLinkage(llvm::Function::InternalLinkage);
}

static Expected<llvm::orc::JITTargetMachineBuilder>
getTargetMachineBuilder(StringRef mcpu) {
  static const bool initialized = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)initialized;
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  if (mcpu != "host") {
    *builder = llvm::orc::JITTargetMachineBuilder(builder->getTargetTriple());
    auto plain = builder->createTargetMachine();
    if (!plain)
      return plain.takeError();
    if (!(*plain)->getMCSubtargetInfo()->isCPUStringValid(mcpu))
      return llvm::createStringError("unknown CPU '" + mcpu + "' for " +
                                     builder->getTargetTriple().str());
    builder->setCPU(mcpu.str());
  }
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  // The numeric contract fixes every rounding: nothing is contracted.
  builder->getOptions().AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return builder;
}

static void optimize(llvm::Module &module, llvm::TargetMachine &machine) {
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
}

Expected<CompiledFunction>
mopt::compileFunction(ModuleOp module, RequantizeMode mode, StringRef mcpu) {
  CompiledFunction compiled;
  std::string name;
  Error error = collectDiagnostics(module->getContext(), [&] {
    if (failed(lowerToBuffers(module, mode)))
      return failure();
    auto func = *module.getOps<func::FuncOp>().begin();
    name = func.getName().str();
    compiled.arenaBytes = planArena(func);
    if (failed(lowerToLoops(module)))
      return failure();
    outlineLoops(func);
    return lowerToLLVM(module);
  });
  if (error)
    return std::move(error);

  auto builder = getTargetMachineBuilder(mcpu);
  if (!builder)
    return builder.takeError();
  auto machine = builder->createTargetMachine();
  if (!machine)
    return machine.takeError();
  auto context = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> llvmModule;
  error = collectDiagnostics(module->getContext(), [&] {
    llvmModule = translateModuleToLLVMIR(module, *context);
    return success(llvmModule != nullptr);
  });
  if (error)
    return std::move(error);
  llvmModule->setTargetTriple((*machine)->getTargetTriple());
  llvmModule->setDataLayout((*machine)->createDataLayout());
  addEntryPoint(*llvmModule, name);
  // The functions carry the CPU, so that the vectorisers know its registers.
  for (llvm::Function &function : *llvmModule) {
    function.addFnAttr("target-cpu", (*machine)->getTargetCPU());
    function.addFnAttr("target-features", (*machine)->getTargetFeatureString());
  }
  optimize(*llvmModule, **machine);

  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*builder))
                 .create();
  if (!jit)
    return jit.takeError();
  compiled.jit = std::move(*jit);
  if (Error failed = compiled.jit->addIRModule(llvm::orc::ThreadSafeModule(
          std::move(llvmModule), std::move(context))))
    return std::move(failed);
  auto symbol = compiled.jit->lookup(kEntryPoint);
  if (!symbol)
    return symbol.takeError();
  compiled.run = symbol->toPtr<CompiledFunction::EntryPoint>();
  return compiled;
}
