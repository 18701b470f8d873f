//===- UnaryEvaluators.cpp - Functions of one element -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A function is one `compute` on float32. The other forms follow from it: half
// precision through float32, 8-bit numbers by a table, 16-bit ones by a table
// that is interpolated. Only abs, sqrt, rsqrt and prelu have an integer
// arithmetic of their own.

#include "mopt/Dialect/Mopt/IR/UnaryOps.h"

#include "ElementwiseUtils.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint16.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Functions of float32
//===----------------------------------------------------------------------===//

static float compute(ExpOp, float x) { return std::exp(x); }
static float compute(LogOp, float x) { return std::log(x); }
static float compute(SqrtOp, float x) { return std::sqrt(x); }
static float compute(RsqrtOp, float x) { return 1.0f / std::sqrt(x); }
static float compute(SquareOp, float x) { return x * x; }
static float compute(SinOp, float x) { return std::sin(x); }
static float compute(CosOp, float x) { return std::cos(x); }
static float compute(FloorOp, float x) { return std::floor(x); }
static float compute(CeilOp, float x) { return std::ceil(x); }
static float compute(EluOp, float x) { return x < 0 ? std::expm1(x) : x; }

/// Ties to even. A result of zero is positive except for -0, as in the kernel.
static float compute(RoundOp, float x) {
  float below = std::floor(x), rest = x - below;
  bool isEven = std::floor(below * 0.5f) * 2.0f == below;
  return rest < 0.5f || (rest == 0.5f && isEven) ? below : below + 1.0f;
}

static float compute(GeluOp op, float x) {
  if (!op.getApproximate())
    return 0.5f * x * std::erfc(x * -0.70710678118654752440f);
  return 0.5f * x *
         (1.0f +
          std::tanh(0.79788456080286535588f * (x + 0.044715f * x * x * x)));
}

//===----------------------------------------------------------------------===//
// Their other forms
//===----------------------------------------------------------------------===//

/// `function(x)` in steps of the result, as a float32 that no clamp has cut.
template <typename Function>
static float toSteps(Function function, float x, float inverse) {
  return std::round(function(x) * inverse);
}

/// A NaN, which no model means, becomes the lowest value.
template <typename T>
static T saturate(float value) {
  constexpr float low = std::numeric_limits<T>::min();
  constexpr float high = std::numeric_limits<T>::max();
  if (!(value > low))
    return std::numeric_limits<T>::min();
  return value < high ? static_cast<T>(value) : std::numeric_limits<T>::max();
}

/// 8 bits: dequantise, apply, multiply by the reciprocal of the result's scale,
/// round half away from zero, all in float32.
template <typename T, typename Function>
static void mapByTable(EvalContext &context, const QuantParams &in,
                       const QuantParams &out, Function function) {
  float inverse = 1 / out.scale();
  mapElements<T, T>(context, [&](T x) {
    float real = in.scale() * static_cast<float>(x - in.zeroPoint());
    return saturate<T>(toSteps(function, real, inverse) +
                       static_cast<float>(out.zeroPoint()));
  });
}

/// 16 bits: 512 linear pieces over the whole type; entry i is the function at
/// the left end of piece i, moved by half the error of its middle. All in
/// float32.
template <typename Function>
static void mapByInterpolation(EvalContext &context, const QuantParams &in,
                               const QuantParams &out, Function function) {
  constexpr int numPieces = 512;
  float low = in.scale() * -32768.0f, high = in.scale() * 32767.0f;
  float step = (high - low) / numPieces;
  float inverse = 65536.0f / (out.scale() * 32767.0f - out.scale() * -32768.0f);
  Int16Table table;
  for (int i = 0; i < numPieces; ++i) {
    float left = toSteps(function, low + i * step, inverse);
    float middle = toSteps(function, low + i * step + step / 2, inverse);
    float right = function(low + (i + 1) * step) * inverse;
    float interpolated = std::round((right + left) / 2);
    float bias = std::round((interpolated - middle) / 2);
    table[i] = saturate<int16_t>(left - bias);
  }
  table[numPieces] = saturate<int16_t>(toSteps(function, high, inverse));
  mapElements<int16_t, int16_t>(context,
                                [&](int16_t x) { return lookUp(table, x); });
}

