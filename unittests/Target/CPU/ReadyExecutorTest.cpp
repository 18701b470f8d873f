//===- ReadyExecutorTest.cpp - Ready beside generated -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Float layers around the edges of register tiles, on every instruction set
// that has ready kernels: the bits of generated code, and their extremes.

#include "TestLayer.h"

#include "mlir/Parser/Parser.h"
#include "mopt/Target/CPU/Observation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Host.h"

#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

using namespace mlir;
using namespace mlir::mopt;
using llvm::formatv;

namespace {

const TestLayer kLayers[] = {
    // Pixels and channels of whole tiles, of parts of them, and beside.
    {"conv_2d", 1, 1, 1, 4, 1},
    {"conv_2d", 1, 3, 5, 8, 16, 1, 1, 1, 1, true, "RELU"},
    {"conv_2d", 2, 3, 3, 24, 17, 1, 1, 1, 1, true, "RELU6"},
    {"conv_2d", 1, 7, 7, 12, 64, 1, 1, 1, 1, true, "RELU_N1_TO_1"},
    {"conv_2d", 1, 13, 13, 16, 96},
    {"conv_2d", 1, 4, 4, 7, 130},
    {"conv_2d", 1, 9, 9, 16, 40, 1, 1, 2},
    {"conv_2d", 1, 6, 6, 9, 5},
    {"conv_2d", 1, 11, 5, 20, 24},
    {"conv_2d", 1, 9, 3, 33, 72, 1, 1, 1, 1, true, "RELU"},
    // Windows over every edge, larger than the image, with gaps.
    {"conv_2d", 1, 8, 8, 3, 16, 3, 3, 2, 1, true, "RELU6"},
    {"conv_2d", 2, 9, 7, 16, 64, 3, 3},
    {"conv_2d", 1, 10, 11, 5, 48, 3, 2, 1, 2},
    {"conv_2d", 1, 9, 40, 8, 20, 3, 3, 1, 1, false},
    {"conv_2d", 1, 2, 2, 4, 8, 5, 5},
    {"conv_2d", 1, 12, 12, 1, 8, 5, 4, 2},
    {"depthwise_conv_2d", 1, 6, 7, 3, 3, 3, 3},
    {"depthwise_conv_2d", 2, 5, 6, 16, 16, 3, 3, 1, 1, true, "RELU6"},
    {"depthwise_conv_2d", 1, 8, 28, 40, 40, 3, 3, 2, 1, true, "RELU"},
    {"depthwise_conv_2d", 1, 6, 6, 130, 130, 3, 3},
    {"depthwise_conv_2d", 1, 9, 19, 64, 64, 5, 5, 1, 1, true, "RELU6"},
    {"depthwise_conv_2d", 1, 9, 9, 20, 20, 3, 3, 1, 2, true},
    {"depthwise_conv_2d", 1, 7, 7, 72, 72, 1, 7, 3, 1, false},
    {"depthwise_conv_2d", 1, 2, 2, 24, 24, 5, 5},
    // Tiles with both edges, with one, and of one pixel.
    {"depthwise_conv_2d", 1, 7, 7, 48, 48, 5, 5, 1, 1, true, "RELU6"},
    {"depthwise_conv_2d", 1, 14, 14, 20, 20, 5, 5, 2},
    {"depthwise_conv_2d", 1, 5, 17, 16, 16, 3, 3, 2},
    {"depthwise_conv_2d", 1, 6, 18, 33, 33, 3, 3, 2, 1, false},
    {"depthwise_conv_2d", 1, 4, 1, 32, 32, 3, 5},
    {"depthwise_conv_2d", 1, 4, 1, 32, 32, 5, 3, 2},
    {"depthwise_conv_2d", 2, 6, 12, 16, 16, 5, 3, 1, 1, false},
    {"fully_connected", 1, 1, 1, 64, 10},
    {"fully_connected", 1, 1, 1, 50, 200, 1, 1, 1, 1, true, "RELU"},
    {"fully_connected", 13, 1, 1, 33, 67},
};

/// One of each kind, some of which cut their results.
const TestLayer kFewLayers[] = {
    {"conv_2d", 2, 3, 3, 24, 17, 1, 1, 1, 1, true, "RELU6"},
    {"conv_2d", 1, 6, 6, 9, 5},
    {"depthwise_conv_2d", 1, 8, 28, 40, 40, 3, 3, 2, 1, true, "RELU"},
    {"depthwise_conv_2d", 1, 5, 7, 16, 16, 5, 5},
    {"fully_connected", 1, 1, 1, 50, 200, 1, 1, 1, 1, true, "RELU"},
};

/// What a run showed.
struct Shown {
  std::vector<std::vector<float>> values;
  std::vector<std::optional<ObservedExtremes>> extremes;

