//===- FloatModeWeightedTest.cpp - Products in float mode -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The `float` mode of the ops with weights, against its definition: the sum is
// exact, and q = clamp(roundeven(float32(sum) * m) + zp) with
// m = float32(s_in * s_w) / s_out in float32.
//
//===----------------------------------------------------------------------===//

#include "FunctionRunner.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// One matrix product: `rows` x `depth` times `units` x `depth`, per channel.
template <typename T, typename Bias>
struct Product {
  static constexpr int rows = 40, depth = 9, units = 6;
  TestNumbers numbers;
  TestQuantization input, output;
  std::vector<float> weightScales;
  std::vector<T> x;
  std::vector<int8_t> w;
  std::vector<Bias> bias;

  explicit Product(unsigned seed) : numbers(seed) {
    input = numbers.quantization<T>(sizeof(T) == 1 ? 0.05f : 0.05f / 256);
    output = numbers.quantization<T>(sizeof(T) == 1 ? 0.5f : 0.5f / 256);
    for (int i = 0; i < units; ++i)
      weightScales.push_back(numbers.quantization<int8_t>(0.01f).scale);
    x = numbers.integers<T>(rows * depth);
    w = numbers.integers<int8_t>(units * depth);
    for (auto value : numbers.integers<int16_t>(units))
      bias.push_back(value);
  }

  std::string inputType(const std::string &shape) const {
    return input.type(shape, storageName<T>());
  }
  std::string outputType(const std::string &shape) const {
    return output.type(shape, storageName<T>());
  }
  std::string weightType(const std::string &shape, int axis) const {
    std::string text = "tensor<" + shape +
                       "x!quant.uniform<i8:f32:" + std::to_string(axis) + ", {";
    for (size_t i = 0; i < weightScales.size(); ++i) {
      char scale[32];
      std::snprintf(scale, sizeof(scale), "%s%.16e", i ? ", " : "",
                    double(weightScales[i]));
      text += scale;
    }
    return text + "}>>";
  }
  std::string biasType() const {
    return "tensor<" + std::to_string(units) + "xi" +
           std::to_string(8 * sizeof(Bias)) + ">";
  }

  /// The definition, for an exact sum without bias; low and high in stored
  /// units.
  double finish(int64_t sum, int unit, double low, double high) const {
    float scaled = static_cast<float>(sum + bias[unit]) *
                   (input.scale * weightScales[unit] / output.scale);
    return std::min(
        std::max(std::nearbyint(double(scaled)) + output.zeroPoint, low), high);
  }
};

template <typename T>
class FloatModeWeightedTest : public testing::Test {};
struct Int8 {
  using Element = int8_t;
  using Bias = int32_t;
};
struct Int16 {
  using Element = int16_t;
  using Bias = int64_t;
};
using Forms = testing::Types<Int8, Int16>;
TYPED_TEST_SUITE(FloatModeWeightedTest, Forms);

} // namespace

TYPED_TEST(FloatModeWeightedTest, FullyConnectedAndPointwiseConvolution) {
  using T = typename TypeParam::Element;
  using P = Product<T, typename TypeParam::Bias>;
  for (unsigned seed = 0; seed < 8; ++seed) {
    P p(seed);
    FunctionRunner matmul = FunctionRunner::ofOp(
        "fully_connected",
        {p.inputType("40x9"), p.weightType("6x9", 0), p.biasType()},
        p.outputType("40x6"));
    FunctionRunner conv = FunctionRunner::ofOp(
        "conv_2d {padding = #mopt.padding<VALID>}",
        {p.inputType("1x5x8x9"), p.weightType("6x1x1x9", 0), p.biasType()},
        p.outputType("1x5x8x6"));
    for (FunctionRunner *runner : {&matmul, &conv}) {
      auto got =
          runner->run<T>(RequantizeMode::Float,
                         {runner->makeInput(0, p.x), runner->makeInput(1, p.w),
                          runner->makeInput(2, p.bias)});
      ASSERT_EQ(got.size(), size_t(P::rows * P::units));
      for (int row = 0; row < P::rows; ++row)
        for (int unit = 0; unit < P::units; ++unit) {
          int64_t sum = 0;
          for (int i = 0; i < P::depth; ++i)
            sum += (int64_t(p.x[row * P::depth + i]) - p.input.zeroPoint) *
                   p.w[unit * P::depth + i];
          ASSERT_EQ(double(got[row * P::units + unit]),
                    p.finish(sum, unit, std::numeric_limits<T>::min(),
                             std::numeric_limits<T>::max()))
              << "seed " << seed << ", row " << row << ", unit " << unit;
        }
    }
  }
}

TYPED_TEST(FloatModeWeightedTest, DepthwiseConvolutionWithRelu) {
  using T = typename TypeParam::Element;
  using P = Product<T, typename TypeParam::Bias>;
  for (unsigned seed = 0; seed < 8; ++seed) {
    P p(seed);
    // One image of 60 x 6 channels, filters of 9 taps: 52 columns come out.
    FunctionRunner runner = FunctionRunner::ofOp(
        "depthwise_conv_2d {padding = #mopt.padding<VALID>, "
        "fused_activation_function = #mopt.activation<RELU>}",
        {p.inputType("1x1x60x6"), p.weightType("1x1x9x6", 3), p.biasType()},
        p.outputType("1x1x52x6"));
    auto got =
        runner.run<T>(RequantizeMode::Float,
                      {runner.makeInput(0, p.x), runner.makeInput(1, p.w),
                       runner.makeInput(2, p.bias)});
    ASSERT_EQ(got.size(), size_t(52 * 6));
    for (int column = 0; column < 52; ++column)
      for (int channel = 0; channel < 6; ++channel) {
        int64_t sum = 0;
        for (int tap = 0; tap < 9; ++tap)
          sum +=
              (int64_t(p.x[(column + tap) * 6 + channel]) - p.input.zeroPoint) *
              p.w[tap * 6 + channel];
        ASSERT_EQ(double(got[column * 6 + channel]),
                  p.finish(sum, channel, p.output.zeroPoint,
                           std::numeric_limits<T>::max()))
            << "seed " << seed << ", column " << column << ", channel "
            << channel;
      }
  }
}
