//===- InterpreterTest.cpp - Functions, state, constants, errors ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/Quant.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mopt/Dialect/Mopt/Reference/EvaluableOp.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mopt;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {
class InterpreterTest : public testing::Test {
protected:
  InterpreterTest() {
    DialectRegistry registry;
    registry.insert<MoptDialect, func::FuncDialect, quant::QuantDialect>();
    registerReferenceEvaluators(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
  }

  /// Parses `text` and makes an executor of its first function.
  llvm::Expected<std::unique_ptr<Executor>>
  create(StringRef text, EvaluationObserver observer = {}) {
    module = parseSourceString<ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    return createReferenceExecutor(*module->getOps<func::FuncOp>().begin(), {},
                                   std::move(observer));
  }

  std::string createError(StringRef text) {
    auto executor = create(text);
    return executor ? "no error" : llvm::toString(executor.takeError());
  }

  HostTensor makeFloats(std::vector<float> values) {
    auto type = RankedTensorType::get({static_cast<int64_t>(values.size())},
                                      Float32Type::get(&context));
    HostTensor tensor = HostTensor::allocate(type);
    llvm::copy(values, tensor.asMutable<float>().begin());
    return tensor;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};
} // namespace

TEST_F(InterpreterTest, CallsFunctions) {
  auto executor = create(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = call @twice(%x) : (tensor<2xf32>) -> tensor<2xf32>
      %1 = call @twice(%0) : (tensor<2xf32>) -> tensor<2xf32>
      return %1 : tensor<2xf32>
    }
    func.func @twice(%x: tensor<2xf32>) -> tensor<2xf32> {
      %0 = mopt.add %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
      return %0 : tensor<2xf32>
    })");
  ASSERT_TRUE(bool(executor));
  auto results = (*executor)->run({makeFloats({1.0f, -3.0f})});
  ASSERT_TRUE(bool(results));
  EXPECT_THAT(results->front().as<float>(), ElementsAre(4.0f, -12.0f));
}

TEST_F(InterpreterTest, ResultsBelongToTheCaller) {
  auto executor = create(R"(
    func.func @main(%x: tensor<1xf32>) -> (tensor<1xf32>, tensor<1xf32>) {
      %c = mopt.const {value = dense<7.0> : tensor<1xf32>} : () -> tensor<1xf32>
      return %x, %c : tensor<1xf32>, tensor<1xf32>
    })");
  ASSERT_TRUE(bool(executor));
  HostTensor input = makeFloats({1.0f});
  auto results = (*executor)->run({input});
  ASSERT_TRUE(bool(results));
  input.asMutable<float>()[0] = 2.0f;
  EXPECT_EQ((*results)[0].as<float>()[0], 1.0f);
  (*results)[1].asMutable<float>()[0] = 8.0f;
  auto again = (*executor)->run({input});
  EXPECT_EQ((*again)[1].as<float>()[0], 7.0f);
}

TEST_F(InterpreterTest, ConstantForms) {
  auto executor = create(R"(
    func.func @main() -> (tensor<3xi16>, tensor<3xi1>, tensor<3xi4>,
                          tensor<2x!quant.uniform<i8:f32, 0.5:3>>) {
      %splat = mopt.const {value = dense<258> : tensor<3xi16>}
        : () -> tensor<3xi16>
      %bool = mopt.const {value = dense<[true, false, true]> : tensor<3xi1>}
        : () -> tensor<3xi1>
      %packed = mopt.const {value = dense<[1, -2, 7]> : tensor<3xi4>}
        : () -> tensor<3xi4>
      %quantized = mopt.const {value = dense<[-5, 6]> : tensor<2xi8>}
        : () -> tensor<2x!quant.uniform<i8:f32, 0.5:3>>
      return %splat, %bool, %packed, %quantized : tensor<3xi16>, tensor<3xi1>,
        tensor<3xi4>, tensor<2x!quant.uniform<i8:f32, 0.5:3>>
    })");
  ASSERT_TRUE(bool(executor));
  auto results = (*executor)->run({});
  ASSERT_TRUE(bool(results));
  EXPECT_THAT((*results)[0].as<int16_t>(), ElementsAre(258, 258, 258));
  EXPECT_THAT((*results)[1].as<int8_t>(), ElementsAre(1, 0, 1));
  // The first element in the low nibble: 1 and -2 = 0xE, then 7 alone.
  EXPECT_THAT((*results)[2].as<uint8_t>(), ElementsAre(0xE1, 0x07));
  EXPECT_THAT((*results)[3].as<int8_t>(), ElementsAre(-5, 6));
}