  void add(ArrayRef<float> elements, const ObservedExtremes *seen) {
    values.push_back(elements.vec());
    extremes.push_back(seen ? std::optional(*seen) : std::nullopt);
  }
};

Shown *shown = nullptr;
size_t elementsOf[8];

void show(int64_t, ArrayRef<float> elements, const ObservedExtremes *extremes) {
  shown->add(elements, extremes);
}

void observe(int64_t index, const void *elements) {
  shown->add(ArrayRef(static_cast<const float *>(elements), elementsOf[index]),
             nullptr);
}

class ReadyExecutorTest : public LayerTest<const char *> {
protected:
  void SetUp() override {
    llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
    StringRef name = GetParam();
    if (!features.lookup(name == "haswell" ? "avx2" : "avx512vl"))
      GTEST_SKIP() << "this machine does not run code for " << GetParam();
    options.mcpu = name.str();
  }

  std::string makeModel(const TestLayer &layer);
  /// Runs `text`, a function that shows values, both ways.
  void compare(StringRef text, ArrayRef<float> input);
  std::vector<float> draw(size_t count) {
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float &value : values)
      value = normal(random);
    return values;
  }

  ExecutorOptions options;
};

std::string makeTensor(ArrayRef<int64_t> shape) {
  return printTensorType(shape, "f32");
}

std::string ReadyExecutorTest::makeModel(const TestLayer &layer) {
  auto constant = [&](ArrayRef<int64_t> shape) {
    size_t count = 1;
    for (int64_t dim : shape)
      count *= dim;
    std::string text = "mopt.const {value = dense<\"0x";
    for (float value : draw(count)) {
      unsigned char bytes[4];
      std::memcpy(bytes, &value, 4);
      for (unsigned char byte : bytes)
        text += formatv("{0:X-2}", unsigned(byte)).str();
    }
    std::string type = makeTensor(shape);
    return text + "\"> : " + type + "} : () -> " + type;
  };
  std::string input = makeTensor(layer.getInputShape());
  std::string output = makeTensor(layer.getOutputShape());
  SmallVector<int64_t> filter = layer.getFilterShape();
  return formatv("func.func @main(%x: {0}) {{\n"
                 "  %w = {1}\n  %b = {2}\n"
                 "  %y = mopt.{3} %x, %w, %b {{{4}} : ({0}, {5}, {6}) -> {7}\n"
                 "  kernel.observe 0, %x : {0}\n"
                 "  kernel.observe 1, %y : {7}\n"
                 "  return\n}\n",
                 input, constant(filter), constant(layer.outputs), layer.op,
                 layer.printAttributes(), makeTensor(filter),
                 makeTensor(layer.outputs), output)
      .str();
}

