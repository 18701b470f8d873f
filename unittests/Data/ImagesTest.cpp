//===- ImagesTest.cpp - image decoding and scaling --------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Images.h"
#include "DataTest.h"
#include "mopt/Data/Resize.h"

using namespace llvm;
using namespace mlir::mopt;

class ImageKindTest : public testing::TestWithParam<const char *> {};

/// Pillow decoded the expected pixels (make_inputs.py).
TEST_P(ImageKindTest, DecodesAsPillowDoes) {
  std::string name = std::string("images/") + GetParam();
  expectSame(expectValue(readImage(inputPath(name))), readInput(name + ".npy"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, ImageKindTest,
                         testing::Values("colour_420.jpg", "colour_444.jpg",
                                         "colour_422_progressive.jpg",
                                         "grey.jpg", "rgb.png", "rgba.png",
                                         "grey.png", "bilevel.png",
                                         "palette.png"));

TEST(ImagesTest, UnreadableImagesAreNamed) {
  std::pair<const char *, const char *> cases[] = {
      {"images/truncated.jpg", "Premature end of JPEG file"},
      {"images/truncated.png", "the file ends early"},
      {"images/huge.png", "has more than"},
      {"images/cmyk.jpg", "is a CMYK JPEG; convert it to RGB"},
      {"images/nowhere.jpg", "cannot read image"},
      {"c_order.npy", "neither JPEG nor PNG"}};
  for (auto [name, message] : cases) {
    SCOPED_TRACE(name);
    std::string text = expectError(readImage(inputPath(name)));
    expectContains(text, name);
    expectContains(text, message);
  }
}

/// Damage anywhere gives an image or an error, never a crash.
TEST(ImagesTest, DamagedBytesAreSafe) {
  for (StringRef name : {"images/colour_422_progressive.jpg",
                         "images/palette.png", "images/colour_420.jpg"}) {
    auto buffer = MemoryBuffer::getFile(inputPath(name));
    ASSERT_TRUE(bool(buffer));
    std::string bytes = (*buffer)->getBuffer().str();
    for (size_t at = 0; at < bytes.size(); ++at) {
      std::string damaged = bytes;
      damaged[at] ^= char(0x55);
      Expected<Array> image = decodeImage(
          ArrayRef<uint8_t>(reinterpret_cast<const uint8_t *>(damaged.data()),
                            damaged.size()),
          "damaged");
      if (!image)
        consumeError(image.takeError());
    }
  }
}

class ResizeTest : public testing::TestWithParam<std::pair<int64_t, int64_t>> {
};

/// Pillow scaled the expected pixels (make_inputs.py).
TEST_P(ResizeTest, EqualsPillowsBilinear) {
  auto [height, width] = GetParam();
  Array expected = readInput("resize_" + std::to_string(height) + "x" +
                             std::to_string(width) + ".npy");
  expectSame(expectValue(
                 resizeBilinear(readInput("resize_source.npy"), height, width)),
             expected);
}

INSTANTIATE_TEST_SUITE_P(Sizes, ResizeTest,
                         testing::Values(std::pair(12, 16), std::pair(58, 90),
                                         std::pair(29, 10), std::pair(13, 41),
                                         std::pair(100, 7)));
