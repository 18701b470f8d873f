//===- VulkanContext.h - Vulkan's objects of a device -----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_RUNTIME_VULKAN_VULKANCONTEXT_H
#define MOPT_LIB_RUNTIME_VULKAN_VULKANCONTEXT_H

#include "VulkanFunctions.h"
#include "mopt/Runtime/Vulkan/VulkanDevice.h"

#include <mutex>

namespace mlir::mopt {

/// The connection to the drivers.
class VulkanInstance {
public:
  static llvm::Expected<std::unique_ptr<VulkanInstance>>
  create(const VulkanDeviceOptions &options);
  ~VulkanInstance();
  VulkanInstance(const VulkanInstance &) = delete;
  VulkanInstance &operator=(const VulkanInstance &) = delete;

  /// Every device of version 1.1 or later, in the order of the list.
  llvm::Expected<std::vector<VkPhysicalDevice>> getDevices() const;
  VulkanDeviceInfo describe(VkPhysicalDevice device, unsigned index) const;

  VulkanInstanceFunctions fn;

private:
  VulkanInstance() = default;

  VkInstance instance = VK_NULL_HANDLE;
  VkDebugUtilsMessengerEXT messenger = VK_NULL_HANDLE;
  PFN_vkDestroyDebugUtilsMessengerEXT destroyMessenger = nullptr;
};

/// Where the device's memory is.
enum class MemoryUse {
  /// Read and written by kernels alone.
  Device,
  /// Written by the host and read by kernels or copies.
  Upload,
  /// Written by kernels or copies and read by the host.
  Download
};

/// A buffer with memory of its own.
struct VulkanBuffer {
  VkBuffer buffer = VK_NULL_HANDLE;
  VkDeviceMemory memory = VK_NULL_HANDLE;
  /// Null where the host does not see the memory.
  char *host = nullptr;
};

struct VulkanContext {
  std::unique_ptr<VulkanInstance> instance;
  VulkanDeviceFunctions fn;
  VkPhysicalDevice physical = VK_NULL_HANDLE;
  VkDevice device = VK_NULL_HANDLE;
  VkQueue queue = VK_NULL_HANDLE;
  uint32_t queueFamily = 0;
  /// Of timestamps: valid bits (0 = none) and nanoseconds of a tick.
  uint32_t timestampBits = 0;
  double timestampPeriod = 0;
  VkPhysicalDeviceMemoryProperties memory = {};
  VkPhysicalDeviceProperties properties = {};
  /// Whether the memory of the device is the host's.
  bool isUnified = false;
  /// Of the queue.
  std::mutex mutex;

  ~VulkanContext();

  /// A buffer of `size` bytes, not 0. `mapped` asks for memory that the host
  /// sees; `use` says which kind is best.
  llvm::Expected<VulkanBuffer> createBuffer(uint64_t size,
                                            VkBufferUsageFlags usage,
                                            MemoryUse use, bool mapped,
                                            const llvm::Twine &what);
  void destroy(VulkanBuffer &buffer);

  /// Runs recorded commands to their end; `fence` is unsignalled before and
  /// after.
  llvm::Error submit(VkCommandBuffer commands, VkFence fence);
};

} // namespace mlir::mopt

#endif // MOPT_LIB_RUNTIME_VULKAN_VULKANCONTEXT_H
