//===- CheckDeviceTest.cpp - What a device lacks, and which is meant ------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AddKernel.h"
#include "mopt/Runtime/Vulkan/VulkanDevice.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

using namespace mlir::mopt;
using testing::HasSubstr;

namespace {

constexpr uint32_t makeVersion(uint32_t major, uint32_t minor) {
  return major << 22 | minor << 12;
}

/// A device that just suffices for makeAddArtifact(64).
VulkanDeviceInfo makeInfo() {
  VulkanDeviceInfo info;
  info.name = "Test GPU";
  info.type = "integrated GPU";
  info.apiVersion = makeVersion(1, 1) | 42;
  info.features = SPIRVFeatures::None;
  info.maxGroups = {8, 1, 1};
  info.maxLocalSize = {8, 1, 1};
  info.maxInvocations = 8;
  info.maxSharedBytes = 0;
  info.maxStorageRange = 256;
  info.maxUniformRange = 0;
  info.maxAllocation = 512;
  info.maxStorageBuffers = 3;
  info.maxUniformBuffers = 0;
  info.maxTexels = 0;
  info.maxTexelBuffers = 0;
  return info;
}

TEST(CheckDevice, AcceptsWhatSuffices) {
  EXPECT_FALSE(bool(checkDevice(makeInfo(), makeAddArtifact(64))));
}

TEST(CheckDevice, NamesWhatIsMissing) {
  using I = VulkanDeviceInfo;
  using A = SPIRVArtifact;
  std::pair<std::function<void(I &, A &)>, const char *> cases[] = {
      {[](I &, A &a) { a.vulkanVersion = makeVersion(1, 3); },
       "the device 'Test GPU' cannot run this model, compiled for 'generic': "
       "it has Vulkan 1.1.42, 1.3.0 is needed"},
      {[](I &, A &a) {
         a.features =
             SPIRVFeatures::IntegerDotProduct | SPIRVFeatures::RoundRTE32;
       },
       "it has no shaderIntegerDotProduct; it has no "
       "shaderRoundingModeRTEFloat32"},
      {[](I &i, A &) { i.maxLocalSize[0] = 4; },
       "workgroup size in x of kernel 'add 64': 8, the device's limit is 4"},
      {[](I &i, A &) { i.maxInvocations = 4; },
       "invocations in a workgroup of kernel 'add 64': 8, the device's limit "
       "is 4"},
      {[](I &, A &a) { a.kernels[0].sharedBytes = 16; },
       "bytes of workgroup memory of kernel 'add 64': 16, the device's limit "
       "is 0"},
      {[](I &i, A &) { i.maxStorageBuffers = 2; },
       "storage buffers of kernel 'add 64': 3, the device's limit is 2"},
      {[](I &i, A &) { i.maxGroups[0] = 7; },
       "workgroups in x of kernel 'add 64': 8, the device's limit is 7"},
      {[](I &i, A &) { i.maxStorageRange = 128; },
       "bytes of a storage buffer of kernel 'add 64': 256, the device's limit "
       "is 128"},
      {[](I &i, A &a) {
         a = makeAddArtifact(64, /*readsTexels=*/true);
         i.maxTexels = 64;
       },
       "texel buffers of kernel 'add 64': 1, the device's limit is 0"},
      {[](I &i, A &a) {
         a = makeAddArtifact(64, /*readsTexels=*/true);
         i.maxTexels = 63;
         i.maxTexelBuffers = 1;
       },
       "texels of a buffer of kernel 'add 64': 64, the device's limit is 63"},
      {[](I &i, A &) { i.maxAllocation = 256; },
       "bytes of inputs and outputs: 512, the device's limit is 256"},
  };
  for (const auto &[change, message] : cases) {
    VulkanDeviceInfo info = makeInfo();
    SPIRVArtifact artifact = makeAddArtifact(64);
    change(info, artifact);
    EXPECT_THAT(llvm::toString(checkDevice(info, artifact)),
                HasSubstr(message));
  }
}

TEST(CheckDevice, ListsFourReasonsAtMost) {
  VulkanDeviceInfo info;
  info.name = "Nothing";
  std::string message = llvm::toString(checkDevice(info, makeAddArtifact(64)));
  EXPECT_THAT(message, HasSubstr("it has Vulkan 0.0.0"));
  EXPECT_THAT(message, HasSubstr("more"));
  EXPECT_EQ(llvm::StringRef(message).count("; "), 4u);
}

TEST(ChooseDevice, ByTypeIndexAndName) {
  std::vector<VulkanDeviceInfo> devices(3);
  for (unsigned i = 0; i < 3; ++i)
    devices[i].index = i;
  devices[0].name = "llvmpipe";
  devices[0].type = "CPU";
  devices[1].name = "Small GPU";
  devices[1].type = "integrated GPU";
  devices[2].name = "Big GPU";
  devices[2].type = "discrete GPU";
  auto choose = [&](llvm::StringRef choice) -> std::string {
    auto chosen = chooseVulkanDevice(devices, choice);
    return chosen ? (*chosen)->name : llvm::toString(chosen.takeError());
  };
  EXPECT_EQ(choose(""), "Big GPU");
  EXPECT_EQ(choose("0"), "llvmpipe");
  EXPECT_EQ(choose("small"), "Small GPU");
  EXPECT_EQ(choose("GPU"), "Small GPU");
  EXPECT_EQ(choose("3"), "there is no Vulkan device 3; there are: 0 = "
                         "llvmpipe, 1 = Small GPU, 2 = Big GPU");
  EXPECT_EQ(choose("Mali"), "no Vulkan device has 'Mali' in its name; there "
                            "are: 0 = llvmpipe, 1 = Small GPU, 2 = Big GPU");
  devices.pop_back();
  EXPECT_EQ(choose(""), "Small GPU");
  devices.pop_back();
  EXPECT_EQ(choose(""), "llvmpipe");
  devices.pop_back();
  EXPECT_EQ(choose(""), "there is no Vulkan device");
}

} // namespace
