//===- TensorCoderTest.cpp - Forms of tensors -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorCoder.h"
#include "llvm/ADT/StringRef.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>

using namespace mlir::mopt;
using testing::HasSubstr;
using testing::StartsWith;

/// Encodes, decodes, compares; returns the form.
static std::string roundTrip(ByteView data, TensorLayout layout,
                             size_t *coded = nullptr) {
  Bytes out, back(data.size(), 0xcc);
  std::string form = encodeTensor(out, data, layout);
  ByteReader in(out);
  EXPECT_TRUE(decodeTensor(in, back)) << form;
  EXPECT_EQ(in.remaining(), 0u) << form;
  EXPECT_TRUE(ByteView(back) == data) << form;
  if (coded)
    *coded = out.size();
  return form;
}

template <typename T>
static Bytes asBytes(const std::vector<T> &values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

static std::vector<float> drawWeights(size_t count, double sparsity) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.0f, 0.1f);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::vector<float> weights(count);
  for (float &weight : weights)
    weight = uniform(random) < sparsity ? 0.0f : normal(random);
  return weights;
}

static TensorLayout getFloatLayout() {
  TensorLayout layout;
  layout.elementSize = 4;
  layout.isFloat = true;
  return layout;
}

TEST(TensorCoder, ExponentsOfFloatsAreApart) {
  size_t coded;
  EXPECT_THAT(
      roundTrip(asBytes(drawWeights(20000, 0.0)), getFloatLayout(), &coded),
      StartsWith("exponents"));
  // The exponent of normal values has about 2.5 bits, the other 24 are noise.
  EXPECT_LT(coded, 20000 * (24 + 2.7) / 8);
}

TEST(TensorCoder, ZerosTakeABitOrLess) {
  size_t half, most;
  EXPECT_THAT(
      roundTrip(asBytes(drawWeights(20000, 0.5)), getFloatLayout(), &half),
      StartsWith("bitmap"));
  EXPECT_LT(half, 20000 * (1 + 0.5 * 26.7) / 8);
  EXPECT_THAT(
      roundTrip(asBytes(drawWeights(20000, 0.97)), getFloatLayout(), &most),
      testing::AnyOf(StartsWith("bitmap"), StartsWith("gaps")));
  // The entropy of 3 % is 0.194 bits.
  EXPECT_LT(most, 20000 * (0.21 + 0.03 * 27.5) / 8);
}

TEST(TensorCoder, FewDifferentFloatsAreAPalette) {
  std::vector<float> weights = drawWeights(20000, 0.0);
  for (float &weight : weights)
    weight = static_cast<float>(static_cast<int>(weight * 40)) / 40.0f + 0.3f;
  EXPECT_THAT(roundTrip(asBytes(weights), getFloatLayout()),
              StartsWith("palette"));
  // With zeros among them: pruned and clustered.
  for (size_t i = 0; i < weights.size(); ++i)
    if (i % 10)
      weights[i] = 0.0f;
  size_t coded;
  std::string form = roundTrip(asBytes(weights), getFloatLayout(), &coded);
  EXPECT_THAT(form, HasSubstr("palette"));
  EXPECT_LT(coded, 20000 * (0.47 + 0.1 * 5) / 8);
}

TEST(TensorCoder, ChannelsWithFewFloatsHavePalettes) {
  // 40 channels of 8 values of their own each, 320 in all.
  std::mt19937 random(8);
  std::vector<float> colors = drawWeights(40 * 8, 0.0);
  std::vector<float> weights(40 * 500);
  TensorLayout layout = getFloatLayout();
  layout.channels = 40;
  for (uint64_t inner : {500, 100, 1}) {
    layout.inner = inner;
    for (size_t i = 0; i < weights.size(); ++i)
      weights[i] = colors[i / inner % 40 * 8 + random() % 8];
    size_t coded;
    EXPECT_THAT(roundTrip(asBytes(weights), layout, &coded),
                StartsWith("channel palettes"));
    // 3 bits an element, the colors, and tables.
    EXPECT_LT(coded, 40 * 500 * 3 / 8 + 40 * 8 * 4 + 200);
    // Zeros have the same index in all of them.
    for (size_t i = 0; i < weights.size(); ++i)
      if (i % 11)
        weights[i] = 0.0f;
    EXPECT_THAT(roundTrip(asBytes(weights), layout, &coded),
                StartsWith("channel palettes"));
    EXPECT_LT(coded, 40 * 500 * (0.45 + 0.1 * 3.2) / 8 + 40 * 8 * 4 + 200);
  }
  // One channel without few values: no palettes.
  for (size_t i = 0; i < weights.size(); i += 40)
    weights[i] = static_cast<float>(i);
  EXPECT_THAT(roundTrip(asBytes(weights), layout),
              testing::Not(HasSubstr("palette")));
}