void ReadyExecutorTest::compare(StringRef text, ArrayRef<float> input) {
  auto module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module) << text.str();
  func::FuncOp func = *module->getOps<func::FuncOp>().begin();
  size_t count = 0;
  func.walk([&](Operation *op) {
    if (op->getName().getStringRef() == "kernel.observe")
      elementsOf[count++] =
          cast<RankedTensorType>(op->getOperand(0).getType()).getNumElements();
  });
  auto compiled = createObservedExecutor(func, options, observe);
  ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
  auto ready = createReadyExecutor(func, options, show);
  ASSERT_TRUE(bool(ready)) << llvm::toString(ready.takeError());
  ASSERT_TRUE(*ready) << text.str();
  HostTensor tensor =
      HostTensor::allocate(cast<RankedTensorType>(func.getArgumentTypes()[0]));
  for (size_t i = 0; i < tensor.as<float>().size(); ++i)
    tensor.asMutable<float>()[i] = input[i % input.size()];
  Shown expected, got;
  shown = &expected;
  ASSERT_TRUE(bool((*compiled)->run(tensor)));
  shown = &got;
  ASSERT_TRUE(bool((*ready)->clone()->run(tensor)));
  ASSERT_EQ(expected.values.size(), count);
  ASSERT_EQ(got.values.size(), count);
  for (size_t i = 0; i < count; ++i) {
    const std::vector<float> &values = expected.values[i];
    ASSERT_EQ(got.values[i].size(), values.size());
    EXPECT_EQ(
        std::memcmp(got.values[i].data(), values.data(), 4 * values.size()), 0)
        << i << " of " << text.str();
    if (!got.extremes[i])
      continue;
    bool areFinite =
        llvm::all_of(values, [](float value) { return std::isfinite(value); });
    EXPECT_EQ(got.extremes[i]->areFinite, areFinite);
    if (areFinite) {
      EXPECT_EQ(got.extremes[i]->min, *llvm::min_element(values));
      EXPECT_EQ(got.extremes[i]->max, *llvm::max_element(values));
    }
  }
}

TEST_P(ReadyExecutorTest, LayersEqualGeneratedCode) {
  for (const TestLayer &layer : kLayers)
    compare(makeModel(layer), draw(4096));
}

TEST_P(ReadyExecutorTest, ValuesThatAreNotFiniteAreSeen) {
  constexpr StringRef kOthers = R"mlir(
func.func @main(%x: tensor<2x3x100xf32>) {
  %axes = mopt.const {value = dense<1> : tensor<1xi32>} : () -> tensor<1xi32>
  %0 = mopt.add %x, %x {fused_activation_function = #mopt.activation<NONE>} : (tensor<2x3x100xf32>, tensor<2x3x100xf32>) -> tensor<2x3x100xf32>
  kernel.observe 0, %0 : tensor<2x3x100xf32>
  %1 = mopt.mean %x, %axes {keep_dims = false} : (tensor<2x3x100xf32>, tensor<1xi32>) -> tensor<2x100xf32>
  kernel.observe 1, %1 : tensor<2x100xf32>
  return
}
)mlir";
  std::vector<float> input = draw(1000);
  for (float value : {std::numeric_limits<float>::quiet_NaN(),
                      std::numeric_limits<float>::infinity(),
                      -std::numeric_limits<float>::infinity()}) {
    input[500] = value;
    for (const TestLayer &layer : kFewLayers)
      compare(makeModel(layer), input);
    compare(kOthers, input);
  }
}

TEST_P(ReadyExecutorTest, MeansEqualGeneratedCode) {
  // Rows of each image, of all, and axes that lie apart.
  const std::pair<StringRef, StringRef> cases[] = {
      {"1", "2x4x37"}, {"2, 1", "2x37"},     {"0, -2, 1", "37"},
      {"0", "3x4x37"}, {"1, -2, 1", "2x37"}, {"0, 2", "3x37"}};
  for (auto [list, shape] : cases) {
    size_t count = list.count(',') + 1;
    compare(formatv("func.func @main(%x: tensor<2x3x4x37xf32>) {{\n"
                    "  %a = mopt.const {{value = dense<[{0}]> : "
                    "tensor<{1}xi32>} : () -> tensor<{1}xi32>\n"
                    "  %0 = mopt.mean %x, %a {{keep_dims = false} : "
                    "(tensor<2x3x4x37xf32>, tensor<{1}xi32>) -> "
                    "tensor<{2}xf32>\n"
                    "  kernel.observe 0, %0 : tensor<{2}xf32>\n"
                    "  return\n}\n",
                    list, count, shape)
                .str(),
            draw(2 * 3 * 4 * 37));
  }
}