/// Where a function has no value its quantised form gives one end of the
/// result's range, as a real number in [lowest, highest].
static float computeQuantized(LogOp op, float x, float lowest, float) {
  return x <= 0.0f ? lowest : compute(op, x);
}
static float computeQuantized(RsqrtOp op, float x, float, float highest) {
  return x <= 0.0f ? highest : compute(op, x);
}
template <typename OpT>
static float computeQuantized(OpT op, float x, float, float) {
  return compute(op, x);
}

namespace {
/// Element types besides float32 that a function is defined for.
enum Forms : unsigned {
  None = 0,
  Half = 1,
  BHalf = 2,
  I8 = 4,
  U8 = 8,
  I16 = 16
};
} // namespace

template <typename OpT, unsigned forms>
static LogicalResult evaluateFunction(OpT op, EvalContext &context) {
  if (failed(checkUnary(op, context)))
    return failure();
  Type storage = context.output().getStorageElementType();
  auto function = [&](float x) { return compute(op, x); };
  if (storage.isF32()) {
    mapElements<float, float>(context, function);
    return success();
  }
  if ((storage.isF16() && (forms & Half)) ||
      (storage.isBF16() && (forms & BHalf))) {
    const llvm::fltSemantics &semantics =
        cast<FloatType>(storage).getFloatSemantics();
    mapElements<uint16_t, uint16_t>(context, [&](uint16_t x) {
      return narrowToHalf(function(widenHalf(x, semantics)), semantics);
    });
    return success();
  }
  QuantParams in = getQuantParams(context.input(0).getType());
  QuantParams out = getQuantParams(context.output().getType());
  if (!arePerTensor(in, out))
    return emitUnsupportedTypes(op);
  unsigned width = storage.getIntOrFloatBitWidth();
  auto toReal = [&](int64_t stored) {
    return out.scale() * static_cast<float>(stored - out.zeroPoint());
  };
  float lowest = toReal(width == 8 ? -128 : -32768);
  float highest = toReal(width == 8 ? 127 : 32767);
  auto quantized = [&](float x) {
    return computeQuantized(op, x, lowest, highest);
  };
  if ((forms & I8) && isStoredAs<int8_t>(storage))
    mapByTable<int8_t>(context, in, out, quantized);
  else if ((forms & U8) && isStoredAs<uint8_t>(storage))
    mapByTable<uint8_t>(context, in, out, quantized);
  else if ((forms & I16) && isStoredAs<int16_t>(storage))
    mapByInterpolation(context, in, out, quantized);
  else
    return emitUnsupportedTypes(op);
  return success();
}

//===----------------------------------------------------------------------===//
// abs, neg, sign
//===----------------------------------------------------------------------===//

/// Of the lowest integer -x is itself.
template <typename T>
static T negate(T x) {
  if constexpr (std::is_floating_point_v<T>)
    return -x;
  else
    return static_cast<T>(0 - static_cast<uint64_t>(x));
}