// Forms of large tensors are chosen by what a part of them tells: they are the
// same, and as small.
TEST(TensorCoder, LargeTensorsHaveTheirForms) {
  constexpr size_t kCount = 300000;
  size_t coded;
  EXPECT_THAT(
      roundTrip(asBytes(drawWeights(kCount, 0.0)), getFloatLayout(), &coded),
      StartsWith("exponents"));
  EXPECT_LT(coded, kCount * (24 + 2.7) / 8);
  EXPECT_THAT(
      roundTrip(asBytes(drawWeights(kCount, 0.5)), getFloatLayout(), &coded),
      StartsWith("bitmap"));
  EXPECT_LT(coded, kCount * (1 + 0.5 * 26.7) / 8);
  std::vector<float> weights = drawWeights(kCount, 0.0);
  for (float &weight : weights)
    weight = static_cast<float>(static_cast<int>(weight * 40)) / 40.0f + 0.3f;
  EXPECT_THAT(roundTrip(asBytes(weights), getFloatLayout()),
              StartsWith("palette, "));
}

TEST(TensorCoder, LargeTensorsOfBytesHaveTheirForms) {
  std::mt19937 random(9);
  constexpr size_t kSize = 3 << 19;
  Bytes data(kSize);
  // Long runs of zeros of one length, and a byte that is any other.
  for (size_t i = 0; i < kSize; ++i)
    data[i] = i % 17 ? 0 : static_cast<uint8_t>(1 + random() % 255);
  size_t coded;
  EXPECT_THAT(roundTrip(data, {}, &coded), StartsWith("gaps"));
  EXPECT_LT(coded, kSize / 17 * 1.01 + 100);
  // Half of the elements are zero, eight at a time.
  for (size_t i = 0; i < kSize; ++i)
    data[i] = i / 8 * 2654435761 >> 31 & 1
                  ? 0
                  : static_cast<uint8_t>(1 + random() % 200);
  EXPECT_THAT(roundTrip(data, {}, &coded), StartsWith("bitmap"));
  EXPECT_LT(coded, kSize * (7.65 / 2 + 0.13) / 8);
  // Channels that are counted one by one, and are not.
  TensorLayout layout;
  layout.channels = 64;
  for (uint64_t inner : {2048, 4096, 64}) {
    layout.inner = inner;
    data.resize(64 * 64 * 512);
    for (size_t i = 0; i < data.size(); ++i)
      data[i] = static_cast<uint8_t>(100 + random() %
                                               (i / inner % 64 < 16 ? 7 : 120));
    EXPECT_THAT(roundTrip(data, layout, &coded), HasSubstr("classes"));
    EXPECT_LT(static_cast<double>(coded),
              data.size() * (0.25 * 2.81 + 0.75 * 6.91) / 8 * 1.005 + 2000);
  }
}

TEST(TensorCoder, ColumnsThatAreNeverReadCostLittle) {
  // Three of four columns, here and there, are pruned whole, the others to a
  // half.
  std::vector<float> weights = drawWeights(100 * 400, 0.5);
  Histogram live = {};
  for (size_t i = 0; i < weights.size(); ++i) {
    int value = static_cast<int>(weights[i] * 20);
    bool isDead = i % 400 * 37 % 101 < 75;
    weights[i] = isDead ? 0.0f : static_cast<float>(value) / 20.0f;
    live[static_cast<uint8_t>(value)] += !isDead;
  }
  TensorLayout layout = getFloatLayout();
  layout.matrix = {400, 400};
  size_t coded;
  EXPECT_EQ(roundTrip(asBytes(weights), layout, &coded), "palette, contexts");
  // Beside the entropy of what is alive: half a byte for what is learned of a
  // column, and 5 % for mixing.
  EXPECT_LT(static_cast<double>(coded), 1.05 * getEntropyBytes(live) + 200);
}

