//===- VerifyModule.cpp - The structure of a SPIR-V binary ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyModule.h"

#include "mlir/Dialect/SPIRV/IR/SPIRVEnums.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;
using namespace mlir::mopt;
using spirv::Capability;
using spirv::Opcode;

static constexpr uint32_t kMagic = 0x07230203;
static constexpr size_t kHeaderWords = 5;
/// 1.6, the newest that a version of Vulkan accepts.
static constexpr uint32_t kNewestVersion = 0x00010600;

template <typename Enum>
static uint32_t number(Enum value) {
  return static_cast<uint32_t>(value);
}

/// The feature that a device with `capability` has; std::nullopt for
/// capabilities that the format does not know.
static std::optional<SPIRVFeatures> getFeature(uint32_t capability) {
  switch (static_cast<Capability>(capability)) {
  case Capability::Matrix:
  case Capability::Shader:
  // Uniform texel buffers, which every device has.
  case Capability::SampledBuffer:
    return SPIRVFeatures::None;
  case Capability::Float16:
    return SPIRVFeatures::Float16;
  case Capability::Int64:
    return SPIRVFeatures::Int64;
  case Capability::Int16:
    return SPIRVFeatures::Int16;
  case Capability::Int8:
    return SPIRVFeatures::Int8;
  case Capability::StorageBuffer16BitAccess:
    return SPIRVFeatures::StorageBuffer16;
  case Capability::StorageBuffer8BitAccess:
    return SPIRVFeatures::StorageBuffer8;
  case Capability::DotProduct:
  case Capability::DotProductInputAll:
  case Capability::DotProductInput4x8Bit:
  case Capability::DotProductInput4x8BitPacked:
    return SPIRVFeatures::IntegerDotProduct;
  case Capability::RoundingModeRTE:
    return SPIRVFeatures::RoundRTE32;
  default:
    return std::nullopt;
  }
}

/// The string that begins `words`; std::nullopt if it does not end there.
static std::optional<std::string> readString(llvm::ArrayRef<uint32_t> words) {
  std::string text;
  for (uint32_t word : words)
    for (unsigned shift = 0; shift < 32; shift += 8) {
      char c = static_cast<char>(word >> shift);
      if (!c)
        return text;
      text += c;
    }
  return std::nullopt;
}

namespace {

struct Variable {
  uint32_t type = 0, storageClass = 0;
  std::optional<uint32_t> set, binding;
};

class Reader {
public:
  explicit Reader(llvm::ArrayRef<uint32_t> words) : words(words) {}

  llvm::Expected<ModuleFacts> run() {
    if (words.size() < kHeaderWords || words[0] != kMagic)
      return llvm::createStringError("it does not begin as SPIR-V does");
    if (words[1] > kNewestVersion)
      return llvm::createStringError("its version of SPIR-V is newer than 1.6");
    llvm::ArrayRef<uint32_t> rest = words.drop_front(kHeaderWords);
    while (!rest.empty()) {
      uint32_t count = rest[0] >> 16;
      if (count == 0 || count > rest.size())
        return llvm::createStringError("the instruction at word " +
                                       llvm::Twine(words.size() - rest.size()) +
                                       " has no end in it");
      if (llvm::Error error = read(static_cast<Opcode>(rest[0] & 0xffff),
                                   rest.slice(1, count - 1)))
        return std::move(error);
      rest = rest.drop_front(count);
    }
    return collect();
  }

private:
  llvm::Error read(Opcode opcode, llvm::ArrayRef<uint32_t> operands) {
    auto has = [&](size_t count) { return operands.size() >= count; };
    switch (opcode) {
    case Opcode::OpCapability:
      return has(1) ? readCapability(operands[0]) : tooShort(opcode);
    case Opcode::OpEntryPoint:
      return has(3) ? readEntryPoint(operands) : tooShort(opcode);
    case Opcode::OpExecutionMode:
      if (!has(2))
        return tooShort(opcode);
      if (operands[1] != number(spirv::ExecutionMode::LocalSize))
        return llvm::Error::success();
      if (!has(5))
        return tooShort(opcode);
      localSizes[operands[0]] = {operands[2], operands[3], operands[4]};
      return llvm::Error::success();
    case Opcode::OpDecorate:
      if (!has(2))
        return tooShort(opcode);
      if (has(3) && operands[1] == number(spirv::Decoration::DescriptorSet))
        variables[operands[0]].set = operands[2];
      if (has(3) && operands[1] == number(spirv::Decoration::Binding))
        variables[operands[0]].binding = operands[2];
      return llvm::Error::success();
    case Opcode::OpTypeInt:
    case Opcode::OpTypeFloat:
      if (!has(2))
        return tooShort(opcode);
      numbers[operands[0]] = {opcode == Opcode::OpTypeFloat, operands[1]};
      return llvm::Error::success();
    case Opcode::OpTypeImage:
      return has(8) ? readImage(operands) : tooShort(opcode);
    case Opcode::OpTypePointer:
      if (!has(3))
        return tooShort(opcode);
      pointees[operands[0]] = operands[2];
      return llvm::Error::success();
    case Opcode::OpVariable:
      if (!has(3))
        return tooShort(opcode);
      variables[operands[1]].type = operands[0];
      variables[operands[1]].storageClass = operands[2];
      if (operands[2] == number(spirv::StorageClass::PushConstant))
        return llvm::createStringError("it uses push constants");
      return llvm::Error::success();
    case Opcode::OpFunction:
      if (!has(4))
        return tooShort(opcode);
      function = operands[1];
      return llvm::Error::success();
    case Opcode::OpFunctionCall:
      return llvm::createStringError(
          "it calls functions; kernels have to be one function each");
    case Opcode::OpAccessChain:
    case Opcode::OpLoad:
      if (!has(3))
        return tooShort(opcode);
      accessed[function].insert(operands[2]);
      return llvm::Error::success();
    case Opcode::OpStore:
      if (!has(2))
        return tooShort(opcode);
      accessed[function].insert(operands[0]);
      return llvm::Error::success();
    default:
      return llvm::Error::success();
    }
  }

