//===- CompileForDevice.cpp - Models compiled for a GPU ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Vulkan/VulkanExecutor.h"

using namespace mlir;
using namespace mlir::mopt;

llvm::Expected<std::unique_ptr<PartitionedExecutor>>
mopt::createVulkanExecutor(func::FuncOp func,
                           const VulkanExecutorOptions &options) {
  return llvm::createStringError(
      "models are not compiled for GPUs here; run an artifact (.mspv)");
}
