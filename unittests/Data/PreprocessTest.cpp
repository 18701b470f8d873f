//===- PreprocessTest.cpp - from image bytes to model numbers ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Preprocess.h"
#include "DataTest.h"

using namespace llvm;
using namespace mlir::mopt;

TEST(PreprocessTest, PrintsTheCanonicalForm) {
  std::pair<const char *, const char *> cases[] = {
      {"", ""},
      {"mean:127,std:128,resize:256,crop:224",
       "resize:256,crop:224,mean:127,std:128"},
      {" std:58.40 , mean:123.7/116.80/103.9 ",
       "mean:123.7/116.8/103.9,std:58.4"},
      {"scale:0.00392156862745098", "scale:0.003921569"},
      {"mean:-1e-3", "mean:-0.001"},
      {"u8,crop:24", "crop:24,u8"}};
  for (auto [spec, canonical] : cases) {
    Preprocess parsed = expectValue(Preprocess::parse(spec));
    EXPECT_EQ(parsed.str(), canonical);
    EXPECT_EQ(expectValue(Preprocess::parse(canonical)).str(), canonical);
  }
}

TEST(PreprocessTest, BadSpecificationsSayWhy) {
  std::pair<const char *, const char *> cases[] = {
      {"std:0", "0 would erase or divide"},
      {"std:1/0/1", "0 would erase or divide"},
      {"scale:0", "0 would erase or divide"},
      {"mean:nan", "finite decimal numbers"},
      {"mean:inf", "finite decimal numbers"},
      {"mean:0x10p1", "finite decimal numbers"},
      {"std:1e60", "beyond float32"},
      {"mean:1//2", "finite decimal numbers"},
      {"mean:", "finite decimal numbers"},
      {"mean", "needs a value"},
      {"maen:127", "unknown key 'maen'; did you mean 'mean'?"},
      {"brightness:2", "the keys are resize, crop, scale, mean, std, u8"},
      {"mean:1,mean:2", "'mean' is given twice"},
      {"resize:-3", "pixels from 1 to 16384"},
      {"crop:224x224", "pixels from 1 to 16384"},
      {"resize:999999", "pixels from 1 to 16384"},
      {"resize:200,crop:224", "crop:224 is larger"},
      {"mean:1/2/3,std:1/2", "mean has 3 values and std 2"},
      {"u8,mean:3", "excludes scale, mean and std"},
      {"u8:1", "it takes no value"},
      {"mean:1,,std:2", "unknown key ''"}};
  for (auto [spec, message] : cases) {
    SCOPED_TRACE(spec);
    expectContains(expectError(Preprocess::parse(spec)), message);
  }
}

TEST(PreprocessTest, ImageStepsEqualTorchvisionsOnPillow) {
  Preprocess preprocess = expectValue(Preprocess::parse(
      "resize:16,crop:13,mean:123.7/116.8/103.9,std:58.4/57.1/57.4"));
  Array crop = expectValue(
      preprocess.applyGeometry(readInput("resize_source.npy"), "image"));
  expectSame(crop, readInput("preprocessed_crop.npy"));
  expectSame(expectValue(preprocess.normalize(crop, "image")),
             readInput("preprocessed.npy"));
}

TEST(PreprocessTest, NormalizesInFloat32StepByStep) {
  uint8_t bytes[] = {0, 1, 127, 200, 255};
  Array data = expectValue(Array::copyOf<uint8_t>(ArrayRef(bytes), {5}));
  auto apply = [&](StringRef spec) {
    return expectValue(
        expectValue(Preprocess::parse(spec)).normalize(data, "d"));
  };
  Array identity = apply(""), unit = apply("std:255"),
        both = apply("scale:0.1,mean:3,std:7");
  for (int i = 0; i < 5; ++i) {
    float x = bytes[i];
    EXPECT_EQ(identity.as<float>()[i], x);
    EXPECT_EQ(unit.as<float>()[i], x / 255.0f);
    EXPECT_EQ(both.as<float>()[i], (x * 0.1f - 3.0f) / 7.0f);
  }
}

TEST(PreprocessTest, DataThatDoesNotFitIsRefused) {
  Array image = readInput("resize_source.npy");
  auto parse = [](StringRef spec) {
    return expectValue(Preprocess::parse(spec));
  };
  expectContains(expectError(parse("crop:40").applyGeometry(image, "pic.png")),
                 "'pic.png' of 29x41 is smaller than crop:40");
  expectContains(
      expectError(parse("resize:8").applyGeometry(image.at(0), "pic")),
      "need uint8 images");
  expectContains(expectError(parse("mean:1/2").normalize(image, "pic")),
                 "has 2 values but the data has 3 channels");
}
