//===- VulkanDevice.h - A device that runs GPU artifacts --------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_VULKAN_VULKANDEVICE_H
#define MOPT_RUNTIME_VULKAN_VULKANDEVICE_H

#include "mopt/Target/SPIRV/Artifact.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace mlir::mopt {

/// What a device is and what it can do.
struct VulkanDeviceInfo {
  /// Position in the list of all devices.
  unsigned index = 0;
  /// The device's own name.
  std::string name;
  /// `discrete GPU`, `integrated GPU`, `virtual GPU`, `CPU` or `other`.
  std::string type;
  /// As VK_MAKE_API_VERSION packs it.
  uint32_t apiVersion = 0;
  uint32_t vendorID = 0;
  uint32_t deviceID = 0;
  uint32_t subgroupSize = 0;
  SPIRVFeatures features = SPIRVFeatures::None;

  /// Workgroups of a dispatch and invocations of a workgroup, by direction.
  std::array<uint32_t, 3> maxGroups = {};
  std::array<uint32_t, 3> maxLocalSize = {};
  uint32_t maxInvocations = 0;
  uint32_t maxSharedBytes = 0;
  /// Bytes of one binding, and of one allocation.
  uint64_t maxStorageRange = 0;
  uint64_t maxUniformRange = 0;
  /// Elements of a texel buffer.
  uint64_t maxTexels = 0;
  uint64_t maxAllocation = 0;
  /// Bindings of a kernel.
  uint32_t maxStorageBuffers = 0;
  uint32_t maxUniformBuffers = 0;
  uint32_t maxTexelBuffers = 0;
};

/// `1.3.230`.
std::string formatVulkanVersion(uint32_t version);

/// An error that lists all that `artifact` needs and the device does not have:
/// version, features, sizes of workgroups, of bindings and of buffers.
llvm::Error checkDevice(const VulkanDeviceInfo &info,
                        const SPIRVArtifact &artifact);

struct VulkanDeviceOptions {
  /// Turns on VK_LAYER_KHRONOS_validation with its checks of synchronization.
  /// An error where the layer is not installed.
  bool validate = false;
};

/// Every device of this machine; an error if there is no loader, no driver or
/// no device, with what to do about it.
llvm::Expected<std::vector<VulkanDeviceInfo>> listVulkanDevices();

/// The device that `choice` names: an index of the list, or a part of the name
/// in any case. Without a choice, the first discrete GPU, else the first
/// integrated or virtual one, else the first.
llvm::Expected<const VulkanDeviceInfo *>
chooseVulkanDevice(llvm::ArrayRef<VulkanDeviceInfo> devices,
                   llvm::StringRef choice);

/// What the validation layer has said since the last call.
std::vector<std::string> takeValidationMessages();

/// Vulkan's objects of a device; private to the library.
struct VulkanContext;

/// An open device. Threads may share it.
class VulkanDevice {
public:
  /// Opens the device that `choice` names (chooseVulkanDevice).
  static llvm::Expected<std::shared_ptr<VulkanDevice>>
  open(llvm::StringRef choice, const VulkanDeviceOptions &options = {});
  ~VulkanDevice();

  const VulkanDeviceInfo &getInfo() const { return info; }
  VulkanContext &getContext() const { return *context; }

private:
  VulkanDevice(VulkanDeviceInfo info, std::unique_ptr<VulkanContext> context);

  VulkanDeviceInfo info;
  std::unique_ptr<VulkanContext> context;
};

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_VULKAN_VULKANDEVICE_H
