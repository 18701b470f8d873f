//===- VerifyKernelTarget.h - What a CPU can compute -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_CONVERSION_MOPTTOKERNEL_VERIFYKERNELTARGET_H
#define MOPT_CONVERSION_MOPTTOKERNEL_VERIFYKERNELTARGET_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Conversion/MoptToKernel/KernelTarget.h"

namespace mlir::mopt {

/// Fails with one error, and a note for each kernel of `func` whose tile
/// `target` cannot compute as it says: an instruction that it lacks, vectors
/// wider than its own, more registers than it has, or narrowing of more vectors
/// at once than it does; or whose constant list of blocks leaves its window.
LogicalResult verifyKernelTarget(func::FuncOp func, const KernelTarget &target);

} // namespace mlir::mopt

#endif // MOPT_CONVERSION_MOPTTOKERNEL_VERIFYKERNELTARGET_H
