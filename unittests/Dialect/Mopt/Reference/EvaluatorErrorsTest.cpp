//===- EvaluatorErrorsTest.cpp - What evaluators refuse ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands that are values of the run (axes, paddings, sizes) can disagree with
// the types only when the op runs: one message each, and no access outside.
//
//===----------------------------------------------------------------------===//

#include "FunctionRunner.h"

#include "gmock/gmock.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using testing::HasSubstr;

TEST(EvaluatorErrorsTest, PaddingsThatDoNotFit) {
  FunctionRunner runner = FunctionRunner::ofOp(
      "pad", {"tensor<2x3xf32>", "tensor<2x2xi32>"}, "tensor<4x3xf32>");
  HostTensor x = runner.makeInput(0, std::vector<float>(6));
  auto run = [&](std::vector<int32_t> paddings) {
    return runner.runForError({x, runner.makeInput(1, paddings)});
  };
  EXPECT_EQ(run({1, 1, 0, 0}), "no error");
  EXPECT_THAT(run({1, 2, 0, 0}),
              HasSubstr("cannot pad dimension 0 of size 2 by 1 and 2 to 4"));
  EXPECT_THAT(run({3, -1, 0, 0}),
              HasSubstr("cannot pad dimension 0 of size 2 by 3 and -1 to 4"));
}

TEST(EvaluatorErrorsTest, AxesOutsideOfTheTensor) {
  FunctionRunner mean = FunctionRunner::ofOp(
      "mean", {"tensor<2x3xf32>", "tensor<1xi32>"}, "tensor<2xf32>");
  HostTensor x = mean.makeInput(0, std::vector<float>(6));
  auto run = [&](int32_t axis) {
    return mean.runForError({x, mean.makeInput(1, std::vector<int32_t>{axis})});
  };
  EXPECT_EQ(run(1), "no error");
  EXPECT_EQ(run(-1), "no error");
  EXPECT_THAT(run(2), HasSubstr("axis 2 is outside of a tensor of rank 2"));
  EXPECT_THAT(run(-3), HasSubstr("axis -3 is outside of a tensor of rank 2"));
  EXPECT_THAT(run(0), HasSubstr("has a result of shape [2] where its axes "
                                "leave [3]"));

  FunctionRunner arg =
      FunctionRunner::ofOp("arg_max {output_type = #mopt.element_type<INT64>}",
                           {"tensor<2x3xf32>", "tensor<i32>"}, "tensor<2xi64>");
  HostTensor y = arg.makeInput(0, std::vector<float>(6));
  EXPECT_THAT(arg.runForError({y, arg.makeInput(1, std::vector<int32_t>{5})}),
              HasSubstr("axis 5 is outside of a tensor of rank 2"));
}

TEST(EvaluatorErrorsTest, SizeOtherThanTheResult) {
  FunctionRunner runner = FunctionRunner::ofOp(
      "resize_bilinear", {"tensor<1x2x2x1xf32>", "tensor<2xi32>"},
      "tensor<1x3x4x1xf32>");
  HostTensor x = runner.makeInput(0, std::vector<float>(4));
  EXPECT_THAT(
      runner.runForError({x, runner.makeInput(1, std::vector<int32_t>{4, 3})}),
      HasSubstr(
          "has a size operand that differs from the shape of its result"));
}

TEST(EvaluatorErrorsTest, TypesWithoutMeaning) {
  FunctionRunner runner = FunctionRunner::ofOp(
      "maximum", {"tensor<2xcomplex<f32>>", "tensor<2xcomplex<f32>>"},
      "tensor<2xcomplex<f32>>");
  HostTensor x = runner.makeInput(0, std::vector<double>(2));
  EXPECT_THAT(runner.runForError({x, x}),
              HasSubstr("has no reference evaluation for element types "
                        "('complex<f32>', 'complex<f32>') -> "
                        "('complex<f32>')"));
}

TEST(QuantizeTest, SaturatesBeyondTheIntegers) {
  TestQuantization out{1e-9f, 5};
  FunctionRunner runner =
      FunctionRunner::ofOp("quantize", {"tensor<5xf32>"}, out.type("5", "i8"));
  auto got = runner.run<int8_t>(
      RequantizeMode::Fixed,
      {runner.makeInput(
          0, std::vector<float>{1e30f, -1e30f, INFINITY, -INFINITY, NAN})});
  EXPECT_EQ(got, (std::vector<int8_t>{127, -128, 127, -128, -128}));
}

TEST(DequantizeTest, PackedIntegers) {
  TestQuantization in{0.5f, 1};
  FunctionRunner runner =
      FunctionRunner::ofOp("dequantize", {in.type("3", "i4")}, "tensor<3xf32>");
  // 7, -8 | 3: the first element in the low bits.
  auto got = runner.run<float>(
      RequantizeMode::Fixed,
      {runner.makeInput(0, std::vector<uint8_t>{0x87, 0x03})});
  EXPECT_EQ(got, (std::vector<float>{3.0f, -4.5f, 1.0f}));

  TestQuantization out{0.5f, 0};
  FunctionRunner packer =
      FunctionRunner::ofOp("quantize", {"tensor<3xf32>"}, out.type("3", "i4"));
  EXPECT_EQ(packer.run<uint8_t>(
                RequantizeMode::Fixed,
                {packer.makeInput(0, std::vector<float>{99.0f, -4.0f, 1.5f})}),
            (std::vector<uint8_t>{0x87, 0x03}));
}

TEST(ResizeTest, RoundedScaleStaysInside) {
  // 1024 * 7 / 4000 rounds to 2, 1024 * 9 / 4000 to 2: the last of 4000 lies
  // at 3999 * 2 / 1024 = 7.8, beyond the seven elements.
  TestQuantization q{0.1f, 0};
  FunctionRunner runner = FunctionRunner::ofOp(
      "resize_bilinear", {q.type("1x1x7x1", "i8"), "tensor<2xi32>"},
      q.type("1x1x4000x1", "i8"));
  auto got =
      runner.run<int8_t>(RequantizeMode::Fixed,
                         {runner.makeInput(0, std::vector<int8_t>(7, 50)),
                          runner.makeInput(1, std::vector<int32_t>{1, 4000})});
  EXPECT_EQ(got, std::vector<int8_t>(4000, 50));
}
