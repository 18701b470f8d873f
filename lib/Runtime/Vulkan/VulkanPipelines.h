//===- VulkanPipelines.h - Pipelines and constants of an artifact ---------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_RUNTIME_VULKAN_VULKANPIPELINES_H
#define MOPT_LIB_RUNTIME_VULKAN_VULKANPIPELINES_H

#include "VulkanContext.h"
#include "mopt/Runtime/Vulkan/VulkanProgram.h"

#include <map>

namespace mlir::mopt {

/// What kernels do with buffers.
inline constexpr VkBufferUsageFlags kKernelBuffer =
    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT |
    VK_BUFFER_USAGE_UNIFORM_TEXEL_BUFFER_BIT;

VkDescriptorType getDescriptorType(SPIRVBindingKind kind);

struct VulkanPipelines {
  /// Creates everything; fails where the device lacks something.
  static llvm::Expected<std::shared_ptr<VulkanPipelines>>
  create(std::shared_ptr<VulkanDevice> device,
         std::shared_ptr<const SPIRVArtifact> artifact,
         const VulkanProgramOptions &options);
  ~VulkanPipelines();
  VulkanPipelines(const VulkanPipelines &) = delete;
  VulkanPipelines &operator=(const VulkanPipelines &) = delete;

  /// Bindings of one kind each make a layout.
  struct Layout {
    VkDescriptorSetLayout set = VK_NULL_HANDLE;
    VkPipelineLayout pipeline = VK_NULL_HANDLE;
  };

  const Layout &getLayout(uint32_t kernel) const {
    return layouts.at(artifact->kernels[kernel].bindings);
  }

  std::shared_ptr<VulkanDevice> device;
  std::shared_ptr<const SPIRVArtifact> artifact;
  VulkanProgramOptions options;
  VulkanContext &context;
  std::map<std::vector<SPIRVBindingKind>, Layout> layouts;
  /// By kernel.
  std::vector<VkPipeline> pipelines;
  VulkanBuffer constants;

private:
  VulkanPipelines(std::shared_ptr<VulkanDevice> device,
                  std::shared_ptr<const SPIRVArtifact> artifact,
                  const VulkanProgramOptions &options)
      : device(std::move(device)), artifact(std::move(artifact)),
        options(options), context(this->device->getContext()) {}

  llvm::Error createLayouts();
  llvm::Error createModules();
  llvm::Error createPipelines();
  llvm::Error uploadConstants();
  llvm::Error copyConstants(llvm::ArrayRef<uint8_t> bytes);
  llvm::Error savePipelineCache(llvm::StringRef path, size_t oldSize);

  /// Only while pipelines are created.
  std::vector<VkShaderModule> modules;
  VkPipelineCache cache = VK_NULL_HANDLE;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_RUNTIME_VULKAN_VULKANPIPELINES_H
