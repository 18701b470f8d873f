//===- VulkanProgram.h - A GPU artifact ready to run ------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_VULKAN_VULKANPROGRAM_H
#define MOPT_RUNTIME_VULKAN_VULKANPROGRAM_H

#include "mopt/Runtime/Vulkan/VulkanDevice.h"

namespace mlir::mopt {

struct VulkanProgramOptions {
  /// Folder of what the driver compiled (VkPipelineCache), read and written;
  /// empty = none. A file of another device or a damaged one is as none.
  std::string pipelineCache;
  /// Copy inputs and outputs even where the device's memory is the host's.
  bool alwaysCopy = false;
  /// Fill the arena with ones before each run, so that a kernel that reads what
  /// none wrote gives wrong results.
  bool poisonArena = false;
};

/// What programs of one artifact share: pipelines and constants.
struct VulkanPipelines;
/// What a program has for itself: buffers and commands.
struct VulkanCommands;

/// An artifact on a device: everything is created and the commands are recorded
/// before the first run. One program serves one thread.
class VulkanProgram {
public:
  /// Fails where checkDevice does, and where the device runs out of memory.
  static llvm::Expected<std::unique_ptr<VulkanProgram>>
  create(std::shared_ptr<VulkanDevice> device,
         std::shared_ptr<const SPIRVArtifact> artifact,
         const VulkanProgramOptions &options = {});
  /// A program with buffers of its own over the same pipelines and constants.
  llvm::Expected<std::unique_ptr<VulkanProgram>> clone() const;
  ~VulkanProgram();

  const SPIRVArtifact &getArtifact() const;
  VulkanDevice &getDevice() const;

  /// Runs once: the bytes of every input, in order, and where those of every
  /// output go.
  llvm::Error run(llvm::ArrayRef<llvm::ArrayRef<char>> inputs,
                  llvm::ArrayRef<llvm::MutableArrayRef<char>> outputs);

  /// Microseconds of each dispatch in one run on `inputs`, by the clock of the
  /// device; by the host's, with one submission a dispatch, where it has none.
  llvm::Expected<std::vector<double>>
  profile(llvm::ArrayRef<llvm::ArrayRef<char>> inputs);

private:
  VulkanProgram(std::shared_ptr<VulkanPipelines> pipelines,
                std::unique_ptr<VulkanCommands> commands);

  std::shared_ptr<VulkanPipelines> pipelines;
  std::unique_ptr<VulkanCommands> commands;
};

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_VULKAN_VULKANPROGRAM_H
