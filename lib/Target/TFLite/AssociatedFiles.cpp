//===- AssociatedFiles.cpp - The zip archive behind a model -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AssociatedFiles.h"

#include "llvm/Support/Endian.h"

#include <algorithm>

using namespace mlir::mopt;
using llvm::StringRef;
using namespace llvm::support::endian;

// Sizes and field positions are those of the zip format (PKWARE APPNOTE, 4.3).
static constexpr uint32_t kEndSignature = 0x06054b50;
static constexpr uint32_t kEntrySignature = 0x02014b50;
static constexpr uint32_t kLocalSignature = 0x04034b50;
static constexpr size_t kEndSize = 22;
static constexpr size_t kEntrySize = 46;
static constexpr size_t kLocalSize = 30;

namespace {

/// Where the parts of an archive are in the bytes that end with it.
struct Archive {
  /// Position of the end record, of the directory, and of the first file.
  size_t end, directory, begin;
  /// What stored offsets are counted from.
  size_t base;
  /// Positions of the directory's entries.
  std::vector<size_t> entries;
};

} // namespace

static std::optional<Archive> findArchive(StringRef file) {
  // The end record is the last one, but for a comment of at most 64 KiB.
  size_t lowest =
      file.size() > kEndSize + 0xffff ? file.size() - kEndSize - 0xffff : 0;
  if (file.size() < kEndSize)
    return std::nullopt;
  for (size_t end = file.size() - kEndSize + 1; end-- > lowest;) {
    const char *record = file.data() + end;
    if (read32le(record) != kEndSignature ||
        end + kEndSize + read16le(record + 20) != file.size())
      continue;
    uint64_t size = read32le(record + 12), offset = read32le(record + 16);
    if (size > end || offset > end - size)
      return std::nullopt;
    Archive archive{end, end - size, end - size, end - size - offset, {}};
    size_t position = archive.directory;
    while (position < end) {
      const char *entry = file.data() + position;
      if (end - position < kEntrySize || read32le(entry) != kEntrySignature)
        return std::nullopt;
      uint64_t local = archive.base + uint64_t(read32le(entry + 42));
      if (local + kLocalSize > archive.directory ||
          read32le(file.data() + local) != kLocalSignature)
        return std::nullopt;
      archive.entries.push_back(position);
      archive.begin = std::min<size_t>(archive.begin, local);
      position += kEntrySize + read16le(entry + 28) + read16le(entry + 30) +
                  read16le(entry + 32);
    }
    if (position != end)
      return std::nullopt;
    return archive;
  }
  return std::nullopt;
}

/// A copy of the archive in `file` whose offsets count from `position` bytes
/// before its start.
static std::vector<char> copyArchive(StringRef file, const Archive &archive,
                                     uint64_t position) {
  std::vector<char> copy(file.begin() + archive.begin, file.end());
  auto move = [&](size_t field) {
    char *stored = copy.data() + (field - archive.begin);
    uint64_t inFile = archive.base + read32le(stored);
    write32le(stored, static_cast<uint32_t>(inFile - archive.begin + position));
  };
  for (size_t entry : archive.entries)
    move(entry + 42);
  move(archive.end + 16);
  return copy;
}

std::optional<std::vector<char>> tfl::extractAssociatedFiles(StringRef file) {
  std::optional<Archive> archive = findArchive(file);
  if (!archive)
    return std::nullopt;
  return copyArchive(file, *archive, 0);
}

std::vector<char> tfl::rebaseAssociatedFiles(llvm::ArrayRef<char> archive,
                                             uint64_t position) {
  StringRef bytes(archive.data(), archive.size());
  std::optional<Archive> found = findArchive(bytes);
  if (!found || found->begin != 0 || position + archive.size() > UINT32_MAX)
    return {};
  return copyArchive(bytes, *found, position);
}
