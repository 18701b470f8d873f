//===- KernelTest.cpp - Kernels against the evaluator -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Layers around the edges of register tiles (channels of one vector, of a group
// and beside; rows of one pixel, of a tile and beside), on every instruction
// set that this machine runs, in both modes: the bytes of the reference
// evaluator.

#include "TestLayer.h"

#include "mlir/Parser/Parser.h"
#include "mopt/Runtime/Executor.h"
#include "mopt/Runtime/ThreadPool.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace mlir::mopt;
using llvm::formatv;

namespace {

const TestLayer kLayers[] = {
    // Pointwise: channels and pixels around tiles, depth off the step.
    {"conv_2d", 1, 1, 1, 4, 1},
    {"conv_2d", 1, 3, 5, 8, 16},
    {"conv_2d", 2, 3, 3, 24, 17, 1, 1, 1, 1, true, "RELU6"},
    {"conv_2d", 1, 7, 7, 12, 64, 1, 1, 1, 1, true, "RELU"},
    {"conv_2d", 1, 5, 5, 16, 96, 1, 1, 1, 1, true, "RELU_N1_TO_1"},
    {"conv_2d", 1, 4, 4, 7, 130},
    {"conv_2d", 1, 9, 9, 16, 33, 1, 1, 2},
    // Windows: padding, strides, dilation, depth off the step.
    {"conv_2d", 1, 8, 8, 3, 16, 3, 3, 2, 1, true, "RELU6"},
    {"conv_2d", 2, 9, 7, 16, 64, 3, 3},
    {"conv_2d", 1, 10, 11, 5, 48, 3, 2, 1, 2},
    {"conv_2d", 1, 9, 9, 8, 20, 3, 3, 1, 1, false},
    {"conv_2d", 1, 12, 12, 1, 8, 5, 4, 2},
    // Depthwise: chunks of all widths, carried columns, steps of rows.
    {"depthwise_conv_2d", 1, 6, 7, 3, 3, 3, 3},
    {"depthwise_conv_2d", 2, 5, 6, 16, 16, 3, 3, 1, 1, true, "RELU6"},
    {"depthwise_conv_2d", 1, 8, 8, 40, 40, 3, 3, 2, 1, true, "RELU"},
    {"depthwise_conv_2d", 1, 6, 6, 130, 130, 3, 3},
    {"depthwise_conv_2d", 1, 9, 8, 64, 64, 5, 5, 1, 1, true, "RELU6"},
    {"depthwise_conv_2d", 1, 9, 9, 20, 20, 3, 3, 1, 2, true},
    {"depthwise_conv_2d", 1, 7, 7, 72, 72, 1, 7, 3, 1, false},
    {"depthwise_conv_2d", 1, 7, 7, 1, 24, 4, 3, 2},
    // Last rows that are alone, whose columns are turned.
    {"depthwise_conv_2d", 1, 8, 9, 72, 72, 5, 5, 2},
    {"depthwise_conv_2d", 2, 11, 10, 68, 68, 5, 5, 1, 2, false},
    {"depthwise_conv_2d", 1, 10, 12, 64, 64, 9, 9},
    {"depthwise_conv_2d", 1, 7, 8, 36, 36, 5, 2},
    {"depthwise_conv_2d", 1, 7, 8, 20, 20, 1, 4},
    // Matrix products.
    {"fully_connected", 1, 1, 1, 64, 10},
    {"fully_connected", 1, 1, 1, 50, 200, 1, 1, 1, 1, true, "RELU"},
    {"fully_connected", 13, 1, 1, 33, 67},
};

class KernelTest : public LayerTest<std::tuple<const char *, bool>> {
protected:
  std::string makeModel(const TestLayer &layer, bool isUnsigned,
                        bool isPerAxis);
  void compare(const TestLayer &layer, bool isUnsigned, bool isPerAxis,
               RequantizeMode mode, StringRef mcpu);

