//===- CommandBuffer.cpp - Commands with their pool and fence ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CommandBuffer.h"

#include "llvm/ADT/Twine.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;

llvm::Expected<std::unique_ptr<CommandBuffer>>
CommandBuffer::begin(VulkanContext &context) {
  const VulkanDeviceFunctions &fn = context.fn;
  std::unique_ptr<CommandBuffer> result(new CommandBuffer(context));
  VkCommandPoolCreateInfo pool = {VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
  pool.queueFamilyIndex = context.queueFamily;
  if (Error error = checkResult(
          fn.vkCreateCommandPool(context.device, &pool, nullptr, &result->pool),
          "creating a command pool"))
    return std::move(error);
  VkCommandBufferAllocateInfo info = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
  info.commandPool = result->pool;
  info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  info.commandBufferCount = 1;
  if (Error error = checkResult(
          fn.vkAllocateCommandBuffers(context.device, &info, &result->buffer),
          "allocating a command buffer"))
    return std::move(error);
  VkFenceCreateInfo fence = {VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
  if (Error error = checkResult(
          fn.vkCreateFence(context.device, &fence, nullptr, &result->fence),
          "creating a fence"))
    return std::move(error);
  VkCommandBufferBeginInfo beginning = {
      VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
  if (Error error =
          checkResult(fn.vkBeginCommandBuffer(result->buffer, &beginning),
                      "beginning a command buffer"))
    return std::move(error);
  return result;
}

CommandBuffer::~CommandBuffer() {
  context.fn.vkDestroyFence(context.device, fence, nullptr);
  // The buffer goes with its pool.
  context.fn.vkDestroyCommandPool(context.device, pool, nullptr);
}

void CommandBuffer::addBarrier(Access before, Access after) {
  VkMemoryBarrier barrier = {VK_STRUCTURE_TYPE_MEMORY_BARRIER};
  barrier.srcAccessMask = before.access;
  barrier.dstAccessMask = after.access;
  context.fn.vkCmdPipelineBarrier(buffer, before.stage, after.stage, 0, 1,
                                  &barrier, 0, nullptr, 0, nullptr);
}

Error CommandBuffer::end() {
  return checkResult(context.fn.vkEndCommandBuffer(buffer),
                     "ending a command buffer");
}
