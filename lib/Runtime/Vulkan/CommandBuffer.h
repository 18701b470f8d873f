//===- CommandBuffer.h - Commands with their pool and fence -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_RUNTIME_VULKAN_COMMANDBUFFER_H
#define MOPT_LIB_RUNTIME_VULKAN_COMMANDBUFFER_H

#include "VulkanContext.h"

namespace mlir::mopt {

/// One command buffer, recorded once and run any number of times.
class CommandBuffer {
public:
  /// A stage and how it accesses memory: one side of a barrier.
  struct Access {
    VkPipelineStageFlags stage;
    VkAccessFlags access;
  };
  static constexpr Access kKernelReads = {VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
                                          VK_ACCESS_SHADER_READ_BIT |
                                              VK_ACCESS_UNIFORM_READ_BIT};
  static constexpr Access kKernelWrites = {VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
                                           VK_ACCESS_SHADER_WRITE_BIT};
  static constexpr Access kKernelAccess = {VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
                                           VK_ACCESS_SHADER_READ_BIT |
                                               VK_ACCESS_UNIFORM_READ_BIT |
                                               VK_ACCESS_SHADER_WRITE_BIT};

  /// A new one, ready for recording.
  static llvm::Expected<std::unique_ptr<CommandBuffer>>
  begin(VulkanContext &context);
  ~CommandBuffer();
  CommandBuffer(const CommandBuffer &) = delete;
  CommandBuffer &operator=(const CommandBuffer &) = delete;

  VkCommandBuffer get() const { return buffer; }

  /// What `before` says is done and visible before what `after` says begins.
  void addBarrier(Access before, Access after);

  llvm::Error end();

  /// Submits the commands and waits for their end.
  llvm::Error run() { return context.submit(buffer, fence); }

private:
  explicit CommandBuffer(VulkanContext &context) : context(context) {}

  VulkanContext &context;
  VkCommandPool pool = VK_NULL_HANDLE;
  VkCommandBuffer buffer = VK_NULL_HANDLE;
  VkFence fence = VK_NULL_HANDLE;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_RUNTIME_VULKAN_COMMANDBUFFER_H
