//===- VulkanPipelines.cpp - Pipelines and constants of an artifact -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VulkanPipelines.h"

#include "CommandBuffer.h"
#include "PipelineCache.h"
#include "llvm/ADT/Twine.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

Expected<std::shared_ptr<VulkanPipelines>>
VulkanPipelines::create(std::shared_ptr<VulkanDevice> device,
                        std::shared_ptr<const SPIRVArtifact> artifact,
                        const VulkanProgramOptions &options) {
  if (Error error = checkDevice(device->getInfo(), *artifact))
    return std::move(error);
  std::shared_ptr<VulkanPipelines> result(
      new VulkanPipelines(std::move(device), std::move(artifact), options));
  if (Error error = result->createLayouts())
    return std::move(error);
  if (Error error = result->createModules())
    return std::move(error);
  if (Error error = result->createPipelines())
    return std::move(error);
  if (Error error = result->uploadConstants())
    return std::move(error);
  return result;
}

VulkanPipelines::~VulkanPipelines() {
  const VulkanDeviceFunctions &fn = context.fn;
  VkDevice vk = context.device;
  context.destroy(constants);
  for (VkPipeline pipeline : pipelines)
    fn.vkDestroyPipeline(vk, pipeline, nullptr);
  fn.vkDestroyPipelineCache(vk, cache, nullptr);
  for (VkShaderModule module : modules)
    fn.vkDestroyShaderModule(vk, module, nullptr);
  for (auto &[kinds, layout] : layouts) {
    fn.vkDestroyPipelineLayout(vk, layout.pipeline, nullptr);
    fn.vkDestroyDescriptorSetLayout(vk, layout.set, nullptr);
  }
}

VkDescriptorType mopt::getDescriptorType(SPIRVBindingKind kind) {
  if (getTexelBytes(kind))
    return VK_DESCRIPTOR_TYPE_UNIFORM_TEXEL_BUFFER;
  return kind == SPIRVBindingKind::UniformBuffer
             ? VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER
             : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
}

