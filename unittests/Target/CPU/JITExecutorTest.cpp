//===- JITExecutorTest.cpp - Compiled execution in process -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the operators compute is tested against the goldens (unittests/
// Conformance). Here: how the executor treats weights, state, threads, errors.

#include "mlir/Parser/Parser.h"
#include "mopt/InitAll.h"
#include "mopt/Runtime/Executor.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <array>
#include <random>
#include <thread>

using namespace mlir;
using namespace mlir::mopt;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class JITExecutorTest : public testing::Test {
protected:
  JITExecutorTest() {
    DialectRegistry registry;
    registerAllMopt(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  func::FuncOp parse(StringRef text) {
    module = parseSourceString<ModuleOp>(text, &context);
    return module ? *module->getOps<func::FuncOp>().begin() : func::FuncOp();
  }

  std::unique_ptr<Executor> compile(StringRef text) {
    auto executor = createJITExecutor(parse(text), {});
    if (!executor) {
      ADD_FAILURE() << llvm::toString(executor.takeError());
      return nullptr;
    }
    return std::move(*executor);
  }

  std::string getError(StringRef text) {
    auto executor = createJITExecutor(parse(text), {});
    return executor ? "" : llvm::toString(executor.takeError());
  }

  MLIRContext context{MLIRContext::Threading::DISABLED};
  OwningOpRef<ModuleOp> module;
};

HostTensor makeFloats(MLIRContext &context, ArrayRef<int64_t> shape,
                      unsigned seed) {
  HostTensor tensor = HostTensor::allocate(
      RankedTensorType::get(shape, Float32Type::get(&context)));
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> values(-1.0f, 1.0f);
  for (float &value : tensor.asMutable<float>())
    value = values(random);
  return tensor;
}

// 80 weights of 4 bytes are over the limit of what becomes part of the code.
constexpr StringLiteral kMatrix = R"mlir(
  func.func @main(%x: tensor<3x8xf32>) -> tensor<3x10xf32> {
    %w = mopt.const {value = dense<0.5> : tensor<10x8xf32>}
           : () -> tensor<10x8xf32>
    %none = mopt.no_value : () -> none
    %y = mopt.fully_connected %x, %w, %none
           : (tensor<3x8xf32>, tensor<10x8xf32>, none) -> tensor<3x10xf32>
    %z = mopt.relu %y : (tensor<3x10xf32>) -> tensor<3x10xf32>
    return %z : tensor<3x10xf32>
  })mlir";

TEST_F(JITExecutorTest, MultipliesByHoistedWeights) {
  auto executor = compile(kMatrix);
  ASSERT_TRUE(executor);
  HostTensor x = makeFloats(context, {3, 8}, 1);
  auto results = executor->run(x);
  ASSERT_TRUE(bool(results)) << llvm::toString(results.takeError());
  ArrayRef<float> y = (*results)[0].as<float>();
  for (int row = 0; row < 3; ++row) {
    double sum = 0.0;
    for (float value : x.as<float>().slice(row * 8, 8))
      sum += 0.5 * value;
    for (int column = 0; column < 10; ++column)
      EXPECT_NEAR(y[row * 10 + column], std::max(sum, 0.0), 8 * 4 * 6e-8);
  }
}

TEST_F(JITExecutorTest, ResultsBelongToTheCaller) {
  auto executor = compile(kMatrix);
  ASSERT_TRUE(executor);
  auto first = executor->run(makeFloats(context, {3, 8}, 1));
  ASSERT_TRUE(bool(first));
  std::vector<float> copy = (*first)[0].as<float>().vec();
  auto second = executor->run(makeFloats(context, {3, 8}, 2));
  ASSERT_TRUE(bool(second));
  EXPECT_EQ((*first)[0].as<float>().vec(), copy);
  EXPECT_NE((*second)[0].as<float>().vec(), copy);
}

TEST_F(JITExecutorTest, ReturnsArgumentsAndConstants) {
  auto executor = compile(R"mlir(
    func.func @main(%x: tensor<2xf32>)
        -> (tensor<2xf32>, tensor<3xi32>, tensor<2xf32>) {
      %c = mopt.const {value = dense<[1, 2, 3]> : tensor<3xi32>}
             : () -> tensor<3xi32>
      return %x, %c, %x : tensor<2xf32>, tensor<3xi32>, tensor<2xf32>
    })mlir");
  ASSERT_TRUE(executor);
  HostTensor x = makeFloats(context, {2}, 3);
  auto results = executor->run(x);
  ASSERT_TRUE(bool(results));
  EXPECT_EQ((*results)[0].as<float>(), x.as<float>());
  EXPECT_THAT((*results)[1].as<int32_t>(), ElementsAre(1, 2, 3));
  EXPECT_EQ((*results)[2].as<float>(), x.as<float>());
}

// Temporaries of different lives share bytes; none may overwrite another that
// is still read.
TEST_F(JITExecutorTest, TemporariesThatLiveLongKeepTheirValues) {
  auto executor = compile(R"mlir(
    func.func @main(%x: tensor<64xf32>) -> tensor<64xf32> {
      %a = mopt.add %x, %x : (tensor<64xf32>, tensor<64xf32>) -> tensor<64xf32>
      %b = mopt.add %a, %x : (tensor<64xf32>, tensor<64xf32>) -> tensor<64xf32>
      %c = mopt.add %b, %x : (tensor<64xf32>, tensor<64xf32>) -> tensor<64xf32>
      %d = mopt.add %c, %b : (tensor<64xf32>, tensor<64xf32>) -> tensor<64xf32>
      %e = mopt.add %d, %a : (tensor<64xf32>, tensor<64xf32>) -> tensor<64xf32>
      return %e : tensor<64xf32>
    })mlir");
  ASSERT_TRUE(executor);
  HostTensor x = HostTensor::allocate(
      RankedTensorType::get({64}, Float32Type::get(&context)));
  for (auto [i, value] : llvm::enumerate(x.asMutable<float>()))
    value = i;
  auto results = executor->run(x);
  ASSERT_TRUE(bool(results));
  // 2x, 3x, 4x, 7x, 9x: exact in float32.
  for (auto [i, value] : llvm::enumerate((*results)[0].as<float>()))
    EXPECT_EQ(value, 9.0f * i);
}

TEST_F(JITExecutorTest, UnpacksWeightsOfFourBits) {
  StringRef text = R"mlir(
    func.func @main(%x: tensor<1x4x!quant.uniform<i8:f32, 0.5:3>>)
        -> tensor<1x3x!quant.uniform<i8:f32, 0.125:-5>> {
      %w = mopt.const {value =
             dense<[[1, -2, 3, -4], [7, -7, 0, 5], [-1, -1, 2, 2]]>
             : tensor<3x4xi4>}
             : () -> tensor<3x4x!quant.uniform<i4:f32:0, {0.1, 0.05, 0.2}>>
      %b = mopt.const {value = dense<[5, -6, 7]> : tensor<3xi32>}
             : () -> tensor<3xi32>
      %y = mopt.fully_connected %x, %w, %b
             : (tensor<1x4x!quant.uniform<i8:f32, 0.5:3>>,
                tensor<3x4x!quant.uniform<i4:f32:0, {0.1, 0.05, 0.2}>>,
                tensor<3xi32>) -> tensor<1x3x!quant.uniform<i8:f32, 0.125:-5>>
      return %y : tensor<1x3x!quant.uniform<i8:f32, 0.125:-5>>
    })mlir";
  auto executor = compile(text);
  ASSERT_TRUE(executor);
  auto type = cast<RankedTensorType>(executor->getFunctionType().getInput(0));
  HostTensor x = HostTensor::allocate(type);
  llvm::copy(std::array<int8_t, 4>{10, -20, 30, 44},
             x.asMutable<int8_t>().begin());
  auto results = executor->run(x);
  ASSERT_TRUE(bool(results));
  // Sums of (x - 3) * w plus bias: -25, 409, 159; times 0.5 * scale / 0.125,
  // less 5: -15, 76.8, 122.2.
  EXPECT_THAT((*results)[0].as<int8_t>(), ElementsAre(-15, 77, 122));
}

