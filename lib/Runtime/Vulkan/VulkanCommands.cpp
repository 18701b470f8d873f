//===- VulkanCommands.cpp - Buffers and commands of a program ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VulkanCommands.h"

#include "llvm/ADT/Twine.h"

#include <chrono>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

static constexpr CommandBuffer::Access kTransferWrites = {
    VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_WRITE_BIT};
static constexpr CommandBuffer::Access kTransferReads = {
    VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_READ_BIT};
static constexpr CommandBuffer::Access kHostReads = {VK_PIPELINE_STAGE_HOST_BIT,
                                                     VK_ACCESS_HOST_READ_BIT};

/// What the arena is filled with to find kernels that read what none wrote: NaN
/// as a float, -1 as an integer.
static constexpr uint32_t kPoison = 0xffffffff;

Expected<std::unique_ptr<VulkanCommands>>
VulkanCommands::create(std::shared_ptr<VulkanPipelines> pipelines) {
  std::unique_ptr<VulkanCommands> result(
      new VulkanCommands(std::move(pipelines)));
  if (Error error = result->createBuffers())
    return std::move(error);
  if (Error error = result->createDescriptorSets())
    return std::move(error);
  if (Error error = result->record())
    return std::move(error);
  return result;
}

VulkanCommands::~VulkanCommands() {
  commands.reset();
  // The sets go with their pool.
  context.fn.vkDestroyDescriptorPool(context.device, descriptorPool, nullptr);
  for (VkBufferView view : views)
    context.fn.vkDestroyBufferView(context.device, view, nullptr);
  for (VulkanBuffer *buffer : {&arena, &io, &upload, &download})
    context.destroy(*buffer);
}

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

Error VulkanCommands::createBuffers() {
  const SPIRVArtifact &artifact = *pipelines->artifact;
  auto create = [&](VulkanBuffer &buffer, uint64_t size,
                    VkBufferUsageFlags usage, MemoryUse use, bool mapped,
                    const char *what) -> Error {
    if (size == 0)
      return Error::success();
    Expected<VulkanBuffer> created =
        context.createBuffer(size, usage, use, mapped, what);
    if (!created)
      return created.takeError();
    buffer = *created;
    return Error::success();
  };
  if (Error error = create(arena, artifact.arenaSize,
                           kKernelBuffer | VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                           MemoryUse::Device,
                           /*mapped=*/false, "the arena"))
    return error;
  bool copies = !context.isUnified || pipelines->options.alwaysCopy;
  if (Error error =
          create(io, artifact.ioSize,
                 kKernelBuffer | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                     VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                 MemoryUse::Device, /*mapped=*/!copies, "inputs and outputs"))
    return error;
  if (!copies)
    return Error::success();
  if (Error error = create(upload, artifact.ioSize,
                           VK_BUFFER_USAGE_TRANSFER_SRC_BIT, MemoryUse::Upload,
                           /*mapped=*/true, "copying inputs"))
    return error;
  return create(download, artifact.ioSize, VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                MemoryUse::Download, /*mapped=*/true, "copying outputs");
}

VkDescriptorBufferInfo
VulkanCommands::getBufferInfo(const SPIRVRange &range) const {
  const VulkanBuffer *buffer = nullptr;
  switch (range.memory) {
  case SPIRVMemory::Constants:
    buffer = &pipelines->constants;
    break;
  case SPIRVMemory::Arena:
    buffer = &arena;
    break;
  case SPIRVMemory::Io:
    buffer = &io;
    break;
  }
  return {buffer->buffer, range.offset, range.size};
}

static VkFormat getTexelFormat(SPIRVBindingKind kind) {
  switch (kind) {
  case SPIRVBindingKind::StorageBuffer:
  case SPIRVBindingKind::UniformBuffer:
    return VK_FORMAT_UNDEFINED;
  case SPIRVBindingKind::TexelsI32:
    return VK_FORMAT_R32_UINT;
  case SPIRVBindingKind::TexelsI32x2:
    return VK_FORMAT_R32G32_UINT;
  case SPIRVBindingKind::TexelsI32x4:
    return VK_FORMAT_R32G32B32A32_UINT;
  case SPIRVBindingKind::TexelsF32:
    return VK_FORMAT_R32_SFLOAT;
  case SPIRVBindingKind::TexelsF32x4:
    return VK_FORMAT_R32G32B32A32_SFLOAT;
  }
  llvm_unreachable("all kinds are handled");
}

Expected<VkBufferView>
VulkanCommands::createView(const VkDescriptorBufferInfo &range,
                           VkFormat format) {
  VkBufferViewCreateInfo info = {VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO};
  info.buffer = range.buffer;
  info.format = format;
  info.offset = range.offset;
  info.range = range.range;
  VkBufferView view = VK_NULL_HANDLE;
  if (Error error = checkResult(
          context.fn.vkCreateBufferView(context.device, &info, nullptr, &view),
          "creating a view of a texel buffer"))
    return std::move(error);
  views.push_back(view);
  return view;
}

