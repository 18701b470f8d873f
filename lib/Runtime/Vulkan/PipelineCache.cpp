//===- PipelineCache.cpp - What a driver compiled, on disk ------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Drivers check little of what they are given, so that a file begins with a
// checksum of ours: 8 bytes of a magic word, 8 of XXH3, then the driver's data,
// whose own header names the device.
//
//===----------------------------------------------------------------------===//

#include "PipelineCache.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <cstring>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;

static constexpr StringRef kMagic = "MOPTVKC1";
static constexpr size_t kHeaderBytes = 16;

static uint64_t hash(llvm::ArrayRef<char> data) {
  return llvm::xxh3_64bits(StringRef(data.data(), data.size()));
}

std::string mopt::getPipelineCachePath(StringRef folder,
                                       const VkPhysicalDeviceProperties &device,
                                       const SPIRVArtifact &artifact) {
  uint64_t key = 0;
  for (const SPIRVModule &module : artifact.modules)
    key = key * 31 + hash({reinterpret_cast<const char *>(module.words.data()),
                           module.words.size() * sizeof(uint32_t)});
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(
      path, Twine(llvm::toHex(llvm::ArrayRef(device.pipelineCacheUUID, 8),
                              /*LowerCase=*/true)) +
                "-" + llvm::utohexstr(key, /*LowerCase=*/true) + ".vkcache");
  return path.str().str();
}

std::vector<char>
mopt::readPipelineCache(StringRef path,
                        const VkPhysicalDeviceProperties &device) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file)
    return {};
  StringRef bytes = (*file)->getBuffer();
  if (bytes.size() < kHeaderBytes + sizeof(VkPipelineCacheHeaderVersionOne) ||
      !bytes.starts_with(kMagic))
    return {};
  StringRef data = bytes.drop_front(kHeaderBytes);
  if (llvm::support::endian::read64le(bytes.data() + kMagic.size()) !=
      hash({data.data(), data.size()}))
    return {};
  VkPipelineCacheHeaderVersionOne header;
  std::memcpy(&header, data.data(), sizeof(header));
  if (header.headerVersion != VK_PIPELINE_CACHE_HEADER_VERSION_ONE ||
      header.vendorID != device.vendorID ||
      header.deviceID != device.deviceID ||
      std::memcmp(header.pipelineCacheUUID, device.pipelineCacheUUID,
                  VK_UUID_SIZE) != 0)
    return {};
  return std::vector<char>(data.begin(), data.end());
}

Error mopt::writePipelineCache(StringRef path, llvm::ArrayRef<char> data) {
  auto fail = [&](const Twine &what) {
    return llvm::createStringError("cannot write the pipeline cache '" + path +
                                   "': " + what);
  };
  if (std::error_code error =
          llvm::sys::fs::create_directories(llvm::sys::path::parent_path(path)))
    return fail(error.message());
  llvm::Expected<llvm::sys::fs::TempFile> file =
      llvm::sys::fs::TempFile::create(path + ".%%%%%%%%");
  if (!file)
    return fail(llvm::toString(file.takeError()));
  {
    llvm::raw_fd_ostream os(file->FD, /*shouldClose=*/false);
    char checksum[8];
    llvm::support::endian::write64le(checksum, hash(data));
    os << kMagic << StringRef(checksum, sizeof(checksum))
       << StringRef(data.data(), data.size());
    os.flush();
    if (std::error_code error = os.error()) {
      os.clear_error();
      llvm::consumeError(file->discard());
      return fail(error.message());
    }
  }
  if (Error error = file->keep(path))
    return fail(llvm::toString(std::move(error)));
  return Error::success();
}