TEST_F(JITExecutorTest, ClonesRunAtTheSameTime) {
  auto executor = compile(kMatrix);
  ASSERT_TRUE(executor);
  std::vector<std::vector<float>> expected, got(4);
  for (unsigned i = 0; i < 4; ++i) {
    auto results = executor->run(makeFloats(context, {3, 8}, i));
    ASSERT_TRUE(bool(results));
    expected.push_back((*results)[0].as<float>().vec());
  }
  std::vector<std::thread> threads;
  std::vector<HostTensor> inputs;
  for (unsigned i = 0; i < 4; ++i)
    inputs.push_back(makeFloats(context, {3, 8}, i));
  for (unsigned i = 0; i < 4; ++i)
    threads.emplace_back([&, i, clone = executor->clone()] {
      for (int repetition = 0; repetition < 200; ++repetition) {
        auto results = clone->run(inputs[i]);
        if (!results) {
          llvm::consumeError(results.takeError());
          return;
        }
        got[i] = (*results)[0].as<float>().vec();
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(got, expected);
}

TEST_F(JITExecutorTest, RefusesInputsOfAnotherSize) {
  auto executor = compile(kMatrix);
  ASSERT_TRUE(executor);
  auto results = executor->run(makeFloats(context, {2, 8}, 1));
  ASSERT_FALSE(bool(results));
  EXPECT_THAT(llvm::toString(results.takeError()),
              HasSubstr("input 0 of @main has 64 bytes"));
  auto none = executor->run({});
  ASSERT_FALSE(bool(none));
  EXPECT_THAT(llvm::toString(none.takeError()),
              HasSubstr("takes 1 inputs, 0 given"));
}

TEST_F(JITExecutorTest, NamesTheOpsItCannotCompile) {
  std::string error = getError(R"mlir(
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %y = mopt.opaque %x {opcode = "CUMSUM"}
             : (tensor<4xf32>) -> tensor<4xf32>
      %z = mopt.custom %y {custom_code = "Mine"}
             : (tensor<4xf32>) -> tensor<4xf32>
      return %z : tensor<4xf32>
    })mlir");
  EXPECT_THAT(error, HasSubstr("cannot compile @main"));
  EXPECT_THAT(error, HasSubstr("'mopt.opaque' (CUMSUM)"));
  EXPECT_THAT(error, HasSubstr("'mopt.custom' (Mine)"));
}

TEST_F(JITExecutorTest, RefusesDynamicShapes) {
  EXPECT_THAT(getError(R"mlir(
    func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
      return %x : tensor<?xf32>
    })mlir"),
              HasSubstr("tensor<?xf32>, whose size is not known"));
}

TEST_F(JITExecutorTest, RefusesUnknownProcessors) {
  ExecutorOptions options;
  options.mcpu = "abacus";
  auto executor = createJITExecutor(parse(kMatrix), options);
  ASSERT_FALSE(bool(executor));
  EXPECT_THAT(llvm::toString(executor.takeError()),
              HasSubstr("unknown CPU 'abacus'"));
}

TEST_F(JITExecutorTest, RefusesProcessorsOfOtherMachines) {
  // Both are names that the compiler knows; one of them is not this machine's.
  auto getError = [&](StringRef mcpu) -> std::string {
    ExecutorOptions options;
    options.mcpu = mcpu.str();
    auto executor = createJITExecutor(parse(kMatrix), options);
    return executor ? "" : llvm::toString(executor.takeError());
  };
  EXPECT_THAT(getError("x86-64") + getError("cortex-a76"),
              AllOf(HasSubstr("CPU '"), HasSubstr("this machine of")));
}

} // namespace

