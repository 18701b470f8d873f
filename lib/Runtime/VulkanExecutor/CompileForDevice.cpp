//===- CompileForDevice.cpp - Models compiled for a GPU ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToGPU/GPUProfile.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/Runtime/Vulkan/VulkanExecutor.h"
#include "mopt/Target/SPIRV/CompileSPIRV.h"

using namespace mlir;
using namespace mlir::mopt;

llvm::Expected<std::unique_ptr<PartitionedExecutor>>
mopt::createVulkanExecutor(func::FuncOp func,
                           const VulkanExecutorOptions &options) {
  const VulkanDeviceInfo &info = options.device->getInfo();
  SPIRVOptions compilation;
  if (options.profile.empty()) {
    compilation.profile =
        chooseGPUProfile(info.vendorID, info.subgroupSize).name.str();
  } else {
    // Else the CPU would take each part because of it.
    llvm::Expected<const GPUProfile *> known = parseGPUProfile(options.profile);
    if (!known)
      return known.takeError();
    compilation.profile = options.profile;
  }
  compilation.requantize = getRequantizeMode(func, options.executor);
  compilation.float16 = options.float16;
  auto compile =
      [&](func::FuncOp part) -> llvm::Expected<std::unique_ptr<Executor>> {
    llvm::Expected<SPIRVArtifact> artifact = compileToSPIRV(part, compilation);
    if (!artifact)
      return artifact.takeError();
    // What the device lacks is the error of this; the CPU takes the part then.
    return VulkanExecutor::create(
        options.device,
        std::make_shared<const SPIRVArtifact>(std::move(*artifact)),
        part.getFunctionType(), options.program);
  };
  return createPartitionedExecutor(func, *createVulkanTarget(), compile,
                                   options.executor);
}