TEST(TensorCoder, ManyDecisionsHaveToSaveMuch) {
  // 8 MB of bytes without any structure: contexts would take a second.
  std::mt19937 random(6);
  Bytes data(8 << 20);
  for (uint8_t &byte : data)
    byte = static_cast<uint8_t>(random() % 37);
  TensorLayout layout;
  layout.matrix = {1024, 1024};
  EXPECT_EQ(roundTrip(data, layout), "rans");
}

TEST(TensorCoder, ChannelsThatSpreadDifferentlyAreApart) {
  std::mt19937 random(2);
  TensorLayout layout;
  layout.channels = 16;
  layout.inner = 9;
  for (uint64_t inner : {9, 600}) {
    layout.inner = inner;
    Bytes data(16 * 600 * 9);
    for (size_t i = 0; i < data.size(); ++i) {
      std::normal_distribution<double> normal(0.0,
                                              i / inner % 16 < 4 ? 2.0 : 40.0);
      data[i] = static_cast<uint8_t>(static_cast<int>(normal(random)));
    }
    EXPECT_THAT(roundTrip(data, layout), HasSubstr("classes"));
  }
}

TEST(TensorCoder, AnySizeAndLayout) {
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    Bytes data(random() % 500);
    unsigned kinds = 1 + random() % 256;
    for (uint8_t &byte : data)
      byte = static_cast<uint8_t>(random() % kinds);
    TensorLayout layout;
    layout.elementSize = 1u << (random() % 4);
    layout.isFloat = random() % 2;
    layout.channels = random() % 20;
    layout.inner = random() % 20;
    uint64_t count = data.size() / layout.elementSize;
    if (count && random() % 2) {
      layout.matrix.columns = 1 + random() % count;
      layout.matrix.period = 1 + random() % layout.matrix.columns;
    }
    roundTrip(data, layout);
  }
}

TEST(TensorCoder, NoElementsOfNoColors) {
  // Palette, four bytes an element, no colors: stored, and no indices.
  Bytes out = {2, 4, 0, 0, 0, 1, 0};
  ByteReader in(out);
  EXPECT_TRUE(decodeTensor(in, {}));
}

TEST(TensorCoder, ExampleOfTheDocuments) {
  llvm::StringRef text = "0001000200100000003000010001002000010001000000001000";
  Bytes data;
  for (char c : text)
    data.push_back(static_cast<uint8_t>(c - '0'));
  Bytes out;
  EXPECT_EQ(encodeTensor(out, data, {}), "huffman");
  EXPECT_EQ(out, (Bytes{0x00, 0x01, 0x02, 0x0c, 0x00, 0x03, 0x92, 0x22, 0x8c,
                        0x00, 0x87, 0x10, 0x83, 0x10, 0x40, 0x00}));
}

TEST(TensorCoder, ExampleOfContexts) {
  // Eight rows of eight columns, two of which are alive.
  Bytes data(64);
  for (size_t row = 0; row < 8; ++row) {
    data[row * 8 + 2] = row % 2 ? 3 : 1;
    data[row * 8 + 5] = row % 3 ? 0 : 2;
  }
  Bytes code = encodeContexts(data, {8, 8});
  EXPECT_EQ(code, (Bytes{0x00, 0x12, 0x00, 0x2c, 0x7a, 0x85, 0x47, 0x79, 0x89,
                         0x52}));
}

TEST(TensorCoder, DamageIsSeenOrHarmless) {
  std::mt19937 random(4);
  std::vector<float> weights = drawWeights(2000, 0.9);
  for (float &weight : weights)
    weight = static_cast<float>(static_cast<int>(weight * 40)) / 40.0f;
  Bytes out, data = asBytes(weights), back(data.size());
  TensorLayout layout = getFloatLayout();
  layout.matrix = {100, 100};
  EXPECT_EQ(encodeTensor(out, data, layout), "palette, contexts");
  for (size_t size = 0; size < out.size(); ++size) {
    ByteReader in(ByteView(out).take_front(size));
    EXPECT_FALSE(decodeTensor(in, back));
  }
  for (int i = 0; i < 2000; ++i) {
    Bytes wrong = out;
    wrong[random() % wrong.size()] ^= 1u << (random() % 8);
    ByteReader in(wrong);
    (void)decodeTensor(in, back);
  }
}