  static llvm::Error tooShort(Opcode opcode) {
    return llvm::createStringError("an " + spirv::stringifyOpcode(opcode) +
                                   " in it lacks operands");
  }

  llvm::Error readCapability(uint32_t capability) {
    std::optional<SPIRVFeatures> feature = getFeature(capability);
    if (!feature)
      return llvm::createStringError(
          "it needs the capability " + llvm::Twine(capability) + " (" +
          spirv::stringifyCapability(static_cast<Capability>(capability)) +
          "), for which the format has no feature");
    facts.features |= *feature;
    return llvm::Error::success();
  }

  /// Texel buffers of 32-bit numbers are all the images that there are.
  llvm::Error readImage(llvm::ArrayRef<uint32_t> operands) {
    constexpr uint32_t withSampler = 1;
    auto component = numbers.find(operands[1]);
    if (operands[2] != number(spirv::Dim::Buffer) ||
        operands[6] != withSampler || component == numbers.end() ||
        component->second.width != 32)
      return llvm::createStringError(
          "it has an image that is no texel buffer of 32-bit numbers");
    images[operands[0]] = component->second.isFloat ? BufferKind::FloatTexels
                                                    : BufferKind::IntegerTexels;
    return llvm::Error::success();
  }

  llvm::Error readEntryPoint(llvm::ArrayRef<uint32_t> operands) {
    std::optional<std::string> name = readString(operands.drop_front(2));
    if (!name)
      return llvm::createStringError("the name of an entry point has no end");
    if (operands[0] != number(spirv::ExecutionModel::GLCompute))
      return llvm::createStringError("its entry point '" + *name +
                                     "' is no compute shader");
    if (!entryPoints.try_emplace(*name, operands[1]).second)
      return llvm::createStringError("it has two entry points '" + *name + "'");
    return llvm::Error::success();
  }

  /// Everything has been read: what is said of entry points goes to them.
  llvm::Expected<ModuleFacts> collect() {
    for (const auto &[name, function] : entryPoints) {
      EntryPointFacts &entry = facts.entryPoints[name];
      auto size = localSizes.find(function);
      if (size == localSizes.end())
        return llvm::createStringError("its entry point '" + name +
                                       "' has no LocalSize");
      entry.localSize = size->second;
      for (uint32_t id : accessed[function]) {
        auto found = variables.find(id);
        if (found == variables.end())
          continue;
        const Variable &variable = found->second;
        std::optional<BufferKind> kind = getKind(variable);
        if (!kind)
          continue;
        if (variable.set.value_or(0) != 0 || !variable.binding)
          return llvm::createStringError(
              "its entry point '" + name +
              "' accesses a buffer that is no binding of the set 0");
        entry.bindings[*variable.binding] = *kind;
      }
    }
    return std::move(facts);
  }

  /// What a variable is that a kernel accesses; std::nullopt if no buffer.
  std::optional<BufferKind> getKind(const Variable &variable) const {
    switch (static_cast<spirv::StorageClass>(variable.storageClass)) {
    case spirv::StorageClass::StorageBuffer:
      return BufferKind::Storage;
    case spirv::StorageClass::Uniform:
      return BufferKind::Uniform;
    case spirv::StorageClass::UniformConstant: {
      auto pointee = pointees.find(variable.type);
      if (pointee == pointees.end())
        return std::nullopt;
      auto image = images.find(pointee->second);
      return image == images.end() ? std::nullopt
                                   : std::optional<BufferKind>(image->second);
    }
    default:
      return std::nullopt;
    }
  }

  struct Number {
    bool isFloat;
    uint32_t width;
  };

  llvm::ArrayRef<uint32_t> words;
  ModuleFacts facts;
  /// Types by id: numbers, images, and what pointers point to.
  std::map<uint32_t, Number> numbers;
  std::map<uint32_t, BufferKind> images;
  std::map<uint32_t, uint32_t> pointees;
  /// Ids of functions by name, ids accessed by the id of the function.
  std::map<std::string, uint32_t> entryPoints;
  std::map<uint32_t, std::array<uint32_t, 3>> localSizes;
  std::map<uint32_t, Variable> variables;
  std::map<uint32_t, llvm::DenseSet<uint64_t>> accessed;
  uint32_t function = 0;
};

} // namespace

llvm::Expected<ModuleFacts>
mopt::readModuleFacts(llvm::ArrayRef<uint32_t> words) {
  return Reader(words).run();
}
