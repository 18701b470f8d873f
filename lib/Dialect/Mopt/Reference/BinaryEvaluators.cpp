//===- BinaryEvaluators.cpp - Elementwise ops of two operands ---*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// add, sub, mul, maximum, minimum. Each op is a function of two elements, which
// applyBroadcast runs over the operands.
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"

#include "ElementwiseUtils.h"
#include "mopt/Dialect/Mopt/Reference/QuantizedSum.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// add, sub, mul without quantisation
//===----------------------------------------------------------------------===//

namespace {
enum class Arithmetic { Add, Sub, Mul };
} // namespace

/// Integers wrap around, as the kernels do where they do not leave it
/// undefined.
template <typename T>
static T combine(Arithmetic kind, T a, T b) {
  // Modulo 2^64 the low bits are right for every narrower type too.
  using Wide = std::conditional_t<std::is_floating_point_v<T>, T, uint64_t>;
  switch (kind) {
  case Arithmetic::Add:
    return static_cast<T>(static_cast<Wide>(a) + static_cast<Wide>(b));
  case Arithmetic::Sub:
    return static_cast<T>(static_cast<Wide>(a) - static_cast<Wide>(b));
  case Arithmetic::Mul:
    return static_cast<T>(static_cast<Wide>(a) * static_cast<Wide>(b));
  }
  llvm_unreachable("covered switch");
}

/// Where `activation` cuts a result that is a plain number.
template <typename T>
static ClampRange<T> getPlainRange(ActivationFunction activation) {
  ClampRange<T> range{std::numeric_limits<T>::lowest(),
                      std::numeric_limits<T>::max()};
  if (activation == ActivationFunction::RELU ||
      activation == ActivationFunction::RELU6)
    range.min = 0;
  if (activation == ActivationFunction::RELU6)
    range.max = 6;
  if (activation == ActivationFunction::RELU_N1_TO_1)
    range = {std::is_signed_v<T> ? static_cast<T>(-1) : static_cast<T>(0), 1};
  return range;
}

static LogicalResult evaluatePlain(Operation *op, EvalContext &context,
                                   Arithmetic kind,
                                   ActivationFunction activation) {
  bool known = dispatchStorage<float, int16_t, int32_t, int64_t, uint32_t>(
      context.output().getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        ClampRange<T> range = getPlainRange<T>(activation);
        applyBroadcast<T, T>(context, [&](T a, T b) {
          return range.clamp(combine(kind, a, b));
        });
      });
  return known ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// Quantised add and sub
//===----------------------------------------------------------------------===//

namespace {
/// Quantisation parameters of both operands and the result of a binary op.
struct BinaryParams {
  explicit BinaryParams(const EvalContext &context)
      : lhs(getQuantParams(context.input(0).getType())),
        rhs(getQuantParams(context.input(1).getType())),
        out(getQuantParams(context.output().getType())) {}
  bool isPerTensor() const {
    return llvm::all_of(ArrayRef<QuantParams>{lhs, rhs, out},
                        [](const QuantParams &params) {
                          return params.isQuantized() && !params.isPerAxis();
                        });
  }
  QuantParams lhs, rhs, out;
};
} // namespace

/// log2 of `scale` if that is an integer within the kernels' tolerance.
static std::optional<int> getLog2(float scale) {
  float log2 = std::log(scale) * (1.0f / std::log(2.0f));
  float rounded = std::round(log2);
  if (std::abs(log2 - rounded) >= 1e-3f)
    return std::nullopt;
  return static_cast<int>(rounded);
}

/// The right shifts of the operands in the 16-bit form where all scales are
/// powers of two; std::nullopt where that form does not apply.
static std::optional<std::pair<int, int>>
getPowerOfTwoShifts(const BinaryParams &params) {
  std::optional<int> lhs = getLog2(params.lhs.scale());
  std::optional<int> rhs = getLog2(params.rhs.scale());
  std::optional<int> out = getLog2(params.out.scale());
  if (!lhs || !rhs || !out)
    return std::nullopt;
  return std::make_pair(*out - *lhs, *out - *rhs);
}

