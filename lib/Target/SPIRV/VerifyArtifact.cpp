//===- VerifyArtifact.cpp - What holds without a device ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyModule.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Twine;

/// No buffer of a device comes near. Sums of sizes below it do not overflow.
static constexpr uint64_t kMaxBytes = uint64_t(1) << 40;
/// No device takes more invocations in a workgroup, in all or in a direction.
static constexpr uint32_t kMaxInvocations = 1 << 16;
static constexpr uint32_t kMaxGroups = 0x7fffffff;
static constexpr int64_t kMaxRank = 16;

uint64_t mopt::getElementBytes(SPIRVElementType type) {
  switch (type) {
  case SPIRVElementType::Int8:
  case SPIRVElementType::UInt8:
  case SPIRVElementType::Bool:
    return 1;
  case SPIRVElementType::Float16:
  case SPIRVElementType::Int16:
    return 2;
  case SPIRVElementType::Float32:
  case SPIRVElementType::Int32:
    return 4;
  case SPIRVElementType::Int64:
    return 8;
  }
  llvm_unreachable("all types are handled");
}

uint64_t mopt::getTexelBytes(SPIRVBindingKind kind) {
  switch (kind) {
  case SPIRVBindingKind::StorageBuffer:
  case SPIRVBindingKind::UniformBuffer:
    return 0;
  case SPIRVBindingKind::TexelsI32:
  case SPIRVBindingKind::TexelsF32:
    return 4;
  case SPIRVBindingKind::TexelsI32x2:
    return 8;
  case SPIRVBindingKind::TexelsI32x4:
  case SPIRVBindingKind::TexelsF32x4:
    return 16;
  }
  llvm_unreachable("all kinds are handled");
}

BufferKind mopt::getBufferKind(SPIRVBindingKind kind) {
  switch (kind) {
  case SPIRVBindingKind::StorageBuffer:
    return BufferKind::Storage;
  case SPIRVBindingKind::UniformBuffer:
    return BufferKind::Uniform;
  case SPIRVBindingKind::TexelsI32:
  case SPIRVBindingKind::TexelsI32x2:
  case SPIRVBindingKind::TexelsI32x4:
    return BufferKind::IntegerTexels;
  case SPIRVBindingKind::TexelsF32:
  case SPIRVBindingKind::TexelsF32x4:
    return BufferKind::FloatTexels;
  }
  llvm_unreachable("all kinds are handled");
}

uint64_t SPIRVTensor::getBytes() const {
  uint64_t bytes = getElementBytes(type);
  for (int64_t dim : shape)
    bytes *= dim;
  return bytes;
}

std::vector<std::string> mopt::getFeatureNames(SPIRVFeatures features) {
  static constexpr std::pair<SPIRVFeatures, const char *> names[] = {
      {SPIRVFeatures::IntegerDotProduct, "shaderIntegerDotProduct"},
      {SPIRVFeatures::Int8, "shaderInt8"},
      {SPIRVFeatures::StorageBuffer8, "storageBuffer8BitAccess"},
      {SPIRVFeatures::StorageBuffer16, "storageBuffer16BitAccess"},
      {SPIRVFeatures::Float16, "shaderFloat16"},
      {SPIRVFeatures::Int64, "shaderInt64"},
      {SPIRVFeatures::RoundRTE32, "shaderRoundingModeRTEFloat32"},
      {SPIRVFeatures::Int16, "shaderInt16"}};
  std::vector<std::string> found;
  for (const auto &[feature, name] : names)
    if ((features & feature) != SPIRVFeatures::None)
      found.push_back(name);
  return found;
}

namespace {

/// Checks an artifact; `where` says of what an error speaks.
class Verifier {
public:
  explicit Verifier(const SPIRVArtifact &artifact) : artifact(artifact) {}

