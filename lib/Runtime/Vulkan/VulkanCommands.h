//===- VulkanCommands.h - Buffers and commands of a program -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_RUNTIME_VULKAN_VULKANCOMMANDS_H
#define MOPT_LIB_RUNTIME_VULKAN_VULKANCOMMANDS_H

#include "CommandBuffer.h"
#include "VulkanPipelines.h"

namespace mlir::mopt {

struct VulkanCommands {
  static llvm::Expected<std::unique_ptr<VulkanCommands>>
  create(std::shared_ptr<VulkanPipelines> pipelines);
  ~VulkanCommands();
  VulkanCommands(const VulkanCommands &) = delete;
  VulkanCommands &operator=(const VulkanCommands &) = delete;

  llvm::Error run() { return commands->run(); }

  /// Microseconds of each dispatch, of one run.
  llvm::Expected<std::vector<double>> profile();

  /// Where the host writes inputs and reads outputs: the bytes of the io
  /// buffer, or copies of them.
  char *getInputs() const { return upload.host ? upload.host : io.host; }
  const char *getOutputs() const {
    return download.host ? download.host : io.host;
  }

private:
  explicit VulkanCommands(std::shared_ptr<VulkanPipelines> pipelines)
      : pipelines(std::move(pipelines)), context(this->pipelines->context) {}

  llvm::Error createBuffers();
  llvm::Error createDescriptorSets();
  VkDescriptorBufferInfo getBufferInfo(const SPIRVRange &range) const;
  /// A view that lives as long as this.
  llvm::Expected<VkBufferView> createView(const VkDescriptorBufferInfo &range,
                                          VkFormat format);
  llvm::Error record();

  /// The parts of a run.
  void recordBegin(CommandBuffer &to) const;
  void recordDispatch(CommandBuffer &to, size_t index) const;
  void recordEnd(CommandBuffer &to) const;
  llvm::Expected<std::vector<double>> profileByTimestamps();
  llvm::Expected<std::vector<double>> profileByHost();

  std::shared_ptr<VulkanPipelines> pipelines;
  VulkanContext &context;
  VulkanBuffer arena, io, upload, download;
  std::vector<VkBufferView> views;
  VkDescriptorPool descriptorPool = VK_NULL_HANDLE;
  /// By dispatch.
  std::vector<VkDescriptorSet> descriptorSets;
  std::unique_ptr<CommandBuffer> commands;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_RUNTIME_VULKAN_VULKANCOMMANDS_H
