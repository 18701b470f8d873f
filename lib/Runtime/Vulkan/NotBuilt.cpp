//===- NotBuilt.cpp - The device of a mopt built without Vulkan -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Vulkan/VulkanProgram.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

namespace mlir::mopt {
struct VulkanContext {};
struct VulkanPipelines {};
struct VulkanCommands {};
} // namespace mlir::mopt

static Error notBuilt() {
  return llvm::createStringError(
      "this mopt was built without Vulkan; install its headers (Debian: "
      "libvulkan-dev) and configure and build mopt again");
}

Expected<std::vector<VulkanDeviceInfo>> mopt::listVulkanDevices() {
  return notBuilt();
}

std::vector<std::string> mopt::takeValidationMessages() { return {}; }

Expected<std::shared_ptr<VulkanDevice>>
VulkanDevice::open(llvm::StringRef, const VulkanDeviceOptions &) {
  return notBuilt();
}

VulkanDevice::~VulkanDevice() = default;

Expected<std::unique_ptr<VulkanProgram>>
VulkanProgram::create(std::shared_ptr<VulkanDevice>,
                      std::shared_ptr<const SPIRVArtifact>,
                      const VulkanProgramOptions &) {
  return notBuilt();
}

Expected<std::unique_ptr<VulkanProgram>> VulkanProgram::clone() const {
  return notBuilt();
}

VulkanProgram::~VulkanProgram() = default;

// Without a device there is no program to ask.
const SPIRVArtifact &VulkanProgram::getArtifact() const {
  llvm::report_fatal_error("built without Vulkan");
}

VulkanDevice &VulkanProgram::getDevice() const {
  llvm::report_fatal_error("built without Vulkan");
}

Error VulkanProgram::run(llvm::ArrayRef<llvm::ArrayRef<char>>,
                         llvm::ArrayRef<llvm::MutableArrayRef<char>>) {
  return notBuilt();
}

Expected<std::vector<double>>
VulkanProgram::profile(llvm::ArrayRef<llvm::ArrayRef<char>>) {
  return notBuilt();
}
