//===- ArtifactTest.cpp - Writing and reading GPU artifacts -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AddKernel.h"
#include "llvm/ADT/StringRef.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

using namespace mlir::mopt;
using testing::HasSubstr;

namespace {

llvm::Expected<SPIRVArtifact> read(llvm::StringRef bytes) {
  return readArtifact(llvm::MemoryBufferRef(bytes, "test"));
}

std::string getError(llvm::StringRef bytes) {
  llvm::Expected<SPIRVArtifact> artifact = read(bytes);
  return artifact ? "none" : llvm::toString(artifact.takeError());
}

TEST(Artifact, ComesBack) {
  SPIRVArtifact artifact = makeAddArtifact(64);
  artifact.preprocess = "scale";
  artifact.requantize = RequantizeMode::Fixed;
  artifact.features = SPIRVFeatures::Int16 | SPIRVFeatures::RoundRTE32;
  artifact.outputs[0].scale = 0;
  auto bytes = writeArtifact(artifact);
  llvm::StringRef file(bytes.data(), bytes.size());
  EXPECT_TRUE(isSPIRVArtifact(file));
  llvm::Expected<SPIRVArtifact> again = read(file);
  ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
  EXPECT_EQ(again->producer, artifact.producer);
  EXPECT_EQ(again->profile, "generic");
  EXPECT_EQ(again->requantize, RequantizeMode::Fixed);
  EXPECT_EQ(again->features, artifact.features);
  EXPECT_EQ(again->preprocess, artifact.preprocess);
  EXPECT_EQ(again->modules[0].words, artifact.modules[0].words);
  EXPECT_EQ(again->constants, artifact.constants);
  EXPECT_EQ(again->kernels[0].entryPoint, "add");
  EXPECT_EQ(again->kernels[0].localSize, artifact.kernels[0].localSize);
  ASSERT_EQ(again->dispatches.size(), 2u);
  EXPECT_EQ(again->dispatches[1].op, "ADD y");
  EXPECT_TRUE(again->dispatches[1].barrier);
  EXPECT_EQ(again->dispatches[1].ranges[2].memory, SPIRVMemory::Io);
  EXPECT_EQ(again->dispatches[1].ranges[2].offset, 256u);
  EXPECT_EQ(again->inputs[0].shape, (std::vector<int64_t>{1, 64}));
  // Same artifact, same bytes.
  EXPECT_EQ(writeArtifact(*again), bytes);
}

TEST(Artifact, ReadsUnalignedBytes) {
  auto bytes = writeArtifact(makeAddArtifact(8));
  std::string shifted = " " + std::string(bytes.data(), bytes.size());
  EXPECT_EQ(getError(llvm::StringRef(shifted).drop_front()), "none");
}

TEST(Artifact, ShapesOfScalarsComeBack) {
  // Names of different lengths, so that some shapes are not aligned.
  for (unsigned length : {1, 5, 9, 13}) {
    SPIRVArtifact artifact = makeAddArtifact(64);
    SPIRVTensor &scalar = artifact.inputs.emplace_back(artifact.inputs[0]);
    scalar.name.assign(length, 's');
    scalar.shape.clear();
    scalar.range.size = sizeof(float);
    auto bytes = writeArtifact(artifact);
    auto again = read(llvm::StringRef(bytes.data(), bytes.size()));
    ASSERT_TRUE(bool(again)) << llvm::toString(again.takeError());
    EXPECT_TRUE(again->inputs[1].shape.empty());
  }
}

TEST(Artifact, RefusesOtherFilesAndVersions) {
  EXPECT_THAT(getError(""), HasSubstr("not a GPU artifact"));
  EXPECT_THAT(getError(std::string(100, 'x')), HasSubstr("not a GPU artifact"));
  auto bytes = writeArtifact(makeAddArtifact(8));
  // The version is the first such 4-byte number of the root table: found by
  // changing each word until the message is that of the version.
  std::string version = std::to_string(kSPIRVArtifactVersion);
  bool found = false;
  for (size_t i = 8; i + 4 <= bytes.size() && !found; i += 4) {
    auto other = bytes;
    if (other[i] != char(kSPIRVArtifactVersion) || other[i + 1] ||
        other[i + 2] || other[i + 3])
      continue;
    other[i] = 99;
    found = getError(llvm::StringRef(other.data(), other.size())) ==
            "version 99 of the GPU artifact format is not supported, only "
            "version " +
                version + " is; mopt wrote the file";
  }
  EXPECT_TRUE(found);
}

TEST(Artifact, EveryTruncationIsAnError) {
  auto bytes = writeArtifact(makeAddArtifact(8));
  for (size_t size = 0; size < bytes.size(); ++size)
    ASSERT_NE(getError(llvm::StringRef(bytes.data(), size)), "none") << size;
}

TEST(Artifact, EveryChangedByteIsReadOrAnError) {
  auto bytes = writeArtifact(makeAddArtifact(8));
  std::mt19937 random(1);
  for (size_t i = 0; i < bytes.size(); ++i) {
    auto other = bytes;
    other[i] ^= 1 + random() % 255;
    llvm::Expected<SPIRVArtifact> artifact =
        read(llvm::StringRef(other.data(), other.size()));
    if (!artifact)
      llvm::consumeError(artifact.takeError());
  }
}

TEST(Artifact, ChangedWordsAndConstantsAreFound) {
  SPIRVArtifact artifact = makeAddArtifact(8);
  auto bytes = writeArtifact(artifact);
  llvm::StringRef file(bytes.data(), bytes.size());
  auto change = [&](const void *data, size_t size) {
    size_t at =
        file.find(llvm::StringRef(static_cast<const char *>(data), size));
    EXPECT_NE(at, llvm::StringRef::npos);
    auto other = bytes;
    other[at + size / 2] ^= 4;
    return getError(llvm::StringRef(other.data(), other.size()));
  };
  EXPECT_THAT(change(artifact.modules[0].words.data(),
                     artifact.modules[0].words.size() * 4),
              HasSubstr("the checksum of a module"));
  EXPECT_THAT(change(artifact.constants.data(), artifact.constants.size()),
              HasSubstr("the checksum of the constants"));
}

/// Changes an artifact, writes and reads it: the error of the reader.
std::string getErrorAfter(std::function<void(SPIRVArtifact &)> change) {
  SPIRVArtifact artifact = makeAddArtifact(64);
  change(artifact);
  auto bytes = writeArtifact(artifact);
  return getError(llvm::StringRef(bytes.data(), bytes.size()));
}

/// Changes an operand of the OpTypeImage of a module.
void changeImage(std::vector<uint32_t> &words, size_t operand, uint32_t value) {
  constexpr uint32_t typeImage = 25;
  constexpr size_t headerWords = 5;
  for (size_t at = headerWords; at < words.size(); at += words[at] >> 16)
    if ((words[at] & 0xffff) == typeImage)
      words[at + 1 + operand] = value;
}

TEST(Artifact, NamesWhatIsWrong) {
  using A = SPIRVArtifact;
  std::pair<std::function<void(A &)>, const char *> cases[] = {
      {[](A &a) { a.vulkanVersion = 1u << 22; }, "none from 1.1 on"},
      {[](A &a) { a.arenaSize = 255; }, "the size of the arena, 255"},
      {[](A &a) { a.ioSize = uint64_t(1) << 41; }, "the size of the io"},
      {[](A &a) { a.kernels[0].module = 1; },
       "kernel 0 'add 64': there is no module 1"},
      {[](A &a) { a.kernels[0].entryPoint = "sub"; },
       "module 0 has no entry point 'sub'"},
      {[](A &a) { a.kernels[0].localSize = {16, 1, 1}; },
       "the workgroup's size is not that of the module"},
      {[](A &a) { a.kernels[0].localSize = {1 << 16, 2, 1}; },
       "a workgroup of 131072 invocations"},
      {[](A &a) { a.kernels[0].bindings.pop_back(); },
       "the module accesses binding 2, which the kernel does not have"},
      {[](A &a) { a.kernels[0].bindings[1] = SPIRVBindingKind::UniformBuffer; },
       "binding 1 is of another kind in the module"},
      {[](A &a) { a.kernels[0].bindings[1] = SPIRVBindingKind::TexelsF32; },
       "binding 1 is of another kind in the module"},
      {[](A &a) {
         a = makeAddArtifact(64, /*readsTexels=*/true);
         a.kernels[0].bindings[1] = SPIRVBindingKind::TexelsI32;
       },
       "binding 1 is of another kind in the module"},
      {[](A &a) {
         a = makeAddArtifact(64, /*readsTexels=*/true);
         a.kernels[0].bindings[1] = SPIRVBindingKind::TexelsF32x4;
         a.dispatches[1].ranges[1].size = 252;
       },
       "dispatch 1, binding 1: its size 252 is no multiple of its texels' 16"},
      {[](A &a) {
         a = makeAddArtifact(64, /*readsTexels=*/true);
         changeImage(a.modules[0].words, /*operand=*/2, /*value=*/1);
       },
       "module 0: it has an image that is no texel buffer of 32-bit numbers"},
      {[](A &a) {
         a = makeAddArtifact(64, /*readsTexels=*/true);
         changeImage(a.modules[0].words, /*operand=*/6, /*value=*/2);
       },
       "module 0: it has an image that is no texel buffer of 32-bit numbers"},
      {[](A &a) { a.dispatches[0].kernel = 7; },
       "dispatch 0: there is no kernel 7"},
      {[](A &a) { a.dispatches[0].groups[1] = 0; }, "0 workgroups"},
      {[](A &a) { a.dispatches[1].ranges.pop_back(); },
       "2 ranges for the 3 bindings of kernel 'add 64'"},
      {[](A &a) { a.dispatches[1].ranges[0].offset = 64; },
       "dispatch 1, binding 0: its offset 64 is no multiple of 256"},
      {[](A &a) { a.dispatches[1].ranges[0].size = 0; },
       "its size 0 is no multiple of 4 above 0"},
      {[](A &a) { a.dispatches[1].ranges[0].size = 260; },
       "bytes 0 to 260 of a buffer of 256"},
      {[](A &a) { a.dispatches[1].ranges[0].offset = ~uint64_t(255); },
       "of a buffer of 256"},
      {[](A &a) { a.inputs[0].shape = {65}; },
       "input 0 'x': it has 260 bytes in a range of 256"},
      {[](A &a) { a.inputs[0].shape = {-64}; }, "a dimension of -64"},
      {[](A &a) { a.inputs[0].shape = {1 << 30, 1 << 30, 1 << 30}; },
       "a dimension of 1073741824 elements"},
      {[](A &a) { a.inputs[0].range.memory = SPIRVMemory::Arena; },
       "it does not lie in the io buffer"},
      {[](A &a) { a.outputs[0].scale = 0.5; },
       "a scale for elements that are not quantized"},
      {[](A &a) { a.outputs[0].scale = -1; }, "no positive number"},
      {[](A &a) {
         a.outputs[0].type = SPIRVElementType::Int8;
         a.outputs[0].shape = {256};
         a.outputs[0].scale = 0.5;
         a.outputs[0].zeroPoint = 128;
       },
       "its zero point 128 is no value of its type"},
      {[](A &a) { a.modules[0].words[0] = 1; }, "does not begin as SPIR-V"},
      {[](A &a) { a.modules[0].words[1] = 0x20000; }, "newer than 1.6"},
      {[](A &a) { a.modules[0].words.back() += 1 << 16; }, "has no end in it"},
      // The first instruction: OpCapability Shader becomes Kernel, Int64.
      {[](A &a) { a.modules[0].words[6] = 6; },
       "for which the format has no feature"},
      {[](A &a) { a.modules[0].words[6] = 11; },
       "it needs shaderInt64, which the header does not list"},
  };
  for (const auto &[change, message] : cases)
    EXPECT_THAT(getErrorAfter(change), HasSubstr(message));
  EXPECT_EQ(getErrorAfter([](A &) {}), "none");
}

} // namespace
