//===- KernelPipeline.cpp - Kernels on the way to machine code ------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelPipeline.h"

#include "LowerToLLVM.h"
#include "MachineCode.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "mopt/Conversion/MoptToHVX/MoptToHVX.h"
#include "mopt/Conversion/MoptToKernel/MoptToKernel.h"
#include "mopt/Conversion/MoptToKernel/VerifyKernelTarget.h"
#include "mopt/Conversion/Passes.h"
#include "llvm/MC/MCSubtargetInfo.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;

Error mopt::selectKernels(func::FuncOp func, RequantizeMode mode,
                          StringRef mcpu, ComputeType compute) {
  auto builder = chooseTargetMachine(mcpu);
  if (!builder)
    return builder.takeError();
  auto machine = builder->createTargetMachine();
  if (!machine)
    return machine.takeError();
  if (builder->getTargetTriple().getArch() == llvm::Triple::hexagon) {
    func->getContext()
        ->loadDialect<kernel::KernelDialect, tensor::TensorDialect>();
    convertMoptToHVX(func, mode);
    return Error::success();
  }
  KernelTarget target = getKernelTarget(*(*machine)->getMCSubtargetInfo());
  if (compute == ComputeType::BF16 && !target.halves)
    return llvm::createStringError(
        "CPU '" + builder->getCPU() +
        "' has no products of bfloat16 values (AVX512-BF16): take "
        "--compute=f32");
  func->getContext()
      ->loadDialect<kernel::KernelDialect, tensor::TensorDialect>();
  convertMoptToKernel(func, target, mode, compute);
  return collectDiagnostics(func->getContext(),
                            [&] { return verifyKernelTarget(func, target); });
}

void mopt::addKernelLowering(OpPassManager &pm) {
  pm.addPass(createConvertKernelToHexagonPass());
  pm.addPass(createConvertKernelToVectorPass());
  pm.addPass(createCanonicalizerPass());
}
