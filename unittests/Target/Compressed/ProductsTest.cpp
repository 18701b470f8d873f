//===- ProductsTest.cpp - Numbers that others make -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Products.h"
#include <gtest/gtest.h>

#include <cstring>

using namespace mlir::mopt;

static float load(ByteView model, size_t place) {
  float value;
  std::memcpy(&value, model.data() + place, sizeof(value));
  return value;
}

static void store(Bytes &model, size_t place, float value) {
  std::memcpy(model.data() + place, &value, sizeof(value));
}

TEST(Products, AreFilledIn) {
  // Three numbers at 9, made of those at 40 and the one at 2; then two at 22,
  // made of those at 60 and of one of the first three. Nothing is aligned.
  Bytes model(71, 0xcc);
  store(model, 2, 0.3f);
  for (size_t i = 0; i < 3; ++i)
    store(model, 40 + 4 * i, 1.7f + static_cast<float>(i));
  store(model, 60, -1.0e-30f);
  store(model, 64, 3.0e38f);
  Bytes expected = model;
  for (size_t i = 0; i < 3; ++i)
    store(expected, 9 + 4 * i, 0.3f * (1.7f + static_cast<float>(i)));
  float factor = 0.3f * 2.7f;
  store(expected, 22, factor * -1.0e-30f);
  store(expected, 26, factor * 3.0e38f);
  Bytes list = writeProducts({{9, 40, 2, 3}, {22, 60, 13, 2}});
  EXPECT_TRUE(applyProducts(model, list));
  EXPECT_EQ(model, expected);
  EXPECT_EQ(load(model, 13), factor);
}

TEST(Products, RoundOnceWhereTheyAreTiny) {
  // Below the least normal number: what a machine that flushes them would lose.
  Bytes model(12, 0);
  store(model, 4, 1.5e-20f);
  store(model, 8, 3.3e-21f);
  EXPECT_TRUE(applyProducts(model, writeProducts({{0, 8, 4, 1}})));
  EXPECT_GT(load(model, 0), 0.0f);
  EXPECT_EQ(load(model, 0), static_cast<float>(static_cast<double>(1.5e-20f) *
                                               static_cast<double>(3.3e-21f)));
}

TEST(Products, BeyondTheModelAreRefused) {
  Bytes model(40, 0);
  EXPECT_TRUE(applyProducts(model, {}));
  EXPECT_TRUE(applyProducts(model, writeProducts({{0, 20, 36, 5}})));
  for (const Product &product : {Product{24, 0, 0, 5},
                                 {0, 24, 36, 5},
                                 {0, 20, 37, 5},
                                 {41, 0, 0, 0},
                                 {0, 20, 36, uint64_t(1) << 62},
                                 {0, uint64_t(1) << 63, 36, 5}})
    EXPECT_FALSE(applyProducts(model, writeProducts({product})));
  // Cut, and of a model that is smaller than a number.
  Bytes list = writeProducts({{0, 20, 36, 5}});
  for (size_t size = 1; size < list.size(); ++size)
    EXPECT_FALSE(applyProducts(model, ByteView(list).take_front(size)));
  Bytes tiny(3, 0);
  EXPECT_FALSE(applyProducts(tiny, Bytes{0, 0, 0, 0}));
}
