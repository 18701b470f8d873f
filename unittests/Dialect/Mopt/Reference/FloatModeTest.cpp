//===- FloatModeTest.cpp - Requantisation in float32, op by op --*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Golden outputs exist for the `fixed` mode only. Here the `float` mode of the
// elementwise, reduction and rescaling ops is compared with its definition,
// written out in double: a product of float32 numbers is exact there, so that
// `toFloat` makes each rounding of the definition visible.
//
//===----------------------------------------------------------------------===//

#include "FunctionRunner.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// One rounding to float32.
static double toFloat(double x) { return static_cast<double>(float(x)); }

/// s1 / s2 as float32.
static double ratio(float s1, float s2) {
  return toFloat(double(s1) / double(s2));
}

/// clamp(roundeven(x) + zp), the bounds in stored units.
static double finish(double x, int32_t zeroPoint, double low, double high) {
  return std::min(std::max(std::nearbyint(x) + zeroPoint, low), high);
}

namespace {
template <typename T>
class FloatModeTest : public testing::Test {
protected:
  static constexpr double kLow = std::numeric_limits<T>::min();
  static constexpr double kHigh = std::numeric_limits<T>::max();
  static constexpr size_t kCount = 1000;
  static constexpr int kTrials = 8;
  static std::string type(TestQuantization q, const std::string &shape) {
    return q.type(shape, storageName<T>());
  }
  /// A scale at which real values of about 4 span the storage type.
  static constexpr float kScale = 8.0f / (kHigh - kLow);
};
using StorageTypes = testing::Types<int8_t, uint8_t, int16_t>;
TYPED_TEST_SUITE(FloatModeTest, StorageTypes);
} // namespace

/// A loop over seeds, each with its source of numbers.
#define FOR_TRIALS(numbers)                                                    \
  for (int trial = 0; trial < TestFixture::kTrials; ++trial)                   \
    if (TestNumbers numbers(trial); true)

TYPED_TEST(FloatModeTest, AddAndSub) {
  using T = TypeParam;
  for (int sign : {1, -1})
    FOR_TRIALS(numbers) {
      auto a = numbers.quantization<T>(this->kScale);
      auto b = numbers.quantization<T>(this->kScale);
      auto out = numbers.quantization<T>(this->kScale);
      // The form for powers of two is one of `fixed`: no difference here.
      std::string op = sign > 0 ? "add {pot_scale_int16 = true}"
                                : "sub {pot_scale_int16 = false}";
      FunctionRunner runner = FunctionRunner::ofOp(
          op, {this->type(a, "1000"), this->type(b, "1000")},
          this->type(out, "1000"));
      auto x = numbers.integers<T>(this->kCount);
      auto y = numbers.integers<T>(this->kCount);
      auto got = runner.run<T>(RequantizeMode::Float, {runner.makeInput(0, x),
                                                       runner.makeInput(1, y)});
      ASSERT_EQ(got.size(), this->kCount);
      for (size_t i = 0; i < got.size(); ++i) {
        double left = toFloat((x[i] - a.zeroPoint) * ratio(a.scale, out.scale));
        double right =
            toFloat((y[i] - b.zeroPoint) * ratio(b.scale, out.scale));
        ASSERT_EQ(double(got[i]),
                  finish(toFloat(left + sign * right), out.zeroPoint,
                         this->kLow, this->kHigh))
            << "sign " << sign << ", trial " << trial << ", element " << i;
      }
    }
}

