//===- CompileSPIRV.h - Models as SPIR-V -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_SPIRV_COMPILESPIRV_H
#define MOPT_TARGET_SPIRV_COMPILESPIRV_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mopt/Conversion/MoptToGPU/DevicePlan.h"
#include "mopt/Target/SPIRV/Artifact.h"
#include "mopt/Transforms/Partition/Partition.h"
#include "llvm/Support/JSON.h"

namespace mlir::mopt {

struct SPIRVOptions {
  /// A row of the table of devices (getGPUProfiles).
  std::string profile = "generic";
  /// Overrides the module's `mopt.requantize`; its default is `Float`.
  std::optional<RequantizeMode> requantize;
  /// Weights of float convolutions and products as float16. Sums and all other
  /// values stay float32.
  bool float16 = false;
};

/// Compiles all of `func`. The same model and options give the same artifact.
/// The error names the first op that has no kernel, and why. `report` gets what
/// the artifact holds and costs: sizes, features, and each dispatch with its
/// kernel, operations and bytes of memory; where it has a tile, what that asks
/// of a device (getTileFigures).
llvm::Expected<SPIRVArtifact>
compileToSPIRV(func::FuncOp func, const SPIRVOptions &options,
               llvm::json::Object *report = nullptr);

inline constexpr llvm::StringLiteral kVulkanTarget = "vulkan";

/// The ops that kernels compute.
std::unique_ptr<PartitionTarget> createVulkanTarget();

/// Makes it known to mopt-partition as `vulkan`.
void registerVulkanTarget();

} // namespace mlir::mopt

#endif // MOPT_TARGET_SPIRV_COMPILESPIRV_H
