//===- VulkanProgram.cpp - A GPU artifact ready to run ----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Vulkan/VulkanProgram.h"

#include "VulkanCommands.h"
#include "llvm/ADT/Twine.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

VulkanProgram::VulkanProgram(std::shared_ptr<VulkanPipelines> pipelines,
                             std::unique_ptr<VulkanCommands> commands)
    : pipelines(std::move(pipelines)), commands(std::move(commands)) {}

VulkanProgram::~VulkanProgram() = default;

Expected<std::unique_ptr<VulkanProgram>>
VulkanProgram::create(std::shared_ptr<VulkanDevice> device,
                      std::shared_ptr<const SPIRVArtifact> artifact,
                      const VulkanProgramOptions &options) {
  Expected<std::shared_ptr<VulkanPipelines>> pipelines =
      VulkanPipelines::create(std::move(device), std::move(artifact), options);
  if (!pipelines)
    return pipelines.takeError();
  Expected<std::unique_ptr<VulkanCommands>> commands =
      VulkanCommands::create(*pipelines);
  if (!commands)
    return commands.takeError();
  return std::unique_ptr<VulkanProgram>(
      new VulkanProgram(std::move(*pipelines), std::move(*commands)));
}

Expected<std::unique_ptr<VulkanProgram>> VulkanProgram::clone() const {
  Expected<std::unique_ptr<VulkanCommands>> copy =
      VulkanCommands::create(pipelines);
  if (!copy)
    return copy.takeError();
  return std::unique_ptr<VulkanProgram>(
      new VulkanProgram(pipelines, std::move(*copy)));
}

const SPIRVArtifact &VulkanProgram::getArtifact() const {
  return *pipelines->artifact;
}

VulkanDevice &VulkanProgram::getDevice() const { return *pipelines->device; }

/// Writes the inputs to where the device finds them.
static Error writeInputs(const SPIRVArtifact &artifact, char *to,
                         llvm::ArrayRef<llvm::ArrayRef<char>> inputs) {
  if (inputs.size() != artifact.inputs.size())
    return llvm::createStringError("the model takes " +
                                   Twine(artifact.inputs.size()) + " inputs, " +
                                   Twine(inputs.size()) + " given");
  for (auto [tensor, bytes] : llvm::zip_equal(artifact.inputs, inputs)) {
    if (bytes.size() != tensor.getBytes())
      return llvm::createStringError(
          "input '" + tensor.name + "' has " + Twine(bytes.size()) +
          " bytes, the model takes " + Twine(tensor.getBytes()));
    std::memcpy(to + tensor.range.offset, bytes.data(), bytes.size());
    // Kernels may read whole words.
    std::memset(to + tensor.range.offset + bytes.size(), 0,
                tensor.range.size - bytes.size());
  }
  return Error::success();
}

Error VulkanProgram::run(llvm::ArrayRef<llvm::ArrayRef<char>> inputs,
                         llvm::ArrayRef<llvm::MutableArrayRef<char>> outputs) {
  const SPIRVArtifact &artifact = getArtifact();
  if (outputs.size() != artifact.outputs.size())
    return llvm::createStringError(
        "the model gives " + Twine(artifact.outputs.size()) +
        " outputs, room for " + Twine(outputs.size()));
  for (auto [tensor, bytes] : llvm::zip_equal(artifact.outputs, outputs))
    if (bytes.size() != tensor.getBytes())
      return llvm::createStringError("output '" + tensor.name + "' has " +
                                     Twine(tensor.getBytes()) +
                                     " bytes, room for " + Twine(bytes.size()));
  if (Error error = writeInputs(artifact, commands->getInputs(), inputs))
    return error;
  if (Error error = commands->run())
    return error;
  for (auto [tensor, bytes] : llvm::zip_equal(artifact.outputs, outputs))
    std::memcpy(bytes.data(), commands->getOutputs() + tensor.range.offset,
                bytes.size());
  return Error::success();
}

Expected<std::vector<double>>
VulkanProgram::profile(llvm::ArrayRef<llvm::ArrayRef<char>> inputs) {
  if (Error error = writeInputs(getArtifact(), commands->getInputs(), inputs))
    return std::move(error);
  return commands->profile();
}
