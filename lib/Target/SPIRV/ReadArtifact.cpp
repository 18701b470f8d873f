//===- ReadArtifact.cpp - From a .mspv file to C++ --------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SPIRVArtifact_generated.h"
#include "mopt/Target/SPIRV/Artifact.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Alignment.h"
#include "llvm/Support/xxhash.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;
using llvm::Twine;

/// Tables of the schema lie no deeper than this.
static constexpr size_t kMaxDepth = 8;

static Error damaged(const Twine &what) {
  return llvm::createStringError(
      "the GPU artifact is damaged: " + what +
      "; compile the model again or get the file from its source");
}

bool mopt::isSPIRVArtifact(llvm::StringRef data) {
  return data.size() >= 8 &&
         data.substr(4, 4) == llvm::StringRef(mspv::ArtifactIdentifier(), 4);
}

//===----------------------------------------------------------------------===//
// From a file to a checked flatbuffer
//===----------------------------------------------------------------------===//

template <typename T>
static uint64_t getSize(const T *vector) {
  return vector ? vector->size() * sizeof(*vector->Data()) : 0;
}

static uint64_t getSize(const mspv::Module &module) {
  return getSize(module.words());
}
static uint64_t getSize(const mspv::Kernel &kernel) {
  return getSize(kernel.name()) + getSize(kernel.entry_point()) +
         getSize(kernel.bindings());
}
static uint64_t getSize(const mspv::Dispatch &dispatch) {
  return getSize(dispatch.op()) +
         (dispatch.ranges() ? dispatch.ranges()->size() * sizeof(mspv::Range)
                            : 0);
}
static uint64_t getSize(const mspv::Tensor &tensor) {
  return getSize(tensor.name()) + getSize(tensor.shape());
}

template <typename T>
static uint64_t
getSizeOfAll(const flatbuffers::Vector<flatbuffers::Offset<T>> *tables) {
  uint64_t size = 0;
  if (tables)
    for (const T *table : *tables)
      size += getSize(*table);
  return size;
}

/// Bytes of all vectors and strings, each as often as something refers to it.
static uint64_t getDescribedSize(const mspv::Artifact &artifact) {
  return getSizeOfAll(artifact.modules()) + getSizeOfAll(artifact.kernels()) +
         getSizeOfAll(artifact.dispatches()) + getSizeOfAll(artifact.inputs()) +
         getSizeOfAll(artifact.outputs()) + getSize(artifact.constants());
}

static Expected<const mspv::Artifact *> openArtifact(llvm::StringRef data) {
  if (!isSPIRVArtifact(data))
    return llvm::createStringError(
        "not a GPU artifact of mopt: the file identifier is not 'MSPV'");
  flatbuffers::Verifier::Options limits;
  limits.max_depth = kMaxDepth;
  limits.max_tables = data.size() / sizeof(flatbuffers::soffset_t);
  flatbuffers::Verifier verifier(
      reinterpret_cast<const uint8_t *>(data.data()),
      std::min<size_t>(data.size(), FLATBUFFERS_MAX_BUFFER_SIZE - 1), limits);
  if (!mspv::VerifyArtifactBuffer(verifier))
    return damaged("it is truncated or an offset in it leads outside the file");
  const mspv::Artifact *artifact = mspv::GetArtifact(data.data());
  if (artifact->version() != kSPIRVArtifactVersion)
    return llvm::createStringError(
        "version " + Twine(artifact->version()) +
        " of the GPU artifact format is not supported, only version " +
        Twine(kSPIRVArtifactVersion) + " is" +
        (artifact->producer()
             ? "; " + artifact->producer()->str() + " wrote the file"
             : std::string()));
  // A small file can describe a huge model with tables that share bytes.
  if (getDescribedSize(*artifact) > data.size())
    return damaged("parts of it overlap");
  return artifact;
}

//===----------------------------------------------------------------------===//
// From a flatbuffer to C++
//===----------------------------------------------------------------------===//

template <typename T>
static std::vector<T> toVector(const flatbuffers::Vector<T> *vector) {
  if (!vector)
    return {};
  return std::vector<T>(vector->begin(), vector->end());
}

static std::string toString(const flatbuffers::String *text) {
  return text ? text->str() : std::string();
}

/// The verifier checks the alignment of a vector's size, not of its elements.
/// The builder does not align what has none: shapes of scalars.
template <typename T>
static Error checkAlignment(const flatbuffers::Vector<T> *vector) {
  if (!vector || vector->size() == 0 ||
      llvm::isAddrAligned(llvm::Align(8), vector->Data()))
    return Error::success();
  return damaged("numbers of 8 bytes in it are not aligned");
}

/// `value` as the enum of the C++ mirror, which has the same numbers.
template <typename To, typename From>
static Error convert(From value, From last, const char *what, To &to) {
  if (value > last)
    return damaged("it has the unknown " + Twine(what) + " " +
                   Twine(static_cast<uint64_t>(value)));
  to = static_cast<To>(value);
  return Error::success();
}

