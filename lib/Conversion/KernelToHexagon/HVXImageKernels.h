//===- HVXImageKernels.h - Kernels of whole images -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_KERNELTOHEXAGON_HVXIMAGEKERNELS_H
#define MOPT_LIB_CONVERSION_KERNELTOHEXAGON_HVXIMAGEKERNELS_H

#include "HVXKernels.h"
#include "mopt/Dialect/Kernel/IR/HVXImageKernels.h"

namespace mlir::mopt {

void emitKernel(HVXEmitter &b, kernel::HVXLinearAddOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXMaxPoolOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXAveragePoolOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXConcatOp op,
                ArrayRef<Value> pointers);
void emitKernel(HVXEmitter &b, kernel::HVXResizeBilinearOp op,
                ArrayRef<Value> pointers);

/// Bytes that the kernel needs while it runs; the last of its addresses.
int64_t getScratchBytes(kernel::HVXResizeBilinearOp op);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOHEXAGON_HVXIMAGEKERNELS_H