static LogicalResult evaluateAbs(AbsOp op, EvalContext &context) {
  if (failed(checkUnary(op, context)))
    return failure();
  Type storage = context.output().getStorageElementType();
  QuantParams in = getQuantParams(context.input(0).getType());
  QuantParams out = getQuantParams(context.output().getType());
  bool known;
  if (arePerTensor(in, out)) {
    known = dispatchStorage<int8_t, int16_t>(storage, [&](auto zero) {
      using T = decltype(zero);
      Requantizer requantizer(context.getRequantizeMode(), out.zeroPoint(),
                              storageRange<T>());
      // Both modes start from the float32 quotient, as the kernel does.
      float factor = in.scale() / out.scale();
      requantizer.addFactor(factor, factor);
      int32_t inZero = in.zeroPoint();
      mapElements<T, T>(context, [&](T x) -> T {
        return requantizer.apply(std::abs(x - inZero));
      });
    });
  } else {
    known = dispatchStorage<float, int16_t, int32_t>(storage, [&](auto zero) {
      using T = decltype(zero);
      mapElements<T, T>(context, [](T x) -> T {
        if constexpr (std::is_floating_point_v<T>)
          return std::abs(x);
        else
          return x < 0 ? negate(x) : x;
      });
    });
  }
  return known ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateNeg(NegOp op, EvalContext &context) {
  if (failed(checkUnary(op, context)))
    return failure();
  Type storage = context.output().getStorageElementType();
  if (isHalf(storage)) {
    mapElements<uint16_t, uint16_t>(
        context, [](uint16_t x) -> uint16_t { return x ^ 0x8000; });
    return success();
  }
  bool known = dispatchStorage<float, int8_t, int16_t, int32_t, int64_t>(
      storage, [&](auto zero) {
        using T = decltype(zero);
        mapElements<T, T>(context, negate<T>);
      });
  return known ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateSign(SignOp op, EvalContext &context) {
  if (failed(checkUnary(op, context)))
    return failure();
  bool known = dispatchStorage<float, double, int32_t>(
      context.output().getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        // Zeros of either sign become +0, a NaN stays.
        mapElements<T, T>(context, [](T x) -> T {
          return x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : x;
        });
      });
  return known ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// Quantised sqrt, rsqrt
//===----------------------------------------------------------------------===//

/// Fails for elements below the zero point, which have no root.
static LogicalResult checkNonNegative(Operation *op,
                                      const EvalContext &context) {
  int64_t zero = getQuantParams(context.input(0).getType()).zeroPoint();
  bool isNegative = false;
  dispatchStorage<int8_t, int16_t>(
      context.input(0).getStorageElementType(), [&](auto type) {
        isNegative = llvm::any_of(context.input(0).as<decltype(type)>(),
                                  [&](auto x) { return x < zero; });
      });
  if (isNegative)
    return op->emitOpError("has a negative argument");
  return success();
}

/// True if `fn(x, range)` was called with the distance x of each element from
/// the zero point, for the result's range.
template <typename... Ts, typename Fn>
static bool mapDistances(EvalContext &context, Fn fn) {
  int32_t zero = getQuantParams(context.input(0).getType()).zeroPoint();
  return dispatchStorage<Ts...>(context.output().getStorageElementType(),
                                [&](auto type) {
                                  using T = decltype(type);
                                  mapElements<T, T>(context, [&](T x) -> T {
                                    return fn(x - zero, storageRange<T>());
                                  });
                                });
}

/// The quotient is truncated, not rounded, before the zero point is added.
static LogicalResult evaluateSqrt(SqrtOp op, EvalContext &context) {
  if (context.output().getStorageElementType().isF32())
    return evaluateFunction<SqrtOp, None>(op, context);
  QuantParams in = getQuantParams(context.input(0).getType());
  QuantParams out = getQuantParams(context.output().getType());
  if (!arePerTensor(in, out))
    return emitUnsupportedTypes(op);
  if (failed(checkUnary(op, context)) || failed(checkNonNegative(op, context)))
    return failure();
  auto root = [&](int32_t x, ClampRange<int32_t> range) {
    float steps = std::sqrt(in.scale() * static_cast<float>(x)) / out.scale();
    // Beyond the widest range cut already, so that it fits.
    auto whole = static_cast<int32_t>(std::min(steps, 131072.0f));
    return range.clamp(whole + static_cast<int32_t>(out.zeroPoint()));
  };
  bool known = mapDistances<int8_t, int16_t>(context, root);
  return known ? success() : emitUnsupportedTypes(op);
}

/// int16: a table. int8: 1 / sqrt(q) as a factor, brought to 20 fractional bits
/// and then to the result's scale.
static LogicalResult evaluateRsqrt(RsqrtOp op, EvalContext &context) {
  if (context.output().getStorageElementType().isF32())
    return evaluateFunction<RsqrtOp, None>(op, context);
  QuantParams in = getQuantParams(context.input(0).getType());
  QuantParams out = getQuantParams(context.output().getType());
  if (!arePerTensor(in, out))
    return emitUnsupportedTypes(op);
  if (failed(checkUnary(op, context)) || failed(checkNonNegative(op, context)))
    return failure();
  constexpr int fractionBits = 20;
  // The kernel forms the product in float32.
  QuantizedMultiplier factor =
      quantizeMultiplier(1.0 / double(std::sqrt(in.scale()) * out.scale()));
  factor.shift -= fractionBits;
  auto root = [&](int32_t x, ClampRange<int32_t> range) {
    if (x == 0)
      return range.max;
    QuantizedMultiplier inverse = getInverseSquareRoot(x);
    inverse.shift += fractionBits;
    int32_t fixed = multiplyByQuantizedMultiplier(int32_t(1), inverse);
    int32_t steps = multiplyByQuantizedMultiplier(fixed, factor);
    return range.clamp(steps + static_cast<int32_t>(out.zeroPoint()));
  };
  if (mapDistances<int8_t>(context, root))
    return success();
  return evaluateFunction<RsqrtOp, I16>(op, context);
}

//===----------------------------------------------------------------------===//
// prelu
//===----------------------------------------------------------------------===//

/// Operand and result store T, the slopes S.
template <typename T, typename S>
static void preluQuantized(EvalContext &context, const QuantParams &in,
                           const QuantParams &alpha, const QuantParams &out) {
  Requantizer requantizer(context.getRequantizeMode(), out.zeroPoint(),
                          storageRange<T>());
  // Float32 quotients in either mode: so the kernel forms its factors too.
  float identity = in.scale() / out.scale();
  float slope = in.scale() * alpha.scale() / out.scale();
  requantizer.addFactor(identity, identity);
  requantizer.addFactor(slope, slope);
  int32_t inZero = in.zeroPoint(), alphaZero = alpha.zeroPoint();
  applyBroadcast<T, T, S>(context, [&](T stored, S factor) -> T {
    int32_t x = stored - inZero;
    if (x >= 0)
      return requantizer.apply(x, 0);
    // Below 2^24 in magnitude.
    return requantizer.apply(x * (factor - alphaZero), 1);
  });
}

static LogicalResult evaluatePrelu(PreluOp op, EvalContext &context) {
  if (failed(checkBroadcast(op, context)))
    return failure();
  Type storage = context.output().getStorageElementType();
  Type slopes = context.input(1).getStorageElementType();
  if (context.input(0).getStorageElementType() != storage)
    return emitUnsupportedTypes(op);
  if (storage.isF32() && slopes.isF32()) {
    applyBroadcast<float, float>(
        context, [](float x, float alpha) { return x >= 0 ? x : x * alpha; });
    return success();
  }
  QuantParams in = getQuantParams(context.input(0).getType());
  QuantParams alpha = getQuantParams(context.input(1).getType());
  QuantParams out = getQuantParams(context.output().getType());
  if (!arePerTensor(in, out) || !arePerTensor(alpha, out))
    return emitUnsupportedTypes(op);
  if (isStoredAs<int8_t>(storage) && isStoredAs<int8_t>(slopes))
    preluQuantized<int8_t, int8_t>(context, in, alpha, out);
  else if (isStoredAs<uint8_t>(storage) && isStoredAs<uint8_t>(slopes))
    preluQuantized<uint8_t, uint8_t>(context, in, alpha, out);
  else if (isStoredAs<int16_t>(storage) && isStoredAs<int8_t>(slopes))
    preluQuantized<int16_t, int8_t>(context, in, alpha, out);
  else
    return emitUnsupportedTypes(op);
  return success();
}

namespace mlir::mopt::detail {
void attachUnaryEvaluators(MLIRContext *context) {
  attachEvaluator<AbsOp, evaluateAbs>(context);
  attachEvaluator<NegOp, evaluateNeg>(context);
  attachEvaluator<SignOp, evaluateSign>(context);
  attachEvaluator<ExpOp, evaluateFunction<ExpOp, I8 | I16>>(context);
  attachEvaluator<LogOp, evaluateFunction<LogOp, I8 | I16>>(context);
  attachEvaluator<SqrtOp, evaluateSqrt>(context);
  attachEvaluator<RsqrtOp, evaluateRsqrt>(context);
  attachEvaluator<SquareOp, evaluateFunction<SquareOp, None>>(context);
  attachEvaluator<SinOp, evaluateFunction<SinOp, Half>>(context);
  attachEvaluator<CosOp, evaluateFunction<CosOp, Half>>(context);
  attachEvaluator<FloorOp, evaluateFunction<FloorOp, Half | BHalf>>(context);
  attachEvaluator<CeilOp, evaluateFunction<CeilOp, None>>(context);
  attachEvaluator<RoundOp, evaluateFunction<RoundOp, Half | BHalf>>(context);
  attachEvaluator<GeluOp, evaluateFunction<GeluOp, Half | I8 | U8 | I16>>(
      context);
  attachEvaluator<EluOp, evaluateFunction<EluOp, I8>>(context);
  attachEvaluator<PreluOp, evaluatePrelu>(context);
}
} // namespace mlir::mopt::detail