static Error convert(const mspv::Range &from, SPIRVRange &to) {
  to.offset = from.offset();
  to.size = from.size();
  return convert(from.memory(), mspv::Memory::MAX, "memory", to.memory);
}

static Error convert(const mspv::Module &from, SPIRVModule &to) {
  to.words = toVector(from.words());
  uint64_t checksum = llvm::xxh3_64bits(
      llvm::ArrayRef(reinterpret_cast<const uint8_t *>(to.words.data()),
                     to.words.size() * sizeof(uint32_t)));
  if (checksum != from.checksum())
    return damaged("the checksum of a module is not that of its words");
  return Error::success();
}

static Error convert(const mspv::Kernel &from, SPIRVKernel &to) {
  to.name = toString(from.name());
  to.module = from.module_index();
  to.entryPoint = toString(from.entry_point());
  to.localSize = {from.local_size_x(), from.local_size_y(),
                  from.local_size_z()};
  to.sharedBytes = from.shared_bytes();
  if (from.bindings())
    for (auto kind : *from.bindings())
      if (Error error = convert(static_cast<mspv::BindingKind>(kind),
                                mspv::BindingKind::MAX, "kind of binding",
                                to.bindings.emplace_back()))
        return error;
  return Error::success();
}

static Error convert(const mspv::Dispatch &from, SPIRVDispatch &to) {
  to.kernel = from.kernel();
  to.groups = {from.groups_x(), from.groups_y(), from.groups_z()};
  to.barrier = from.barrier();
  to.op = toString(from.op());
  to.macs = from.macs();
  if (Error error = checkAlignment(from.ranges()))
    return error;
  if (from.ranges())
    for (const mspv::Range *range : *from.ranges())
      if (Error error = convert(*range, to.ranges.emplace_back()))
        return error;
  return Error::success();
}

static Error convert(const mspv::Tensor &from, SPIRVTensor &to) {
  to.name = toString(from.name());
  if (Error error = checkAlignment(from.shape()))
    return error;
  to.shape = toVector(from.shape());
  to.scale = from.scale();
  to.zeroPoint = from.zero_point();
  if (!from.range())
    return damaged("the tensor '" + to.name + "' has no range");
  if (Error error = convert(*from.range(), to.range))
    return error;
  return convert(from.type(), mspv::ElementType::MAX, "type of elements",
                 to.type);
}

template <typename From, typename To>
static Error
convertAll(const flatbuffers::Vector<flatbuffers::Offset<From>> *tables,
           std::vector<To> &to) {
  if (!tables)
    return Error::success();
  for (const From *table : *tables)
    if (Error error = convert(*table, to.emplace_back()))
      return error;
  return Error::success();
}

static Error convert(const mspv::Artifact &from, SPIRVArtifact &to) {
  to.producer = toString(from.producer());
  to.profile = toString(from.profile());
  to.vulkanVersion = from.vulkan_version();
  to.arenaSize = from.arena_size();
  to.ioSize = from.io_size();
  if (from.preprocess())
    to.preprocess = from.preprocess()->str();
  if (Error error = convert(from.requantize(), mspv::Requantize::MAX,
                            "arithmetic of requantisation", to.requantize))
    return error;
  uint64_t features = static_cast<uint64_t>(from.features());
  if (features & ~static_cast<uint64_t>(mspv::Feature::ANY))
    return llvm::createStringError(
        "the GPU artifact needs a feature of the device that this version of "
        "mopt does not know");
  to.features = static_cast<SPIRVFeatures>(features);
  to.constants = toVector(from.constants());
  if (llvm::xxh3_64bits(to.constants) != from.constants_checksum())
    return damaged("the checksum of the constants is not that of their bytes");
  if (Error error = convertAll(from.modules(), to.modules))
    return error;
  if (Error error = convertAll(from.kernels(), to.kernels))
    return error;
  if (Error error = convertAll(from.dispatches(), to.dispatches))
    return error;
  if (Error error = convertAll(from.inputs(), to.inputs))
    return error;
  return convertAll(from.outputs(), to.outputs);
}

Expected<SPIRVArtifact> mopt::readArtifact(llvm::MemoryBufferRef file) {
  llvm::StringRef data = file.getBuffer();
  // Numbers in a flatbuffer are aligned to its begin.
  std::unique_ptr<llvm::WritableMemoryBuffer> aligned;
  if (!llvm::isAddrAligned(llvm::Align(8), data.data())) {
    aligned = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
        data.size(), file.getBufferIdentifier(), llvm::Align(64));
    std::memcpy(aligned->getBufferStart(), data.data(), data.size());
    data = llvm::StringRef(aligned->getBufferStart(), data.size());
  }
  Expected<const mspv::Artifact *> table = openArtifact(data);
  if (!table)
    return table.takeError();
  SPIRVArtifact artifact;
  if (Error error = convert(**table, artifact))
    return std::move(error);
  if (Error error = verifyArtifact(artifact))
    return damaged(llvm::toString(std::move(error)));
  return artifact;
}
