//===- MovementErrorsTest.cpp - Indices that lead outside -------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Indices, sizes and lengths that come at run time: one message each, and no
// access outside.
//
//===----------------------------------------------------------------------===//

#include "FunctionRunner.h"

#include "gmock/gmock.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using testing::HasSubstr;

using Ints = std::vector<int32_t>;

/// Runs `op` on six floats in 2x3 and integers; gives the error.
static std::string runOnMatrix(const std::string &op, const std::string &second,
                               const Ints &values, const std::string &result) {
  FunctionRunner runner =
      FunctionRunner::ofOp(op, {"tensor<2x3xf32>", second}, result);
  return runner.runForError({runner.makeInput(0, std::vector<float>(6)),
                             runner.makeInput(1, values)});
}

TEST(MovementErrorsTest, Views) {
  auto transpose = [](Ints perm) {
    return runOnMatrix("transpose", "tensor<2xi32>", perm, "tensor<3x2xf32>");
  };
  EXPECT_EQ(transpose({1, 0}), "no error");
  EXPECT_EQ(transpose({-1, -2}), "no error");
  EXPECT_THAT(transpose({1, 1}), HasSubstr("perm has dimension 1 twice"));
  EXPECT_THAT(transpose({1, -3}), HasSubstr("axis -3 is out of range"));
  EXPECT_THAT(transpose({0, 1}),
              HasSubstr("gives shape [2, 3], but result 0 is [3, 2]"));

  auto tile = [](Ints multiples) {
    return runOnMatrix("tile", "tensor<2xi32>", multiples, "tensor<4x3xf32>");
  };
  EXPECT_EQ(tile({2, 1}), "no error");
  EXPECT_THAT(tile({-2, 1}), HasSubstr("must lie in [0, 2^31), got -2"));
  EXPECT_THAT(tile({2147483647, 2147483647}),
              HasSubstr("gives shape [4294967294, 6442450941]"));
}

TEST(MovementErrorsTest, Slices) {
  FunctionRunner slice = FunctionRunner::ofOp(
      "slice", {"tensor<5xf32>", "tensor<1xi32>", "tensor<1xi32>"},
      "tensor<2xf32>");
  HostTensor x = slice.makeInput(0, std::vector<float>(5));
  auto run = [&](int32_t begin, int32_t size) {
    return slice.runForError(
        {x, slice.makeInput(1, Ints{begin}), slice.makeInput(2, Ints{size})});
  };
  EXPECT_EQ(run(3, 2), "no error");
  EXPECT_EQ(run(3, -1), "no error");
  EXPECT_THAT(run(4, 2), HasSubstr("begin 4 and size 2 do not fit"));
  EXPECT_THAT(run(-1, 2), HasSubstr("begin -1 and size 2 do not fit"));
  EXPECT_THAT(run(2147483647, 2147483647), HasSubstr("do not fit"));
  EXPECT_THAT(run(1, 3), HasSubstr("gives shape [3], but result 0 is [2]"));

  FunctionRunner strided = FunctionRunner::ofOp(
      "strided_slice {shrink_axis_mask = 1 : i32}",
      {"tensor<5xf32>", "tensor<1xi32>", "tensor<1xi32>", "tensor<1xi32>"},
      "tensor<f32>");
  auto take = [&](int32_t begin, int32_t stride) {
    return strided.runForError({x, strided.makeInput(1, Ints{begin}),
                                strided.makeInput(2, Ints{0}),
                                strided.makeInput(3, Ints{stride})});
  };
  EXPECT_EQ(take(-5, 1), "no error");
  EXPECT_THAT(take(5, 1), HasSubstr("takes element 5 of dimension 0"));
  EXPECT_THAT(take(-9, -1), HasSubstr("takes element -9 of dimension 0"));
  EXPECT_THAT(take(0, 0), HasSubstr("stride of dimension 0 is 0"));
}

