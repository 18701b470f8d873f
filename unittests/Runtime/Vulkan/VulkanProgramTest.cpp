//===- VulkanProgramTest.cpp - Artifacts on a device ------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/Vulkan/VulkanProgram.h"
#include "AddKernel.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <limits>
#include <thread>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

using namespace mlir::mopt;
using testing::HasSubstr;

namespace {

constexpr uint32_t kCount = 64;

std::vector<float> makeInput(float first) {
  std::vector<float> input(kCount);
  for (uint32_t i = 0; i < kCount; ++i)
    input[i] = first - 3 * float(i);
  return input;
}

std::string run(VulkanProgram &program, const std::vector<float> &input,
                std::vector<float> &output) {
  output.assign(kCount, -1.0f);
  return llvm::toString(program.run(
      {llvm::ArrayRef(reinterpret_cast<const char *>(input.data()),
                      kCount * sizeof(float))},
      {llvm::MutableArrayRef(reinterpret_cast<char *>(output.data()),
                             kCount * sizeof(float))}));
}

/// Runs and checks y = x + 2 c.
void expectSums(VulkanProgram &program, float first) {
  std::vector<float> input = makeInput(first), output;
  ASSERT_EQ(run(program, input, output), "");
  for (uint32_t i = 0; i < kCount; ++i)
    ASSERT_EQ(output[i], input[i] + (i + 0.5f) + (i + 0.5f)) << i;
}

std::shared_ptr<const SPIRVArtifact> share(SPIRVArtifact artifact) {
  return std::make_shared<const SPIRVArtifact>(std::move(artifact));
}

class VulkanProgramTest : public testing::Test {
protected:
  void SetUp() override {
    // Of lavapipe: no threads of its own, which the tests do not need.
    setenv("LP_NUM_THREADS", "0", /*overwrite=*/0);
    auto devices = listVulkanDevices();
    if (!devices)
      GTEST_SKIP() << llvm::toString(devices.takeError());
  }

  static std::shared_ptr<VulkanDevice> open(bool validate = false) {
    VulkanDeviceOptions options;
    options.validate = validate;
    auto device = VulkanDevice::open("", options);
    if (device)
      return *device;
    EXPECT_EQ(llvm::toString(device.takeError()), "");
    return nullptr;
  }

