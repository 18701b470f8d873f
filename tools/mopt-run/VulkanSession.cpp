//===- VulkanSession.cpp - Models on a GPU ----------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VulkanSession.h"
#include "Placements.h"

#include "mopt/Runtime/Vulkan/VulkanExecutor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

//===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===//

Error mopt::listDevices(bool json) {
  Expected<std::vector<VulkanDeviceInfo>> devices = listVulkanDevices();
  if (!devices)
    return devices.takeError();
  llvm::json::Array array;
  for (const VulkanDeviceInfo &device : *devices) {
    std::vector<std::string> features = getFeatureNames(device.features);
    if (json) {
      array.push_back(llvm::json::Object{
          {"index", device.index},
          {"name", llvm::json::fixUTF8(device.name)},
          {"type", device.type},
          {"api_version", formatVulkanVersion(device.apiVersion)},
          {"vendor_id", device.vendorID},
          {"device_id", device.deviceID},
          {"subgroup_size", device.subgroupSize},
          {"max_workgroup_invocations", device.maxInvocations},
          {"max_workgroup_memory", device.maxSharedBytes},
          {"features", llvm::json::Array(features)}});
      continue;
    }
    llvm::outs() << "vulkan:" << device.index << "  " << device.name << " ("
                 << device.type << ", Vulkan "
                 << formatVulkanVersion(device.apiVersion) << ", subgroups of "
                 << device.subgroupSize << ")\n"
                 << "  workgroups of up to " << device.maxInvocations
                 << " invocations and " << device.maxSharedBytes
                 << " bytes of memory\n"
                 << "  " << llvm::join(features, ", ") << "\n";
  }
  if (json)
    llvm::outs() << llvm::json::Value(
                        llvm::json::Object{{"devices", std::move(array)}})
                 << "\n";
  return Error::success();
}

static Expected<std::shared_ptr<VulkanDevice>>
openDevice(const RunOptions &options) {
  VulkanDeviceOptions opening;
  opening.validate = options.vulkanValidation;
  return VulkanDevice::open(options.vulkanDevice, opening);
}

static VulkanProgramOptions getProgramOptions(const RunOptions &options) {
  VulkanProgramOptions program;
  program.pipelineCache = options.pipelineCache;
  program.poisonArena = options.vulkanValidation;
  return program;
}

Error mopt::checkValidation() {
  std::vector<std::string> messages = takeValidationMessages();
  if (messages.empty())
    return Error::success();
  return llvm::createStringError("the Vulkan validation layer says:\n" +
                                 llvm::join(messages, "\n"));
}

static llvm::json::Object describe(const VulkanDeviceInfo &info) {
  return llvm::json::Object{{"name", llvm::json::fixUTF8(info.name)},
                            {"vulkan", formatVulkanVersion(info.apiVersion)}};
}

//===----------------------------------------------------------------------===//
// Artifacts
//===----------------------------------------------------------------------===//

bool mopt::isArtifactFile(StringRef path) {
  Expected<llvm::sys::fs::file_t> file =
      llvm::sys::fs::openNativeFileForRead(path);
  if (!file) {
    llvm::consumeError(file.takeError());
    return false;
  }
  char start[8];
  Expected<size_t> count = llvm::sys::fs::readNativeFile(*file, start);
  llvm::sys::fs::closeFile(*file);
  if (!count) {
    llvm::consumeError(count.takeError());
    return false;
  }
  return isSPIRVArtifact(StringRef(start, *count));
}

Error mopt::loadArtifact(MLIRContext &context, Session &session, StringRef path,
                         std::optional<Device> device,
                         const RunOptions &options) {
  if (device && *device != Device::Vulkan)
    return llvm::createStringError(
        path + ": is compiled for GPUs; run it with --device=vulkan, or the "
               "model that it was made of");
  if (!options.report.empty())
    return llvm::createStringError(
        path + ": --report needs models; this is what was compiled of one");
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (std::error_code code = file.getError())
    return llvm::createStringError("cannot open '" + path +
                                   "': " + code.message());
  Expected<SPIRVArtifact> read = readArtifact((*file)->getMemBufferRef());
  if (!read)
    return llvm::createStringError(path + ": " +
                                   llvm::toString(read.takeError()));
  auto artifact = std::make_shared<const SPIRVArtifact>(std::move(*read));
  if (options.executor.requantize &&
      *options.executor.requantize != artifact->requantize)
    return llvm::createStringError(
        path + ": was compiled with --requantize=" +
        stringifyRequantizeMode(artifact->requantize) +
        "; compile the model again for the other arithmetic");
  session.module = makeArtifactModule(&context, *artifact);
  session.function = *session.module->getOps<func::FuncOp>().begin();
  Expected<std::shared_ptr<VulkanDevice>> opened = openDevice(options);
  if (!opened)
    return opened.takeError();
  session.device = describe((*opened)->getInfo());
  (*session.device)["profile"] = llvm::json::fixUTF8(artifact->profile);
  Expected<std::unique_ptr<VulkanExecutor>> executor = VulkanExecutor::create(
      *opened, artifact, session.function.getFunctionType(),
      getProgramOptions(options));
  if (!executor)
    return executor.takeError();
  session.executor = std::move(*executor);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

Expected<std::unique_ptr<Executor>>
mopt::createOnVulkan(Session &session, const RunOptions &options) {
  Expected<std::shared_ptr<VulkanDevice>> opened = openDevice(options);
  if (!opened)
    return opened.takeError();
  VulkanExecutorOptions vulkan;
  vulkan.device = *opened;
  vulkan.program = getProgramOptions(options);
  vulkan.profile = options.gpuProfile;
  vulkan.float16 = options.float16;
  vulkan.executor = options.executor;
  Expected<std::unique_ptr<PartitionedExecutor>> executor =
      createVulkanExecutor(session.function, vulkan);
  if (!executor)
    return executor.takeError();
  ArrayRef<OperatorPlacement> placements = (*executor)->getPlacements();
  session.device = describe((*opened)->getInfo());
  (*session.device)["operators"] = placementsToJSON(placements);
  if (!options.json)
    printPlacements(placements);
  return std::move(*executor);
}
