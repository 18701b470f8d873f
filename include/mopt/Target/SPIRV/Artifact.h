//===- Artifact.h - A model compiled for GPUs -------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a `.mspv` file holds, in plain C++. The format is the schema
// lib/Target/SPIRV/Schema/SPIRVArtifact.fbs; docs/GPU.md describes it.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TARGET_SPIRV_ARTIFACT_H
#define MOPT_TARGET_SPIRV_ARTIFACT_H

#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "llvm/ADT/BitmaskEnum.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace mlir::mopt {

LLVM_ENABLE_BITMASK_ENUMS_IN_NAMESPACE();

/// The version of the format that this mopt writes, and the only one it reads.
inline constexpr uint32_t kSPIRVArtifactVersion = 2;

/// What ranges of buffers are aligned to: the most that Vulkan lets a device
/// ask for, so that an artifact fits every device.
inline constexpr uint64_t kSPIRVBufferAlignment = 256;

/// What a device must offer beyond its version of Vulkan.
enum class SPIRVFeatures : uint64_t {
  None = 0,
  /// shaderIntegerDotProduct.
  IntegerDotProduct = 1 << 0,
  /// shaderInt8: arithmetic on 8-bit integers.
  Int8 = 1 << 1,
  /// storageBuffer8BitAccess.
  StorageBuffer8 = 1 << 2,
  /// storageBuffer16BitAccess.
  StorageBuffer16 = 1 << 3,
  /// shaderFloat16: arithmetic on 16-bit floats.
  Float16 = 1 << 4,
  /// shaderInt64.
  Int64 = 1 << 5,
  /// The property shaderRoundingModeRTEFloat32: float32 arithmetic rounds to
  /// nearest even where a kernel asks for it.
  RoundRTE32 = 1 << 6,
  /// shaderInt16.
  Int16 = 1 << 7,
  LLVM_MARK_AS_BITMASK_ENUM(/*LargestValue=*/Int16)
};

/// The features' names, as `shaderInt8`.
std::vector<std::string> getFeatureNames(SPIRVFeatures features);

enum class SPIRVMemory : uint8_t { Constants, Arena, Io };

/// Texels are elements of a uniform texel buffer: one, two or four numbers of
/// 32 bits.
enum class SPIRVBindingKind : uint8_t {
  StorageBuffer,
  UniformBuffer,
  TexelsI32,
  TexelsI32x2,
  TexelsI32x4,
  TexelsF32,
  TexelsF32x4
};

/// Bytes of a texel; 0 where the binding has none.
uint64_t getTexelBytes(SPIRVBindingKind kind);

enum class SPIRVElementType : uint8_t {
  Float32,
  Float16,
  Int8,
  UInt8,
  Int16,
  Int32,
  Int64,
  Bool
};

/// Bytes of an element.
uint64_t getElementBytes(SPIRVElementType type);

/// Bytes [offset, offset + size) of a buffer. `offset` is a multiple of
/// kSPIRVBufferAlignment, `size` one of 4 and not 0.
struct SPIRVRange {
  SPIRVMemory memory = SPIRVMemory::Arena;
  uint64_t offset = 0;
  uint64_t size = 0;
};

/// A SPIR-V binary of one or more entry points.
struct SPIRVModule {
  std::vector<uint32_t> words;
};

struct SPIRVKernel {
  /// For people: what the kernel computes, with its sizes.
  std::string name;
  /// Index of the module, and the entry point in it.
  uint32_t module = 0;
  std::string entryPoint;
  /// Invocations of a workgroup: x, y, z, as the module says.
  std::array<uint32_t, 3> localSize = {1, 1, 1};
  /// Of the descriptor set 0, binding i.
  std::vector<SPIRVBindingKind> bindings;
  /// Workgroup memory, bytes.
  uint32_t sharedBytes = 0;
};

struct SPIRVDispatch {
  uint32_t kernel = 0;
  /// Workgroups: x, y, z.
  std::array<uint32_t, 3> groups = {1, 1, 1};
  /// One a binding of the kernel.
  std::vector<SPIRVRange> ranges;
  /// Whether what earlier dispatches wrote must be visible to this one.
  bool barrier = false;
  /// The operators of the model that it computes.
  std::string op;
  /// Multiply-accumulate operations of convolutions and matrix products; 0 for
  /// others.
  uint64_t macs = 0;
};

/// An input or output of the model: dense, row-major, in `io`, padded to a
/// multiple of 4 bytes.
struct SPIRVTensor {
  std::string name;
  std::vector<int64_t> shape;
  SPIRVElementType type = SPIRVElementType::Float32;
  /// Of a quantized tensor: real = scale * (stored - zeroPoint). 0 = not
  /// quantized.
  double scale = 0;
  int64_t zeroPoint = 0;
  SPIRVRange range;

  /// Bytes of the elements, without the padding.
  uint64_t getBytes() const;
};

/// A compiled model. Memory is three buffers: `constants`, packed as the
/// kernels read them; the arena, whose bytes are undefined when a run begins;
/// io, with the inputs and outputs.
struct SPIRVArtifact {
  /// What wrote it.
  std::string producer = "mopt";
  RequantizeMode requantize = RequantizeMode::Float;
  /// The description of the device that it was compiled for: `lavapipe`.
  std::string profile;
  /// The lowest apiVersion of a device, as VK_MAKE_API_VERSION packs it.
  uint32_t vulkanVersion = 0;
  SPIRVFeatures features = SPIRVFeatures::None;
  std::vector<SPIRVModule> modules;
  std::vector<SPIRVKernel> kernels;
  std::vector<SPIRVDispatch> dispatches;
  std::vector<SPIRVTensor> inputs;
  std::vector<SPIRVTensor> outputs;
  std::vector<uint8_t> constants;
  uint64_t arenaSize = 0;
  uint64_t ioSize = 0;
  /// The model's `mopt.preprocess`, if it has one.
  std::optional<std::string> preprocess;
};

/// True if a file that begins like `data` claims to be an artifact.
bool isSPIRVArtifact(llvm::StringRef data);

/// Everything that can be told without a device: indices, ranges inside their
/// buffers, sizes of tensors, and of every module its structure, the entry
/// points that kernels name and their workgroup sizes. The error names the
/// first offender. readArtifact calls it; compilers may.
llvm::Error verifyArtifact(const SPIRVArtifact &artifact);

/// The bytes of a file. The artifact is one that verifyArtifact accepts. Equal
/// artifacts give equal bytes.
llvm::SmallVector<char, 0> writeArtifact(const SPIRVArtifact &artifact);

/// Reads and verifies a file. Errors say what is wrong with it.
llvm::Expected<SPIRVArtifact> readArtifact(llvm::MemoryBufferRef file);

} // namespace mlir::mopt

#endif // MOPT_TARGET_SPIRV_ARTIFACT_H
