//===- NpzTest.cpp - archives of numpy arrays -------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Npz.h"
#include "DataTest.h"
#include <thread>

using namespace llvm;
using namespace mlir::mopt;

/// NpzFile has no empty state, which expectValue would need.
static std::optional<NpzFile> openInput(StringRef name) {
  Expected<NpzFile> file = NpzFile::open(inputPath(name));
  if (file)
    return *file;
  ADD_FAILURE() << toString(file.takeError());
  return std::nullopt;
}

class NpzKindTest : public testing::TestWithParam<const char *> {};

TEST_P(NpzKindTest, ReadsMembers) {
  std::optional<NpzFile> file = openInput(GetParam());
  ASSERT_TRUE(file);
  EXPECT_EQ(file->names(), ArrayRef<std::string>({"x", "y", "classes"}));
  NpyHeader header = expectValue(file->header("x"));
  EXPECT_EQ(header.type, DType::UInt8);
  EXPECT_EQ(shapeString(header.shape), "5x2x3");
  Array x = expectValue(file->read("x"));
  EXPECT_EQ(x.numElements(), 30);
  for (int i = 0; i < 30; ++i)
    EXPECT_EQ(x.as<uint8_t>()[i], i);
  Array y = expectValue(file->read("y"));
  EXPECT_EQ(y.as<int64_t>(), ArrayRef<int64_t>({3, 1, 4, 1, 5}));
  // Strings are carried by the archive but are not numbers.
  expectContains(expectError(file->read("classes")), "'<U4' is not supported");
  std::string message = expectError(file->read("z"));
  expectContains(message, "has no array 'z'; it has: x, y, classes");
}

INSTANTIATE_TEST_SUITE_P(Kinds, NpzKindTest,
                         testing::Values("stored.npz", "deflated.npz"));

TEST(NpzTest, ArraysOutliveTheArchive) {
  Array y;
  {
    std::optional<NpzFile> file = openInput("deflated.npz");
    ASSERT_TRUE(file);
    y = expectValue(file->read("y"));
  }
  EXPECT_EQ(y.as<int64_t>()[4], 5);
}

TEST(NpzTest, ThreadsMayShareIt) {
  std::optional<NpzFile> file = openInput("deflated.npz");
  ASSERT_TRUE(file);
  auto work = [&] {
    for (int i = 0; i < 200; ++i)
      EXPECT_EQ(expectValue(file->read("x")).as<uint8_t>()[29], 29);
  };
  std::thread other(work);
  work();
  other.join();
}

namespace {
struct BadMember {
  const char *file;
  const char *message;
};
class BadMemberTest : public testing::TestWithParam<BadMember> {};
} // namespace

TEST_P(BadMemberTest, IsRefusedWithAReason) {
  std::optional<NpzFile> file = openInput(GetParam().file);
  ASSERT_TRUE(file);
  std::string message = expectError(file->read("x"));
  expectContains(message, GetParam().file);
  expectContains(message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadMemberTest,
    testing::Values(
        BadMember{"short_member.npz", "needs 158 bytes, the archive holds 151"},
        BadMember{"long_member.npz", "needs 158 bytes, the archive holds 162"},
        BadMember{"not_npy.npz", "is not a .npy array"},
        BadMember{"empty_member.npz", "is not a .npy array"},
        BadMember{"bzip2.npz", "compression method 12 is not supported"},
        BadMember{"bad_crc.npz", "CRC"},
        BadMember{"bomb.npz", "cannot come from"},
        BadMember{"no_arrays.npz", "has no array 'x'; it has: none"}));

TEST(NpzTest, WhatIsNoArchiveIsRefused) {
  expectContains(expectError(NpzFile::open(inputPath("vector.npy"))),
                 "is not a readable .npz archive");
  expectContains(expectError(NpzFile::open(inputPath("nowhere.npz"))),
                 "cannot read '");
}

TEST(NpzTest, EveryTruncationIsRefused) {
  auto buffer = MemoryBuffer::getFile(inputPath("deflated.npz"));
  ASSERT_TRUE(bool(buffer));
  StringRef bytes = (*buffer)->getBuffer();
  for (size_t size = 0; size < bytes.size(); ++size)
    expectError(NpzFile::parse(
        MemoryBuffer::getMemBufferCopy(bytes.take_front(size)), "t.npz"));
}