Error VulkanCommands::createDescriptorSets() {
  const SPIRVArtifact &artifact = *pipelines->artifact;
  if (artifact.dispatches.empty())
    return Error::success();
  std::map<VkDescriptorType, uint32_t> counts;
  std::vector<VkDescriptorSetLayout> layouts;
  for (const SPIRVDispatch &dispatch : artifact.dispatches) {
    for (SPIRVBindingKind kind : artifact.kernels[dispatch.kernel].bindings)
      ++counts[getDescriptorType(kind)];
    layouts.push_back(pipelines->getLayout(dispatch.kernel).set);
  }
  std::vector<VkDescriptorPoolSize> sizes;
  for (auto [type, count] : counts)
    sizes.push_back({type, count});
  VkDescriptorPoolCreateInfo pool = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
  pool.maxSets = layouts.size();
  pool.poolSizeCount = sizes.size();
  pool.pPoolSizes = sizes.data();
  if (Error error =
          checkResult(context.fn.vkCreateDescriptorPool(
                          context.device, &pool, nullptr, &descriptorPool),
                      "creating a descriptor pool"))
    return error;
  VkDescriptorSetAllocateInfo info = {
      VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
  info.descriptorPool = descriptorPool;
  info.descriptorSetCount = layouts.size();
  info.pSetLayouts = layouts.data();
  descriptorSets.resize(layouts.size());
  if (Error error =
          checkResult(context.fn.vkAllocateDescriptorSets(
                          context.device, &info, descriptorSets.data()),
                      "allocating descriptor sets"))
    return error;

  for (auto [set, dispatch] :
       llvm::zip_equal(descriptorSets, artifact.dispatches)) {
    llvm::ArrayRef<SPIRVBindingKind> kinds =
        artifact.kernels[dispatch.kernel].bindings;
    std::vector<VkDescriptorBufferInfo> buffers;
    std::vector<VkBufferView> texels(kinds.size(), VK_NULL_HANDLE);
    for (auto [i, range] : llvm::enumerate(dispatch.ranges)) {
      buffers.push_back(getBufferInfo(range));
      if (!getTexelBytes(kinds[i]))
        continue;
      llvm::Expected<VkBufferView> view =
          createView(buffers[i], getTexelFormat(kinds[i]));
      if (!view)
        return view.takeError();
      texels[i] = *view;
    }
    std::vector<VkWriteDescriptorSet> writes;
    for (auto [i, kind] : llvm::enumerate(kinds)) {
      VkWriteDescriptorSet &write = writes.emplace_back();
      write = {VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
      write.dstSet = set;
      write.dstBinding = i;
      write.descriptorCount = 1;
      write.descriptorType = getDescriptorType(kind);
      if (texels[i])
        write.pTexelBufferView = &texels[i];
      else
        write.pBufferInfo = &buffers[i];
    }
    context.fn.vkUpdateDescriptorSets(context.device, writes.size(),
                                      writes.data(), 0, nullptr);
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Recording
//===----------------------------------------------------------------------===//

static std::vector<VkBufferCopy>
getRegions(const std::vector<SPIRVTensor> &tensors) {
  std::vector<VkBufferCopy> regions;
  for (const SPIRVTensor &tensor : tensors)
    regions.push_back(
        {tensor.range.offset, tensor.range.offset, tensor.range.size});
  return regions;
}

void VulkanCommands::recordBegin(CommandBuffer &to) const {
  std::vector<VkBufferCopy> regions = getRegions(pipelines->artifact->inputs);
  bool copies = upload.buffer && !regions.empty();
  bool poisons = arena.buffer && pipelines->options.poisonArena;
  if (copies)
    context.fn.vkCmdCopyBuffer(to.get(), upload.buffer, io.buffer,
                               regions.size(), regions.data());
  if (poisons)
    context.fn.vkCmdFillBuffer(to.get(), arena.buffer, 0, VK_WHOLE_SIZE,
                               kPoison);
  if (copies || poisons)
    to.addBarrier(kTransferWrites, CommandBuffer::kKernelAccess);
}

void VulkanCommands::recordDispatch(CommandBuffer &to, size_t index) const {
  const SPIRVDispatch &dispatch = pipelines->artifact->dispatches[index];
  if (dispatch.barrier)
    to.addBarrier(CommandBuffer::kKernelWrites, CommandBuffer::kKernelAccess);
  context.fn.vkCmdBindPipeline(to.get(), VK_PIPELINE_BIND_POINT_COMPUTE,
                               pipelines->pipelines[dispatch.kernel]);
  context.fn.vkCmdBindDescriptorSets(
      to.get(), VK_PIPELINE_BIND_POINT_COMPUTE,
      pipelines->getLayout(dispatch.kernel).pipeline, 0, 1,
      &descriptorSets[index], 0, nullptr);
  context.fn.vkCmdDispatch(to.get(), dispatch.groups[0], dispatch.groups[1],
                           dispatch.groups[2]);
}

void VulkanCommands::recordEnd(CommandBuffer &to) const {
  std::vector<VkBufferCopy> regions = getRegions(pipelines->artifact->outputs);
  if (!download.buffer || regions.empty()) {
    to.addBarrier(CommandBuffer::kKernelWrites, kHostReads);
    return;
  }
  to.addBarrier(CommandBuffer::kKernelWrites, kTransferReads);
  context.fn.vkCmdCopyBuffer(to.get(), io.buffer, download.buffer,
                             regions.size(), regions.data());
  to.addBarrier(kTransferWrites, kHostReads);
}

Error VulkanCommands::record() {
  Expected<std::unique_ptr<CommandBuffer>> begun =
      CommandBuffer::begin(context);
  if (!begun)
    return begun.takeError();
  commands = std::move(*begun);
  recordBegin(*commands);
  for (size_t i = 0; i < pipelines->artifact->dispatches.size(); ++i)
    recordDispatch(*commands, i);
  recordEnd(*commands);
  return commands->end();
}

//===----------------------------------------------------------------------===//
// Profiles
//===----------------------------------------------------------------------===//

Expected<std::vector<double>> VulkanCommands::profile() {
  if (pipelines->artifact->dispatches.empty())
    return std::vector<double>();
  return context.timestampBits && context.timestampPeriod > 0
             ? profileByTimestamps()
             : profileByHost();
}

Expected<std::vector<double>> VulkanCommands::profileByTimestamps() {
  const VulkanDeviceFunctions &fn = context.fn;
  uint32_t count = pipelines->artifact->dispatches.size() + 1;
  VkQueryPoolCreateInfo info = {VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO};
  info.queryType = VK_QUERY_TYPE_TIMESTAMP;
  info.queryCount = count;
  VkQueryPool queries;
  if (Error error = checkResult(
          fn.vkCreateQueryPool(context.device, &info, nullptr, &queries),
          "creating a query pool"))
    return std::move(error);
  std::vector<uint64_t> ticks(count);
  Error error = [&]() -> Error {
    Expected<std::unique_ptr<CommandBuffer>> timed =
        CommandBuffer::begin(context);
    if (!timed)
      return timed.takeError();
    CommandBuffer &to = **timed;
    fn.vkCmdResetQueryPool(to.get(), queries, 0, count);
    recordBegin(to);
    for (uint32_t i = 0; i < count; ++i) {
      fn.vkCmdWriteTimestamp(to.get(), VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT,
                             queries, i);
      // Dispatches that could overlap do not here, so that each has its time.
      to.addBarrier(CommandBuffer::kKernelWrites, CommandBuffer::kKernelAccess);
      if (i + 1 < count)
        recordDispatch(to, i);
    }
    recordEnd(to);
    if (Error error = to.end())
      return error;
    if (Error error = to.run())
      return error;
    return checkResult(fn.vkGetQueryPoolResults(context.device, queries, 0,
                                                count, count * sizeof(uint64_t),
                                                ticks.data(), sizeof(uint64_t),
                                                VK_QUERY_RESULT_64_BIT |
                                                    VK_QUERY_RESULT_WAIT_BIT),
                       "reading timestamps");
  }();
  fn.vkDestroyQueryPool(context.device, queries, nullptr);
  if (error)
    return std::move(error);
  // The bits above those that count are not to be looked at.
  uint64_t mask = context.timestampBits >= 64
                      ? ~uint64_t(0)
                      : (uint64_t(1) << context.timestampBits) - 1;
  std::vector<double> times;
  for (uint32_t i = 0; i + 1 < count; ++i)
    times.push_back(((ticks[i + 1] - ticks[i]) & mask) *
                    context.timestampPeriod * 1e-3);
  return times;
}

Expected<std::vector<double>> VulkanCommands::profileByHost() {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  size_t count = pipelines->artifact->dispatches.size();
  for (size_t i = 0; i < count; ++i) {
    Expected<std::unique_ptr<CommandBuffer>> part =
        CommandBuffer::begin(context);
    if (!part)
      return part.takeError();
    if (i == 0)
      recordBegin(**part);
    recordDispatch(**part, i);
    // The next submission sees what this one wrote.
    (*part)->addBarrier(CommandBuffer::kKernelWrites,
                        CommandBuffer::kKernelAccess);
    if (i + 1 == count)
      recordEnd(**part);
    if (Error error = (*part)->end())
      return std::move(error);
    Clock::time_point start = Clock::now();
    if (Error error = (*part)->run())
      return std::move(error);
    times.push_back(
        std::chrono::duration<double, std::micro>(Clock::now() - start)
            .count());
  }
  return times;
}