  std::shared_ptr<ThreadPool> pool = std::make_shared<ThreadPool>(3);
};

/// The layer as a function of its input, with weights drawn at random.
std::string KernelTest::makeModel(const TestLayer &layer, bool isUnsigned,
                                  bool isPerAxis) {
  auto draw = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const char *storage = isUnsigned ? "u8" : "i8";
  auto quantize = [&](double scale, int zeroPoint) {
    return formatv("!quant.uniform<{0}:f32, {1:f6}:{2}>", storage, scale,
                   zeroPoint + (isUnsigned ? 128 : 0))
        .str();
  };
  int64_t depth = layer.isDepthwise() ? 1 : layer.channels;
  int64_t taps = layer.rows * layer.columns * depth;
  // Results that use the range of the type, saturation included.
  double outputScale = 0.02 * 0.005 * 6000 * std::sqrt(double(taps)) / 60;
  std::string in = quantize(0.02, draw(-128, 127));
  std::string out = quantize(outputScale, draw(-30, 30));
  std::string filterType;
  if (isPerAxis) {
    std::string scales;
    for (int64_t i = 0; i < layer.outputs; ++i)
      scales += formatv("{0}{1:f6}", i ? "," : "", 0.001 * draw(1, 9)).str();
    filterType = formatv("!quant.uniform<i8:f32:{0}, {{{1}}>",
                         layer.isDepthwise() ? 3 : 0, scales)
                     .str();
  } else {
    filterType = quantize(0.005, isUnsigned ? draw(-20, 20) : 0);
  }
  auto values = [&](int64_t count, int low, int high) {
    std::string text = "[";
    for (int64_t i = 0; i < count; ++i)
      text += (i ? "," : "") + std::to_string(draw(low, high));
    return text + "]";
  };
  int64_t weights = layer.outputs * layer.rows * layer.columns * depth;
  std::string bytes = "\"0x";
  for (int64_t i = 0; i < weights; ++i) {
    int value = isUnsigned ? draw(0, 255) : draw(-127, 127);
    bytes += formatv("{0:X-2}", unsigned(value & 255)).str();
  }
  bytes += "\"";
  SmallVector<int64_t> filter = layer.getFilterShape();
  std::string filterStorage =
      printTensorType(filter, isUnsigned ? "ui8" : "i8");
  std::string inType = printTensorType(layer.getInputShape(), in);
  std::string outType = printTensorType(layer.getOutputShape(), out);
  std::string filterTensor = printTensorType(filter, filterType);
  std::string biasType = printTensorType({layer.outputs}, "i32");
  std::string model;
  llvm::raw_string_ostream os(model);
  os << "func.func @main(%x: " << inType << ") -> " << outType << " {\n"
     << "  %w = mopt.const {value = dense<" << bytes << "> : " << filterStorage
     << "} : () -> " << filterTensor << "\n"
     << "  %b = mopt.const {value = dense<"
     << values(layer.outputs, -3000, 3000) << "> : " << biasType << "} : () -> "
     << biasType << "\n";
  os << "  %y = mopt." << layer.op << " %x, %w, %b {" << layer.printAttributes()
     << "} : (" << inType << ", " << filterTensor << ", " << biasType << ") -> "
     << outType << "\n";
  os << "  return %y : " << outType << "\n}\n";
  return model;
}

void KernelTest::compare(const TestLayer &layer, bool isUnsigned,
                         bool isPerAxis, RequantizeMode mode, StringRef mcpu) {
  std::string text = makeModel(layer, isUnsigned, isPerAxis);
  auto module = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(module) << text;
  func::FuncOp func = *module->getOps<func::FuncOp>().begin();
  ExecutorOptions options;
  options.requantize = mode;
  options.mcpu = mcpu.str();
  // Half of the kernels are shared by threads, however small they are.
  if (isUnsigned) {
    options.pool = pool;
    options.shareEverything = true;
  }
  auto compiled = createJITExecutor(func, options);
  ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
  auto judge = createReferenceExecutor(func, options);
  ASSERT_TRUE(bool(judge)) << llvm::toString(judge.takeError());
  HostTensor input =
      HostTensor::allocate(cast<RankedTensorType>(func.getArgumentTypes()[0]));
  for (char &byte : input.getMutableBytes())
    byte = static_cast<char>(random());
  auto got = (*compiled)->run(input);
  ASSERT_TRUE(bool(got)) << llvm::toString(got.takeError());
  auto expected = (*judge)->run(input);
  ASSERT_TRUE(bool(expected)) << llvm::toString(expected.takeError());
  EXPECT_EQ((*got)[0].getBytes().vec(), (*expected)[0].getBytes().vec())
      << layer.op << " " << layer.height << "x" << layer.width << "x"
      << layer.channels << " -> " << layer.outputs;
}

TEST_P(KernelTest, EqualsTheEvaluator) {
  auto [mcpu, isFloat] = GetParam();
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  StringRef name = mcpu;
  bool canRun = name == "host" || name == "x86-64" ||
                (name == "haswell" && features.lookup("avx2")) ||
                (name == "skylake-avx512" && features.lookup("avx512vl"));
  if (llvm::Triple(llvm::sys::getProcessTriple()).getArch() !=
      llvm::Triple::x86_64)
    canRun = name == "host";
  if (!canRun)
    GTEST_SKIP() << "this machine does not run code for " << mcpu;
  RequantizeMode mode = isFloat ? RequantizeMode::Float : RequantizeMode::Fixed;
  for (const TestLayer &layer : kLayers) {
    compare(layer, /*isUnsigned=*/false, /*isPerAxis=*/true, mode, mcpu);
    compare(layer, /*isUnsigned=*/true, /*isPerAxis=*/false, mode, mcpu);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Targets, KernelTest,
    testing::Combine(testing::Values("host", "skylake-avx512", "haswell",
                                     "x86-64"),
                     testing::Bool()),
    [](const auto &info) {
      std::string name = std::get<0>(info.param);
      llvm::erase_if(name, [](char c) { return c == '-'; });
      return name + (std::get<1>(info.param) ? "Float" : "Fixed");
    });

} // namespace
