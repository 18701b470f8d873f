//===- FixedFactorsTest.cpp - Fixed-point factors of kernels --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FixedFactors.h"

#include "gtest/gtest.h"

#include <random>

using namespace mlir::mopt;

namespace {

/// What the kernels compute with the factors of one channel; `sum` wraps where
/// it is doubled, as theirs.
int32_t rescale(int32_t sum, const FixedFactors &factors, bool isPositive) {
  int64_t x =
      isPositive ? sum : static_cast<int32_t>(2u * static_cast<uint32_t>(sum));
  int64_t wide = x * factors.multipliers[0] + factors.nudges[0];
  auto value = static_cast<int32_t>(wide >> 32);
  if (!isPositive)
    value += sum >> 31;
  return value >> factors.shifts[0];
}

class FixedFactorsTest : public testing::TestWithParam<int32_t> {};

} // namespace

/// Sums around every place where the result changes, for multipliers at the
/// ends of their range and in it.
TEST_P(FixedFactorsTest, EqualsBothRoundings) {
  int32_t shift = GetParam();
  std::mt19937 generator(shift);
  std::vector<int32_t> multipliers = {1 << 30, (1 << 30) + 1,
                                      std::numeric_limits<int32_t>::max(),
                                      3 << 29, (1 << 30) + (1 << 20)};
  for (int i = 0; i < 40; ++i)
    multipliers.push_back(
        std::uniform_int_distribution<int32_t>(1 << 30)(generator));
  for (int32_t multiplier : multipliers) {
    QuantizedMultiplier factor{multiplier, -shift};
    FixedFactors positive = *getSmallFactors({factor}, true);
    FixedFactors both = *getSmallFactors({factor}, false);
    auto check = [&](int64_t sum) {
      if (sum < std::numeric_limits<int32_t>::min() ||
          sum > std::numeric_limits<int32_t>::max())
        return;
      auto x = static_cast<int32_t>(sum);
      int32_t expected = multiplyByQuantizedMultiplier(x, factor);
      EXPECT_EQ(std::max(rescale(x, positive, true), 0), std::max(expected, 0))
          << x << " * " << multiplier << " >> " << shift;
      if (std::abs(sum) < int64_t(1) << 30)
        EXPECT_EQ(rescale(x, both, false), expected)
            << x << " * " << multiplier << " >> " << shift;
    };
    double real = std::ldexp(static_cast<double>(multiplier), -31 - shift);
    for (int64_t result = -300; result <= 300; ++result) {
      // As a product of integers, where sums allow it, and as a limit.
      auto around = static_cast<int64_t>((double(result) - 0.5) / real);
      for (int64_t sum = around - 4; sum <= around + 4; ++sum)
        check(sum);
    }
    for (int64_t edge : {int64_t(0), int64_t(1) << 30, int64_t(1) << 31,
                         -(int64_t(1) << 30), -(int64_t(1) << 31)})
      for (int64_t sum = edge - 3; sum <= edge + 3; ++sum)
        check(sum);
  }
}

INSTANTIATE_TEST_SUITE_P(Shifts, FixedFactorsTest, testing::Range(1, 32));

TEST(FixedFactorsTest, ZeroStaysZero) {
  for (bool isPositive : {false, true}) {
    FixedFactors factors =
        *getSmallFactors({QuantizedMultiplier{}}, isPositive);
    for (int32_t sum : {0, 1, -1, std::numeric_limits<int32_t>::max(),
                        std::numeric_limits<int32_t>::min()})
      EXPECT_EQ(rescale(sum, factors, isPositive), 0);
  }
}

TEST(FixedFactorsTest, OthersAreRefused) {
  EXPECT_FALSE(getSmallFactors({QuantizedMultiplier{1 << 30, 0}}, true));
  EXPECT_FALSE(getSmallFactors({QuantizedMultiplier{1 << 30, 3}}, false));
}

TEST(FixedFactorsTest, EvenLanesComeFirst) {
  mlir::MLIRContext context;
  context.loadDialect<kernel::KernelDialect>();
  auto tile =
      kernel::TileAttr::get(&context, kernel::DotKind::SDOT, 4, 2, 1, 1);
  EXPECT_EQ(partLanes({0, 1, 2, 3, 4, 5, 6, 7}, 8, tile, false),
            (std::vector<int64_t>{0, 2, 1, 3, 4, 6, 5, 7}));
}
