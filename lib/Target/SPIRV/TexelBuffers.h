//===- TexelBuffers.h - Buffers read as texels ------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TARGET_SPIRV_TEXELBUFFERS_H
#define MOPT_LIB_TARGET_SPIRV_TEXELBUFFERS_H

#include "mlir/Pass/Pass.h"
#include "mopt/Conversion/MoptToGPU/DevicePlan.h"

namespace mlir::mopt {

/// Whether any of `kernels` has a buffer that it reads as texels.
bool usesTexels(ArrayRef<DeviceKernel> kernels);

/// Turns the storage buffers of a spirv.module that are texels to `kernels`
/// into images of the dimension Buffer, and loads from them into fetches.
/// Kernels are written with loads, which MLIR lowers for storage buffers only.
std::unique_ptr<Pass> createFetchTexelsPass(ArrayRef<DeviceKernel> kernels);

} // namespace mlir::mopt

#endif // MOPT_LIB_TARGET_SPIRV_TEXELBUFFERS_H
