//===- ConvertTest.cpp - from a sample to what a model takes ----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Data/Convert.h"
#include "DataTest.h"
#include "mopt/Data/Half.h"
#include <limits>

using namespace llvm;
using namespace mlir::mopt;

static InputSpec
spec(DType type, ArrayRef<int64_t> shape,
     std::optional<InputSpec::Quantization> quantization = {}) {
  return {"in", type, {shape.begin(), shape.end()}, quantization};
}

static Preprocess preprocess(StringRef text) {
  return expectValue(Preprocess::parse(text));
}

template <typename T>
static Array make(std::vector<T> values) {
  return expectValue(
      Array::copyOf<T>(ArrayRef<T>(values), {int64_t(values.size())}));
}

namespace {
struct QuantCase {
  const char *file;
  DType type;
  float scale;
  int64_t zeroPoint;
};
class QuantizeTest : public testing::TestWithParam<QuantCase> {};
} // namespace

/// numpy made the expected integers (make_inputs.py): halves, both ends,
/// infinities, random values.
TEST_P(QuantizeTest, EqualsNumpy) {
  auto [file, type, scale, zeroPoint] = GetParam();
  Array v = readInput("quantise_v.npy");
  expectSame(
      expectValue(convertSample(
          v, spec(type, v.shape(), InputSpec::Quantization{scale, zeroPoint}),
          Preprocess(), "v")),
      readInput(file));
}

INSTANTIATE_TEST_SUITE_P(
    Types, QuantizeTest,
    testing::Values(
        QuantCase{"quantise_int8_-5.npy", DType::Int8, 0.25f, -5},
        QuantCase{"quantise_uint8_128.npy", DType::UInt8, 0.1f, 128},
        QuantCase{"quantise_int16_0.npy", DType::Int16, 0.003f, 0},
        QuantCase{"quantise_int8_127.npy", DType::Int8, 0.019607844f, 127}));

TEST(ConvertTest, BytesArePreprocessedThenQuantized) {
  Array bytes = make<uint8_t>({0, 127, 128, 255});
  InputSpec int8 =
      spec(DType::Int8, {4}, InputSpec::Quantization{0.0078125f, -1});
  Array q = expectValue(
      convertSample(bytes, int8, preprocess("mean:127,std:128"), "b"));
  EXPECT_EQ(q.as<int8_t>(), ArrayRef<int8_t>({-128, -1, 0, 127}));
  // Without normalisation it is the number that is quantised, for uint8 too.
  InputSpec uint8 = spec(DType::UInt8, {4}, InputSpec::Quantization{2, 1});
  q = expectValue(convertSample(bytes, uint8, Preprocess(), "b"));
  EXPECT_EQ(q.as<uint8_t>(), ArrayRef<uint8_t>({1, 65, 65, 129}));
  q = expectValue(convertSample(bytes, uint8, preprocess("u8"), "b"));
  expectSame(q, bytes);
  expectContains(expectError(convertSample(bytes, int8, preprocess("u8"), "b")),
                 "is int8; use scale, mean and std");
}

TEST(ConvertTest, NormalizationIsForBytesOnly) {
  Array floats = make<float>({1.5f, -2});
  Array out = expectValue(convertSample(floats, spec(DType::Float32, {2}),
                                        preprocess("mean:9,std:3"), "f"));
  expectSame(out, floats);
}

TEST(ConvertTest, FloatsOfEverySource) {
  InputSpec float32 = spec(DType::Float32, {2});
  auto first = [&](const Array &array) {
    return expectValue(convertSample(array, float32, Preprocess(), "a"))
        .as<float>()[0];
  };
  EXPECT_EQ(first(make<int8_t>({-3, 0})), -3.0f);
  EXPECT_EQ(first(make<uint16_t>({65535, 0})), 65535.0f);
  EXPECT_EQ(first(make<int64_t>({-(int64_t(1) << 40), 0})), -0x1p40f);
  EXPECT_EQ(first(make<double>({0.1, 0})), 0.1f);
  EXPECT_EQ(first(make<Half>({floatToHalf(1.5f), Half()})), 1.5f);
  Array half =
      expectValue(convertSample(make<float>({1.5f, 70000}),
                                spec(DType::Float16, {2}), Preprocess(), "a"));
  EXPECT_EQ(half.as<Half>()[0].bits, 0x3e00);
  EXPECT_EQ(half.as<Half>()[1].bits, 0x7c00);
}

