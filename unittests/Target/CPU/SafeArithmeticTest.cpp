//===- SafeArithmeticTest.cpp - Integers without a result -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the reference evaluators report an error, compiled code has the results
// that docs/Numerics.md gives, and neither traps nor reads other memory.
//
//===----------------------------------------------------------------------===//

#include "mlir/Parser/Parser.h"
#include "mopt/InitAll.h"
#include "mopt/Runtime/Executor.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mopt;
using testing::ElementsAre;

namespace {

class SafeArithmeticTest : public testing::Test {
protected:
  SafeArithmeticTest() {
    DialectRegistry registry;
    registerAllMopt(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  /// The compiled result of `op` on operands of type `type`.
  template <typename T>
  std::vector<T> run(std::string op, std::string type,
                     std::vector<std::vector<T>> operands) {
    std::string arguments, names, types;
    for (size_t i = 0; i < operands.size(); ++i) {
      std::string separator = i ? ", " : "", name = "%x" + std::to_string(i);
      arguments += separator + name + ": " + type;
      names += separator + name;
      types += separator + type;
    }
    std::string text = "func.func @main(" + arguments + ") -> " + type +
                       " {\n%y = mopt." + op + " " + names + " : (" + types +
                       ") -> " + type + "\nreturn %y : " + type + "\n}";
    auto module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module) << text;
    auto function = *module->getOps<func::FuncOp>().begin();
    auto executor = createJITExecutor(function, {});
    if (!executor) {
      ADD_FAILURE() << llvm::toString(executor.takeError());
      return {};
    }
    std::vector<HostTensor> inputs;
    for (size_t i = 0; i < operands.size(); ++i) {
      inputs.push_back(HostTensor::allocate(
          cast<RankedTensorType>(function.getArgumentTypes()[i])));
      llvm::copy(operands[i], inputs.back().asMutable<T>().begin());
    }
    auto results = (*executor)->run(inputs);
    if (!results) {
      ADD_FAILURE() << llvm::toString(results.takeError());
      return {};
    }
    return results->front().template as<T>().vec();
  }

  MLIRContext context{MLIRContext::Threading::DISABLED};
};

} // namespace

TEST_F(SafeArithmeticTest, DivisionByZero) {
  constexpr int32_t low = std::numeric_limits<int32_t>::min();
  std::vector<std::vector<int32_t>> operands = {{7, -7, 0, low}, {0, 0, 0, -1}};
  auto divide = [&](const char *op) {
    return run<int32_t>(op, "tensor<4xi32>", operands);
  };
  EXPECT_THAT(divide("div"),
              ElementsAre(0, 0, 0, std::numeric_limits<int32_t>::max()));
  EXPECT_THAT(divide("floor_div"), ElementsAre(0, 0, 0, low));
  EXPECT_THAT(divide("floor_mod"), ElementsAre(0, 0, 0, 0));
  // The zero point stands for 0.
  EXPECT_THAT(run<int8_t>("div", "tensor<2x!quant.uniform<i8:f32, 0.5:3>>",
                          {{100, -100}, {3, 3}}),
              ElementsAre(3, 3));
}

TEST_F(SafeArithmeticTest, PowersThatAreNoIntegers) {
  EXPECT_THAT(
      run<int32_t>("pow", "tensor<4xi32>", {{2, 1, 0, 10}, {-1, -1, -1, 10}}),
      ElementsAre(0, 1, std::numeric_limits<int32_t>::min(),
                  std::numeric_limits<int32_t>::min()));
}

TEST_F(SafeArithmeticTest, RootsOfNegativeNumbers) {
  const char *type = "tensor<2x!quant.uniform<i8:f32, 0.5:3>>";
  EXPECT_THAT(run<int8_t>("sqrt", type, {{-100, 2}}), ElementsAre(3, 3));
  EXPECT_THAT(run<int8_t>("rsqrt", type, {{-100, 2}}), ElementsAre(127, 127));
}

TEST_F(SafeArithmeticTest, ShiftsOutOfRange) {
  EXPECT_THAT(run<int32_t>("right_shift", "tensor<4xi32>",
                           {{-100, 100, -100, 100}, {40, 40, -1, -40}}),
              ElementsAre(-1, 0, -100, 100));
}
