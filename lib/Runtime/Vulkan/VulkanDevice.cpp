//===- VulkanDevice.cpp - Opening a device ----------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VulkanContext.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

namespace {

/// The features that artifacts may need, asked for or turned on. What became
/// part of a version is an extension before it.
class FeatureChain {
public:
  FeatureChain(const VulkanInstance &instance, VkPhysicalDevice device,
               uint32_t version) {
    uint32_t count = 0;
    instance.fn.vkEnumerateDeviceExtensionProperties(device, nullptr, &count,
                                                     nullptr);
    std::vector<VkExtensionProperties> found(count);
    instance.fn.vkEnumerateDeviceExtensionProperties(device, nullptr, &count,
                                                     found.data());
    llvm::StringSet<> names;
    for (const VkExtensionProperties &extension : found)
      names.insert(extension.extensionName);
    auto has = [&](const char *name, uint32_t core) {
      if (version >= core)
        return true;
      if (!names.contains(name))
        return false;
      extensions.push_back(name);
      return true;
    };
    add(storage16);
    if (has(VK_KHR_8BIT_STORAGE_EXTENSION_NAME, VK_API_VERSION_1_2))
      add(storage8);
    if (has(VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME, VK_API_VERSION_1_2))
      add(arithmetic);
    if (has(VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME,
            VK_API_VERSION_1_3))
      add(dotProduct);
    hasFloatControls =
        has(VK_KHR_SHADER_FLOAT_CONTROLS_EXTENSION_NAME, VK_API_VERSION_1_2);
    instance.fn.vkGetPhysicalDeviceFeatures2(device, &features);

    VkPhysicalDeviceProperties2 properties = {
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
    properties.pNext = &subgroup;
    subgroup.pNext = &maintenance;
    if (hasFloatControls)
      maintenance.pNext = &floatControls;
    instance.fn.vkGetPhysicalDeviceProperties2(device, &properties);
  }
  FeatureChain(const FeatureChain &) = delete;
  FeatureChain &operator=(const FeatureChain &) = delete;

  /// What the device has, in the words of artifacts.
  SPIRVFeatures get() const {
    using F = SPIRVFeatures;
    F all = F::None;
    auto add = [&](VkBool32 has, F feature) {
      if (has)
        all |= feature;
    };
    add(dotProduct.shaderIntegerDotProduct, F::IntegerDotProduct);
    add(arithmetic.shaderInt8, F::Int8);
    add(arithmetic.shaderFloat16, F::Float16);
    add(storage8.storageBuffer8BitAccess, F::StorageBuffer8);
    add(storage16.storageBuffer16BitAccess, F::StorageBuffer16);
    add(features.features.shaderInt64, F::Int64);
    add(features.features.shaderInt16, F::Int16);
    add(floatControls.shaderRoundingModeRTEFloat32, F::RoundRTE32);
    return all;
  }

  /// Leaves of the features those that get() speaks of, to turn them on.
  const VkPhysicalDeviceFeatures2 *restrict() {
    VkPhysicalDeviceFeatures wanted = {};
    wanted.shaderInt64 = features.features.shaderInt64;
    wanted.shaderInt16 = features.features.shaderInt16;
    features.features = wanted;
    storage16.uniformAndStorageBuffer16BitAccess = VK_FALSE;
    storage16.storagePushConstant16 = VK_FALSE;
    storage16.storageInputOutput16 = VK_FALSE;
    storage8.uniformAndStorageBuffer8BitAccess = VK_FALSE;
    storage8.storagePushConstant8 = VK_FALSE;
    return &features;
  }

  std::vector<const char *> extensions;
  VkPhysicalDeviceSubgroupProperties subgroup = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES};
  VkPhysicalDeviceMaintenance3Properties maintenance = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES};

private:
  template <typename T>
  void add(T &structure) {
    structure.pNext = features.pNext;
    features.pNext = &structure;
  }

