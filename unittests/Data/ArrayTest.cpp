//===- ArrayTest.cpp - dense host arrays ------------------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DataTest.h"
#include "mopt/Data/Half.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"
#include <random>

using namespace llvm;
using namespace mlir::mopt;

TEST(DTypeTest, NamesRoundTrip) {
  for (unsigned i = 0; i <= unsigned(DType::Complex128); ++i)
    EXPECT_EQ(parseDType(dtypeName(DType(i))), DType(i));
  EXPECT_EQ(parseDType("object"), std::nullopt);
  EXPECT_EQ(dtypeSize(DType::Complex128), 16u);
}

TEST(DTypeTest, CountsAreChecked) {
  int64_t big = int64_t(1) << 32;
  EXPECT_EQ(countElements({}), 1);
  EXPECT_EQ(countElements({2, 3}), 6);
  EXPECT_EQ(countElements({big, big}), std::nullopt);
  EXPECT_EQ(countElements({big, 0, big}), 0);
  EXPECT_EQ(countElements({2, -1}), std::nullopt);
  EXPECT_EQ(countBytes(DType::UInt8, {big, big / 4}), big * (big / 4));
  EXPECT_EQ(countBytes(DType::Float32, {big, big / 4}), std::nullopt);
}

TEST(ArrayTest, AllocatedIsAlignedZeroedAndWritable) {
  Array array = expectValue(Array::allocate(DType::Int16, {3, 5}));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(array.bytes().data()) % 64, 0u);
  EXPECT_TRUE(array.isWritable());
  EXPECT_EQ(array.byteSize(), 30);
  for (int16_t value : array.as<int16_t>())
    EXPECT_EQ(value, 0);
}

TEST(ArrayTest, TooLargeIsAnError) {
  int64_t big = int64_t(1) << 40;
  expectContains(expectError(Array::allocate(DType::Float32, {big, big})),
                 "too large");
  expectContains(expectError(Array::allocate(DType::UInt8, {1, -4})),
                 "too large");
}

TEST(ArrayTest, SlicesShareAndKeepTheBytes) {
  int32_t values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  Array row;
  {
    Array array =
        expectValue(Array::copyOf<int32_t>(ArrayRef(values), {3, 2, 2}));
    Array tail = array.slice(1, 3);
    EXPECT_EQ(tail.bytes().data(), array.bytes().data() + 16);
    EXPECT_EQ(shapeString(tail.shape()), "2x2x2");
    row = tail.at(1).reshape({4});
  }
  EXPECT_EQ(row.as<int32_t>(), ArrayRef(values).drop_front(8));
}

TEST(HalfTest, EveryHalfSurvivesFloat) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    APFloat exact(APFloat::IEEEhalf(), APInt(16, bits));
    if (exact.isNaN()) {
      EXPECT_NE(halfToFloat({uint16_t(bits)}), halfToFloat({uint16_t(bits)}));
      continue;
    }
    bool loses;
    exact.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &loses);
    float value = halfToFloat({uint16_t(bits)});
    ASSERT_EQ(bit_cast<uint32_t>(value), exact.bitcastToAPInt().getZExtValue());
    ASSERT_EQ(floatToHalf(value).bits, bits);
  }
}

TEST(HalfTest, RoundsAsAPFloatDoes) {
  std::mt19937 random(7);
  for (int i = 0; i < 200000; ++i) {
    // Half of the values near the border of binary16's range and its ties.
    uint32_t bits = random();
    if (i % 2)
      bits = (bits & 0x8000f000u) | (0x33000000u + (random() % 0x15000000u));
    APFloat exact(APFloat::IEEEsingle(), APInt(32, bits));
    if (exact.isNaN())
      continue;
    bool loses;
    exact.convert(APFloat::IEEEhalf(), APFloat::rmNearestTiesToEven, &loses);
    ASSERT_EQ(floatToHalf(bit_cast<float>(bits)).bits,
              exact.bitcastToAPInt().getZExtValue())
        << "of float bits " << bits;
  }
}
