//===- DatasetTest.cpp - samples for calibration and evaluation -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Dataset.h"
#include "DataTest.h"
#include "mopt/Data/Images.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <thread>

using namespace llvm;
using namespace mlir::mopt;

static std::unique_ptr<Dataset> open(StringRef name,
                                     const DatasetOptions &options = {}) {
  return expectValue(openDataset(inputPath(name), options));
}

static DatasetOptions withLabels(Labels labels) {
  DatasetOptions options;
  options.labels = labels;
  return options;
}

TEST(DatasetTest, ArchivesGiveViewsAndLabels) {
  DatasetOptions options = withLabels(Labels::Required);
  options.inputs = {"serving_default_input:0"};
  for (StringRef name : {"stored.npz", "deflated.npz"}) {
    std::unique_ptr<Dataset> data = open(name, options);
    ASSERT_TRUE(data);
    EXPECT_EQ(data->size(), 5);
    EXPECT_EQ(data->label(2), 4);
    Array sample = expectValue(data->read(3, 0));
    EXPECT_EQ(shapeString(sample.shape()), "2x3");
    EXPECT_EQ(sample.as<uint8_t>()[5], 23);
    EXPECT_EQ(sample.bytes().data(),
              expectValue(data->read(3, 0)).bytes().data());
    EXPECT_TRUE(StringRef(data->describe(3, 0)).ends_with(".npz:x[3]"));
  }
}

TEST(DatasetTest, ArraysAreFoundByTheNamesOfTheInputs) {
  DatasetOptions options;
  options.inputs = {"right", "left"};
  std::unique_ptr<Dataset> data = open("two_inputs.npz", options);
  ASSERT_TRUE(data);
  EXPECT_EQ(data->numInputs(), 2);
  EXPECT_FALSE(data->hasLabels());
  EXPECT_EQ(expectValue(data->read(2, 0)).as<int32_t>()[0], 2);
  EXPECT_EQ(expectValue(data->read(2, 1)).as<float>()[1], 5.0f);
}

TEST(DatasetTest, SamplesLimits) {
  DatasetOptions options;
  options.samples = 2;
  EXPECT_EQ(open("stored.npz", options)->size(), 2);
  EXPECT_EQ(open("flat", options)->size(), 2);
  options.samples = 100;
  EXPECT_EQ(open("stored.npz", options)->size(), 5);
}

TEST(DatasetTest, BareArrays) {
  std::unique_ptr<Dataset> data = open("c_order.npy");
  ASSERT_TRUE(data);
  EXPECT_EQ(data->size(), 2);
  EXPECT_EQ(shapeString(expectValue(data->read(1, 0)).shape()), "3x4");
  EXPECT_FALSE(data->hasLabels());
}

TEST(DatasetTest, ImagesLabelledByName) {
  std::unique_ptr<Dataset> data = open("flat", withLabels(Labels::Required));
  ASSERT_TRUE(data);
  ASSERT_EQ(data->size(), 3);
  EXPECT_EQ(data->label(0), 3);
  EXPECT_EQ(data->label(1), 7);
  EXPECT_EQ(data->label(2), 12);
  EXPECT_EQ(sys::path::filename(data->describe(1, 0)), "0007_b.png");
  expectSame(expectValue(data->read(1, 0)),
             expectValue(readImage(inputPath("flat/0007_b.png"))));
}

TEST(DatasetTest, ImagesLabelledByFolderAlternate) {
  std::unique_ptr<Dataset> data = open("classes", withLabels(Labels::Optional));
  ASSERT_TRUE(data);
  ASSERT_EQ(data->size(), 4);
  for (int64_t i = 0; i < 4; ++i)
    EXPECT_EQ(data->label(i), i % 2);
  EXPECT_TRUE(StringRef(data->describe(2, 0)).ends_with("cat/1.png"));
}

namespace {
/// A folder of small files, removed at the end.
struct Folder {
  SmallString<128> path;
  Folder() { EXPECT_FALSE(sys::fs::createUniqueDirectory("mopt-data", path)); }
  ~Folder() { sys::fs::remove_directories(path); }
  void add(StringRef name, StringRef text = "x") {
    SmallString<128> file = path;
    sys::path::append(file, name);
    sys::fs::create_directories(sys::path::parent_path(file));
    std::error_code error;
    raw_fd_ostream(file, error) << text;
    EXPECT_FALSE(error);
  }
};
} // namespace

TEST(DatasetTest, IntegerFoldersAreTheClasses) {
  Folder folder;
  folder.add("12/a.png");
  folder.add("3/b.JPG");
  folder.add("3/notes.txt");
  folder.add(".cache/c.png");
  auto data =
      expectValue(openDataset(folder.path, withLabels(Labels::Required)));
  ASSERT_TRUE(data);
  ASSERT_EQ(data->size(), 2);
  EXPECT_EQ(data->label(0), 12);
  EXPECT_EQ(data->label(1), 3);
  // Opening decodes nothing; reading names the file that is no image.
  std::string message = expectError(data->read(1, 0));
  expectContains(message, "3/b.JPG");
  expectContains(message, "neither JPEG nor PNG");
}