  Error run() {
    if (Error error = verifyHeader())
      return error;
    for (auto [i, module] : llvm::enumerate(artifact.modules))
      if (Error error = verifyModule(module, "module " + Twine(i)))
        return error;
    for (auto [i, kernel] : llvm::enumerate(artifact.kernels))
      if (Error error = verifyKernel(kernel, "kernel " + Twine(i) + " '" +
                                                 kernel.name + "'"))
        return error;
    for (auto [i, dispatch] : llvm::enumerate(artifact.dispatches))
      if (Error error = verifyDispatch(dispatch, "dispatch " + Twine(i)))
        return error;
    for (auto [i, input] : llvm::enumerate(artifact.inputs))
      if (Error error = verifyTensor(input, "input " + Twine(i)))
        return error;
    for (auto [i, output] : llvm::enumerate(artifact.outputs))
      if (Error error = verifyTensor(output, "output " + Twine(i)))
        return error;
    return Error::success();
  }

private:
  static Error fail(const Twine &where, const Twine &what) {
    return llvm::createStringError(where + ": " + what);
  }

  Error verifyHeader() {
    // Variant 0, major 1, minor at least 1.
    if (artifact.vulkanVersion >> 22 != 1 ||
        (artifact.vulkanVersion >> 12 & 0x3ff) == 0)
      return fail("the header", "its version of Vulkan is none from 1.1 on");
    for (auto [name, size] : {std::pair("arena", artifact.arenaSize),
                              std::pair("io", artifact.ioSize)})
      if (size > kMaxBytes || size % 4)
        return fail("the header", "the size of the " + Twine(name) + ", " +
                                      Twine(size) +
                                      ", is no multiple of 4 up to 2^40");
    return Error::success();
  }

  Error verifyModule(const SPIRVModule &module, const Twine &where) {
    llvm::Expected<ModuleFacts> found = readModuleFacts(module.words);
    if (!found)
      return fail(where, llvm::toString(found.takeError()));
    SPIRVFeatures missing = found->features & ~artifact.features;
    if (missing != SPIRVFeatures::None)
      return fail(where, "it needs " + getFeatureNames(missing).front() +
                             ", which the header does not list");
    facts.push_back(std::move(*found));
    return Error::success();
  }

  Error verifyKernel(const SPIRVKernel &kernel, const Twine &where) {
    if (kernel.module >= facts.size())
      return fail(where, "there is no module " + Twine(kernel.module));
    uint64_t invocations = 1;
    for (uint32_t size : kernel.localSize) {
      if (size == 0 || size > kMaxInvocations)
        return fail(where, "a workgroup of " + Twine(size) +
                               " invocations in a direction");
      invocations *= size;
    }
    if (invocations > kMaxInvocations)
      return fail(where,
                  "a workgroup of " + Twine(invocations) + " invocations");
    const ModuleFacts &module = facts[kernel.module];
    auto entry = module.entryPoints.find(kernel.entryPoint);
    if (entry == module.entryPoints.end())
      return fail(where, "module " + Twine(kernel.module) +
                             " has no entry point '" + kernel.entryPoint + "'");
    if (entry->second.localSize != kernel.localSize)
      return fail(where, "the workgroup's size is not that of the module");
    for (auto [binding, kind] : entry->second.bindings) {
      if (binding >= kernel.bindings.size())
        return fail(where, "the module accesses binding " + Twine(binding) +
                               ", which the kernel does not have");
      if (getBufferKind(kernel.bindings[binding]) != kind)
        return fail(where, "binding " + Twine(binding) +
                               " is of another kind in the module");
    }
    return Error::success();
  }

  Error verifyDispatch(const SPIRVDispatch &dispatch, const Twine &where) {
    if (dispatch.kernel >= artifact.kernels.size())
      return fail(where, "there is no kernel " + Twine(dispatch.kernel));
    for (uint32_t groups : dispatch.groups)
      if (groups == 0 || groups > kMaxGroups)
        return fail(where, Twine(groups) + " workgroups in a direction");
    const SPIRVKernel &kernel = artifact.kernels[dispatch.kernel];
    if (dispatch.ranges.size() != kernel.bindings.size())
      return fail(where, Twine(dispatch.ranges.size()) + " ranges for the " +
                             Twine(kernel.bindings.size()) +
                             " bindings of kernel '" + kernel.name + "'");
    for (auto [i, range] : llvm::enumerate(dispatch.ranges)) {
      std::string binding = (where + ", binding " + Twine(i)).str();
      if (Error error = verifyRange(range, binding))
        return error;
      uint64_t texel = getTexelBytes(kernel.bindings[i]);
      if (texel && range.size % texel)
        return fail(binding, "its size " + Twine(range.size) +
                                 " is no multiple of its texels' " +
                                 Twine(texel));
    }
    return Error::success();
  }

