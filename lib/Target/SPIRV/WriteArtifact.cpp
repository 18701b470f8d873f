//===- WriteArtifact.cpp - From C++ to a .mspv file -------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SPIRVArtifact_generated.h"
#include "mopt/Target/SPIRV/Artifact.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace mlir::mopt;

static_assert(sizeof(mspv::Range) == 24, "the layout of a range is fixed");

static uint64_t hash(const void *data, size_t size) {
  return llvm::xxh3_64bits(
      llvm::ArrayRef(static_cast<const uint8_t *>(data), size));
}

static mspv::Range getRange(const SPIRVRange &range) {
  return mspv::Range(static_cast<mspv::Memory>(range.memory), range.offset,
                     range.size);
}

namespace {

class Writer {
public:
  explicit Writer(const SPIRVArtifact &artifact) : artifact(artifact) {}

  llvm::SmallVector<char, 0> run() {
    // Children first, in the order in which the reader sees them.
    auto modules = makeAll<mspv::Module>(artifact.modules);
    auto kernels = makeAll<mspv::Kernel>(artifact.kernels);
    auto dispatches = makeAll<mspv::Dispatch>(artifact.dispatches);
    auto inputs = makeAll<mspv::Tensor>(artifact.inputs);
    auto outputs = makeAll<mspv::Tensor>(artifact.outputs);
    auto constants = fbb.CreateVector(artifact.constants);
    auto producer = fbb.CreateString(artifact.producer);
    auto profile = fbb.CreateString(artifact.profile);
    flatbuffers::Offset<flatbuffers::String> preprocess;
    if (artifact.preprocess)
      preprocess = fbb.CreateString(*artifact.preprocess);

    mspv::ArtifactBuilder builder(fbb);
    builder.add_version(kSPIRVArtifactVersion);
    builder.add_producer(producer);
    builder.add_requantize(static_cast<mspv::Requantize>(artifact.requantize));
    builder.add_profile(profile);
    builder.add_vulkan_version(artifact.vulkanVersion);
    builder.add_features(static_cast<mspv::Feature>(artifact.features));
    builder.add_modules(modules);
    builder.add_kernels(kernels);
    builder.add_dispatches(dispatches);
    builder.add_inputs(inputs);
    builder.add_outputs(outputs);
    builder.add_constants(constants);
    builder.add_constants_checksum(
        hash(artifact.constants.data(), artifact.constants.size()));
    builder.add_arena_size(artifact.arenaSize);
    builder.add_io_size(artifact.ioSize);
    if (artifact.preprocess)
      builder.add_preprocess(preprocess);
    fbb.Finish(builder.Finish(), mspv::ArtifactIdentifier());
    auto *data = reinterpret_cast<const char *>(fbb.GetBufferPointer());
    return llvm::SmallVector<char, 0>(data, data + fbb.GetSize());
  }

private:
  template <typename Table, typename T>
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<Table>>>
  makeAll(const std::vector<T> &things) {
    std::vector<flatbuffers::Offset<Table>> offsets;
    for (const T &thing : things)
      offsets.push_back(make(thing));
    return fbb.CreateVector(offsets);
  }

  flatbuffers::Offset<mspv::Module> make(const SPIRVModule &module) {
    return mspv::CreateModule(
        fbb, fbb.CreateVector(module.words),
        hash(module.words.data(), module.words.size() * sizeof(uint32_t)));
  }

  flatbuffers::Offset<mspv::Kernel> make(const SPIRVKernel &kernel) {
    auto name = fbb.CreateString(kernel.name);
    auto entryPoint = fbb.CreateString(kernel.entryPoint);
    std::vector<mspv::BindingKind> kinds;
    for (SPIRVBindingKind kind : kernel.bindings)
      kinds.push_back(static_cast<mspv::BindingKind>(kind));
    auto bindings = fbb.CreateVector(kinds);
    return mspv::CreateKernel(
        fbb, name, kernel.module, entryPoint, kernel.localSize[0],
        kernel.localSize[1], kernel.localSize[2], bindings, kernel.sharedBytes);
  }

  flatbuffers::Offset<mspv::Dispatch> make(const SPIRVDispatch &dispatch) {
    std::vector<mspv::Range> converted;
    for (const SPIRVRange &range : dispatch.ranges)
      converted.push_back(getRange(range));
    auto ranges = fbb.CreateVectorOfStructs(converted);
    auto op = fbb.CreateString(dispatch.op);
    return mspv::CreateDispatch(fbb, dispatch.kernel, dispatch.groups[0],
                                dispatch.groups[1], dispatch.groups[2], ranges,
                                dispatch.barrier, op, dispatch.macs);
  }

  flatbuffers::Offset<mspv::Tensor> make(const SPIRVTensor &tensor) {
    auto name = fbb.CreateString(tensor.name);
    auto shape = fbb.CreateVector(tensor.shape);
    mspv::Range range = getRange(tensor.range);
    return mspv::CreateTensor(fbb, name, shape,
                              static_cast<mspv::ElementType>(tensor.type),
                              tensor.scale, tensor.zeroPoint, &range);
  }

  const SPIRVArtifact &artifact;
  flatbuffers::FlatBufferBuilder fbb;
};

} // namespace

llvm::SmallVector<char, 0> mopt::writeArtifact(const SPIRVArtifact &artifact) {
  return Writer(artifact).run();
}