  static std::unique_ptr<VulkanProgram>
  create(std::shared_ptr<VulkanDevice> device,
         const VulkanProgramOptions &options = {},
         SPIRVArtifact artifact = makeAddArtifact(kCount)) {
    auto program = VulkanProgram::create(std::move(device),
                                         share(std::move(artifact)), options);
    if (program)
      return std::move(*program);
    EXPECT_EQ(llvm::toString(program.takeError()), "");
    return nullptr;
  }
};

TEST_F(VulkanProgramTest, Runs) {
  auto program = create(open());
  ASSERT_TRUE(program);
  expectSums(*program, 1);
  expectSums(*program, 2);
}

TEST_F(VulkanProgramTest, RunsWithCopies) {
  VulkanProgramOptions options;
  options.alwaysCopy = true;
  auto program = create(open(), options);
  ASSERT_TRUE(program);
  expectSums(*program, 1);
  expectSums(*program, 2);
}

TEST_F(VulkanProgramTest, ReadsTexels) {
  auto program =
      create(open(), {}, makeAddArtifact(kCount, /*readsTexels=*/true));
  ASSERT_TRUE(program);
  expectSums(*program, 1);
  auto copy = program->clone();
  ASSERT_TRUE(bool(copy));
  program.reset();
  expectSums(**copy, 2);
}

TEST_F(VulkanProgramTest, PoisonReachesWhatNobodyWrites) {
  VulkanProgramOptions options;
  options.poisonArena = true;
  auto device = open();
  auto program = create(device, options);
  ASSERT_TRUE(program);
  expectSums(*program, 1);
  // Without its first dispatch the second reads the poison, which is NaN.
  SPIRVArtifact half = makeAddArtifact(kCount);
  half.dispatches.erase(half.dispatches.begin());
  program = create(device, options, half);
  std::vector<float> output;
  ASSERT_EQ(run(*program, makeInput(1), output), "");
  EXPECT_NE(output[5], output[5]);
}

TEST_F(VulkanProgramTest, ClonesRunInThreads) {
  auto program = create(open());
  ASSERT_TRUE(program);
  auto copy = program->clone();
  ASSERT_TRUE(bool(copy));
  auto work = [](VulkanProgram &mine, float first) {
    for (int i = 0; i < 20; ++i)
      expectSums(mine, first + i);
  };
  std::thread other([&] { work(**copy, 100); });
  work(*program, 0);
  other.join();
}

TEST_F(VulkanProgramTest, ChecksSizes) {
  auto program = create(open());
  ASSERT_TRUE(program);
  std::vector<char> bytes(kCount * sizeof(float));
  llvm::MutableArrayRef<char> all(bytes);
  EXPECT_EQ(llvm::toString(program->run({}, {all})),
            "the model takes 1 inputs, 0 given");
  EXPECT_EQ(llvm::toString(program->run({all}, {})),
            "the model gives 1 outputs, room for 0");
  EXPECT_EQ(llvm::toString(program->run({all.drop_back()}, {all})),
            "input 'x' has 255 bytes, the model takes 256");
  EXPECT_EQ(llvm::toString(program->run({all}, {all.drop_back()})),
            "output 'y' has 256 bytes, room for 255");
}

TEST_F(VulkanProgramTest, RefusesWhatExceedsTheDevice) {
  auto device = open();
  ASSERT_TRUE(device);
  SPIRVArtifact artifact = makeAddArtifact(kCount);
  // Three directions of the largest size are more invocations than any device
  // takes.
  artifact.kernels[0].localSize = {1 << 16, 1 << 16, 1 << 16};
  auto program = VulkanProgram::create(device, share(std::move(artifact)));
  ASSERT_FALSE(bool(program));
  EXPECT_THAT(llvm::toString(program.takeError()),
              HasSubstr("invocations in a workgroup of kernel 'add 64': "));
}

TEST_F(VulkanProgramTest, ProfileHasATimeForEachDispatch) {
  auto program = create(open());
  ASSERT_TRUE(program);
  std::vector<float> input = makeInput(1);
  auto times = program->profile({llvm::ArrayRef(
      reinterpret_cast<const char *>(input.data()), kCount * sizeof(float))});
  ASSERT_TRUE(bool(times)) << llvm::toString(times.takeError());
  ASSERT_EQ(times->size(), 2u);
  for (double time : *times) {
    EXPECT_GT(time, 0.0);
    EXPECT_LT(time, 1e6);
  }
  expectSums(*program, 1);
}

//===----------------------------------------------------------------------===//
// Leaks
//===----------------------------------------------------------------------===//

#if defined(__GLIBC__)
int64_t getHeapBytes() {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// The least growth of the heap in any of some hundreds of `work`: a leak shows
/// in each, what a thread of the driver allocates now and then does not.
int64_t getGrowth(const std::function<void(int)> &work) {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (int round = 0; round < 5; ++round) {
    int64_t before = getHeapBytes();
    for (int i = 0; i < 100; ++i)
      work(i);
    least = std::min(least, getHeapBytes() - before);
  }
  return least;
}

TEST_F(VulkanProgramTest, AHundredRunsLeakNothing) {
  auto program = create(open());
  ASSERT_TRUE(program);
  // Less than a byte a run.
  EXPECT_LT(getGrowth([&](int i) { expectSums(*program, i); }), 100);
}

TEST_F(VulkanProgramTest, AHundredProgramsLeakNothing) {
  auto device = open();
  SPIRVArtifact artifact = makeAddArtifact(kCount);
  // The driver keeps a table of what it compiled. A buffer of ours has more
  // bytes than this allows for each program.
  EXPECT_LT(
      getGrowth([&](int i) { expectSums(*create(device, {}, artifact), i); }),
      100 * 256);
}
#endif

//===----------------------------------------------------------------------===//
// The validation layer
//===----------------------------------------------------------------------===//

class ValidationTest : public VulkanProgramTest {
protected:
  void SetUp() override {
    VulkanProgramTest::SetUp();
    if (IsSkipped())
      return;
    VulkanDeviceOptions options;
    options.validate = true;
    auto device = VulkanDevice::open("", options);
    if (device)
      return;
    std::string message = llvm::toString(device.takeError());
    // Any other error is a failure of the tests.
    if (llvm::StringRef(message).contains("is not installed"))
      GTEST_SKIP() << message;
    FAIL() << message;
  }
};

TEST_F(ValidationTest, FindsNothing) {
  takeValidationMessages();
  for (bool copies : {false, true}) {
    VulkanProgramOptions options;
    options.alwaysCopy = copies;
    options.poisonArena = true;
    auto program = create(open(/*validate=*/true), options,
                          makeAddArtifact(kCount, /*readsTexels=*/copies));
    ASSERT_TRUE(program);
    auto copy = program->clone();
    ASSERT_TRUE(bool(copy));
    for (int i = 0; i < 3; ++i)
      expectSums(*program, i);
    expectSums(**copy, 1);
    std::vector<float> input = makeInput(1);
    auto times = program->profile({llvm::ArrayRef(
        reinterpret_cast<const char *>(input.data()), kCount * sizeof(float))});
    ASSERT_TRUE(bool(times)) << llvm::toString(times.takeError());
  }
  EXPECT_THAT(takeValidationMessages(), testing::IsEmpty());
}

TEST_F(ValidationTest, FindsAMissingBarrier) {
  takeValidationMessages();
  SPIRVArtifact artifact = makeAddArtifact(kCount);
  artifact.dispatches[1].barrier = false;
  create(open(/*validate=*/true), {}, artifact);
  std::vector<std::string> messages = takeValidationMessages();
  ASSERT_FALSE(messages.empty());
  EXPECT_THAT(messages[0], HasSubstr("READ_AFTER_WRITE"));
}

//===----------------------------------------------------------------------===//
// The pipeline cache
//===----------------------------------------------------------------------===//

class PipelineCacheTest : public VulkanProgramTest {
protected:
  void SetUp() override {
    VulkanProgramTest::SetUp();
    if (IsSkipped())
      return;
    ASSERT_FALSE(
        llvm::sys::fs::createUniqueDirectory("mopt-pipelines", folder));
    options.pipelineCache = (folder + "/made").str();
  }
  void TearDown() override {
    if (!folder.empty())
      llvm::sys::fs::remove_directories(folder);
  }

  /// The only file in the folder.
  std::string getFile() const {
    std::error_code error;
    std::string found;
    for (llvm::sys::fs::directory_iterator it(options.pipelineCache, error),
         end;
         it != end && !error; it.increment(error)) {
      EXPECT_EQ(found, "");
      found = it->path();
    }
    return found;
  }

  static std::string readAll(const std::string &path) {
    auto file = llvm::MemoryBuffer::getFile(path);
    return file ? (*file)->getBuffer().str() : std::string();
  }

  llvm::SmallString<128> folder;
  VulkanProgramOptions options;
};

TEST_F(PipelineCacheTest, IsWrittenAndReplacedWhenDamaged) {
  auto device = open();
  expectSums(*create(device, options), 1);
  std::string path = getFile();
  ASSERT_NE(path, "");
  std::string good = readAll(path);
  ASSERT_GT(good.size(), 16u);
  expectSums(*create(device, options), 2);
  EXPECT_EQ(readAll(path), good);

  std::string flipped = good;
  flipped[flipped.size() / 2] ^= 1;
  for (const std::string &bad :
       {std::string(), std::string("x"), good.substr(0, good.size() - 1),
        flipped, std::string(1000, '\0')}) {
    std::error_code error;
    {
      llvm::raw_fd_ostream os(path, error);
      os << bad;
    }
    expectSums(*create(device, options), 3);
    EXPECT_EQ(readAll(path).size(), good.size());
  }
}

TEST_F(PipelineCacheTest, SaysWhyItCannotBeWritten) {
  // The folder would have to be inside a file.
  options.pipelineCache = "/dev/null/cache";
  auto program =
      VulkanProgram::create(open(), share(makeAddArtifact(kCount)), options);
  ASSERT_FALSE(bool(program));
  EXPECT_THAT(llvm::toString(program.takeError()),
              HasSubstr("cannot write the pipeline cache '/dev/null/cache/"));
}

} // namespace