TEST(MovementErrorsTest, PickingAndPlacing) {
  auto gather = [](Ints positions) {
    return runOnMatrix("gather {axis = 1 : i32}", "tensor<2xi32>", positions,
                       "tensor<2x2xf32>");
  };
  EXPECT_EQ(gather({0, 2}), "no error");
  EXPECT_THAT(gather({0, 3}),
              HasSubstr("index 3 is outside of dimension 1 of size 3"));
  EXPECT_THAT(gather({-1, 0}), HasSubstr("index -1 is outside"));

  auto gatherNd = [](Ints indices) {
    return runOnMatrix("gather_nd", "tensor<1x2xi32>", indices,
                       "tensor<1xf32>");
  };
  EXPECT_EQ(gatherNd({1, 2}), "no error");
  // Inside of the tensor as a whole, but not of the dimension.
  EXPECT_THAT(gatherNd({0, 3}),
              HasSubstr("index 3 is outside of dimension 1 of size 3"));

  FunctionRunner scatter = FunctionRunner::ofOp(
      "scatter_nd", {"tensor<1x1xi32>", "tensor<1xf32>", "tensor<1xi32>"},
      "tensor<4xf32>");
  HostTensor update = scatter.makeInput(1, std::vector<float>{1.0f});
  auto place = [&](int32_t index, int32_t size) {
    return scatter.runForError({scatter.makeInput(0, Ints{index}), update,
                                scatter.makeInput(2, Ints{size})});
  };
  EXPECT_EQ(place(3, 4), "no error");
  EXPECT_THAT(place(4, 4), HasSubstr("index 4 is outside of dimension 0"));
  EXPECT_THAT(place(0, 9),
              HasSubstr("asks for shape [9], but the output is [4]"));

  FunctionRunner oneHot = FunctionRunner::ofOp(
      "one_hot {axis = -1 : i32}",
      {"tensor<1xi32>", "tensor<i32>", "tensor<f32>", "tensor<f32>"},
      "tensor<1x4xf32>");
  HostTensor value = oneHot.makeInput(2, std::vector<float>{1.0f});
  EXPECT_THAT(oneHot.runForError({oneHot.makeInput(0, Ints{0}),
                                  oneHot.makeInput(1, Ints{5}), value, value}),
              HasSubstr("depth is 5, but the output has 4"));
}

TEST(MovementErrorsTest, MirrorsAndSequences) {
  auto mirror = [](Ints paddings) {
    return runOnMatrix("mirror_pad", "tensor<2x2xi32>", paddings,
                       "tensor<3x5xf32>");
  };
  EXPECT_EQ(mirror({1, 0, 0, 2}), "no error");
  EXPECT_THAT(mirror({2, -1, 0, 2}), HasSubstr("cannot mirror 2 and -1"));
  EXPECT_THAT(mirror({0, 1, 0, 1}), HasSubstr("to give 5"));

  auto reverse = [](Ints lengths) {
    return runOnMatrix("reverse_sequence {seq_dim = 1 : i32}", "tensor<2xi32>",
                       lengths, "tensor<2x3xf32>");
  };
  EXPECT_EQ(reverse({0, 3}), "no error");
  EXPECT_THAT(reverse({0, 4}), HasSubstr("a sequence of length 4"));
  EXPECT_THAT(reverse({-1, 3}), HasSubstr("a sequence of length -1"));
}

TEST(MovementErrorsTest, Blocks) {
  FunctionRunner runner = FunctionRunner::ofOp(
      "space_to_batch_nd",
      {"tensor<1x4x1xf32>", "tensor<1xi32>", "tensor<1x2xi32>"},
      "tensor<2x2x1xf32>");
  HostTensor x = runner.makeInput(0, std::vector<float>(4));
  auto run = [&](int32_t block, Ints paddings) {
    return runner.runForError(
        {x, runner.makeInput(1, Ints{block}), runner.makeInput(2, paddings)});
  };
  EXPECT_EQ(run(2, {0, 0}), "no error");
  EXPECT_THAT(run(0, {0, 0}), HasSubstr("block_shape must be positive, got 0"));
  EXPECT_THAT(run(3, {0, 0}), HasSubstr("is not a multiple of its block 3"));
  EXPECT_THAT(run(2, {1, 1}),
              HasSubstr("gives shape [2, 3, 1], but the output is [2, 2, 1]"));
}

TEST(MovementErrorsTest, ShapesAsValues) {
  FunctionRunner range = FunctionRunner::ofOp(
      "range", {"tensor<f32>", "tensor<f32>", "tensor<f32>"}, "tensor<3xf32>");
  auto count = [&](float start, float limit, float delta) {
    return range.runForError({range.makeInput(0, std::vector<float>{start}),
                              range.makeInput(1, std::vector<float>{limit}),
                              range.makeInput(2, std::vector<float>{delta})});
  };
  EXPECT_EQ(count(0, 1, 0.4f), "no error");
  EXPECT_THAT(count(0, 1, 0), HasSubstr("does not lead from start to limit"));
  EXPECT_THAT(count(0, 1, NAN), HasSubstr("does not lead from start to limit"));
  EXPECT_THAT(count(0, INFINITY, 1), HasSubstr("does not lead"));
  EXPECT_THAT(count(0, 1, 0.5f),
              HasSubstr("gives 2 numbers, but the output has 3"));

  FunctionRunner broadcast = FunctionRunner::ofOp(
      "broadcast_args", {"tensor<2xi32>", "tensor<1xi32>"}, "tensor<2xi32>");
  EXPECT_THAT(broadcast.runForError({broadcast.makeInput(0, Ints{4, 3}),
                                     broadcast.makeInput(1, Ints{2})}),
              HasSubstr("shapes [4, 3] and [1, 2] do not broadcast"));
}