Error VulkanPipelines::createLayouts() {
  for (const SPIRVKernel &kernel : artifact->kernels) {
    auto [entry, isNew] = layouts.try_emplace(kernel.bindings);
    if (!isNew)
      continue;
    Layout &layout = entry->second;
    std::vector<VkDescriptorSetLayoutBinding> bindings;
    for (auto [i, kind] : llvm::enumerate(kernel.bindings))
      bindings.push_back({static_cast<uint32_t>(i), getDescriptorType(kind), 1,
                          VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
    VkDescriptorSetLayoutCreateInfo set = {
        VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
    set.bindingCount = bindings.size();
    set.pBindings = bindings.data();
    if (Error error =
            checkResult(context.fn.vkCreateDescriptorSetLayout(
                            context.device, &set, nullptr, &layout.set),
                        "creating a descriptor set layout"))
      return error;
    VkPipelineLayoutCreateInfo pipeline = {
        VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
    pipeline.setLayoutCount = 1;
    pipeline.pSetLayouts = &layout.set;
    if (Error error = checkResult(
            context.fn.vkCreatePipelineLayout(context.device, &pipeline,
                                              nullptr, &layout.pipeline),
            "creating a pipeline layout"))
      return error;
  }
  return Error::success();
}

Error VulkanPipelines::createModules() {
  for (auto [i, module] : llvm::enumerate(artifact->modules)) {
    VkShaderModuleCreateInfo info = {
        VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
    info.codeSize = module.words.size() * sizeof(uint32_t);
    info.pCode = module.words.data();
    if (Error error = checkResult(
            context.fn.vkCreateShaderModule(context.device, &info, nullptr,
                                            &modules.emplace_back()),
            "giving module " + llvm::Twine(i) + " to the driver"))
      return error;
  }
  return Error::success();
}

Error VulkanPipelines::createPipelines() {
  std::string path;
  std::vector<char> stored;
  if (!options.pipelineCache.empty()) {
    path = getPipelineCachePath(options.pipelineCache, context.properties,
                                *artifact);
    stored = readPipelineCache(path, context.properties);
  }
  VkPipelineCacheCreateInfo info = {
      VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO};
  info.initialDataSize = stored.size();
  info.pInitialData = stored.data();
  if (Error error = checkResult(context.fn.vkCreatePipelineCache(
                                    context.device, &info, nullptr, &cache),
                                "creating a pipeline cache"))
    return error;
  for (auto [i, kernel] : llvm::enumerate(artifact->kernels)) {
    VkComputePipelineCreateInfo pipeline = {
        VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
    pipeline.layout = getLayout(i).pipeline;
    pipeline.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    pipeline.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    pipeline.stage.module = modules[kernel.module];
    pipeline.stage.pName = kernel.entryPoint.c_str();
    if (Error error = checkResult(
            context.fn.vkCreateComputePipelines(context.device, cache, 1,
                                                &pipeline, nullptr,
                                                &pipelines.emplace_back()),
            "compiling the kernel '" + kernel.name + "' for the device"))
      return error;
  }
  if (!path.empty())
    if (Error error = savePipelineCache(path, stored.size()))
      return error;
  context.fn.vkDestroyPipelineCache(context.device, cache, nullptr);
  cache = VK_NULL_HANDLE;
  for (VkShaderModule module : modules)
    context.fn.vkDestroyShaderModule(context.device, module, nullptr);
  modules.clear();
  return Error::success();
}

Error VulkanPipelines::savePipelineCache(llvm::StringRef path, size_t oldSize) {
  size_t size = 0;
  if (Error error = checkResult(context.fn.vkGetPipelineCacheData(
                                    context.device, cache, &size, nullptr),
                                "asking for the size of the pipeline cache"))
    return error;
  // Nothing new was compiled.
  if (size == oldSize)
    return Error::success();
  std::vector<char> data(size);
  if (Error error = checkResult(context.fn.vkGetPipelineCacheData(
                                    context.device, cache, &size, data.data()),
                                "asking for the pipeline cache"))
    return error;
  data.resize(size);
  return writePipelineCache(path, data);
}

Error VulkanPipelines::uploadConstants() {
  const std::vector<uint8_t> &bytes = artifact->constants;
  if (bytes.empty())
    return Error::success();
  bool mapped = context.isUnified && !options.alwaysCopy;
  Expected<VulkanBuffer> buffer = context.createBuffer(
      bytes.size(), kKernelBuffer | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
      MemoryUse::Device, mapped, "constants");
  if (!buffer)
    return buffer.takeError();
  constants = *buffer;
  if (mapped) {
    std::memcpy(constants.host, bytes.data(), bytes.size());
    return Error::success();
  }
  return copyConstants(bytes);
}

Error VulkanPipelines::copyConstants(llvm::ArrayRef<uint8_t> bytes) {
  Expected<VulkanBuffer> staging = context.createBuffer(
      bytes.size(), VK_BUFFER_USAGE_TRANSFER_SRC_BIT, MemoryUse::Upload,
      /*mapped=*/true, "copying constants");
  if (!staging)
    return staging.takeError();
  std::memcpy(staging->host, bytes.data(), bytes.size());
  Error error = [&]() -> Error {
    Expected<std::unique_ptr<CommandBuffer>> commands =
        CommandBuffer::begin(context);
    if (!commands)
      return commands.takeError();
    VkBufferCopy region = {0, 0, bytes.size()};
    context.fn.vkCmdCopyBuffer((*commands)->get(), staging->buffer,
                               constants.buffer, 1, &region);
    // Submissions that follow see what was copied.
    (*commands)->addBarrier(
        {VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_WRITE_BIT},
        CommandBuffer::kKernelReads);
    if (Error error = (*commands)->end())
      return error;
    return (*commands)->run();
  }();
  context.destroy(*staging);
  return error;
}