/// Sums beyond what the other runtime's kernels live through (512 equal classes
/// of 8 bits), where there is no golden: 256 / 600, rounded. From 8192 on the
/// sum needs more than 32 bits.
TEST_F(JITExecutorTest, SoftmaxOfManyEqualClasses) {
  auto run = [&](int64_t classes) {
    std::string n = std::to_string(classes);
    std::string x = "tensor<1x" + n + "x!quant.uniform<i8:f32, 0.05>>";
    std::string y =
        "tensor<1x" + n + "x!quant.uniform<i8:f32, 0.00390625:-128>>";
    func::FuncOp func = parse("func.func @main(%x: " + x + ") -> " + y +
                              " {\n%y = mopt.softmax %x : (" + x + ") -> " + y +
                              "\nreturn %y : " + y + "\n}\n");
    HostTensor input = HostTensor::allocate(
        cast<RankedTensorType>(func.getArgumentTypes()[0]));
    std::vector<std::vector<int8_t>> results;
    for (bool compiled : {false, true}) {
      auto executor = compiled ? createJITExecutor(func, {})
                               : createReferenceExecutor(func, {});
      EXPECT_TRUE(bool(executor)) << llvm::toString(executor.takeError());
      auto values = (*executor)->run({input});
      EXPECT_TRUE(bool(values)) << llvm::toString(values.takeError());
      results.push_back((*values)[0].as<int8_t>().vec());
    }
    EXPECT_EQ(results[0], results[1]);
    return results[0];
  };
  EXPECT_EQ(run(500), std::vector<int8_t>(500, -127));
  EXPECT_EQ(run(600), std::vector<int8_t>(600, -128));
  EXPECT_EQ(run(9000), std::vector<int8_t>(9000, -128));
}
