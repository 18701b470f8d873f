//===- MatrixErrorsTest.cpp - What shows when they run ----------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shapes, axes and counts that are computed at run time, and factors without a
// fixed-point form, in products, reductions and scans.
//
//===----------------------------------------------------------------------===//

#include "FunctionRunner.h"

#include "gmock/gmock.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using testing::HasSubstr;

TEST(MatrixErrorsTest, OutputShapeOfTransposeConv) {
  FunctionRunner runner = FunctionRunner::ofOp(
      "transpose_conv {stride_h = 2 : i32, stride_w = 2 : i32}",
      {"tensor<4xi32>", "tensor<1x1x1x1xf32>", "tensor<1x2x2x1xf32>"},
      "tensor<1x4x4x1xf32>");
  HostTensor w = runner.makeInput(1, std::vector<float>{2.0f});
  HostTensor x = runner.makeInput(2, std::vector<float>{1, 2, 3, 4});
  auto run = [&](std::vector<int32_t> shape) {
    return runner.runForError({runner.makeInput(0, shape), w, x});
  };
  EXPECT_EQ(run({1, 4, 4, 1}), "no error");
  EXPECT_THAT(run({1, 3, 4, 1}),
              HasSubstr("has a result of shape [1, 4, 4, 1] where output_shape "
                        "wants [1, 3, 4, 1]"));
}

TEST(MatrixErrorsTest, AxisOfCumsum) {
  FunctionRunner runner = FunctionRunner::ofOp(
      "cumsum", {"tensor<2x3xf32>", "tensor<i32>"}, "tensor<2x3xf32>");
  HostTensor x = runner.makeInput(0, std::vector<float>(6));
  auto run = [&](int32_t axis) {
    return runner.runForError(
        {x, runner.makeInput(1, std::vector<int32_t>{axis})});
  };
  EXPECT_EQ(run(-2), "no error");
  EXPECT_THAT(run(2), HasSubstr("axis 2 is outside of a tensor of rank 2"));
  EXPECT_THAT(run(-3), HasSubstr("axis -3 is outside of a tensor of rank 2"));
}

TEST(MatrixErrorsTest, CountOfTopK) {
  FunctionRunner runner(
      "%arg0: tensor<4xf32>, %arg1: tensor<i32>", "tensor<2xf32>",
      "%0:2 = mopt.topk_v2 %arg0, %arg1 : (tensor<4xf32>, tensor<i32>) -> "
      "(tensor<2xf32>, tensor<2xi32>)\nreturn %0#0 : tensor<2xf32>");
  // NaN comes last.
  HostTensor x = runner.makeInput(0, std::vector<float>{1, NAN, 3, 2});
  HostTensor two = runner.makeInput(1, std::vector<int32_t>{2});
  EXPECT_EQ(runner.run<float>(RequantizeMode::Fixed, {x, two}),
            (std::vector<float>{3, 2}));
  EXPECT_THAT(
      runner.runForError({x, runner.makeInput(1, std::vector<int32_t>{3})}),
      HasSubstr("must choose 2 elements, k is 3"));
}

TEST(MatrixErrorsTest, FactorOfReduceProd) {
  TestQuantization in{1000.0f, 0}, out{1e-6f, 0};
  FunctionRunner runner = FunctionRunner::ofOp(
      "reduce_prod", {in.type("2x2", "i8"), "tensor<1xi32>"},
      out.type("2", "i8"));
  EXPECT_THAT(
      runner.runForError({runner.makeInput(0, std::vector<int8_t>(4, 1)),
                          runner.makeInput(1, std::vector<int32_t>{1})}),
      HasSubstr("which has no fixed-point form"));
}

TEST(MatrixErrorsTest, ExtremesOfNothing) {
  FunctionRunner runner = FunctionRunner::ofOp(
      "reduce_max", {"tensor<2x0xi32>", "tensor<1xi32>"}, "tensor<2xi32>");
  EXPECT_EQ(runner.run<int32_t>(RequantizeMode::Fixed,
                                {runner.makeInput(0, std::vector<int32_t>()),
                                 runner.makeInput(1, std::vector<int32_t>{1})}),
            std::vector<int32_t>(2, std::numeric_limits<int32_t>::min()));
}