TYPED_TEST(FloatModeTest, AddWithRelu6) {
  using T = TypeParam;
  FOR_TRIALS(numbers) {
    auto a = numbers.quantization<T>(this->kScale);
    auto out = numbers.quantization<T>(2 * this->kScale);
    FunctionRunner runner = FunctionRunner::ofOp(
        "add {fused_activation_function = #mopt.activation<RELU6>}",
        {this->type(a, "1000"), this->type(a, "1000")},
        this->type(out, "1000"));
    auto x = numbers.integers<T>(this->kCount);
    auto y = numbers.integers<T>(this->kCount);
    auto got = runner.run<T>(RequantizeMode::Float,
                             {runner.makeInput(0, x), runner.makeInput(1, y)});
    ASSERT_EQ(got.size(), this->kCount);
    double six = std::round(toFloat(6.0 / out.scale)) + out.zeroPoint;
    for (size_t i = 0; i < got.size(); ++i) {
      double factor = ratio(a.scale, out.scale);
      double sum = toFloat(toFloat((x[i] - a.zeroPoint) * factor) +
                           toFloat((y[i] - a.zeroPoint) * factor));
      ASSERT_EQ(double(got[i]), finish(sum, out.zeroPoint, out.zeroPoint,
                                       std::min(six, this->kHigh)))
          << "trial " << trial << ", element " << i;
    }
  }
}

TYPED_TEST(FloatModeTest, Mul) {
  using T = TypeParam;
  FOR_TRIALS(numbers) {
    auto a = numbers.quantization<T>(this->kScale);
    auto b = numbers.quantization<T>(this->kScale);
    auto out = numbers.quantization<T>(2 * this->kScale);
    FunctionRunner runner = FunctionRunner::ofOp(
        "mul", {this->type(a, "1000"), this->type(b, "1000")},
        this->type(out, "1000"));
    auto x = numbers.integers<T>(this->kCount);
    auto y = numbers.integers<T>(this->kCount);
    auto got = runner.run<T>(RequantizeMode::Float,
                             {runner.makeInput(0, x), runner.makeInput(1, y)});
    ASSERT_EQ(got.size(), this->kCount);
    double factor = toFloat(toFloat(double(a.scale) * b.scale) / out.scale);
    for (size_t i = 0; i < got.size(); ++i) {
      double product = double(x[i] - a.zeroPoint) * double(y[i] - b.zeroPoint);
      ASSERT_EQ(double(got[i]), finish(toFloat(toFloat(product) * factor),
                                       out.zeroPoint, this->kLow, this->kHigh))
          << "trial " << trial << ", element " << i;
    }
  }
}

TYPED_TEST(FloatModeTest, ReluFamily) {
  using T = TypeParam;
  struct Row {
    const char *op;
    double low, high;
  };
  for (Row row : {Row{"relu", 0, HUGE_VAL}, Row{"relu6", 0, 6},
                  Row{"relu_n1_to_1", -1, 1}, Row{"relu_0_to_1", 0, 1}})
    FOR_TRIALS(numbers) {
      auto in = numbers.quantization<T>(this->kScale);
      auto out = numbers.quantization<T>(this->kScale);
      FunctionRunner runner = FunctionRunner::ofOp(
          row.op, {this->type(in, "1000")}, this->type(out, "1000"));
      auto x = numbers.integers<T>(this->kCount);
      auto got = runner.run<T>(RequantizeMode::Float, {runner.makeInput(0, x)});
      ASSERT_EQ(got.size(), this->kCount);
      auto bound = [&](double real) {
        double stored = std::round(toFloat(real / out.scale)) + out.zeroPoint;
        return std::min(std::max(stored, this->kLow), this->kHigh);
      };
      for (size_t i = 0; i < got.size(); ++i) {
        double scaled =
            toFloat((x[i] - in.zeroPoint) * ratio(in.scale, out.scale));
        ASSERT_EQ(double(got[i]), finish(scaled, out.zeroPoint, bound(row.low),
                                         bound(row.high)))
            << row.op << ", trial " << trial << ", element " << i;
      }
    }
}

