//===- CodersTest.cpp - Codes of bytes -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ByteCoder.h"
#include "ContextCoder.h"
#include "HuffmanCoder.h"
#include "LzmaCoder.h"
#include "RansCoder.h"
#include "llvm/ADT/StringRef.h"
#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace mlir::mopt;

namespace {

/// Bytes of some distribution.
struct Source {
  const char *name;
  Bytes (*draw)(std::mt19937 &random, size_t size);
};

Bytes drawUniform(std::mt19937 &random, size_t size) {
  Bytes bytes(size);
  for (uint8_t &byte : bytes)
    byte = static_cast<uint8_t>(random());
  return bytes;
}

Bytes drawNormal(std::mt19937 &random, size_t size) {
  std::normal_distribution<double> normal(0.0, 20.0);
  Bytes bytes(size);
  for (uint8_t &byte : bytes)
    byte = static_cast<uint8_t>(static_cast<int>(std::lround(normal(random))));
  return bytes;
}

Bytes drawSparse(std::mt19937 &random, size_t size) {
  Bytes bytes(size);
  for (uint8_t &byte : bytes)
    byte = random() % 50 ? 0 : static_cast<uint8_t>(random());
  return bytes;
}

Bytes drawTwo(std::mt19937 &random, size_t size) {
  Bytes bytes(size);
  for (uint8_t &byte : bytes)
    byte = random() % 1000 ? 7 : 200;
  if (size > 1) {
    bytes[0] = 7;
    bytes[1] = 200;
  }
  return bytes;
}

/// Counts that make the longest Huffman codes.
Bytes drawFibonacci(std::mt19937 &, size_t size) {
  Bytes bytes;
  size_t a = 1, b = 1;
  for (uint8_t symbol = 0; bytes.size() < size; ++symbol) {
    bytes.insert(bytes.end(), std::min(a, size - bytes.size()), symbol);
    b += a;
    std::swap(a, b);
  }
  return bytes;
}

class Coders : public testing::TestWithParam<Source> {};

} // namespace

static bool hasTwoKinds(ByteView data) {
  return std::any_of(data.begin(), data.end(),
                     [&](uint8_t byte) { return byte != data[0]; });
}

TEST_P(Coders, GiveBackWhatTheyTook) {
  std::mt19937 random(1);
  for (size_t size : {1, 2, 3, 7, 8, 63, 300, 4095, 4096, 4099, 70001}) {
    Bytes data = GetParam().draw(random, size);
    Histogram histogram = countBytes(data);
    Bytes back(size);
    EXPECT_TRUE(decodeRans(encodeRans(data, histogram), back));
    EXPECT_EQ(back, data);
    if (hasTwoKinds(data)) {
      back.assign(size, 0);
      EXPECT_TRUE(decodeHuffman(encodeHuffman(data, histogram), back));
      EXPECT_EQ(back, data);
    }
    for (MatrixShape shape : {MatrixShape{1, 1},
                              {size, size},
                              {size, 1},
                              {(size + 1) / 2, (size + 3) / 4}}) {
      back.assign(size, 0);
      EXPECT_TRUE(decodeContexts(encodeContexts(data, shape), back, shape));
      EXPECT_EQ(back, data);
    }
    back.assign(size, 0);
    EXPECT_TRUE(decodeLzma(encodeLzma(data, size % 2), back));
    EXPECT_EQ(back, data);
    Bytes out;
    encodeBytes(out, data);
    back.assign(size, 0);
    ByteReader in(out);
    EXPECT_TRUE(decodeBytes(in, back));
    EXPECT_EQ(in.remaining(), 0u);
    EXPECT_EQ(back, data);
  }
}

TEST_P(Coders, RansComesCloseToTheEntropy) {
  std::mt19937 random(2);
  Bytes data = GetParam().draw(random, 1 << 18);
  Histogram histogram = countBytes(data);
  double code = static_cast<double>(encodeRans(data, histogram).size());
  // Eight states, the table, and frequencies that are rounded to eighths: at
  // worst a symbol costs log2(17/16) bits more. A symbol of less than 2^-14
  // costs more than it should, and takes room from the others: 256 of them 1.6
  // %.
  EXPECT_LE(code, getEntropyBytes(histogram) * 1.016 + (1 << 18) * 0.0875 / 8 +
                      32 + 400);
}

TEST_P(Coders, ManyBytesAreReadFast) {
  std::mt19937 random(8);
  // No multiple of the states.
  Bytes data = GetParam().draw(random, (1 << 20) + 5);
  Histogram histogram = countBytes(data);
  Bytes code = encodeRans(data, histogram), back(data.size());
  EXPECT_TRUE(decodeRans(code, back));
  EXPECT_EQ(back, data);
  // A scale of 12 bits and several states, unless that costs 0.3 %.
  bool isFast = code[0] == (12 | 16);
  EXPECT_TRUE(isFast || code[0] == (14 | 16));
  if (isFast) {
    EXPECT_LE(static_cast<double>(code.size()),
              getEntropyBytes(histogram) * 1.004 + data.size() * 0.004 / 8 +
                  32 + 400);
  }
}

