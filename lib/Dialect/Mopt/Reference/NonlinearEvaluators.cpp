//===- NonlinearEvaluators.cpp - softmax, logistic, tanh, hard_swish ------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// None of these has an accumulator times a multiplier, so both requantisation
// modes are the same here.

#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// Storage type of the result, if operand and result are `In` and `Out`.
template <typename In, typename Out>
static bool isStoredAsPair(EvalContext &context) {
  return isStoredAs<In>(context.input(0).getStorageElementType()) &&
         isStoredAs<Out>(context.output().getStorageElementType());
}

/// Writes `function(x)` for every element x.
template <typename In, typename Out, typename Function>
static void mapElements(EvalContext &context, Function function) {
  llvm::transform(context.input(0).as<In>(),
                  context.output().asMutable<Out>().begin(), function);
}

//===----------------------------------------------------------------------===//
// softmax
//===----------------------------------------------------------------------===//

/// Calls `softmax(in, out)` for each vector along the last dimension.
template <typename In, typename Out, typename Softmax>
static void mapVectors(EvalContext &context, Softmax softmax) {
  ArrayRef<In> input = context.input(0).as<In>();
  MutableArrayRef<Out> output = context.output().asMutable<Out>();
  size_t depth = context.input(0).getShape().back();
  for (size_t i = 0; i < input.size(); i += depth)
    softmax(input.slice(i, depth), output.slice(i, depth));
}

static void softmaxFloat(ArrayRef<float> input, MutableArrayRef<float> output,
                         float beta) {
  float max = std::numeric_limits<float>::lowest();
  for (float value : input)
    max = std::max(max, value);
  float sum = 0.0f;
  for (auto [value, result] : llvm::zip_equal(input, output)) {
    result = std::exp((value - max) * beta);
    sum += result;
  }
  for (float &result : output)
    result /= sum;
}

namespace {
/// The differences to the maximum in Q5.26, for softmax on 8 bits.
struct SoftmaxScaling {
  QuantizedMultiplier factor;
  /// Differences below this are exp(x) = 0.
  int32_t minDifference;

  SoftmaxScaling(float beta, float inputScale) {
    // A factor this large already sends every difference below the minimum.
    constexpr double largest = 2147483647.0;
    factor = quantizeMultiplier(
        std::min(double(beta) * double(inputScale) * (1 << 26), largest));
    minDifference = -calculateInputRadius(/*integerBits=*/5, factor.shift);
  }
};
} // namespace

template <typename In, typename Out>
static void softmaxFixedPoint(ArrayRef<In> input, MutableArrayRef<Out> output,
                              const SoftmaxScaling &scaling) {
  int32_t max = *llvm::max_element(input);
  auto getExp = [&](In value) {
    return expOnNegativeQ5(multiplyByQuantizedMultiplierGreaterThanOne(
        value - max, scaling.factor));
  };
  // The kernels' sum of 12 integer bits overflows from 8192 ones; ours does
  // not.
  constexpr int sumIntegerBits = 12;
  uint64_t sum = 0;
  for (In value : input)
    if (value - max >= scaling.minDifference)
      sum += roundingDivideByPOT(getExp(value), sumIntegerBits);
  int bitsOverUnit;
  int32_t reciprocal = getReciprocal(sum, sumIntegerBits, bitsOverUnit);
  // From 512 equal classes on the exponent is 32 or more, of which the kernels
  // die; in 64 bits everything goes on to be the rounded quotient. Nothing here
  // is negative.
  int exponent = bitsOverUnit + 31 - 8 * int(sizeof(Out));
  int64_t half = exponent > 0 ? int64_t(1) << (exponent - 1) : 0;
  constexpr ClampRange<int32_t> range = storageRange<Out>();
  for (auto [value, result] : llvm::zip_equal(input, output)) {
    int32_t scaled = 0;
    if (value - max >= scaling.minDifference)
      scaled = static_cast<int32_t>(
          (saturatingRoundingDoublingHighMul(reciprocal, getExp(value)) +
           half) >>
          exponent);
    result = static_cast<Out>(range.clamp(scaled + range.min));
  }
}