template <typename OpT>
static LogicalResult evaluateQuantizedSum(OpT op, EvalContext &context,
                                          int sign) {
  BinaryParams params(context);
  if (!params.isPerTensor())
    return emitUnsupportedTypes(op);

  auto run = [&](auto zero, ClampRange<int32_t> range) -> LogicalResult {
    using T = decltype(zero);
    constexpr bool is16Bit = sizeof(T) == 2;
    if (context.getRequantizeMode() == RequantizeMode::Float) {
      FloatSum sum(params.lhs, params.rhs, params.out, range);
      applyBroadcast<T, T>(context,
                           [&](T a, T b) -> T { return sum(a, b, sign); });
      return success();
    }

    std::optional<std::pair<int, int>> shifts;
    if (is16Bit && op.getPotScaleInt16())
      shifts = getPowerOfTwoShifts(params);
    if (shifts) {
      int lhsShift = shifts->first, rhsShift = shifts->second;
      if (lhsShift < 0 || rhsShift < 0 || lhsShift > 15 || rhsShift > 15 ||
          (lhsShift != 0 && rhsShift != 0))
        return op.emitOpError(
            "with pot_scale_int16 needs one operand of the result's scale and "
            "none of a larger one");
      applyBroadcast<T, T>(context, [&](T a, T b) -> T {
        int32_t left = roundingDivideByPOT(int32_t(a), lhsShift);
        int32_t right = roundingDivideByPOT(int32_t(b), rhsShift);
        return range.clamp(left + sign * right);
      });
      return success();
    }

    FixedSum sum(params.lhs, params.rhs, params.out, is16Bit ? 15 : 20);
    applyBroadcast<T, T>(
        context, [&](T a, T b) -> T { return range.clamp(sum(a, b, sign)); });
    return success();
  };

  LogicalResult result = failure();
  ActivationFunction activation = op.getFusedActivationFunction();
  bool known = dispatchStorage<int8_t, uint8_t, int16_t>(
      context.output().getStorageElementType(), [&](auto zero) {
        std::optional<ClampRange<int32_t>> range = getQuantizedActivationRange(
            activation, params.out.scale(), params.out.zeroPoint(),
            storageRange<decltype(zero)>());
        result = range ? run(zero, *range)
                       : emitUnsupportedActivation(op, activation);
      });
  return known ? result : emitUnsupportedTypes(op);
}

template <typename OpT>
static LogicalResult evaluateSum(OpT op, EvalContext &context, int sign) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  ActivationFunction activation = op.getFusedActivationFunction();
  if (!getFloatActivationRange(activation))
    return emitUnsupportedActivation(op, activation);
  if (isQuantized(context.output().getType()))
    return evaluateQuantizedSum(op, context, sign);
  return evaluatePlain(
      op, context, sign > 0 ? Arithmetic::Add : Arithmetic::Sub, activation);
}

static LogicalResult evaluateAdd(AddOp op, EvalContext &context) {
  return evaluateSum(op, context, 1);
}

static LogicalResult evaluateSub(SubOp op, EvalContext &context) {
  return evaluateSum(op, context, -1);
}

//===----------------------------------------------------------------------===//
// mul
//===----------------------------------------------------------------------===//

static LogicalResult evaluateMul(MulOp op, EvalContext &context) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  ActivationFunction activation = op.getFusedActivationFunction();
  if (!getFloatActivationRange(activation))
    return emitUnsupportedActivation(op, activation);
  if (!isQuantized(context.output().getType()))
    return evaluatePlain(op, context, Arithmetic::Mul, activation);

  BinaryParams params(context);
  if (!params.isPerTensor())
    return emitUnsupportedTypes(op);
  // Float32 products in either mode: so the kernel forms its factor too.
  float factor = params.lhs.scale() * params.rhs.scale() / params.out.scale();
  bool known = dispatchStorage<int8_t, uint8_t, int16_t>(
      context.output().getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        int32_t outZero = params.out.zeroPoint();
        Requantizer requantizer(
            context.getRequantizeMode(), outZero,
            *getQuantizedActivationRange(activation, params.out.scale(),
                                         outZero, storageRange<T>()));
        requantizer.addFactor(factor, factor);
        int32_t lhsZero = params.lhs.zeroPoint();
        int32_t rhsZero = params.rhs.zeroPoint();
        applyBroadcast<T, T>(context, [&](T a, T b) -> T {
          // At most 2^30: symmetric 16-bit operands.
          return requantizer.apply((a - lhsZero) * (b - rhsZero));
        });
      });
  return known ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// maximum, minimum
//===----------------------------------------------------------------------===//

/// `isBetter(a, b)` says that a wins; with a NaN on either side b does. The
/// quantised forms share one scale, so that stored values compare as they are.
template <typename OpT, typename Better>
static LogicalResult evaluateSelection(OpT op, EvalContext &context,
                                       Better isBetter) {
  if (failed(checkSameTypes(op, context)))
    return failure();
  bool known =
      dispatchStorage<float, int8_t, uint8_t, int16_t, int32_t, int64_t>(
          context.output().getStorageElementType(), [&](auto zero) {
            using T = decltype(zero);
            applyBroadcast<T, T>(
                context, [&](T a, T b) { return isBetter(a, b) ? a : b; });
          });
  return known ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateMaximum(MaximumOp op, EvalContext &context) {
  return evaluateSelection(op, context, std::greater<>());
}

static LogicalResult evaluateMinimum(MinimumOp op, EvalContext &context) {
  return evaluateSelection(op, context, std::less<>());
}

namespace mlir::mopt::detail {
void attachBinaryEvaluators(MLIRContext *context) {
  attachEvaluator<AddOp, evaluateAdd>(context);
  attachEvaluator<SubOp, evaluateSub>(context);
  attachEvaluator<MulOp, evaluateMul>(context);
  attachEvaluator<MaximumOp, evaluateMaximum>(context);
  attachEvaluator<MinimumOp, evaluateMinimum>(context);
}
} // namespace mlir::mopt::detail
