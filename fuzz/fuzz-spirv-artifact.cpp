//===- fuzz-spirv-artifact.cpp - fuzzing of GPU artifacts -------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Whatever the bytes, a .mspv file gives an artifact, which is written and read
// again with the same bytes and can be held against a device, or an error. What
// does not claim to be such a file is taken as the words of a SPIR-V module,
// which in a file stand behind a checksum.
//
//===----------------------------------------------------------------------===//

#include "VerifyModule.h"
#include "mopt/Runtime/Vulkan/VulkanDevice.h"

#include <cstring>

using namespace mlir::mopt;

/// The MLIR library has no instrumentation: it uses memory of allocators and
/// containers that our instrumented copies of their inline functions mark as
/// poisoned. Heap, stack and globals are checked as always.
extern "C" const char *__asan_default_options() {
  return "detect_container_overflow=0:allow_user_poisoning=0";
}

static void readModule(llvm::StringRef bytes) {
  std::vector<uint32_t> words(bytes.size() / sizeof(uint32_t));
  if (!words.empty())
    std::memcpy(words.data(), bytes.data(), words.size() * sizeof(uint32_t));
  llvm::Expected<ModuleFacts> facts = readModuleFacts(words);
  if (!facts)
    llvm::consumeError(facts.takeError());
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  if (!isSPIRVArtifact(bytes)) {
    readModule(bytes);
    return 0;
  }
  llvm::Expected<SPIRVArtifact> artifact =
      readArtifact(llvm::MemoryBufferRef(bytes, "input"));
  if (!artifact) {
    llvm::consumeError(artifact.takeError());
    return 0;
  }
  llvm::consumeError(checkDevice(VulkanDeviceInfo(), *artifact));
  llvm::SmallVector<char, 0> written = writeArtifact(*artifact);
  llvm::StringRef file(written.data(), written.size());
  llvm::Expected<SPIRVArtifact> same =
      readArtifact(llvm::MemoryBufferRef(file, "written"));
  if (!same)
    llvm::report_fatal_error(same.takeError());
  if (writeArtifact(*same) != written)
    llvm::report_fatal_error("what was written is read as something else");
  return 0;
}
