//===- VulkanFunctions.cpp - Entry points of Vulkan -------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VulkanFunctions.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/DynamicLibrary.h"

using namespace mlir;
using namespace mlir::mopt;

static llvm::Expected<VulkanLoader> openLoader() {
  llvm::sys::DynamicLibrary library;
  for (const char *name :
#if defined(_WIN32)
       {"vulkan-1.dll"}
#elif defined(__APPLE__)
       {"libvulkan.1.dylib", "libMoltenVK.dylib"}
#else
       {"libvulkan.so.1", "libvulkan.so"}
#endif
  ) {
    library = llvm::sys::DynamicLibrary::getPermanentLibrary(name);
    if (library.isValid())
      break;
  }
  if (!library.isValid())
    return llvm::createStringError(
        "no Vulkan loader on this machine; install it (Debian: libvulkan1) and "
        "a driver for the GPU (Debian: mesa-vulkan-drivers)");
  VulkanLoader loader;
  loader.vkGetInstanceProcAddr = reinterpret_cast<PFN_vkGetInstanceProcAddr>(
      library.getAddressOfSymbol("vkGetInstanceProcAddr"));
  if (!loader.vkGetInstanceProcAddr)
    return llvm::createStringError(
        "the Vulkan loader has no vkGetInstanceProcAddr; install it again");
#define MOPT_VULKAN_LOAD(name)                                                 \
  loader.name = reinterpret_cast<PFN_##name>(                                  \
      loader.vkGetInstanceProcAddr(nullptr, #name));                           \
  if (!loader.name)                                                            \
    return llvm::createStringError(                                            \
        "the Vulkan loader is too old: it has no " #name                       \
        ", which version 1.1 has; update it");
  MOPT_VULKAN_GLOBAL_FUNCTIONS(MOPT_VULKAN_LOAD)
#undef MOPT_VULKAN_LOAD
  return loader;
}

llvm::Expected<const VulkanLoader *> VulkanLoader::get() {
  static std::string error;
  static const VulkanLoader loader = [] {
    llvm::Expected<VulkanLoader> opened = openLoader();
    if (opened)
      return *opened;
    error = llvm::toString(opened.takeError());
    return VulkanLoader();
  }();
  if (!error.empty())
    return llvm::createStringError(error);
  return &loader;
}

std::string mopt::describeResult(VkResult result) {
  const char *name = "an unknown result";
#define MOPT_VULKAN_RESULT(value)                                              \
  case value:                                                                  \
    name = #value;                                                             \
    break;
  switch (result) {
    MOPT_VULKAN_RESULT(VK_SUCCESS)
    MOPT_VULKAN_RESULT(VK_NOT_READY)
    MOPT_VULKAN_RESULT(VK_TIMEOUT)
    MOPT_VULKAN_RESULT(VK_INCOMPLETE)
    MOPT_VULKAN_RESULT(VK_ERROR_OUT_OF_HOST_MEMORY)
    MOPT_VULKAN_RESULT(VK_ERROR_OUT_OF_DEVICE_MEMORY)
    MOPT_VULKAN_RESULT(VK_ERROR_INITIALIZATION_FAILED)
    MOPT_VULKAN_RESULT(VK_ERROR_DEVICE_LOST)
    MOPT_VULKAN_RESULT(VK_ERROR_MEMORY_MAP_FAILED)
    MOPT_VULKAN_RESULT(VK_ERROR_LAYER_NOT_PRESENT)
    MOPT_VULKAN_RESULT(VK_ERROR_EXTENSION_NOT_PRESENT)
    MOPT_VULKAN_RESULT(VK_ERROR_FEATURE_NOT_PRESENT)
    MOPT_VULKAN_RESULT(VK_ERROR_INCOMPATIBLE_DRIVER)
    MOPT_VULKAN_RESULT(VK_ERROR_TOO_MANY_OBJECTS)
    MOPT_VULKAN_RESULT(VK_ERROR_FRAGMENTED_POOL)
    MOPT_VULKAN_RESULT(VK_ERROR_OUT_OF_POOL_MEMORY)
    MOPT_VULKAN_RESULT(VK_ERROR_INVALID_SHADER_NV)
  default:
    break;
  }
#undef MOPT_VULKAN_RESULT
  return (llvm::Twine(name) + " (" + llvm::Twine(int(result)) + ")").str();
}

llvm::Error mopt::checkResult(VkResult result, const llvm::Twine &what) {
  if (result == VK_SUCCESS)
    return llvm::Error::success();
  return llvm::createStringError(what + " failed with " +
                                 describeResult(result));
}