  Error verifyRange(const SPIRVRange &range, const Twine &where) {
    uint64_t buffer = getSize(range.memory);
    if (range.offset % kSPIRVBufferAlignment)
      return fail(where, "its offset " + Twine(range.offset) +
                             " is no multiple of " +
                             Twine(kSPIRVBufferAlignment));
    if (range.size == 0 || range.size % 4)
      return fail(where, "its size " + Twine(range.size) +
                             " is no multiple of 4 above 0");
    if (range.offset > buffer || range.size > buffer - range.offset)
      return fail(where, "bytes " + Twine(range.offset) + " to " +
                             Twine(range.offset + range.size) +
                             " of a buffer of " + Twine(buffer));
    return Error::success();
  }

  uint64_t getSize(SPIRVMemory memory) const {
    switch (memory) {
    case SPIRVMemory::Constants:
      return artifact.constants.size();
    case SPIRVMemory::Arena:
      return artifact.arenaSize;
    case SPIRVMemory::Io:
      return artifact.ioSize;
    }
    llvm_unreachable("all memories are handled");
  }

  Error verifyTensor(const SPIRVTensor &tensor, const Twine &what) {
    std::string where = (what + " '" + tensor.name + "'").str();
    if (tensor.shape.size() > kMaxRank)
      return fail(where, Twine(tensor.shape.size()) + " dimensions");
    uint64_t bytes = getElementBytes(tensor.type);
    for (int64_t dim : tensor.shape) {
      if (dim <= 0 || uint64_t(dim) > kMaxBytes / bytes)
        return fail(where, "a dimension of " + Twine(dim) + " elements");
      bytes *= dim;
    }
    if (tensor.range.memory != SPIRVMemory::Io)
      return fail(where, "it does not lie in the io buffer");
    if (Error error = verifyRange(tensor.range, where))
      return error;
    if (tensor.range.size != llvm::alignTo(bytes, 4))
      return fail(where, "it has " + Twine(bytes) + " bytes in a range of " +
                             Twine(tensor.range.size));
    return verifyQuantization(tensor, where);
  }

  static Error verifyQuantization(const SPIRVTensor &tensor,
                                  const Twine &where) {
    if (tensor.scale == 0)
      return Error::success();
    // A comparison that NaN fails too. The largest float bounds scales.
    if (!(tensor.scale > 0 && tensor.scale < 3.5e38))
      return fail(where, "its scale is no positive number");
    int64_t least, most;
    switch (tensor.type) {
    case SPIRVElementType::Int8:
      least = INT8_MIN, most = INT8_MAX;
      break;
    case SPIRVElementType::UInt8:
      least = 0, most = UINT8_MAX;
      break;
    case SPIRVElementType::Int16:
      least = INT16_MIN, most = INT16_MAX;
      break;
    case SPIRVElementType::Int32:
      least = INT32_MIN, most = INT32_MAX;
      break;
    default:
      return fail(where, "a scale for elements that are not quantized");
    }
    if (tensor.zeroPoint < least || tensor.zeroPoint > most)
      return fail(where, "its zero point " + Twine(tensor.zeroPoint) +
                             " is no value of its type");
    return Error::success();
  }

  const SPIRVArtifact &artifact;
  /// Of the modules verified so far.
  std::vector<ModuleFacts> facts;
};

} // namespace

Error mopt::verifyArtifact(const SPIRVArtifact &artifact) {
  return Verifier(artifact).run();
}
