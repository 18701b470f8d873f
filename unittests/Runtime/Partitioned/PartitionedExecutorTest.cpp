//===- PartitionedExecutorTest.cpp - A model shared with a made-up target -===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Runtime/PartitionedExecutor.h"
#include "mlir/Parser/Parser.h"
#include "mopt/InitAll.h"
#include "mopt/Runtime/Benchmark.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Takes everything but the ops of some names.
class PickyTarget : public PartitionTarget {
public:
  explicit PickyTarget(std::vector<std::string> refused)
      : refused(std::move(refused)) {}
  StringRef getName() const override { return "picky"; }
  std::optional<Refusal> refuse(Operation *op) const override {
    if (llvm::is_contained(refused, getOperatorName(op)))
      return Refusal{"not wanted", "of its name"};
    return std::nullopt;
  }
  bool knows(StringRef) const override { return true; }

private:
  std::vector<std::string> refused;
};

constexpr char kModel[] = R"mlir(
func.func @main(%x: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0 = mopt.relu %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = mopt.logistic %0 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %2 = mopt.tanh %1 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = mopt.add %2, %0 {fused_activation_function = #mopt.activation<NONE>}
      : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %3, %1 : tensor<4x8xf32>, tensor<4x8xf32>
}
)mlir";

class PartitionedExecutorTest : public testing::Test {
protected:
  PartitionedExecutorTest() {
    DialectRegistry registry;
    registerMoptDialects(registry);
    context.appendDialectRegistry(registry);
    module = parseSourceString<ModuleOp>(kModel, &context);
    func = *module->getOps<func::FuncOp>().begin();
    inputs = drawInputs(func.getFunctionType(), 1);
    auto reference = createReferenceExecutor(func, {});
    expected = *(*reference)->run(inputs);
    compile = [this](func::FuncOp part) {
      compiled.push_back(part.getName().str());
      return createReferenceExecutor(part, {});
    };
  }

  std::unique_ptr<PartitionedExecutor>
  create(std::vector<std::string> refused) {
    auto executor =
        createPartitionedExecutor(func, PickyTarget(refused), compile, {});
    if (executor)
      return std::move(*executor);
    ADD_FAILURE() << llvm::toString(executor.takeError());
    return nullptr;
  }

  /// The CPU's code may differ from the evaluators' in the last bits.
  void expectOutputs(Executor &executor) {
    auto outputs = executor.run(inputs);
    ASSERT_TRUE(bool(outputs)) << llvm::toString(outputs.takeError());
    ASSERT_EQ(outputs->size(), expected.size());
    for (auto [output, wanted] : llvm::zip(*outputs, expected))
      for (auto [a, b] : llvm::zip(output.as<float>(), wanted.as<float>()))
        ASSERT_FLOAT_EQ(a, b);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp func;
  SmallVector<HostTensor> inputs, expected;
  std::vector<std::string> compiled;
  CompilePart compile;
};

TEST_F(PartitionedExecutorTest, TheTargetTakesAll) {
  auto executor = create({});
  ASSERT_TRUE(executor);
  EXPECT_THAT(compiled, testing::ElementsAre("main"));
  ASSERT_EQ(executor->getParts().size(), 1u);
  EXPECT_EQ(executor->getParts()[0].ops, "RELU LOGISTIC TANH ADD");
  for (const OperatorPlacement &placement : executor->getPlacements())
    EXPECT_EQ(placement.target, "picky");
  expectOutputs(*executor);
  EXPECT_GT(executor->getParts()[0].microseconds, 0.0);
  expectOutputs(*executor->clone());
}

TEST_F(PartitionedExecutorTest, TheCPUTakesWhatIsRefused) {
  auto executor = create({"LOGISTIC"});
  ASSERT_TRUE(executor);
  EXPECT_THAT(compiled, testing::ElementsAre("main_picky_0", "main_picky_2"));
  ASSERT_EQ(executor->getPlacements().size(), 4u);
  EXPECT_EQ(executor->getPlacements()[0].target, "picky");
  EXPECT_EQ(executor->getPlacements()[1].target, "cpu");
  EXPECT_EQ(executor->getPlacements()[1].reason, "not wanted: of its name");
  ASSERT_EQ(executor->getParts().size(), 3u);
  EXPECT_EQ(executor->getParts()[1].target, "cpu");
  EXPECT_EQ(executor->getParts()[1].ops, "LOGISTIC");
  EXPECT_EQ(executor->getParts()[2].ops, "TANH ADD");
  expectOutputs(*executor);
  expectOutputs(*executor->clone());
}

TEST_F(PartitionedExecutorTest, TheCPUTakesWhatDoesNotCompile) {
  compile =
      [this](func::FuncOp part) -> llvm::Expected<std::unique_ptr<Executor>> {
    if (compiled.empty()) {
      compiled.push_back(part.getName().str());
      return llvm::createStringError("it is Sunday");
    }
    return createReferenceExecutor(part, {});
  };
  // The first of two parts.
  auto executor = create({"LOGISTIC"});
  ASSERT_TRUE(executor);
  EXPECT_EQ(executor->getPlacements()[0].target, "cpu");
  EXPECT_EQ(executor->getPlacements()[0].reason, "it is Sunday");
  EXPECT_EQ(executor->getPlacements()[2].target, "picky");
  expectOutputs(*executor);
  // The only part.
  compiled.clear();
  executor = create({});
  ASSERT_TRUE(executor);
  for (const OperatorPlacement &placement : executor->getPlacements()) {
    EXPECT_EQ(placement.target, "cpu");
    EXPECT_EQ(placement.reason, "it is Sunday");
  }
  expectOutputs(*executor);
}

TEST_F(PartitionedExecutorTest, TheCPUTakesAll) {
  auto executor = create({"RELU", "LOGISTIC", "TANH", "ADD"});
  ASSERT_TRUE(executor);
  EXPECT_THAT(compiled, testing::IsEmpty());
  ASSERT_EQ(executor->getParts().size(), 1u);
  expectOutputs(*executor);
}

} // namespace