TEST_P(ReadyExecutorTest, OtherOpsEqualGeneratedCode) {
  compare(R"mlir(
func.func @main(%x: tensor<1x8x8x24xf32>) {
  %axes = mopt.const {value = dense<[1, 2]> : tensor<2xi32>} : () -> tensor<2xi32>
  %shape = mopt.const {value = dense<[24, 16]> : tensor<2xi32>} : () -> tensor<2xi32>
  %0 = mopt.average_pool_2d %x {padding = #mopt.padding<SAME>, stride_h = 2 : i32, stride_w = 2 : i32, filter_height = 3 : i32, filter_width = 3 : i32, fused_activation_function = #mopt.activation<NONE>} : (tensor<1x8x8x24xf32>) -> tensor<1x4x4x24xf32>
  kernel.observe 0, %0 : tensor<1x4x4x24xf32>
  %1 = mopt.max_pool_2d %x {padding = #mopt.padding<VALID>, stride_h = 2 : i32, stride_w = 2 : i32, filter_height = 2 : i32, filter_width = 2 : i32, fused_activation_function = #mopt.activation<RELU>} : (tensor<1x8x8x24xf32>) -> tensor<1x4x4x24xf32>
  kernel.observe 1, %1 : tensor<1x4x4x24xf32>
  %2 = mopt.add %0, %1 {fused_activation_function = #mopt.activation<NONE>} : (tensor<1x4x4x24xf32>, tensor<1x4x4x24xf32>) -> tensor<1x4x4x24xf32>
  kernel.observe 2, %2 : tensor<1x4x4x24xf32>
  %3 = mopt.add %2, %1 {fused_activation_function = #mopt.activation<RELU6>} : (tensor<1x4x4x24xf32>, tensor<1x4x4x24xf32>) -> tensor<1x4x4x24xf32>
  kernel.observe 3, %3 : tensor<1x4x4x24xf32>
  %4 = mopt.reshape %3, %shape : (tensor<1x4x4x24xf32>, tensor<2xi32>) -> tensor<24x16xf32>
  kernel.observe 4, %4 : tensor<24x16xf32>
  %5 = mopt.softmax %4 {beta = 1.0 : f32} : (tensor<24x16xf32>) -> tensor<24x16xf32>
  kernel.observe 5, %5 : tensor<24x16xf32>
  %6 = mopt.mean %2, %axes {keep_dims = false} : (tensor<1x4x4x24xf32>, tensor<2xi32>) -> tensor<1x24xf32>
  kernel.observe 6, %6 : tensor<1x24xf32>
  return
}
)mlir",
          draw(8 * 8 * 24));
}

TEST_P(ReadyExecutorTest, OpsWithoutKernelsAreForTheCompiler) {
  auto module = parseSourceString<ModuleOp>(R"mlir(
func.func @main(%x: tensor<1x4xf32>) {
  %0 = mopt.tanh %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
  kernel.observe 0, %0 : tensor<1x4xf32>
  return
}
)mlir",
                                            &context);
  ASSERT_TRUE(module);
  auto ready = createReadyExecutor(*module->getOps<func::FuncOp>().begin(),
                                   options, show);
  ASSERT_TRUE(bool(ready)) << llvm::toString(ready.takeError());
  EXPECT_FALSE(*ready);
}

INSTANTIATE_TEST_SUITE_P(Targets, ReadyExecutorTest,
                         testing::Values("host", "haswell"));

} // namespace