namespace {
/// Tables of softmax on int16: exp on [-10, 0] and 1 / (1 + x) on [0, 1].
struct SoftmaxTables {
  Int16Table exp =
      makeInt16Table(-10.0, 0.0, [](double x) { return std::exp(x); });
  Int16Table reciprocal =
      makeInt16Table(0.0, 1.0, [](double x) { return 1.0 / (1.0 + x); });
};
} // namespace

static void softmaxInt16(ArrayRef<int16_t> input,
                         MutableArrayRef<int16_t> output,
                         QuantizedMultiplier factor) {
  static const SoftmaxTables tables;
  constexpr ClampRange<int32_t> int16 = storageRange<int16_t>();
  int32_t max = *llvm::max_element(input);
  int32_t sum = 0;
  for (auto [value, result] : llvm::zip_equal(input, output)) {
    // [-65535, 0] stands for [-10, 0]; the table is centred.
    int32_t scaled = multiplyByQuantizedMultiplier(value - max, factor) + 32767;
    result = lookUp(tables.exp, static_cast<int16_t>(int16.clamp(scaled)));
    sum += result;
  }
  int headroom = llvm::countl_zero(static_cast<uint32_t>(sum));
  // sum = 2^(16 - headroom) * (1 + x); x in [0, 1) as [-32768, 32767].
  auto shifted = static_cast<int32_t>(
      ((int64_t(sum) << (headroom - 1)) + (1 << 13)) >> 14);
  int32_t x = int16.clamp(shifted - (1 << 15) - (1 << 16));
  int64_t reciprocal = lookUp(tables.reciprocal, static_cast<int16_t>(x));
  int shift = 31 - headroom;
  for (int16_t &result : output) {
    int64_t scaled =
        (result * reciprocal + (int64_t(1) << (shift - 1))) >> shift;
    result = static_cast<int16_t>(
        std::min<int64_t>(std::max<int64_t>(scaled, 0), 32767));
  }
}

