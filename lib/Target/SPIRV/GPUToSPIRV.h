//===- GPUToSPIRV.h - Kernels as a SPIR-V binary -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_SPIRV_GPUTOSPIRV_H
#define MOPT_LIB_TARGET_SPIRV_GPUTOSPIRV_H

#include "mlir/IR/BuiltinOps.h"
#include "mopt/Conversion/MoptToGPU/DevicePlan.h"

namespace mlir::mopt {

/// Lowers the gpu.module in `module` to one SPIR-V module with an entry point
/// for each of `kernels`, and appends its binary to `words`. The binary is of
/// version 1.6 with the integer dot product, of 1.3 without.
LogicalResult serializeKernels(ModuleOp module, ArrayRef<DeviceKernel> kernels,
                               bool usesIntegerDot,
                               SmallVectorImpl<uint32_t> &words);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_SPIRV_GPUTOSPIRV_H
