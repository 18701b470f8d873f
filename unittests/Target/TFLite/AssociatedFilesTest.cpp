//===- AssociatedFilesTest.cpp - The zip archive behind a model -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AssociatedFiles.h"

#include "llvm/Support/Endian.h"
#include "gtest/gtest.h"

#include <string>

using namespace mlir::mopt::tfl;
using namespace llvm::support::endian;

/// A zip archive with one stored file "a" of two bytes, whose offsets count
/// from `base` bytes before it.
static std::string makeArchive(uint32_t base) {
  std::string local(30, '\0');
  write32le(local.data(), 0x04034b50);
  write32le(local.data() + 18, 2);
  write32le(local.data() + 22, 2);
  write16le(local.data() + 26, 1);
  local += "aXY";
  std::string entry(46, '\0');
  write32le(entry.data(), 0x02014b50);
  write32le(entry.data() + 20, 2);
  write32le(entry.data() + 24, 2);
  write16le(entry.data() + 28, 1);
  write32le(entry.data() + 42, base);
  entry += "a";
  std::string end(22, '\0');
  write32le(end.data(), 0x06054b50);
  write16le(end.data() + 8, 1);
  write16le(end.data() + 10, 1);
  write32le(end.data() + 12, entry.size());
  write32le(end.data() + 16, base + local.size());
  return local + entry + end;
}

static std::string toString(const std::vector<char> &bytes) {
  return std::string(bytes.begin(), bytes.end());
}

TEST(AssociatedFiles, OffsetsFromTheStartOfTheFile) {
  std::string file = "some flatbuffer" + makeArchive(15);
  auto archive = extractAssociatedFiles(file);
  ASSERT_TRUE(archive);
  EXPECT_EQ(toString(*archive), makeArchive(0));
  EXPECT_EQ(toString(rebaseAssociatedFiles(*archive, 99)), makeArchive(99));
}

TEST(AssociatedFiles, OffsetsFromTheStartOfTheArchive) {
  std::string file = "some flatbuffer" + makeArchive(0);
  auto archive = extractAssociatedFiles(file);
  ASSERT_TRUE(archive);
  EXPECT_EQ(toString(*archive), makeArchive(0));
}

TEST(AssociatedFiles, NoArchive) {
  EXPECT_FALSE(extractAssociatedFiles(""));
  EXPECT_FALSE(extractAssociatedFiles("PK\5\6"));
  EXPECT_FALSE(extractAssociatedFiles(std::string(100, 'x')));
}

TEST(AssociatedFiles, DamagedArchivesAreNoArchives) {
  std::string whole = makeArchive(0);
  for (size_t cut = 1; cut < whole.size(); ++cut)
    EXPECT_FALSE(extractAssociatedFiles(whole.substr(0, whole.size() - cut)))
        << cut;
  std::string wrong = whole;
  write32le(wrong.data() + 33 + 42, 1000);
  EXPECT_FALSE(extractAssociatedFiles(wrong));
  EXPECT_TRUE(rebaseAssociatedFiles(std::vector<char>{'x'}, 0).empty());
}
