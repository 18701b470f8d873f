//===- PipelineCache.h - What a driver compiled, on disk --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_RUNTIME_VULKAN_PIPELINECACHE_H
#define MOPT_LIB_RUNTIME_VULKAN_PIPELINECACHE_H

#include "VulkanContext.h"

namespace mlir::mopt {

/// The file in `folder` for pipelines of `artifact` on the device.
std::string getPipelineCachePath(llvm::StringRef folder,
                                 const VkPhysicalDeviceProperties &device,
                                 const SPIRVArtifact &artifact);

/// The driver's data in the file `path`; empty unless it is complete and of
/// this device and driver.
std::vector<char> readPipelineCache(llvm::StringRef path,
                                    const VkPhysicalDeviceProperties &device);

/// Writes the driver's `data` to `path`, making its folder if needed. What is
/// there before stays until the file is complete.
llvm::Error writePipelineCache(llvm::StringRef path, llvm::ArrayRef<char> data);

} // namespace mlir::mopt

#endif // MOPT_LIB_RUNTIME_VULKAN_PIPELINECACHE_H
