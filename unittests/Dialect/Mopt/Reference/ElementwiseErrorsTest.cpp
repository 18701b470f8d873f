//===- ElementwiseErrorsTest.cpp - Operands without a result --------------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Integers that have no quotient, power or root: one message each. And the
// quotients that do not fit their type, which are no error.
//
//===----------------------------------------------------------------------===//

#include "FunctionRunner.h"

#include "gmock/gmock.h"

using namespace mlir;
using namespace mlir::mopt;
using testing::ElementsAre;
using testing::HasSubstr;

static FunctionRunner makeBinary(const std::string &op,
                                 const std::string &type) {
  return FunctionRunner::ofOp(op, {type, type}, type);
}

template <typename T>
static std::string getError(const std::string &op, const std::string &type,
                            std::vector<T> a, std::vector<T> b) {
  FunctionRunner runner = makeBinary(op, type);
  return runner.runForError({runner.makeInput(0, a), runner.makeInput(1, b)});
}

TEST(ElementwiseErrorsTest, DivisionByZero) {
  for (const char *op : {"div", "floor_div", "floor_mod"}) {
    EXPECT_THAT(getError<int32_t>(op, "tensor<2xi32>", {1, 2}, {1, 0}),
                HasSubstr("divides by zero"))
        << op;
    EXPECT_EQ(getError<int32_t>(op, "tensor<2xi32>", {1, 2}, {1, -1}),
              "no error")
        << op;
  }
  // The zero point stands for 0.
  const char *type = "tensor<2x!quant.uniform<i8:f32, 0.5:3>>";
  EXPECT_THAT(getError<int8_t>("div", type, {1, 2}, {0, 3}),
              HasSubstr("divides by zero"));
  EXPECT_EQ(getError<int8_t>("div", type, {1, 2}, {0, 4}), "no error");
}

TEST(ElementwiseErrorsTest, NegativeExponent) {
  EXPECT_THAT(getError<int32_t>("pow", "tensor<2xi32>", {2, 2}, {1, -1}),
              HasSubstr("has a negative exponent of integers"));
}

TEST(ElementwiseErrorsTest, RootsOfNegativeNumbers) {
  for (const char *op : {"sqrt", "rsqrt"}) {
    const char *type = "tensor<2x!quant.uniform<i8:f32, 0.5:3>>";
    FunctionRunner runner = FunctionRunner::ofOp(op, {type}, type);
    auto run = [&](std::vector<int8_t> x) {
      return runner.runForError({runner.makeInput(0, x)});
    };
    EXPECT_EQ(run({3, 4}), "no error") << op;
    EXPECT_THAT(run({3, 2}), HasSubstr("has a negative argument")) << op;
  }
}

TEST(ElementwiseErrorsTest, QuotientsThatDoNotFit) {
  constexpr int32_t lowest = std::numeric_limits<int32_t>::min();
  auto run = [&](const char *op) {
    FunctionRunner runner = makeBinary(op, "tensor<1xi32>");
    return runner.run<int32_t>(
        RequantizeMode::Fixed,
        {runner.makeInput(0, std::vector<int32_t>{lowest}),
         runner.makeInput(1, std::vector<int32_t>{-1})});
  };
  EXPECT_THAT(run("div"), ElementsAre(std::numeric_limits<int32_t>::max()));
  EXPECT_THAT(run("floor_div"), ElementsAre(lowest));
  EXPECT_THAT(run("floor_mod"), ElementsAre(0));
}
