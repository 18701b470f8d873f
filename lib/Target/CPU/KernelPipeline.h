//===- KernelPipeline.h - Kernels on the way to machine code ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_CPU_KERNELPIPELINE_H
#define MOPT_LIB_TARGET_CPU_KERNELPIPELINE_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "mopt/Runtime/ComputeType.h"
#include "llvm/Support/Error.h"

namespace mlir::mopt {

/// First step, while weights are constants in the function: what kernels of
/// `mcpu` (an LLVM CPU name or "host") compute becomes ops of the kernel
/// dialect on packed constants. Fails on CPUs that LLVM does not know, and for
/// bfloat16 on those that do not multiply it.
llvm::Error selectKernels(func::FuncOp func, RequantizeMode mode,
                          StringRef mcpu, ComputeType compute);

/// Second step, on buffers and before they get their place in the arena:
/// kernels become loops over vectors in functions of their own.
void addKernelLowering(OpPassManager &pm);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_CPU_KERNELPIPELINE_H