TYPED_TEST(FloatModeTest, LeakyRelu) {
  using T = TypeParam;
  for (float alpha : {0.3f, -0.7f, 1.9f, 0.0f})
    FOR_TRIALS(numbers) {
      auto in = numbers.quantization<T>(this->kScale);
      auto out = numbers.quantization<T>(this->kScale);
      char op[64];
      std::snprintf(op, sizeof(op), "leaky_relu {alpha = %.9e : f32}",
                    double(alpha));
      FunctionRunner runner = FunctionRunner::ofOp(op, {this->type(in, "1000")},
                                                   this->type(out, "1000"));
      auto x = numbers.integers<T>(this->kCount);
      auto got = runner.run<T>(RequantizeMode::Float, {runner.makeInput(0, x)});
      ASSERT_EQ(got.size(), this->kCount);
      double slope = toFloat(toFloat(double(in.scale) * alpha) / out.scale);
      for (size_t i = 0; i < got.size(); ++i) {
        int32_t centred = x[i] - in.zeroPoint;
        double factor = centred >= 0 ? ratio(in.scale, out.scale) : slope;
        ASSERT_EQ(double(got[i]),
                  finish(toFloat(centred * factor), out.zeroPoint, this->kLow,
                         this->kHigh))
            << "alpha " << alpha << ", trial " << trial << ", element " << i;
      }
    }
}

TYPED_TEST(FloatModeTest, MeanAndSum) {
  using T = TypeParam;
  for (bool isMean : {true, false})
    FOR_TRIALS(numbers) {
      auto in = numbers.quantization<T>(this->kScale);
      auto out = numbers.quantization<T>((isMean ? 1 : 7) * this->kScale);
      // Axes 0 and 2 of 5x20x10, of which 20 sums of 50 remain.
      FunctionRunner runner = FunctionRunner::ofOp(
          isMean ? "mean" : "sum", {this->type(in, "5x20x10"), "tensor<2xi32>"},
          this->type(out, "20"));
      auto x = numbers.integers<T>(this->kCount);
      auto got =
          runner.run<T>(RequantizeMode::Float,
                        {runner.makeInput(0, x),
                         runner.makeInput(1, std::vector<int32_t>{-1, 0})});
      ASSERT_EQ(got.size(), 20u);
      double factor = ratio(in.scale, out.scale);
      if (isMean)
        factor = toFloat(factor / 50);
      for (size_t k = 0; k < got.size(); ++k) {
        double sum = 0;
        for (size_t i = 0; i < 5; ++i)
          for (size_t j = 0; j < 10; ++j)
            sum += x[(i * 20 + k) * 10 + j] - in.zeroPoint;
        ASSERT_EQ(double(got[k]), finish(toFloat(sum * factor), out.zeroPoint,
                                         this->kLow, this->kHigh))
            << (isMean ? "mean" : "sum") << ", trial " << trial << ", element "
            << k;
      }
    }
}

TYPED_TEST(FloatModeTest, QuantizeBetweenIntegers) {
  using T = TypeParam;
  auto check = [&](auto zero) {
    using From = decltype(zero);
    FOR_TRIALS(numbers) {
      constexpr float fromScale =
          8.0f / (float(std::numeric_limits<From>::max()) -
                  float(std::numeric_limits<From>::min()));
      auto in = numbers.quantization<From>(fromScale);
      auto out = numbers.quantization<T>(this->kScale);
      FunctionRunner runner = FunctionRunner::ofOp(
          "quantize", {in.type("1000", storageName<From>())},
          this->type(out, "1000"));
      auto x = numbers.integers<From>(this->kCount);
      auto got = runner.run<T>(RequantizeMode::Float, {runner.makeInput(0, x)});
      ASSERT_EQ(got.size(), this->kCount);
      for (size_t i = 0; i < got.size(); ++i) {
        double centred = toFloat(double(x[i]) - in.zeroPoint);
        ASSERT_EQ(double(got[i]),
                  finish(toFloat(centred * ratio(in.scale, out.scale)),
                         out.zeroPoint, this->kLow, this->kHigh))
            << "from " << storageName<From>() << ", trial " << trial
            << ", element " << i;
      }
    }
  };
  check(int8_t());
  check(uint8_t());
  check(int16_t());
  check(int32_t());
}

