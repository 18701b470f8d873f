//===- VulkanInstance.cpp - The connection to the drivers -------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VulkanContext.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

static constexpr char kValidationLayer[] = "VK_LAYER_KHRONOS_validation";

//===----------------------------------------------------------------------===//
// Messages of the validation layer
//===----------------------------------------------------------------------===//

namespace {
/// They come from any thread, also while an instance is destroyed.
struct Messages {
  std::mutex mutex;
  std::vector<std::string> texts;
};
} // namespace

static Messages &getMessages() {
  static Messages messages;
  return messages;
}

std::vector<std::string> mopt::takeValidationMessages() {
  Messages &messages = getMessages();
  std::lock_guard<std::mutex> lock(messages.mutex);
  return std::exchange(messages.texts, {});
}

static VKAPI_ATTR VkBool32 VKAPI_CALL collectMessage(
    VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
    const VkDebugUtilsMessengerCallbackDataEXT *data, void *) {
  Messages &messages = getMessages();
  std::lock_guard<std::mutex> lock(messages.mutex);
  messages.texts.push_back(data->pMessage ? data->pMessage : "");
  return VK_FALSE;
}

static VkDebugUtilsMessengerCreateInfoEXT getMessengerInfo() {
  VkDebugUtilsMessengerCreateInfoEXT info = {
      VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
  info.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
                         VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
  // Not what the loader says of drivers in general.
  info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
  info.pfnUserCallback = collectMessage;
  return info;
}

static Error findValidationLayer(const VulkanLoader &loader) {
  uint32_t count = 0;
  loader.vkEnumerateInstanceLayerProperties(&count, nullptr);
  std::vector<VkLayerProperties> layers(count);
  loader.vkEnumerateInstanceLayerProperties(&count, layers.data());
  for (const VkLayerProperties &layer : layers)
    if (llvm::StringRef(layer.layerName) == kValidationLayer)
      return Error::success();
  return llvm::createStringError(
      llvm::Twine("the validation layer ") + kValidationLayer +
      " is not installed (Debian: vulkan-validationlayers)");
}

//===----------------------------------------------------------------------===//
// Instances
//===----------------------------------------------------------------------===//

static Error noDriver(const llvm::Twine &why) {
  return llvm::createStringError(
      "no Vulkan device: " + why +
      "; install a driver for the GPU (Debian: mesa-vulkan-drivers, which also "
      "has one that runs on the CPU), and see that VK_ICD_FILENAMES and "
      "VK_DRIVER_FILES, if set, name the file of a driver");
}

Expected<std::unique_ptr<VulkanInstance>>
VulkanInstance::create(const VulkanDeviceOptions &options) {
  Expected<const VulkanLoader *> found = VulkanLoader::get();
  if (!found)
    return found.takeError();
  const VulkanLoader &loader = **found;

  VkApplicationInfo application = {VK_STRUCTURE_TYPE_APPLICATION_INFO};
  application.pApplicationName = "mopt";
  application.apiVersion = VK_API_VERSION_1_3;
  VkInstanceCreateInfo info = {VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
  info.pApplicationInfo = &application;
  const char *layer = kValidationLayer;
  const char *extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
  VkDebugUtilsMessengerCreateInfoEXT messenger = getMessengerInfo();
  VkValidationFeatureEnableEXT synchronization =
      VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT;
  VkValidationFeaturesEXT checks = {VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT};
  checks.pNext = &messenger;
  checks.enabledValidationFeatureCount = 1;
  checks.pEnabledValidationFeatures = &synchronization;
  if (options.validate) {
    if (Error error = findValidationLayer(loader))
      return std::move(error);
    info.enabledLayerCount = 1;
    info.ppEnabledLayerNames = &layer;
    info.enabledExtensionCount = 1;
    info.ppEnabledExtensionNames = &extension;
    // For the creation and destruction of the instance itself.
    info.pNext = &checks;
  }

  std::unique_ptr<VulkanInstance> result(new VulkanInstance());
  VkResult created = loader.vkCreateInstance(&info, nullptr, &result->instance);
  if (created == VK_ERROR_INCOMPATIBLE_DRIVER)
    return noDriver("the Vulkan loader found no driver");
  if (Error error = checkResult(created, "creating a Vulkan instance"))
    return std::move(error);
#define MOPT_VULKAN_LOAD(name)                                                 \
  result->fn.name = reinterpret_cast<PFN_##name>(                              \
      loader.vkGetInstanceProcAddr(result->instance, #name));                  \
  if (!result->fn.name)                                                        \
    return llvm::createStringError("the Vulkan loader has no " #name           \
                                   "; update it");
  MOPT_VULKAN_INSTANCE_FUNCTIONS(MOPT_VULKAN_LOAD)
#undef MOPT_VULKAN_LOAD

  if (options.validate) {
    auto createMessenger = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
        loader.vkGetInstanceProcAddr(result->instance,
                                     "vkCreateDebugUtilsMessengerEXT"));
    result->destroyMessenger =
        reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
            loader.vkGetInstanceProcAddr(result->instance,
                                         "vkDestroyDebugUtilsMessengerEXT"));
    if (Error error = checkResult(createMessenger(result->instance, &messenger,
                                                  nullptr, &result->messenger),
                                  "listening to the validation layer"))
      return std::move(error);
  }
  return result;
}

VulkanInstance::~VulkanInstance() {
  if (messenger)
    destroyMessenger(instance, messenger, nullptr);
  if (instance && fn.vkDestroyInstance)
    fn.vkDestroyInstance(instance, nullptr);
}

Expected<std::vector<VkPhysicalDevice>> VulkanInstance::getDevices() const {
  uint32_t count = 0;
  VkResult result = fn.vkEnumeratePhysicalDevices(instance, &count, nullptr);
  std::vector<VkPhysicalDevice> devices(count);
  if (result == VK_SUCCESS)
    result = fn.vkEnumeratePhysicalDevices(instance, &count, devices.data());
  if (result != VK_SUCCESS && result != VK_INCOMPLETE)
    return noDriver("the Vulkan drivers give " + describeResult(result));
  devices.resize(count);
  llvm::erase_if(devices, [&](VkPhysicalDevice device) {
    VkPhysicalDeviceProperties properties;
    fn.vkGetPhysicalDeviceProperties(device, &properties);
    return properties.apiVersion < VK_API_VERSION_1_1;
  });
  if (devices.empty())
    return noDriver("no driver has a device of Vulkan 1.1 or later");
  return devices;
}

Expected<std::vector<VulkanDeviceInfo>> mopt::listVulkanDevices() {
  Expected<std::unique_ptr<VulkanInstance>> instance =
      VulkanInstance::create({});
  if (!instance)
    return instance.takeError();
  Expected<std::vector<VkPhysicalDevice>> devices = (*instance)->getDevices();
  if (!devices)
    return devices.takeError();
  std::vector<VulkanDeviceInfo> infos;
  for (auto [index, device] : llvm::enumerate(*devices))
    infos.push_back((*instance)->describe(device, index));
  return infos;
}
