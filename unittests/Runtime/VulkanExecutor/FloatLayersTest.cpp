//===- FloatLayersTest.cpp - Every layer of the float models on a GPU -----===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// Every operator of a model that a GPU takes runs there alone, on what the
// evaluator computed before it, and gives what the evaluator gives, within the
// bound that is derived for it. The models lie beside the checkout, if at all.
//
//===----------------------------------------------------------------------===//

#include "LayerBounds.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"
#include "mopt/InitAll.h"
#include "mopt/Runtime/Benchmark.h"
#include "mopt/Runtime/Vulkan/VulkanExecutor.h"
#include "mopt/Target/ModelFile.h"
#include "mopt/Target/SPIRV/CompileSPIRV.h"
#include "llvm/Support/FileSystem.h"
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

using namespace mlir;
using namespace mlir::mopt;
using llvm::Error;
using llvm::Expected;

namespace {

class FloatLayersTest : public testing::TestWithParam<const char *> {
protected:
  void SetUp() override {
    path = std::string(MOPT_SOURCE_DIR) + "/../shared/models/" + GetParam();
    if (!llvm::sys::fs::exists(path))
      GTEST_SKIP() << "there is no " << path;
    setenv("LP_NUM_THREADS", "0", /*overwrite=*/0);
    auto opened = VulkanDevice::open("");
    if (!opened)
      GTEST_SKIP() << llvm::toString(opened.takeError());
    device = *opened;
    DialectRegistry registry;
    registerMoptDialects(registry);
    context.appendDialectRegistry(registry);
    module = readModelFile(&context, path);
    ASSERT_TRUE(bool(module));
    func = *module->getOps<func::FuncOp>().begin();
  }

  /// Runs the model with the evaluator and keeps every value.
  void evaluate() {
    auto inputs = drawInputs(func.getFunctionType(), 1);
    for (auto [argument, input] : llvm::zip(func.getArguments(), inputs))
      values[argument] = input;
    auto executor = createReferenceExecutor(
        func, {}, [&](Operation *op, ArrayRef<HostTensor> results) {
          for (auto [result, tensor] : llvm::zip(op->getResults(), results))
            values[result] = tensor;
        });
    ASSERT_TRUE(bool(executor));
    auto outputs = (*executor)->run(inputs);
    ASSERT_TRUE(bool(outputs));
  }

  HostTensor getValue(Value value) {
    if (auto constant = value.getDefiningOp<ConstOp>())
      return llvm::cantFail(getConstantTensor(constant));
    return values.lookup(value);
  }

  /// The largest difference over its bound (1 is the limit), or an error.
  Expected<double> checkLayer(Operation *op) {
    OwningOpRef<ModuleOp> alone = isolateOp(op, /*constantsAsArguments=*/false,
                                            /*dropActivation=*/false);
    auto layer = *alone->getOps<func::FuncOp>().begin();
    SPIRVOptions options;
    options.profile = "lavapipe";
    Expected<SPIRVArtifact> artifact = compileToSPIRV(layer, options);
    if (!artifact)
      return artifact.takeError();
    auto executor = VulkanExecutor::create(
        device, std::make_shared<const SPIRVArtifact>(std::move(*artifact)),
        layer.getFunctionType(), {});
    if (!executor)
      return executor.takeError();
    SmallVector<HostTensor> operands, inputs;
    for (Value operand : op->getOperands()) {
      operands.push_back(getValue(operand));
      if (operands.back() && !operand.getDefiningOp<ConstOp>())
        inputs.push_back(operands.back());
    }
    auto results = (*executor)->run(inputs);
    if (!results)
      return results.takeError();
    HostTensor expected = values.lookup(op->getResult(0));
    Expected<std::vector<double>> bound = getLayerBound(op, operands, expected);
    if (!bound)
      return bound.takeError();
    double worst = 0;
    for (auto [a, b, limit] : llvm::zip_equal(results->front().as<float>(),
                                              expected.as<float>(), *bound)) {
      double difference = std::abs(double(a) - double(b));
      // A NaN is as wrong as can be.
      if (!(difference <= limit))
        return llvm::createStringError("%g, expected %g +- %g", double(a),
                                       double(b), limit);
      if (limit > 0)
        worst = std::max(worst, difference / limit);
    }
    return worst;
  }

  std::string path;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp func;
  std::shared_ptr<VulkanDevice> device;
  DenseMap<Value, HostTensor> values;
};

TEST_P(FloatLayersTest, AreWithinTheirBounds) {
  evaluate();
  std::unique_ptr<PartitionTarget> target = createVulkanTarget();
  int64_t checked = 0;
  double worst = 0;
  for (Operation &op : func.getOps()) {
    if (!isModelOperator(&op) || op.getNumResults() != 1 ||
        target->refuse(&op) || !getElementTypeOrSelf(op.getResult(0)).isF32())
      continue;
    Expected<double> layer = checkLayer(&op);
    EXPECT_TRUE(bool(layer))
        << getOperatorName(&op) << " '" << getTensorName(op.getResult(0)).str()
        << "': " << llvm::toString(layer.takeError());
    if (layer)
      worst = std::max(worst, *layer);
    ++checked;
  }
  EXPECT_GT(checked, 0);
  std::printf("%s: %lld layers, at most %.3f of the bound\n", GetParam(),
              static_cast<long long>(checked), worst);
}

INSTANTIATE_TEST_SUITE_P(Models, FloatLayersTest,
                         testing::Values("hello_world_fp32.tflite",
                                         "ad01_fp32.tflite",
                                         "lenet5_fp32.tflite",
                                         "resnet8_fp32.tflite",
                                         "vww_fp32.tflite"));

} // namespace