TEST(MatrixErrorsTest, RowsOfEmbeddingLookup) {
  FunctionRunner runner = FunctionRunner::ofOp(
      "embedding_lookup", {"tensor<2xi32>", "tensor<3x1xf32>"},
      "tensor<2x1xf32>");
  HostTensor table = runner.makeInput(1, std::vector<float>{5, 6, 7});
  auto run = [&](std::vector<int32_t> rows) {
    return runner.runForError({runner.makeInput(0, rows), table});
  };
  EXPECT_EQ(run({2, 0}), "no error");
  EXPECT_THAT(run({0, 3}), HasSubstr("looks up row 3 of 3"));
  EXPECT_THAT(run({-1, 0}), HasSubstr("looks up row -1 of 3"));
}

TEST(MatrixErrorsTest, PackedRowsOfEmbeddingLookup) {
  FunctionRunner runner = FunctionRunner::ofOp(
      "embedding_lookup",
      {"tensor<1xi32>", "tensor<2x3x!quant.uniform<i4:f32:0, {0.5, 0.25}>>"},
      "tensor<1x3xf32>");
  // 1, -8, 7 | 4, 3, -1: the first element in the low bits.
  EXPECT_EQ(runner.run<float>(
                RequantizeMode::Fixed,
                {runner.makeInput(0, std::vector<int32_t>{1}),
                 runner.makeInput(1, std::vector<uint8_t>{0x81, 0x47, 0xF3})}),
            (std::vector<float>{1.0f, 0.75f, -0.25f}));
}

TEST(MatrixErrorsTest, ElementsOfEmbeddingLookupSparse) {
  FunctionRunner runner =
      FunctionRunner::ofOp("embedding_lookup_sparse",
                           {"tensor<2xi32>", "tensor<2x2xi32>", "tensor<2xi32>",
                            "tensor<2xf32>", "tensor<3x1xf32>"},
                           "tensor<4x1xf32>");
  auto run = [&](std::vector<int32_t> ids, std::vector<int32_t> indices,
                 int32_t places = 4) {
    return runner.runForError(
        {runner.makeInput(0, ids), runner.makeInput(1, indices),
         runner.makeInput(2, std::vector<int32_t>{places, 2}),
         runner.makeInput(3, std::vector<float>{1, 2}),
         runner.makeInput(4, std::vector<float>{5, 6, 7})});
  };
  // The last index counts for nothing.
  EXPECT_EQ(run({2, 0}, {0, 9, 3, -1}), "no error");
  EXPECT_THAT(run({0, 3}, {0, 0, 3, 0}), HasSubstr("looks up row 3 of 3"));
  EXPECT_THAT(run({0, 0}, {0, 0, 4, 0}),
              HasSubstr("has index 4 in dimension 0 of size 4"));
  EXPECT_THAT(run({0, 0}, {-1, 0, 3, 0}),
              HasSubstr("has index -1 in dimension 0 of size 4"));
  EXPECT_THAT(
      run({0, 0}, {0, 0, 0, 0}, 3),
      HasSubstr("asks for places of shape [3], but the output has [4]"));
}

TEST(MatrixErrorsTest, SegmentIds) {
  FunctionRunner sorted = FunctionRunner::ofOp(
      "segment_sum", {"tensor<3xf32>", "tensor<3xi32>"}, "tensor<2xf32>");
  HostTensor x = sorted.makeInput(0, std::vector<float>{1, 2, 3});
  auto run = [&](std::vector<int32_t> ids) {
    return sorted.runForError({x, sorted.makeInput(1, ids)});
  };
  EXPECT_EQ(run({0, 1, 1}), "no error");
  EXPECT_THAT(run({0, 2, 2}), HasSubstr("has segment id 2 after 0"));
  EXPECT_THAT(run({-1, 0, 1}), HasSubstr("has segment id -1 after -1"));
  EXPECT_THAT(run({0, 0, 0}),
              HasSubstr("has a result of 2 segments for ids up to 0"));

  FunctionRunner unsorted = FunctionRunner::ofOp(
      "unsorted_segment_sum", {"tensor<3xf32>", "tensor<3xi32>", "tensor<i32>"},
      "tensor<2xf32>");
  auto runUnsorted = [&](std::vector<int32_t> ids, int32_t count) {
    return unsorted.runForError(
        {x, unsorted.makeInput(1, ids),
         unsorted.makeInput(2, std::vector<int32_t>{count})});
  };
  EXPECT_EQ(runUnsorted({-5, 1, 0}, 2), "no error");
  EXPECT_THAT(runUnsorted({0, 2, 0}, 2),
              HasSubstr("has segment id 2 of 2 segments"));
  EXPECT_THAT(
      runUnsorted({0, 0, 0}, 3),
      HasSubstr("has a result of 2 segments where num_segments differs"));
}
