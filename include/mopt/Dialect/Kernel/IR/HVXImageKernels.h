//===- HVXImageKernels.h - Kernels of whole images -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_KERNEL_IR_HVXIMAGEKERNELS_H
#define MOPT_DIALECT_KERNEL_IR_HVXIMAGEKERNELS_H

#include "mopt/Dialect/Kernel/IR/KernelOps.h"

namespace mlir::mopt::kernel {
/// Channels of an image that is resized.
inline constexpr int64_t kMaxResizeChannels = 256;
} // namespace mlir::mopt::kernel

#define GET_OP_CLASSES
#include "mopt/Dialect/Kernel/IR/HVXImageKernels.h.inc"

#endif // MOPT_DIALECT_KERNEL_IR_HVXIMAGEKERNELS_H