TEST(FloatModeRescaleTest, QuantizeToInt32Saturates) {
  TestQuantization in{1.0f, 0}, out{1e-6f, 0};
  FunctionRunner runner = FunctionRunner::ofOp(
      "quantize", {in.type("3", "i16")}, out.type("3", "i32"));
  auto got = runner.run<int32_t>(
      RequantizeMode::Float,
      {runner.makeInput(0, std::vector<int16_t>{32767, 100, -32768})});
  double factor = ratio(1.0f, 1e-6f);
  EXPECT_EQ(
      got, (std::vector<int32_t>{std::numeric_limits<int32_t>::max(),
                                 int32_t(std::nearbyint(toFloat(100 * factor))),
                                 std::numeric_limits<int32_t>::min()}));
}

TEST(FloatModeRescaleTest, ConcatenationOfUInt8) {
  for (unsigned trial = 0; trial < 8; ++trial) {
    TestNumbers numbers(trial);
    auto a = numbers.quantization<uint8_t>(0.03f);
    auto b = numbers.quantization<uint8_t>(0.03f);
    // The first operand shares the result's parameters: copied.
    FunctionRunner runner = FunctionRunner::ofOp(
        "concatenation {axis = -1 : i32}",
        {a.type("2x100", "u8"), b.type("2x300", "u8")}, a.type("2x400", "u8"));
    auto x = numbers.integers<uint8_t>(200), y = numbers.integers<uint8_t>(600);
    auto got =
        runner.run<uint8_t>(RequantizeMode::Float,
                            {runner.makeInput(0, x), runner.makeInput(1, y)});
    ASSERT_EQ(got.size(), 800u);
    for (size_t i = 0; i < 800; ++i) {
      size_t row = i / 400, column = i % 400;
      double expected = x[row * 100 + std::min<size_t>(column, 99)];
      if (column >= 100)
        expected = finish(toFloat((y[row * 300 + column - 100] - b.zeroPoint) *
                                  ratio(b.scale, a.scale)),
                          a.zeroPoint, 0, 255);
      ASSERT_EQ(double(got[i]), expected) << "trial " << trial << ", " << i;
    }
  }
}

namespace {
/// Ops without a real multiplier: both modes must give the same bytes.
struct SameRow {
  const char *op;
  std::vector<std::string> operands;
  const char *result;
};
} // namespace

TEST(FloatModeSameTest, NoMultiplierNoDifference) {
  const std::string i8 = "!quant.uniform<i8:f32, 0.05:-7>>";
  const std::string image = "tensor<1x5x4x3x" + i8;
  const char *resized = "tensor<1x9x7x3x!quant.uniform<i8:f32, 0.05:-7>>";
  std::vector<SameRow> rows = {
      {"maximum",
       {image, image},
       "tensor<1x5x4x3x!quant.uniform<i8:f32, 0.05:-7>>"},
      {"minimum",
       {image, image},
       "tensor<1x5x4x3x!quant.uniform<i8:f32, 0.05:-7>>"},
      {"dequantize", {image}, "tensor<1x5x4x3xf32>"},
      {"reshape {new_shape = array<i32: 60>}",
       {image},
       "tensor<60x!quant.uniform<i8:f32, 0.05:-7>>"},
      {"squeeze", {image}, "tensor<5x4x3x!quant.uniform<i8:f32, 0.05:-7>>"},
      {"resize_bilinear {half_pixel_centers = true}",
       {image, "tensor<2xi32>"},
       resized},
      {"resize_nearest_neighbor", {image, "tensor<2xi32>"}, resized}};
  for (const SameRow &row : rows) {
    FunctionRunner runner =
        FunctionRunner::ofOp(row.op, row.operands, row.result);
    std::vector<HostTensor> inputs;
    TestNumbers numbers(1);
    for (unsigned i = 0; i < row.operands.size(); ++i)
      inputs.push_back(row.operands[i] == image
                           ? runner.makeInput(i, numbers.integers<int8_t>(60))
                           : runner.makeInput(i, std::vector<int32_t>{9, 7}));
    auto inFloat = runner.run<char>(RequantizeMode::Float, inputs);
    EXPECT_EQ(inFloat, runner.run<char>(RequantizeMode::Fixed, inputs))
        << row.op;
    EXPECT_FALSE(inFloat.empty()) << row.op;
  }
}
