//===- VulkanFunctions.h - Entry points of Vulkan ---------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// The loader is opened when a device is asked for, so that mopt runs on
// machines that have none.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_RUNTIME_VULKAN_VULKANFUNCTIONS_H
#define MOPT_LIB_RUNTIME_VULKAN_VULKANFUNCTIONS_H

#include "llvm/Support/Error.h"

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

namespace mlir::mopt {

#define MOPT_VULKAN_GLOBAL_FUNCTIONS(X)                                        \
  X(vkCreateInstance)                                                          \
  X(vkEnumerateInstanceVersion)                                                \
  X(vkEnumerateInstanceLayerProperties)                                        \
  X(vkEnumerateInstanceExtensionProperties)

#define MOPT_VULKAN_INSTANCE_FUNCTIONS(X)                                      \
  X(vkDestroyInstance)                                                         \
  X(vkEnumeratePhysicalDevices)                                                \
  X(vkEnumerateDeviceExtensionProperties)                                      \
  X(vkGetPhysicalDeviceProperties)                                             \
  X(vkGetPhysicalDeviceProperties2)                                            \
  X(vkGetPhysicalDeviceFeatures2)                                              \
  X(vkGetPhysicalDeviceQueueFamilyProperties)                                  \
  X(vkGetPhysicalDeviceMemoryProperties)                                       \
  X(vkCreateDevice)                                                            \
  X(vkGetDeviceProcAddr)

#define MOPT_VULKAN_DEVICE_FUNCTIONS(X)                                        \
  X(vkDestroyDevice)                                                           \
  X(vkGetDeviceQueue)                                                          \
  X(vkCreateBuffer)                                                            \
  X(vkDestroyBuffer)                                                           \
  X(vkGetBufferMemoryRequirements)                                             \
  X(vkCreateBufferView)                                                        \
  X(vkDestroyBufferView)                                                       \
  X(vkAllocateMemory)                                                          \
  X(vkFreeMemory)                                                              \
  X(vkBindBufferMemory)                                                        \
  X(vkMapMemory)                                                               \
  X(vkCreateShaderModule)                                                      \
  X(vkDestroyShaderModule)                                                     \
  X(vkCreateDescriptorSetLayout)                                               \
  X(vkDestroyDescriptorSetLayout)                                              \
  X(vkCreatePipelineLayout)                                                    \
  X(vkDestroyPipelineLayout)                                                   \
  X(vkCreatePipelineCache)                                                     \
  X(vkDestroyPipelineCache)                                                    \
  X(vkGetPipelineCacheData)                                                    \
  X(vkCreateComputePipelines)                                                  \
  X(vkDestroyPipeline)                                                         \
  X(vkCreateDescriptorPool)                                                    \
  X(vkDestroyDescriptorPool)                                                   \
  X(vkAllocateDescriptorSets)                                                  \
  X(vkUpdateDescriptorSets)                                                    \
  X(vkCreateCommandPool)                                                       \
  X(vkDestroyCommandPool)                                                      \
  X(vkAllocateCommandBuffers)                                                  \
  X(vkBeginCommandBuffer)                                                      \
  X(vkEndCommandBuffer)                                                        \
  X(vkCmdBindPipeline)                                                         \
  X(vkCmdBindDescriptorSets)                                                   \
  X(vkCmdDispatch)                                                             \
  X(vkCmdPipelineBarrier)                                                      \
  X(vkCmdCopyBuffer)                                                           \
  X(vkCmdFillBuffer)                                                           \
  X(vkCmdResetQueryPool)                                                       \
  X(vkCmdWriteTimestamp)                                                       \
  X(vkCreateQueryPool)                                                         \
  X(vkDestroyQueryPool)                                                        \
  X(vkGetQueryPoolResults)                                                     \
  X(vkCreateFence)                                                             \
  X(vkDestroyFence)                                                            \
  X(vkResetFences)                                                             \
  X(vkWaitForFences)                                                           \
  X(vkQueueSubmit)

#define MOPT_VULKAN_DECLARE(name) PFN_##name name = nullptr;

/// Of the loader itself.
struct VulkanLoader {
  PFN_vkGetInstanceProcAddr vkGetInstanceProcAddr = nullptr;
  MOPT_VULKAN_GLOBAL_FUNCTIONS(MOPT_VULKAN_DECLARE)

  /// Opens the loader once for the process, which keeps it.
  static llvm::Expected<const VulkanLoader *> get();
};

struct VulkanInstanceFunctions {
  MOPT_VULKAN_INSTANCE_FUNCTIONS(MOPT_VULKAN_DECLARE)
};

struct VulkanDeviceFunctions {
  MOPT_VULKAN_DEVICE_FUNCTIONS(MOPT_VULKAN_DECLARE)
};

#undef MOPT_VULKAN_DECLARE

/// `VK_ERROR_DEVICE_LOST (-4)`.
std::string describeResult(VkResult result);

/// Success, or an error that says what failed.
llvm::Error checkResult(VkResult result, const llvm::Twine &what);

} // namespace mlir::mopt

#endif // MOPT_LIB_RUNTIME_VULKAN_VULKANFUNCTIONS_H
