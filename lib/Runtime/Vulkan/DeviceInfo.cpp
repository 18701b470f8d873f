//===- DeviceInfo.cpp - What a device can do, and what an artifact needs --===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Vulkan/VulkanDevice.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

std::string mopt::formatVulkanVersion(uint32_t version) {
  return (Twine(version >> 22 & 0x7f) + "." + Twine(version >> 12 & 0x3ff) +
          "." + Twine(version & 0xfff))
      .str();
}

//===----------------------------------------------------------------------===//
// Choosing
//===----------------------------------------------------------------------===//

static std::string listNames(llvm::ArrayRef<VulkanDeviceInfo> devices) {
  return llvm::join(llvm::map_range(devices,
                                    [](const VulkanDeviceInfo &device) {
                                      return std::to_string(device.index) +
                                             " = " + device.name;
                                    }),
                    ", ");
}

Expected<const VulkanDeviceInfo *>
mopt::chooseVulkanDevice(llvm::ArrayRef<VulkanDeviceInfo> devices,
                         llvm::StringRef choice) {
  if (devices.empty())
    return llvm::createStringError("there is no Vulkan device");
  if (choice.empty()) {
    for (llvm::StringRef type :
         {"discrete GPU", "integrated GPU", "virtual GPU"})
      for (const VulkanDeviceInfo &device : devices)
        if (device.type == type)
          return &device;
    return &devices.front();
  }
  unsigned index;
  if (!choice.getAsInteger(10, index)) {
    if (index < devices.size())
      return &devices[index];
    return llvm::createStringError("there is no Vulkan device " + choice +
                                   "; there are: " + listNames(devices));
  }
  for (const VulkanDeviceInfo &device : devices)
    if (llvm::StringRef(device.name).contains_insensitive(choice))
      return &device;
  return llvm::createStringError(
      "no Vulkan device has '" + choice +
      "' in its name; there are: " + listNames(devices));
}

//===----------------------------------------------------------------------===//
// Checking
//===----------------------------------------------------------------------===//

namespace {

/// Collects what a device lacks.
class Checker {
public:
  Checker(const VulkanDeviceInfo &info, const SPIRVArtifact &artifact)
      : info(info), artifact(artifact) {}

  Error run() {
    checkHeader();
    for (const SPIRVKernel &kernel : artifact.kernels)
      checkKernel(kernel);
    for (const SPIRVDispatch &dispatch : artifact.dispatches)
      checkDispatch(dispatch);
    if (lacks.empty())
      return Error::success();
    // Kernels of one kind lack the same.
    size_t more = lacks.size() > kMaxListed ? lacks.size() - kMaxListed : 0;
    std::string list = llvm::join(llvm::ArrayRef(lacks).drop_back(more), "; ");
    if (more)
      list += "; and " + std::to_string(more) + " more";
    return llvm::createStringError("the device '" + info.name +
                                   "' cannot run this model, compiled for '" +
                                   artifact.profile + "': " + list);
  }

private:
  static constexpr size_t kMaxListed = 4;

  void lack(const Twine &what) {
    std::string text = what.str();
    if (!llvm::is_contained(lacks, text))
      lacks.push_back(std::move(text));
  }

  /// `what` may be up to `limit`.
  void checkLimit(uint64_t value, uint64_t limit, const Twine &what) {
    if (value > limit)
      lack(what + " " + Twine(value) + ", the device's limit is " +
           Twine(limit));
  }

  void checkHeader() {
    // The patch does not change what there is.
    if (info.apiVersion >> 12 < artifact.vulkanVersion >> 12)
      lack("it has Vulkan " + formatVulkanVersion(info.apiVersion) + ", " +
           formatVulkanVersion(artifact.vulkanVersion) + " is needed");
    for (const std::string &name :
         getFeatureNames(artifact.features & ~info.features))
      lack("it has no " + name);
    checkLimit(artifact.constants.size(), info.maxAllocation,
               "bytes of constants:");
    checkLimit(artifact.arenaSize, info.maxAllocation, "bytes of the arena:");
    checkLimit(artifact.ioSize, info.maxAllocation,
               "bytes of inputs and outputs:");
  }

  void checkKernel(const SPIRVKernel &kernel) {
    std::string of = " of kernel '" + kernel.name + "':";
    uint64_t invocations = 1;
    for (unsigned i = 0; i < 3; ++i) {
      checkLimit(kernel.localSize[i], info.maxLocalSize[i],
                 "workgroup size in " + Twine("xyz"[i]) + of);
      invocations *= kernel.localSize[i];
    }
    checkLimit(invocations, info.maxInvocations,
               "invocations in a workgroup" + of);
    checkLimit(kernel.sharedBytes, info.maxSharedBytes,
               "bytes of workgroup memory" + of);
    uint64_t uniform =
        llvm::count(kernel.bindings, SPIRVBindingKind::UniformBuffer);
    checkLimit(uniform, info.maxUniformBuffers, "uniform buffers" + of);
    uint64_t storage =
        llvm::count(kernel.bindings, SPIRVBindingKind::StorageBuffer);
    checkLimit(storage, info.maxStorageBuffers, "storage buffers" + of);
    checkLimit(kernel.bindings.size() - uniform - storage, info.maxTexelBuffers,
               "texel buffers" + of);
  }

  void checkDispatch(const SPIRVDispatch &dispatch) {
    const SPIRVKernel &kernel = artifact.kernels[dispatch.kernel];
    std::string of = " of kernel '" + kernel.name + "':";
    for (unsigned i = 0; i < 3; ++i)
      checkLimit(dispatch.groups[i], info.maxGroups[i],
                 "workgroups in " + Twine("xyz"[i]) + of);
    for (auto [range, kind] : llvm::zip_equal(dispatch.ranges, kernel.bindings))
      if (uint64_t texel = getTexelBytes(kind))
        checkLimit(range.size / texel, info.maxTexels,
                   "texels of a buffer" + of);
      else if (kind == SPIRVBindingKind::UniformBuffer)
        checkLimit(range.size, info.maxUniformRange,
                   "bytes of a uniform buffer" + of);
      else
        checkLimit(range.size, info.maxStorageRange,
                   "bytes of a storage buffer" + of);
  }

  const VulkanDeviceInfo &info;
  const SPIRVArtifact &artifact;
  std::vector<std::string> lacks;
};

} // namespace

Error mopt::checkDevice(const VulkanDeviceInfo &info,
                        const SPIRVArtifact &artifact) {
  return Checker(info, artifact).run();
}