TEST(ConvertTest, PlainIntegersMustFit) {
  InputSpec int32 = spec(DType::Int32, {2});
  Array ids = expectValue(
      convertSample(make<int64_t>({7, -9}), int32, Preprocess(), "ids"));
  EXPECT_EQ(ids.as<int32_t>(), ArrayRef<int32_t>({7, -9}));
  expectContains(expectError(convertSample(make<int64_t>({int64_t(1) << 31, 0}),
                                           int32, Preprocess(), "ids")),
                 "outside of the range of int32");
  expectContains(
      expectError(convertSample(make<int8_t>({-1, 0}), spec(DType::UInt8, {2}),
                                Preprocess(), "ids")),
      "outside of the range of uint8");
  expectContains(
      expectError(convertSample(make<uint8_t>({1, 2}), spec(DType::Bool, {2}),
                                Preprocess(), "ids")),
      "outside of the range of bool");
  expectContains(expectError(convertSample(make<float>({1, 2}), int32,
                                           Preprocess(), "ids")),
                 "'ids' is float32 but model input 'in' takes int32");
  expectContains(expectError(convertSample(make<uint8_t>({1, 2}), int32,
                                           preprocess("mean:1"), "ids")),
                 "give fractions");
}

TEST(ConvertTest, BadNumbersAreRefused) {
  float nan = std::numeric_limits<float>::quiet_NaN();
  InputSpec::Quantization fine{1, 0}, zero{0, 0}, notANumber{nan, 0};
  Array data = make<float>({1, nan});
  expectContains(expectError(convertSample(data, spec(DType::Int8, {2}, fine),
                                           Preprocess(), "d")),
                 "(NaN)");
  for (InputSpec::Quantization bad : {zero, notANumber})
    expectContains(expectError(convertSample(make<float>({1, 2}),
                                             spec(DType::Int8, {2}, bad),
                                             Preprocess(), "d")),
                   "is not a positive number");
}

TEST(ConvertTest, ShapesMatchUpToOnes) {
  Array image = expectValue(Array::allocate(DType::Float32, {3, 5, 4}));
  auto shapeFor = [&](ArrayRef<int64_t> shape) {
    Expected<Array> result =
        convertSample(image, spec(DType::Float32, shape), Preprocess(), "i");
    if (result)
      return shapeString(result->shape());
    consumeError(result.takeError());
    return std::string("refused");
  };
  EXPECT_EQ(shapeFor({3, 5, 4}), "3x5x4");
  EXPECT_EQ(shapeFor({1, 3, 5, 4}), "1x3x5x4");
  EXPECT_EQ(shapeFor({1, 3, 5, 4, 1}), "1x3x5x4x1");
  EXPECT_EQ(shapeFor({-1, 3, 5, 4}), "1x3x5x4");
  EXPECT_EQ(shapeFor({-1, 3, 5, 4, 1}), "1x3x5x4x1");
  EXPECT_EQ(shapeFor({1, -1, -1, 4}), "1x3x5x4");
  EXPECT_EQ(shapeFor({4, 3, 5}), "refused");
  EXPECT_EQ(shapeFor({60}), "refused");
  EXPECT_EQ(shapeFor({2, 3, 5, 4}), "refused");
  Array bytes = expectValue(Array::allocate(DType::UInt8, {3, 5, 3}));
  std::string message = expectError(convertSample(
      bytes, spec(DType::Float32, {1, 224, 224, 3}), Preprocess(), "dog.jpg"));
  expectContains(message, "'dog.jpg' has shape 3x5x3 but model input 'in' "
                          "takes 1x224x224x3; images are fitted with "
                          "--preprocess=resize:N,crop:N");
}

TEST(ConvertTest, ArraysOfTheInputsTypeGoInAsTheyAre) {
  Array q = make<uint8_t>({1, 2});
  InputSpec input = spec(DType::UInt8, {1, 2}, InputSpec::Quantization{2, 1});
  Array out = expectValue(convertInput(q, input, "q"));
  EXPECT_EQ(out.bytes().data(), q.bytes().data());
  EXPECT_EQ(shapeString(out.shape()), "1x2");
  out = expectValue(convertInput(make<float>({4, 5}), input, "q"));
  EXPECT_EQ(out.as<uint8_t>(), ArrayRef<uint8_t>({3, 3}));
  expectContains(expectError(convertInput(make<uint8_t>({1}), input, "q")),
                 "'q' has shape 1 but model input 'in' takes 1x2");
}