TEST_P(Coders, ContextsComeCloseToTheEntropy) {
  std::mt19937 random(7);
  Bytes data = GetParam().draw(random, 1 << 18);
  // What must be learned: a tree of 255 nodes in each of many contexts.
  EXPECT_LE(static_cast<double>(encodeContexts(data, {512, 512}).size()),
            getEntropyBytes(countBytes(data)) * 1.06 + 600);
}

TEST(ContextCoder, RefusesShapesThatAreNone) {
  Bytes code = encodeContexts(Bytes(100, 1), {10, 10}), back(100);
  EXPECT_TRUE(decodeContexts(code, back, {10, 10}));
  for (MatrixShape shape : {MatrixShape{0, 0}, {101, 1}, {10, 0}, {10, 11}})
    EXPECT_FALSE(decodeContexts(code, back, shape));
  for (size_t size = 0; size < 4; ++size)
    EXPECT_FALSE(
        decodeContexts(ByteView(code).take_front(size), back, {10, 10}));
  code[1] = 9;
  EXPECT_FALSE(decodeContexts(code, back, {10, 10}));
  // The most frequent byte has more bits than the greatest.
  code = encodeContexts(Bytes(100, 1), {10, 5});
  code[0] = 200;
  EXPECT_FALSE(decodeContexts(code, back, {10, 5}));
}

TEST_P(Coders, DamageIsSeenOrHarmless) {
  std::mt19937 random(3);
  Bytes data = GetParam().draw(random, 5000);
  Histogram histogram = countBytes(data);
  Bytes back(data.size());
  Bytes rans = encodeRans(data, histogram);
  for (size_t size = 0; size < rans.size(); ++size)
    EXPECT_FALSE(decodeRans(ByteView(rans).take_front(size), back));
  // Whatever a bit does, nothing is read or written elsewhere (ASan).
  Bytes codes[] = {rans, encodeLzma(data, true),
                   encodeContexts(data, {100, 10})};
  for (Bytes &code : codes)
    for (int i = 0; i < 200; ++i) {
      Bytes wrong = code;
      wrong[random() % wrong.size()] ^= 1u << (random() % 8);
      (void)decodeRans(wrong, back);
      (void)decodeHuffman(wrong, back);
      (void)decodeLzma(wrong, back);
      (void)decodeContexts(wrong, back, {100, 10});
    }
}

INSTANTIATE_TEST_SUITE_P(
    Sources, Coders,
    testing::Values(Source{"uniform", drawUniform},
                    Source{"normal", drawNormal}, Source{"sparse", drawSparse},
                    Source{"two", drawTwo}, Source{"fibonacci", drawFibonacci}),
    [](const testing::TestParamInfo<Source> &info) { return info.param.name; });

TEST(SymbolTables, AreReadAsWritten) {
  std::mt19937 random(4);
  for (int i = 0; i < 200; ++i) {
    SymbolTable table = {}, back;
    for (uint8_t &entry : table)
      entry = random() % 3 ? static_cast<uint8_t>(random() % 128) : 0;
    Bytes out;
    BitWriter writer(out);
    writeSymbolTable(writer, table);
    writer.finish();
    BitReader reader(out);
    ASSERT_TRUE(readSymbolTable(reader, back));
    EXPECT_EQ(table, back);
    EXPECT_EQ(reader.getEnd(), out.size());
  }
}

TEST(ByteCoder, ChoosesTheCode) {
  std::mt19937 random(5);
  Bytes out;
  EXPECT_EQ(encodeBytes(out, drawUniform(random, 1000)), ByteCode::Stored);
  EXPECT_EQ(encodeBytes(out, Bytes(1000, 3)), ByteCode::Repeated);
  EXPECT_EQ(encodeBytes(out, drawNormal(random, 100000)), ByteCode::Rans);
  // Four bytes of equal weight: a prefix code is as short, and simpler; rANS is
  // read faster.
  Bytes four(100000);
  for (uint8_t &byte : four)
    byte = static_cast<uint8_t>(random() % 4);
  EXPECT_EQ(encodeBytes(out, four), ByteCode::Rans);
  four.resize(50000);
  EXPECT_EQ(encodeBytes(out, four), ByteCode::Huffman);
  Bytes text;
  for (int i = 0; i < 1000; ++i)
    for (char c : llvm::StringRef("model/batch_normalization/"))
      text.push_back(static_cast<uint8_t>(c));
  EXPECT_EQ(encodeBytes(out, text, StringSearch::Always), ByteCode::Lzma);
}