  VkPhysicalDeviceFeatures2 features = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2};
  VkPhysicalDevice16BitStorageFeatures storage16 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES};
  VkPhysicalDevice8BitStorageFeatures storage8 = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES};
  VkPhysicalDeviceShaderFloat16Int8Features arithmetic = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES};
  VkPhysicalDeviceShaderIntegerDotProductFeatures dotProduct = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES};
  VkPhysicalDeviceFloatControlsProperties floatControls = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FLOAT_CONTROLS_PROPERTIES};
  bool hasFloatControls = false;
};

} // namespace

static std::string getTypeName(VkPhysicalDeviceType type) {
  switch (type) {
  case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
    return "discrete GPU";
  case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
    return "integrated GPU";
  case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
    return "virtual GPU";
  case VK_PHYSICAL_DEVICE_TYPE_CPU:
    return "CPU";
  default:
    return "other";
  }
}

VulkanDeviceInfo VulkanInstance::describe(VkPhysicalDevice device,
                                          unsigned index) const {
  VkPhysicalDeviceProperties properties;
  fn.vkGetPhysicalDeviceProperties(device, &properties);
  FeatureChain features(*this, device, properties.apiVersion);
  const VkPhysicalDeviceLimits &limits = properties.limits;
  VulkanDeviceInfo info;
  info.index = index;
  info.name = properties.deviceName;
  info.type = getTypeName(properties.deviceType);
  info.apiVersion = properties.apiVersion;
  info.vendorID = properties.vendorID;
  info.deviceID = properties.deviceID;
  info.subgroupSize = features.subgroup.subgroupSize;
  info.features = features.get();
  for (unsigned i = 0; i < 3; ++i) {
    info.maxGroups[i] = limits.maxComputeWorkGroupCount[i];
    info.maxLocalSize[i] = limits.maxComputeWorkGroupSize[i];
  }
  info.maxInvocations = limits.maxComputeWorkGroupInvocations;
  info.maxSharedBytes = limits.maxComputeSharedMemorySize;
  info.maxStorageRange = limits.maxStorageBufferRange;
  info.maxUniformRange = limits.maxUniformBufferRange;
  info.maxTexels = limits.maxTexelBufferElements;
  info.maxAllocation = features.maintenance.maxMemoryAllocationSize;
  info.maxStorageBuffers = std::min(limits.maxPerStageDescriptorStorageBuffers,
                                    limits.maxDescriptorSetStorageBuffers);
  info.maxUniformBuffers = std::min(limits.maxPerStageDescriptorUniformBuffers,
                                    limits.maxDescriptorSetUniformBuffers);
  info.maxTexelBuffers = std::min(limits.maxPerStageDescriptorSampledImages,
                                  limits.maxDescriptorSetSampledImages);
  return info;
}

//===----------------------------------------------------------------------===//
// Opening
//===----------------------------------------------------------------------===//

/// The first family of queues that computes, one with timestamps if there is.
static std::optional<uint32_t> findQueueFamily(const VulkanInstance &instance,
                                               VkPhysicalDevice device,
                                               uint32_t &timestampBits) {
  uint32_t count = 0;
  instance.fn.vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  instance.fn.vkGetPhysicalDeviceQueueFamilyProperties(device, &count,
                                                       families.data());
  std::optional<uint32_t> found;
  for (uint32_t i = 0; i < count; ++i) {
    if (!(families[i].queueFlags & VK_QUEUE_COMPUTE_BIT))
      continue;
    if (!found || (!timestampBits && families[i].timestampValidBits)) {
      found = i;
      timestampBits = families[i].timestampValidBits;
    }
  }
  return found;
}

