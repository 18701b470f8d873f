//===- ArithmeticEvaluators.cpp - Division, powers, differences -----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The quantised forms are the same in both requantisation modes.

#include "mopt/Dialect/Mopt/IR/ArithmeticOps.h"

#include "ElementwiseUtils.h"
#include "mopt/Dialect/Mopt/Reference/Elementwise.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

static bool arePerTensor(const EvalContext &context) {
  QuantParams out = getQuantParams(context.output().getType());
  return arePerTensor(getQuantParams(context.input(0).getType()), out) &&
         arePerTensor(getQuantParams(context.input(1).getType()), out);
}

/// a * b, a - b of integers wrap around.
template <typename T>
static T squareDifference(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return (a - b) * (a - b);
  } else {
    uint64_t difference = static_cast<uint64_t>(a) - static_cast<uint64_t>(b);
    return static_cast<T>(difference * difference);
  }
}

//===----------------------------------------------------------------------===//
// Integer division; the divisor is not 0
//===----------------------------------------------------------------------===//

/// Truncated; the one quotient that does not fit saturates.
static int32_t divide(int32_t a, int32_t b) {
  if (b == -1 && a == std::numeric_limits<int32_t>::min())
    return std::numeric_limits<int32_t>::max();
  return a / b;
}

/// The one quotient that does not fit wraps around.
template <typename T>
static T floorDivide(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::floor(a / b);
  } else {
    if (b == -1)
      return static_cast<T>(0 - static_cast<uint64_t>(a));
    T quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
  }
}

template <typename T>
static T floorModulo(T a, T b) {
  T rest;
  if constexpr (std::is_floating_point_v<T>)
    rest = std::fmod(a, b);
  else
    rest = b == -1 ? 0 : a % b;
  return rest != 0 && (b < 0) != (rest < 0) ? rest + b : rest;
}

/// output = fn(a, b) for numbers of type T. Integers are not divided by 0: an
/// error.
template <typename T, typename Fn>
static LogicalResult applyDivision(Operation *op, EvalContext &context,
                                   Fn &&fn) {
  bool dividesByZero = false;
  applyBroadcast<T, T>(context, [&](T a, T b) -> T {
    if (std::is_integral_v<T> && b == 0) {
      dividesByZero = true;
      return 0;
    }
    return fn(a, b);
  });
  if (dividesByZero)
    return op->emitOpError("divides by zero");
  return success();
}

//===----------------------------------------------------------------------===//
// div
//===----------------------------------------------------------------------===//

static LogicalResult divideQuantized(DivOp op, EvalContext &context) {
  if (!arePerTensor(context))
    return emitUnsupportedTypes(op);
  QuantParams lhs = getQuantParams(context.input(0).getType());
  QuantParams rhs = getQuantParams(context.input(1).getType());
  QuantParams out = getQuantParams(context.output().getType());
  QuantizedMultiplier factor =
      getDivisionFactor(lhs.scale(), rhs.scale(), out.scale());
  bool dividesByZero = false;
  bool known = dispatchStorage<int8_t, uint8_t, int16_t>(
      context.output().getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        ClampRange<int32_t> range = *getQuantizedActivationRange(
            op.getFusedActivationFunction(), out.scale(), out.zeroPoint(),
            storageRange<T>());
        int32_t lhsZero = lhs.zeroPoint(), rhsZero = rhs.zeroPoint();
        int64_t outZero = out.zeroPoint();
        applyBroadcast<T, T>(context, [&](T a, T b) -> T {
          dividesByZero |= b == rhsZero;
          int64_t steps = divideFixedPoint(a - lhsZero, b - rhsZero, factor);
          return static_cast<T>(
              std::clamp<int64_t>(steps + outZero, range.min, range.max));
        });
      });
  if (!known)
    return emitUnsupportedTypes(op);
  if (dividesByZero)
    return op.emitOpError("divides by zero");
  return success();
}

static LogicalResult evaluateDiv(DivOp op, EvalContext &context) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  ActivationFunction activation = op.getFusedActivationFunction();
  std::optional<ClampRange<float>> real = getFloatActivationRange(activation);
  if (!real)
    return emitUnsupportedActivation(op, activation);
  if (isQuantized(context.output().getType()))
    return divideQuantized(op, context);
  Type storage = context.output().getStorageElementType();
  if (storage.isF32()) {
    // An infinite quotient becomes the largest number.
    applyBroadcast<float, float>(
        context, [&](float a, float b) { return real->clamp(a / b); });
    return success();
  }
  if (!isStoredAs<int32_t>(storage))
    return emitUnsupportedTypes(op);
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      activation, 1.0f, 0, storageRange<int32_t>());
  return applyDivision<int32_t>(op, context, [&](int32_t a, int32_t b) {
    return range.clamp(divide(a, b));
  });
}