TEST_F(InterpreterTest, SparseConstantsBecomeDense) {
  // Rows dense, columns compressed: [[0, 5, 0], [6, 0, 7]].
  auto executor = create(R"(
    func.func @main() -> tensor<2x3xi8> {
      %0 = mopt.const {
        value = dense_resource<values> : tensor<2x3xi8>,
        mopt.tensors = [#mopt.tensor<sparsity = {
          traversal_order = array<i32: 0, 1>,
          dim_metadata = [
            {format = 0 : i8, dense_size = 2 : i32},
            {format = 1 : i8, dense_size = 0 : i32,
             array_segments = {values = array<i32: 0, 1, 3>},
             array_indices = {values = dense<[1, 0, 2]> : tensor<3xui8>}}]}>]
      } : () -> tensor<2x3xi8>
      return %0 : tensor<2x3xi8>
    }
    {-# dialect_resources: { builtin: { values: "0x01000000050607" } } #-})");
  ASSERT_TRUE(bool(executor)) << llvm::toString(executor.takeError());
  auto results = (*executor)->run({});
  ASSERT_TRUE(bool(results));
  EXPECT_THAT(results->front().as<int8_t>(), ElementsAre(0, 5, 0, 6, 0, 7));
}

TEST_F(InterpreterTest, VariablesStartAtTheirZeroPoint) {
  auto executor = create(R"(
    func.func @main() -> (tensor<2x!quant.uniform<i8:f32, 0.5:-7>>,
                          tensor<2xf32>) {
      %0 = mopt.variable : () -> tensor<2x!quant.uniform<i8:f32, 0.5:-7>>
      %1 = mopt.variable : () -> tensor<2xf32>
      return %0, %1 : tensor<2x!quant.uniform<i8:f32, 0.5:-7>>, tensor<2xf32>
    })");
  ASSERT_TRUE(bool(executor));
  auto results = (*executor)->run({});
  ASSERT_TRUE(bool(results));
  EXPECT_THAT((*results)[0].as<int8_t>(), ElementsAre(-7, -7));
  EXPECT_THAT((*results)[1].as<float>(), ElementsAre(0.0f, 0.0f));
}

TEST_F(InterpreterTest, ObserverSeesEveryComputation) {
  std::vector<std::string> names;
  std::vector<float> values;
  auto executor = create(R"(
    func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
      %c = mopt.const {value = dense<2.0> : tensor<1xf32>} : () -> tensor<1xf32>
      %0 = mopt.mul %x, %c : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
      %1 = mopt.relu6 %0 : (tensor<1xf32>) -> tensor<1xf32>
      return %1 : tensor<1xf32>
    })",
                         [&](Operation *op, ArrayRef<HostTensor> results) {
                           names.push_back(op->getName().stripDialect().str());
                           values.push_back(results[0].as<float>()[0]);
                         });
  ASSERT_TRUE(bool(executor));
  ASSERT_TRUE(bool((*executor)->run({makeFloats({5.0f})})));
  EXPECT_THAT(names, ElementsAre("mul", "relu6"));
  EXPECT_THAT(values, ElementsAre(10.0f, 6.0f));
}

TEST_F(InterpreterTest, ModuleChoosesTheArithmetic) {
  module = parseSourceString<ModuleOp>(
      "module attributes {mopt.requantize = #mopt.requantize<fixed>} {"
      "func.func @main() { return } }",
      &context);
  Operation *func = *module->getOps<func::FuncOp>().begin();
  EXPECT_EQ(getRequantizeMode(func, {}), RequantizeMode::Fixed);
  ExecutorOptions options;
  options.requantize = RequantizeMode::Float;
  EXPECT_EQ(getRequantizeMode(func, options), RequantizeMode::Float);
  (*module)->removeAttr(kRequantizeAttr);
  EXPECT_EQ(getRequantizeMode(func, {}), RequantizeMode::Float);
}

TEST_F(InterpreterTest, NamesOpsWithoutEvaluator) {
  EXPECT_EQ(createError(R"(
    func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
      %0 = mopt.opaque %x {opcode = "FLOOR_MOD"}
        : (tensor<1xf32>) -> tensor<1xf32>
      return %0 : tensor<1xf32>
    })"),
            "'mopt.opaque (FLOOR_MOD)' has no reference evaluation");
}

TEST_F(InterpreterTest, RefusesRecursion) {
  EXPECT_EQ(createError(R"(
    func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
      %0 = call @main(%x) : (tensor<1xf32>) -> tensor<1xf32>
      return %0 : tensor<1xf32>
    })"),
            "function @main calls itself; recursion has no reference "
            "evaluation");
}

TEST_F(InterpreterTest, ChecksItsInputs) {
  auto executor = create(R"(
    func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
      return %x : tensor<2xf32>
    })");
  ASSERT_TRUE(bool(executor));
  auto message = [&](ArrayRef<HostTensor> inputs) {
    auto results = (*executor)->run(inputs);
    return results ? "no error" : llvm::toString(results.takeError());
  };
  EXPECT_EQ(message({}), "function @main takes 1 inputs, 0 given");
  EXPECT_EQ(message({makeFloats({1.0f})}),
            "input 0 of @main has 4 bytes, tensor<2xf32> needs 8");
}

TEST_F(InterpreterTest, RefusesTensorsThatNoMachineHolds) {
  auto executor = create(R"(
    func.func @main(%x: tensor<100000xf32>, %y: tensor<100000x1xf32>)
        -> tensor<100000x100000xf32> {
      %0 = mopt.add %x, %y : (tensor<100000xf32>, tensor<100000x1xf32>)
        -> tensor<100000x100000xf32>
      return %0 : tensor<100000x100000xf32>
    })");
  ASSERT_TRUE(bool(executor)) << llvm::toString(executor.takeError());
  HostTensor input = makeFloats(std::vector<float>(100000));
  auto results = (*executor)->run({input, input});
  ASSERT_FALSE(bool(results));
  EXPECT_THAT(llvm::toString(results.takeError()),
              HasSubstr("has a result of more than 4294967296 bytes"));
}