static Error openContext(VulkanContext &context, uint32_t version) {
  const VulkanInstance &instance = *context.instance;
  std::optional<uint32_t> family =
      findQueueFamily(instance, context.physical, context.timestampBits);
  if (!family)
    return llvm::createStringError("the device has no queue that computes");
  context.queueFamily = *family;
  context.timestampPeriod = context.properties.limits.timestampPeriod;

  FeatureChain features(instance, context.physical, version);
  float priority = 1.0f;
  VkDeviceQueueCreateInfo queue = {VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queue.queueFamilyIndex = context.queueFamily;
  queue.queueCount = 1;
  queue.pQueuePriorities = &priority;
  VkDeviceCreateInfo info = {VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO};
  info.pNext = features.restrict();
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queue;
  info.enabledExtensionCount = features.extensions.size();
  info.ppEnabledExtensionNames = features.extensions.data();
  if (Error error = checkResult(
          instance.fn.vkCreateDevice(context.physical, &info, nullptr,
                                     &context.device),
          "opening the device '" + Twine(context.properties.deviceName) + "'"))
    return error;
#define MOPT_VULKAN_LOAD(name)                                                 \
  context.fn.name = reinterpret_cast<PFN_##name>(                              \
      instance.fn.vkGetDeviceProcAddr(context.device, #name));                 \
  if (!context.fn.name)                                                        \
    return llvm::createStringError("the Vulkan driver has no " #name);
  MOPT_VULKAN_DEVICE_FUNCTIONS(MOPT_VULKAN_LOAD)
#undef MOPT_VULKAN_LOAD
  context.fn.vkGetDeviceQueue(context.device, context.queueFamily, 0,
                              &context.queue);
  return Error::success();
}

Expected<std::shared_ptr<VulkanDevice>>
VulkanDevice::open(llvm::StringRef choice, const VulkanDeviceOptions &options) {
  auto context = std::make_unique<VulkanContext>();
  Expected<std::unique_ptr<VulkanInstance>> instance =
      VulkanInstance::create(options);
  if (!instance)
    return instance.takeError();
  context->instance = std::move(*instance);
  Expected<std::vector<VkPhysicalDevice>> devices =
      context->instance->getDevices();
  if (!devices)
    return devices.takeError();
  std::vector<VulkanDeviceInfo> infos;
  for (auto [index, device] : llvm::enumerate(*devices))
    infos.push_back(context->instance->describe(device, index));
  Expected<const VulkanDeviceInfo *> chosen = chooseVulkanDevice(infos, choice);
  if (!chosen)
    return chosen.takeError();
  context->physical = (*devices)[(*chosen)->index];
  const VulkanInstanceFunctions &fn = context->instance->fn;
  fn.vkGetPhysicalDeviceProperties(context->physical, &context->properties);
  fn.vkGetPhysicalDeviceMemoryProperties(context->physical, &context->memory);
  context->isUnified =
      (*chosen)->type == "CPU" || (*chosen)->type == "integrated GPU";
  if (Error error = openContext(*context, (*chosen)->apiVersion))
    return std::move(error);
  return std::shared_ptr<VulkanDevice>(
      new VulkanDevice(**chosen, std::move(context)));
}

VulkanDevice::VulkanDevice(VulkanDeviceInfo info,
                           std::unique_ptr<VulkanContext> context)
    : info(std::move(info)), context(std::move(context)) {}

VulkanDevice::~VulkanDevice() = default;

VulkanContext::~VulkanContext() {
  if (device && fn.vkDestroyDevice)
    fn.vkDestroyDevice(device, nullptr);
}

//===----------------------------------------------------------------------===//
// Memory and submission
//===----------------------------------------------------------------------===//

/// The properties to look for, the best first.
static std::vector<VkMemoryPropertyFlags> getPreferences(MemoryUse use,
                                                         bool mapped) {
  constexpr VkMemoryPropertyFlags local = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  constexpr VkMemoryPropertyFlags cached = VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
  constexpr VkMemoryPropertyFlags host = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT |
                                         VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  if (!mapped)
    return {local, 0};
  switch (use) {
  case MemoryUse::Device:
    return {local | host | cached, local | host, host};
  case MemoryUse::Upload:
    return {host};
  case MemoryUse::Download:
    return {host | cached, host};
  }
  llvm_unreachable("all uses are handled");
}

static std::optional<uint32_t>
findMemoryType(const VkPhysicalDeviceMemoryProperties &memory,
               const VkMemoryRequirements &requirements, MemoryUse use,
               bool mapped) {
  constexpr VkMemoryPropertyFlags special =
      VK_MEMORY_PROPERTY_LAZILY_ALLOCATED_BIT |
      VK_MEMORY_PROPERTY_PROTECTED_BIT |
      VK_MEMORY_PROPERTY_DEVICE_COHERENT_BIT_AMD |
      VK_MEMORY_PROPERTY_DEVICE_UNCACHED_BIT_AMD;
  for (VkMemoryPropertyFlags wanted : getPreferences(use, mapped))
    for (uint32_t i = 0; i < memory.memoryTypeCount; ++i) {
      const VkMemoryType &type = memory.memoryTypes[i];
      if (requirements.memoryTypeBits >> i & 1 &&
          (type.propertyFlags & wanted) == wanted &&
          !(type.propertyFlags & special) &&
          memory.memoryHeaps[type.heapIndex].size >= requirements.size)
        return i;
    }
  return std::nullopt;
}

Expected<VulkanBuffer> VulkanContext::createBuffer(uint64_t size,
                                                   VkBufferUsageFlags usage,
                                                   MemoryUse use, bool mapped,
                                                   const Twine &what) {
  VulkanBuffer result;
  VkBufferCreateInfo info = {VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.size = size;
  info.usage = usage;
  info.sharingMode = VK_SHARING_MODE_EXCLUSIVE;
  auto fail = [&](Error error) {
    destroy(result);
    return error;
  };
  std::string of = ("of " + Twine(size) + " bytes for " + what).str();
  if (Error error =
          checkResult(fn.vkCreateBuffer(device, &info, nullptr, &result.buffer),
                      "creating the buffer " + of))
    return fail(std::move(error));
  VkMemoryRequirements requirements;
  fn.vkGetBufferMemoryRequirements(device, result.buffer, &requirements);
  std::optional<uint32_t> type =
      findMemoryType(memory, requirements, use, mapped);
  if (!type)
    return fail(llvm::createStringError("the device has no memory for the "
                                        "buffer " +
                                        of));
  VkMemoryAllocateInfo allocation = {VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
  allocation.allocationSize = requirements.size;
  allocation.memoryTypeIndex = *type;
  if (Error error = checkResult(
          fn.vkAllocateMemory(device, &allocation, nullptr, &result.memory),
          "allocating the memory " + of))
    return fail(std::move(error));
  if (Error error = checkResult(
          fn.vkBindBufferMemory(device, result.buffer, result.memory, 0),
          "binding the memory " + of))
    return fail(std::move(error));
  if (!mapped)
    return result;
  void *host = nullptr;
  if (Error error = checkResult(
          fn.vkMapMemory(device, result.memory, 0, VK_WHOLE_SIZE, 0, &host),
          "mapping the memory " + of))
    return fail(std::move(error));
  result.host = static_cast<char *>(host);
  return result;
}

void VulkanContext::destroy(VulkanBuffer &buffer) {
  fn.vkDestroyBuffer(device, buffer.buffer, nullptr);
  // Memory that is freed is unmapped.
  fn.vkFreeMemory(device, buffer.memory, nullptr);
  buffer = {};
}

Error VulkanContext::submit(VkCommandBuffer commands, VkFence fence) {
  VkSubmitInfo info = {VK_STRUCTURE_TYPE_SUBMIT_INFO};
  info.commandBufferCount = 1;
  info.pCommandBuffers = &commands;
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (Error error = checkResult(fn.vkQueueSubmit(queue, 1, &info, fence),
                                  "submitting to the device"))
      return error;
  }
  if (Error error = checkResult(
          fn.vkWaitForFences(device, 1, &fence, VK_TRUE, UINT64_MAX),
          "waiting for the device"))
    return error;
  return checkResult(fn.vkResetFences(device, 1, &fence), "resetting a fence");
}