//===----------------------------------------------------------------------===//
// floor_div, floor_mod
//===----------------------------------------------------------------------===//

static LogicalResult evaluateFloorDiv(FloorDivOp op, EvalContext &context) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  LogicalResult result = success();
  bool known = dispatchStorage<float, int8_t, int16_t, int32_t>(
      context.output().getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        result = applyDivision<T>(op, context, floorDivide<T>);
      });
  return known ? result : emitUnsupportedTypes(op);
}

static LogicalResult evaluateFloorMod(FloorModOp op, EvalContext &context) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  LogicalResult result = success();
  bool known = dispatchStorage<float, int8_t, int16_t, int32_t, int64_t>(
      context.output().getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        result = applyDivision<T>(op, context, floorModulo<T>);
      });
  return known ? result : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// pow, atan2
//===----------------------------------------------------------------------===//

static LogicalResult evaluatePow(PowOp op, EvalContext &context) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  Type storage = context.output().getStorageElementType();
  if (storage.isF32()) {
    applyBroadcast<float, float>(
        context, [](float a, float b) { return std::pow(a, b); });
    return success();
  }
  if (!isStoredAs<int32_t>(storage))
    return emitUnsupportedTypes(op);
  bool hasNegativeExponent = false;
  applyBroadcast<int32_t, int32_t>(context, [&](int32_t a, int32_t b) {
    hasNegativeExponent |= b < 0;
    double power = std::pow(double(a), double(b));
    constexpr int32_t lowest = std::numeric_limits<int32_t>::min();
    return power > lowest && power < -double(lowest)
               ? static_cast<int32_t>(power)
               : lowest;
  });
  if (hasNegativeExponent)
    return op.emitOpError("has a negative exponent of integers");
  return success();
}

static LogicalResult evaluateAtan2(Atan2Op op, EvalContext &context) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  Type storage = context.output().getStorageElementType();
  if (isHalf(storage)) {
    const llvm::fltSemantics &semantics =
        cast<FloatType>(storage).getFloatSemantics();
    applyBroadcast<uint16_t, uint16_t>(context, [&](uint16_t a, uint16_t b) {
      return narrowToHalf(
          std::atan2(widenHalf(a, semantics), widenHalf(b, semantics)),
          semantics);
    });
    return success();
  }
  bool known = dispatchStorage<float, double>(storage, [&](auto zero) {
    using T = decltype(zero);
    applyBroadcast<T, T>(context, [](T a, T b) { return std::atan2(a, b); });
  });
  return known ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// squared_difference
//===----------------------------------------------------------------------===//

static LogicalResult evaluateSquaredDifference(SquaredDifferenceOp op,
                                               EvalContext &context) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  Type storage = context.output().getStorageElementType();
  if (!isQuantized(context.output().getType())) {
    bool known = dispatchStorage<float, int32_t>(storage, [&](auto zero) {
      using T = decltype(zero);
      applyBroadcast<T, T>(context, squareDifference<T>);
    });
    return known ? success() : emitUnsupportedTypes(op);
  }
  if (!arePerTensor(context) || !isStoredAs<int8_t>(storage))
    return emitUnsupportedTypes(op);
  QuantParams lhs = getQuantParams(context.input(0).getType());
  QuantParams rhs = getQuantParams(context.input(1).getType());
  QuantParams out = getQuantParams(context.output().getType());
  SquaredDifferenceFactors factors(lhs.scale(), rhs.scale(), out.scale());
  int32_t lhsZero = lhs.zeroPoint(), rhsZero = rhs.zeroPoint();
  int64_t outZero = out.zeroPoint();
  auto scale = [](int32_t x, QuantizedMultiplier factor) {
    return multiplyByQuantizedMultiplier(
        x * (1 << SquaredDifferenceFactors::leftShift), factor);
  };
  applyBroadcast<int8_t, int8_t>(context, [&](int8_t a, int8_t b) -> int8_t {
    // Below 2^15 in magnitude: both scales are at most half of the common one.
    int32_t difference =
        scale(a - lhsZero, factors.lhs) - scale(b - rhsZero, factors.rhs);
    int64_t steps =
        multiplyByQuantizedMultiplier(difference * difference, factors.out);
    return static_cast<int8_t>(std::clamp<int64_t>(steps + outZero, -128, 127));
  });
  return success();
}

namespace mlir::mopt::detail {
void attachArithmeticEvaluators(MLIRContext *context) {
  attachEvaluator<DivOp, evaluateDiv>(context);
  attachEvaluator<FloorDivOp, evaluateFloorDiv>(context);
  attachEvaluator<FloorModOp, evaluateFloorMod>(context);
  attachEvaluator<PowOp, evaluatePow>(context);
  attachEvaluator<Atan2Op, evaluateAtan2>(context);
  attachEvaluator<SquaredDifferenceOp, evaluateSquaredDifference>(context);
}
} // namespace mlir::mopt::detail
