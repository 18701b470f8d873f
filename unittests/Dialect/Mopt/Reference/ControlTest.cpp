//===- ControlTest.cpp - Functions and resources ----------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the conformance table does not show: errors, and the life of the state.
//
//===----------------------------------------------------------------------===//

#include "FunctionRunner.h"

#include "gmock/gmock.h"

using namespace mlir;
using namespace mlir::mopt;
using testing::HasSubstr;

static const char *const kHandle =
    "%h = mopt.var_handle {shared_name = \"v\"} : () -> "
    "tensor<!mopt.resource>\n";

TEST(ControlTest, ReadsNoVariableBeforeItIsAssigned) {
  FunctionRunner runner("", "tensor<2xf32>",
                        std::string(kHandle) +
                            "%0 = mopt.read_variable %h : "
                            "(tensor<!mopt.resource>) -> tensor<2xf32>\n"
                            "return %0 : tensor<2xf32>");
  EXPECT_THAT(runner.runForError({}),
              HasSubstr("reads a variable before it is assigned"));
}

TEST(ControlTest, ReadsNoVariableOfAnotherType) {
  FunctionRunner runner(
      "%x: tensor<2xf32>", "tensor<2xi32>",
      std::string(kHandle) +
          "mopt.assign_variable %h, %x : (tensor<!mopt.resource>, "
          "tensor<2xf32>) -> ()\n"
          "%0 = mopt.read_variable %h : (tensor<!mopt.resource>) -> "
          "tensor<2xi32>\n"
          "return %0 : tensor<2xi32>");
  EXPECT_THAT(
      runner.runForError({runner.makeInput<float>(0, {1, 2})}),
      HasSubstr("reads a variable of type 'tensor<2xf32>' as 'tensor<2xi32>'"));
}

TEST(ControlTest, RefusesHandlesOfNothing) {
  FunctionRunner runner("%h: tensor<!mopt.resource>", "tensor<2xf32>",
                        "%0 = mopt.read_variable %h : "
                        "(tensor<!mopt.resource>) -> tensor<2xf32>\n"
                        "return %0 : tensor<2xf32>");
  auto type = RankedTensorType::get({}, ResourceType::get(runner.getContext()));
  for (int32_t id : {-1, 0, 7}) {
    HostTensor handle = HostTensor::allocate(type, sizeof(id));
    handle.asMutable<int32_t>().front() = id;
    EXPECT_THAT(runner.runForError({handle}),
                HasSubstr("resource_id is no handle of a variable"));
  }
  EXPECT_THAT(runner.runForError({HostTensor::allocate(type, 1)}),
              HasSubstr("resource_id is no handle of a variable"));
}

static constexpr const char *kCounter = R"mlir(
  func.func @main() -> tensor<i32> {
    mopt.call_once {init_subgraph_index = @init} : () -> ()
    %h = mopt.var_handle {shared_name = "n"} : () -> tensor<!mopt.resource>
    %n = mopt.read_variable %h : (tensor<!mopt.resource>) -> tensor<i32>
    %one = mopt.const {value = dense<1> : tensor<i32>} : () -> tensor<i32>
    %next = mopt.add %n, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
    mopt.assign_variable %h, %next : (tensor<!mopt.resource>, tensor<i32>) -> ()
    return %next : tensor<i32>
  }
  func.func @init() {
    %h = mopt.var_handle {shared_name = "n"} : () -> tensor<!mopt.resource>
    %start = mopt.const {value = dense<10> : tensor<i32>} : () -> tensor<i32>
    mopt.assign_variable %h, %start : (tensor<!mopt.resource>, tensor<i32>) -> ()
    return
  }
)mlir";

static int32_t runCounter(Executor &executor) {
  auto results = executor.run({});
  if (!results) {
    ADD_FAILURE() << llvm::toString(results.takeError());
    return -1;
  }
  return results->front().as<int32_t>().front();
}

TEST(ControlTest, StateLivesUntilReset) {
  DialectRegistry registry;
  registry.insert<MoptDialect, func::FuncDialect, quant::QuantDialect>();
  registerReferenceEvaluators(registry);
  MLIRContext context(registry);
  auto module = parseSourceString<ModuleOp>(kCounter, &context);
  ASSERT_TRUE(module);
  auto executor =
      createReferenceExecutor(*module->getOps<func::FuncOp>().begin(), {});
  ASSERT_TRUE(bool(executor)) << llvm::toString(executor.takeError());
  EXPECT_EQ(runCounter(**executor), 11);
  EXPECT_EQ(runCounter(**executor), 12);
  std::unique_ptr<Executor> clone = (*executor)->clone();
  EXPECT_EQ(runCounter(*clone), 11);
  EXPECT_EQ(runCounter(**executor), 13);
  (*executor)->resetState();
  EXPECT_EQ(runCounter(**executor), 11);
  EXPECT_EQ(runCounter(*clone), 12);
}
