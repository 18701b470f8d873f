//===- ElementwiseEvaluators.cpp - Piecewise linear activations -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// relu, relu6, relu_n1_to_1, relu_0_to_1, leaky_relu; the ops of two operands
// are in BinaryEvaluators.cpp, the curved functions in NonlinearEvaluators.cpp.
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"

#include "ElementwiseUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

template <typename T, typename Fn>
static void apply(EvalContext &context, Fn &&fn) {
  for (auto [from, to] : llvm::zip_equal(context.input(0).as<T>(),
                                         context.output().asMutable<T>()))
    to = fn(from);
}

/// Where the real bounds [low, high] lie in steps of the result; no upper
/// bound stands for infinity. The quotients are float32, as in the kernels.
static ClampRange<int32_t> quantizeBounds(float low, std::optional<float> high,
                                          const QuantParams &out,
                                          ClampRange<int32_t> storage) {
  // Rounded in float32, added and compared in double: a tiny scale takes the
  // quotient beyond the integers.
  auto quantize = [&](float bound) {
    double value = double(std::round(bound / out.scale())) + out.zeroPoint();
    return static_cast<int32_t>(
        std::clamp(value, double(storage.min), double(storage.max)));
  };
  return {quantize(low), high ? quantize(*high) : storage.max};
}

static LogicalResult evaluateClamp(Operation *op, EvalContext &context,
                                   float low, std::optional<float> high) {
  if (failed(checkUnary(op, context)))
    return failure();
  if (context.output().getType().getElementType().isF32()) {
    // Comparisons that are false for a NaN, which therefore stays.
    apply<float>(context, [&](float x) {
      return high && x > *high ? *high : x < low ? low : x;
    });
    return success();
  }

  QuantParams in = getQuantParams(context.input(0).getType());
  QuantParams out = getQuantParams(context.output().getType());
  if (!arePerTensor(in, out))
    return emitUnsupportedTypes(op);
  bool known = dispatchStorage<int8_t, uint8_t, int16_t>(
      context.output().getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        Requantizer requantizer(
            context.getRequantizeMode(), out.zeroPoint(),
            quantizeBounds(low, high, out, storageRange<T>()));
        // Both modes start from the float32 quotient, as the kernel does.
        float factor = in.scale() / out.scale();
        requantizer.addFactor(factor, factor);
        int32_t inZero = in.zeroPoint();
        apply<T>(context,
                 [&](T x) -> T { return requantizer.apply(x - inZero); });
      });
  return known ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateRelu(ReluOp op, EvalContext &context) {
  return evaluateClamp(op, context, 0.0f, std::nullopt);
}

static LogicalResult evaluateRelu6(Relu6Op op, EvalContext &context) {
  return evaluateClamp(op, context, 0.0f, 6.0f);
}

static LogicalResult evaluateReluN1To1(ReluN1To1Op op, EvalContext &context) {
  return evaluateClamp(op, context, -1.0f, 1.0f);
}

static LogicalResult evaluateRelu0To1(Relu0To1Op op, EvalContext &context) {
  return evaluateClamp(op, context, 0.0f, 1.0f);
}

static LogicalResult evaluateLeakyRelu(LeakyReluOp op, EvalContext &context) {
  if (failed(checkUnary(op, context)))
    return failure();
  float alpha = op.getAlpha().convertToFloat();
  if (context.output().getType().getElementType().isF32()) {
    apply<float>(context, [&](float x) { return x > 0 ? x : x * alpha; });
    return success();
  }

  QuantParams in = getQuantParams(context.input(0).getType());
  QuantParams out = getQuantParams(context.output().getType());
  if (!arePerTensor(in, out))
    return emitUnsupportedTypes(op);
  bool known = dispatchStorage<int8_t, uint8_t, int16_t>(
      context.output().getStorageElementType(), [&](auto zero) {
        using T = decltype(zero);
        float identity = in.scale() / out.scale();
        float slope = in.scale() * alpha / out.scale();
        ClampRange<int32_t> range = storageRange<T>();
        int32_t inZero = in.zeroPoint(), outZero = out.zeroPoint();
        if (context.getRequantizeMode() == RequantizeMode::Float) {
          apply<T>(context, [&](T stored) -> T {
            int32_t x = stored - inZero;
            float factor = x >= 0 ? identity : slope;
            return roundAndClamp(static_cast<float>(x) * factor, outZero,
                                 range);
          });
          return;
        }
        // A multiplier must not be negative: the kernel scales with |alpha| and
        // negates the result, which rounds ties the other way.
        QuantizedMultiplier above = quantizeMultiplier(identity);
        QuantizedMultiplier below = quantizeMultiplier(std::abs(slope));
        int32_t sign = slope < 0 ? -1 : 1;
        apply<T>(context, [&](T stored) -> T {
          int32_t x = stored - inZero;
          int32_t scaled = x >= 0
                               ? multiplyByQuantizedMultiplier(x, above)
                               : sign * multiplyByQuantizedMultiplier(x, below);
          return range.clamp(scaled + outZero);
        });
      });
  return known ? success() : emitUnsupportedTypes(op);
}

namespace mlir::mopt::detail {
void attachElementwiseEvaluators(MLIRContext *context) {
  attachEvaluator<ReluOp, evaluateRelu>(context);
  attachEvaluator<Relu6Op, evaluateRelu6>(context);
  attachEvaluator<ReluN1To1Op, evaluateReluN1To1>(context);
  attachEvaluator<Relu0To1Op, evaluateRelu0To1>(context);
  attachEvaluator<LeakyReluOp, evaluateLeakyRelu>(context);
}
} // namespace mlir::mopt::detail
