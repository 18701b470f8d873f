//===- LowerToLLVM.cpp - From mopt to the LLVM dialect -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerToLLVM.h"

#include "ArenaPlanner.h"
#include "ComputeInPlace.h"
#include "ConvertToLLVM.h"
#include "DivideLoops.h"
#include "ExpandCalls.h"
#include "FlattenElementwise.h"
#include "KernelPipeline.h"
#include "OutlineLoops.h"
#include "ProfileMarks.h"
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
#include "mlir/Transforms/Passes.h"
#include "mopt/Conversion/Passes.h"
#include "mopt/Dialect/Kernel/IR/KernelOps.h"
#include "llvm/Support/Threading.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

void mopt::registerCodeGeneration(MLIRContext *context) {
  DialectRegistry registry;
  registry.insert<bufferization::BufferizationDialect, LLVM::LLVMDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(
      registry);
  kernel::registerBufferizableOpInterfaceExternalModels(registry);
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
  // Buffers of equal types must not become one that lives long.
  pm.addPass(bufferization::createEmptyTensorToAllocTensorPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  bufferization::BufferResultsToOutParamsPassOptions results;
  results.modifyPublicFunctions = true;
  pm.addPass(bufferization::createBufferResultsToOutParamsPass(results));
  pm.addPass(createCanonicalizerPass());
  addKernelLowering(pm);
  return pm.run(module);
}

static LogicalResult lowerToLoops(ModuleOp module) {
  PassManager pm(module->getContext());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addPass(createCanonicalizerPass());
  return pm.run(module);
}

static LogicalResult lowerLoopsToLLVM(ModuleOp module, unsigned indexBits) {
  if (indexBits != 64)
    return convertToLLVM(module, indexBits);
  PassManager pm(module->getContext());
  addLoopLowering(pm);
  pm.addPass(createConvertVectorToLLVMPass());
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

Error mopt::collectDiagnostics(MLIRContext *context,
                               llvm::function_ref<LogicalResult()> fn) {
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

Expected<LoweredFunction> mopt::lowerToLLVM(ModuleOp module,
                                            RequantizeMode mode,
                                            const LoweringOptions &options) {
  LoweredFunction lowered;
  Error error = collectDiagnostics(module->getContext(), [&] {
    // Those of the model: kernels become functions too.
    auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
    if (failed(lowerToBuffers(module, mode)))
      return failure();
    for (func::FuncOp func : functions) {
      computeIntoResults(func);
      computeInPlace(func);
      expandCalls(func);
      lowered.arenaBytes = planArena(func, options.alignment);
    }
    // Calls have their arguments now; LLVM would warn of a name it does not
    // know.
    for (func::FuncOp func : functions)
      for (unsigned i = 0; i < func.getNumArguments(); ++i)
        func.removeArgAttr(i, kProgramDataAttr);
    func::FuncOp func = functions.back();
    lowered.name = func.getName().str();
    if (options.hasMarks)
      insertMarks(func);
    for (func::FuncOp func : functions)
      flattenElementwise(func);
    lowerToIndependentLoops(func);
    if (failed(lowerToLoops(module)))
      return failure();
    for (func::FuncOp func : functions)
      outlineLoops(func);
    divideFunctions(func, options.divideAll);
    if (!options.opNames.empty())
      nameFunctions(func, options.opNames);
    return lowerLoopsToLLVM(module, options.indexBits);
  });
  if (error)
    return std::move(error);
  return lowered;
}