TEST(DatasetTest, FoldersThatAreNoDataSets) {
  Folder empty, mixed, partly, unlabelled;
  empty.add("README.txt");
  mixed.add("1_a.png");
  mixed.add("sub/2_b.png");
  partly.add("1_a.png");
  partly.add("cat.png");
  unlabelled.add("cat.png");
  DatasetOptions options = withLabels(Labels::Required);
  expectContains(expectError(openDataset(empty.path, options)),
                 "has no .jpg, .jpeg or .png images");
  expectContains(expectError(openDataset(mixed.path, options)),
                 "has images and sub-folders");
  expectContains(expectError(openDataset(partly.path, options)),
                 "image 'cat.png' has no class in its name");
  expectContains(expectError(openDataset(unlabelled.path, options)),
                 "have no labels");
  EXPECT_FALSE(
      expectValue(openDataset(unlabelled.path, withLabels(Labels::Optional)))
          ->hasLabels());
}

TEST(DatasetTest, BadDataSaysWhatIsWrong) {
  struct {
    const char *file;
    std::vector<std::string> inputs;
    Labels labels;
    const char *message;
  } cases[] = {
      {"nowhere.npz", {}, Labels::Ignore, "cannot open data"},
      {"../make_inputs.py", {}, Labels::Ignore, "neither .npy nor .npz"},
      {"float_labels.npz", {}, Labels::Optional, "they must be integers"},
      {"onehot_labels.npz", {}, Labels::Optional, "have shape 5x5"},
      {"few_labels.npz", {}, Labels::Required, "has 4 labels but"},
      {"no_labels.npz", {}, Labels::Required, "an array named y"},
      {"vector.npy", {}, Labels::Required, "has no labels"},
      {"scalar_x.npz", {}, Labels::Ignore, "is a single number"},
      {"no_samples.npz", {}, Labels::Ignore, "has no elements (shape 0x2x3)"},
      {"uneven_inputs.npz",
       {"left", "right"},
       Labels::Ignore,
       "right' has 2 samples but"},
      {"two_inputs.npz",
       {"left", "other"},
       Labels::Ignore,
       "no array for model input 'other'; it has: left, right"},
      {"two_inputs.npz", {"other"}, Labels::Ignore, "as the input, or x"},
      {"strings.npy", {}, Labels::Ignore, "is not supported"},
      {"vector.npy", {"a", "b"}, Labels::Ignore, "the model has 2 inputs"},
      {"flat", {"a", "b"}, Labels::Ignore, "the model has 2 inputs"},
      {"bad_crc.npz", {}, Labels::Ignore, "CRC"}};
  for (auto &item : cases) {
    SCOPED_TRACE(std::string(item.file) + ": " + item.message);
    DatasetOptions options = withLabels(item.labels);
    options.inputs = item.inputs;
    std::string message =
        expectError(openDataset(inputPath(item.file), options));
    expectContains(message, sys::path::filename(item.file));
    expectContains(message, item.message);
  }
  DatasetOptions negative;
  negative.samples = -1;
  expectContains(expectError(openDataset(inputPath("flat"), negative)),
                 "samples=-1 is negative");
}

TEST(DatasetTest, BadLabelsDoNotStopCalibration) {
  for (StringRef name : {"float_labels.npz", "few_labels.npz"})
    EXPECT_EQ(open(name)->size(), 5);
}

TEST(DatasetTest, LoadInputNamesTheSample) {
  std::unique_ptr<Dataset> data = open("flat");
  ASSERT_TRUE(data);
  InputSpec spec{"in", DType::Float32, {1, 6, 6, 3}, std::nullopt};
  std::string message = expectError(loadInput(*data, 2, 0, spec, Preprocess()));
  expectContains(message, "12_c.png' has shape 6x8x3");
  Preprocess crop = expectValue(Preprocess::parse("crop:6"));
  Array input = expectValue(loadInput(*data, 2, 0, spec, crop));
  EXPECT_EQ(shapeString(input.shape()), "1x6x6x3");
}

TEST(DatasetTest, ThreadsReadDifferentSamples) {
  std::unique_ptr<Dataset> data = open("flat");
  ASSERT_TRUE(data);
  Array expected[3];
  for (int64_t i = 0; i < 3; ++i)
    expected[i] = expectValue(data->read(i, 0));
  auto work = [&](int64_t first) {
    for (int64_t i = first; i < first + 60; ++i)
      EXPECT_TRUE(expectValue(data->read(i % 3, 0)).bytes() ==
                  expected[i % 3].bytes());
  };
  std::thread other(work, 1);
  work(0);
  other.join();
}