static LogicalResult evaluateSoftmax(SoftmaxOp op, EvalContext &context) {
  float beta = op.getBeta().convertToFloat();
  if (context.input(0).getRank() < 1)
    return op.emitOpError("must have an operand of rank 1 or more");
  if (context.input(0).getNumElements() == 0)
    return success();
  if (isStoredAsPair<float, float>(context)) {
    mapVectors<float, float>(context, [&](auto input, auto output) {
      softmaxFloat(input, output, beta);
    });
    return success();
  }
  QuantParams params = getQuantParams(context.input(0).getType());
  if (!params.isQuantized())
    return emitUnsupportedTypes(op);
  if (isStoredAsPair<int16_t, int16_t>(context)) {
    // In float32 up to the division, as the kernel writes it.
    QuantizedMultiplier factor =
        quantizeMultiplier(params.scale() * beta / (10.0 / 65535.0));
    mapVectors<int16_t, int16_t>(context, [&](auto input, auto output) {
      softmaxInt16(input, output, factor);
    });
    return success();
  }
  SoftmaxScaling scaling(beta, params.scale());
  bool known = false;
  dispatchStorage<int8_t, uint8_t>(
      context.input(0).getStorageElementType(), [&](auto in) {
        using In = decltype(in);
        known = dispatchStorage<In, int16_t>(
            context.output().getStorageElementType(), [&](auto out) {
              using Out = decltype(out);
              mapVectors<In, Out>(context, [&](auto input, auto output) {
                softmaxFixedPoint<In, Out>(input, output, scaling);
              });
            });
      });
  return known ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// logistic, tanh
//===----------------------------------------------------------------------===//

/// Applies `function` to 8-bit values through a table of 256: dequantise,
/// apply, multiply by the reciprocal of the output scale, round half away from
/// zero, all in float32.
template <typename T, typename Function>
static void mapByTable(EvalContext &context, Function function) {
  QuantParams input = getQuantParams(context.input(0).getType());
  QuantParams output = getQuantParams(context.output().getType());
  constexpr ClampRange<int32_t> range = storageRange<T>();
  float inverse = 1 / output.scale();
  std::array<T, 256> table;
  for (int32_t value = range.min; value <= range.max; ++value) {
    float real = input.scale() * static_cast<float>(value - input.zeroPoint());
    float rounded = std::round(function(real) * inverse);
    auto quantized =
        static_cast<int32_t>(rounded + static_cast<float>(output.zeroPoint()));
    table[value - range.min] = static_cast<T>(range.clamp(quantized));
  }
  mapElements<T, T>(context, [&](T value) { return table[value - range.min]; });
}

/// logistic and tanh: `real` on float32, `table` on 8 bits, `wide` on int16.
template <typename OpT, typename Real, typename Table, typename Wide>
static LogicalResult evaluateSigmoid(OpT op, EvalContext &context, Real real,
                                     Table table, Wide wide) {
  if (isStoredAsPair<float, float>(context)) {
    mapElements<float, float>(context, real);
    return success();
  }
  if (!isQuantized(context.input(0).getType()) ||
      !isQuantized(context.output().getType()))
    return emitUnsupportedTypes(op);
  if (isStoredAsPair<int8_t, int8_t>(context))
    mapByTable<int8_t>(context, table);
  else if (isStoredAsPair<uint8_t, uint8_t>(context))
    mapByTable<uint8_t>(context, table);
  else if (isStoredAsPair<int16_t, int16_t>(context))
    mapElements<int16_t, int16_t>(context, wide);
  else
    return emitUnsupportedTypes(op);
  return success();
}

/// The float kernel: 1 where float32 cannot tell it from 1, and exp(x) far
/// below zero, where 1 + exp(-x) loses the 1.
static float logisticFloat(float value) {
  if (value > 16.619047164916992188f)
    return 1.0f;
  if (value < -9.0f)
    return std::exp(value);
  return 1.0f / (1.0f + std::exp(-value));
}

static LogicalResult evaluateLogistic(LogisticOp op, EvalContext &context) {
  auto table = [](float x) { return 1.0f / (1.0f + std::exp(-x)); };
  QuantParams params = getQuantParams(context.input(0).getType());
  SigmoidInput input = {};
  if (params.isQuantized())
    input = getSigmoidInput(params.scale(), /*allowShift=*/false);
  return evaluateSigmoid(op, context, logisticFloat, table,
                         [&](int16_t x) { return logisticInt16(x, input); });
}

static LogicalResult evaluateTanh(TanhOp op, EvalContext &context) {
  auto real = [](float x) { return std::tanh(x); };
  QuantParams params = getQuantParams(context.input(0).getType());
  SigmoidInput input = {};
  if (params.isQuantized())
    input = getSigmoidInput(params.scale(), /*allowShift=*/true);
  return evaluateSigmoid(op, context, real, real,
                         [&](int16_t x) { return tanhInt16(x, input); });
}

//===----------------------------------------------------------------------===//
// hard_swish
//===----------------------------------------------------------------------===//

namespace {

/// A factor of 16 significant bits: multiplier * 2^(exponent - 15).
struct Int16Multiplier {
  int16_t multiplier;
  int exponent;

  explicit Int16Multiplier(float real) {
    QuantizedMultiplier wide = quantizeMultiplier(real);
    constexpr int32_t rounding = 1 << 15;
    bool saturates =
        wide.multiplier >= std::numeric_limits<int32_t>::max() - rounding;
    multiplier = saturates
                     ? std::numeric_limits<int16_t>::max()
                     : static_cast<int16_t>((wide.multiplier + rounding) >> 16);
    exponent = wide.shift;
  }
};

/// The factors of hard_swish on 8 bits, formed in float32.
struct HardSwishFactors {
  /// From input units / 128 to output units.
  Int16Multiplier output;
  /// From input units / 128 to the scale on which 3.0 is 32768.
  Int16Multiplier reluish;

  HardSwishFactors(float inputScale, float outputScale)
      : output((1.0f / 128.0f) * inputScale / outputScale),
        reluish((1.0f / 128.0f) * inputScale / (3.0f / 32768.0f)) {}
};

} // namespace

static int16_t shiftLeftSaturating(int16_t value, int amount) {
  int64_t wide = int64_t(value) * (int64_t(1) << amount);
  return static_cast<int16_t>(
      std::min<int64_t>(std::max<int64_t>(wide, -32768), 32767));
}

/// a * b / 2^15, truncated towards zero where the others round: it cancels
/// their bias.
static int16_t multiplyTruncating(int16_t a, int16_t b) {
  if (a == -32768 && b == -32768)
    return 32767;
  return static_cast<int16_t>(int32_t(a) * int32_t(b) / (1 << 15));
}

/// x * relu6(x + 3) / 6 in 16-bit fixed point.
template <typename T>
static T hardSwish(T value, int32_t inputZeroPoint, int32_t outputZeroPoint,
                   const HardSwishFactors &factors) {
  auto x = static_cast<int16_t>((value - inputZeroPoint) * 128);
  int16_t onOutputScale =
      saturatingRoundingDoublingHighMul(x, factors.output.multiplier);
  // x / 3 in [-1, 1], saturated. The last bit of a left shift comes after the
  // product, so that only values that stay saturated saturate before it.
  int exponent = factors.reluish.exponent;
  int16_t reluish = x;
  if (exponent > 0)
    reluish = shiftLeftSaturating(reluish, exponent - 1);
  reluish =
      saturatingRoundingDoublingHighMul(reluish, factors.reluish.multiplier);
  if (exponent > 0)
    reluish = shiftLeftSaturating(reluish, 1);
  if (exponent < 0)
    reluish = roundingDivideByPOT(reluish, -exponent);
  // From [-1, 1] to [0, 1]: relu6(x + 3) / 6.
  reluish = static_cast<int16_t>((reluish + (1 << 15)) >> 1);
  int16_t product = multiplyTruncating(reluish, onOutputScale);
  int32_t result = roundingDivideByPOT(product, -factors.output.exponent);
  return static_cast<T>(storageRange<T>().clamp(result + outputZeroPoint));
}

static LogicalResult evaluateHardSwish(HardSwishOp op, EvalContext &context) {
  if (isStoredAsPair<float, float>(context)) {
    mapElements<float, float>(context, [](float x) {
      return x * std::min(6.0f, std::max(0.0f, x + 3.0f)) / 6.0f;
    });
    return success();
  }
  QuantParams input = getQuantParams(context.input(0).getType());
  QuantParams output = getQuantParams(context.output().getType());
  if (!input.isQuantized() || !output.isQuantized())
    return emitUnsupportedTypes(op);
  HardSwishFactors factors(input.scale(), output.scale());
  if (factors.output.exponent > 0 || factors.output.exponent < -15)
    return op.emitOpError("needs an input scale between 2^-9 and 128 times the "
                          "output scale, has ")
           << input.scale() << " and " << output.scale();
  bool known = false;
  dispatchStorage<int8_t, uint8_t>(
      context.input(0).getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        known = isStoredAsPair<T, T>(context);
        if (known)
          mapElements<T, T>(context, [&](T value) {
            return hardSwish(value, static_cast<int32_t>(input.zeroPoint()),
                             static_cast<int32_t>(output.zeroPoint()), factors);
          });
      });
  return known ? success() : emitUnsupportedTypes(op);
}

namespace mlir::mopt::detail {
void attachNonlinearEvaluators(MLIRContext *context) {
  attachEvaluator<HardSwishOp, evaluateHardSwish>(context);
  attachEvaluator<LogisticOp, evaluateLogistic>(context);
  attachEvaluator<SoftmaxOp, evaluateSoftmax>(context);
  attachEvaluator<TanhOp, evaluateTanh>(context);
}
} // namespace mlir::mopt::detail
