//===- NormalizationEvaluators.cpp - log_softmax, norms ---------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// None of these has an accumulator times a multiplier of scales, so both
// requantisation modes are the same here.

#include "mopt/Dialect/Mopt/IR/NormalizationOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint16.h"
#include "mopt/Dialect/Mopt/Reference/LogSoftmax.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// Calls `normalize(in, out)` for each vector along the last dimension.
template <typename T, typename Fn>
static void mapVectors(EvalContext &context, Fn normalize) {
  ArrayRef<T> input = context.input(0).as<T>();
  MutableArrayRef<T> output = context.output().asMutable<T>();
  size_t depth = context.input(0).getShape().back();
  for (size_t i = 0; i < input.size(); i += depth)
    normalize(input.slice(i, depth), output.slice(i, depth));
}

//===----------------------------------------------------------------------===//
// log_softmax
//===----------------------------------------------------------------------===//

static void logSoftmaxFloat(ArrayRef<float> input,
                            MutableArrayRef<float> output) {
  float max = std::numeric_limits<float>::lowest();
  for (float value : input)
    max = std::max(max, value);
  float sum = 0.0f;
  for (float value : input)
    sum += std::exp(value - max);
  float logSum = std::log(sum);
  for (auto [value, result] : llvm::zip_equal(input, output))
    result = value - max - logSum;
}

static void logSoftmaxInt8(ArrayRef<int8_t> input,
                           MutableArrayRef<int8_t> output,
                           const LogSoftmaxScaling &scaling) {
  int32_t max = *llvm::max_element(input);
  // Saturates where the kernels' sum overflows, at 4096 ones.
  int64_t sum = 0;
  for (int8_t value : input)
    if (value - max >= scaling.minDifference)
      sum += roundingDivideByPOT(expOnNegativeQ5(multiplyByQuantizedMultiplier(
                                     value - max, scaling.factor)),
                                 LogSoftmaxScaling::sumIntegerBits);
  int32_t logSum = logOfSumQ5(static_cast<int32_t>(
      std::min<int64_t>(sum, std::numeric_limits<int32_t>::max())));
  int32_t cut = scaling.getCut(logSum);
  for (auto [value, result] : llvm::zip_equal(input, output)) {
    result = std::numeric_limits<int8_t>::min();
    if (value - max > cut)
      result = scaling.getResult(value - max, logSum);
  }
}

static LogicalResult evaluateLogSoftmax(LogSoftmaxOp op, EvalContext &context) {
  if (context.input(0).getNumElements() == 0)
    return success();
  Type storage = context.input(0).getStorageElementType();
  if (storage.isF32()) {
    mapVectors<float>(context, logSoftmaxFloat);
    return success();
  }
  QuantParams params = getQuantParams(context.input(0).getType());
  if (!params.isQuantized())
    return emitUnsupportedTypes(op);
  bool known = dispatchStorage<int8_t>(storage, [&](auto) {
    LogSoftmaxScaling scaling(params.scale());
    mapVectors<int8_t>(context, [&](auto input, auto output) {
      logSoftmaxInt8(input, output, scaling);
    });
  });
  return known ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// l2_normalization
//===----------------------------------------------------------------------===//

static void normalizeFloat(ArrayRef<float> input,
                           MutableArrayRef<float> output) {
  float squares = 0.0f;
  for (float value : input)
    squares += value * value;
  float norm = std::max(std::sqrt(squares), 1e-6f);
  for (auto [value, result] : llvm::zip_equal(input, output))
    result = value / norm;
}

/// The result is 128 x / |x|: the scale 1 / 128 is the format's. The kernel of
/// int8 multiplies the factor by 128, that of uint8 the element, which rounds
/// otherwise.
template <typename T>
static void normalizeInteger(ArrayRef<T> input, MutableArrayRef<T> output,
                             int32_t zeroPoint) {
  constexpr ClampRange<int32_t> range = storageRange<T>();
  constexpr int32_t outputZero = std::is_unsigned_v<T> ? 128 : 0;
  int32_t squares = 0;
  for (T value : input)
    squares += (value - zeroPoint) * (value - zeroPoint);
  QuantizedMultiplier inverse = getInverseSquareRoot(squares);
  int32_t unit = 128;
  if constexpr (!std::is_unsigned_v<T>) {
    inverse.shift += 7;
    unit = 1;
  }
  for (auto [value, result] : llvm::zip_equal(input, output))
    result = static_cast<T>(range.clamp(
        outputZero +
        multiplyByQuantizedMultiplier(unit * (value - zeroPoint), inverse)));
}

static LogicalResult evaluateL2Normalization(L2NormalizationOp op,
                                             EvalContext &context) {
  if (context.input(0).getNumElements() == 0)
    return success();
  Type storage = context.input(0).getStorageElementType();
  if (storage.isF32()) {
    mapVectors<float>(context, normalizeFloat);
    return success();
  }
  QuantParams params = getQuantParams(context.input(0).getType());
  if (!params.isQuantized())
    return emitUnsupportedTypes(op);
  // The sum of squares of 32 bits is the kernels'.
  if (context.input(0).getShape().back() > (1 << 15))
    return op.emitOpError("cannot normalise integer vectors of more than 32768 "
                          "elements");
  bool known = dispatchStorage<int8_t, uint8_t>(storage, [&](auto zero) {
    using T = decltype(zero);
    mapVectors<T>(context, [&](auto input, auto output) {
      normalizeInteger<T>(input, output, params.zeroPoint());
    });
  });
  return known ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// local_response_normalization
//===----------------------------------------------------------------------===//

static LogicalResult
evaluateLocalResponseNormalization(LocalResponseNormalizationOp op,
                                   EvalContext &context) {
  float bias = op.getBias().convertToFloat();
  float alpha = op.getAlpha().convertToFloat();
  float beta = op.getBeta().convertToFloat();
  int64_t radius = op.getRadius();
  if (context.input(0).getNumElements() == 0)
    return success();
  mapVectors<float>(
      context, [&](ArrayRef<float> input, MutableArrayRef<float> output) {
        int64_t depth = input.size();
        for (int64_t c = 0; c < depth; ++c) {
          float squares = 0.0f;
          int64_t end = std::min(depth, c + radius);
          for (int64_t i = std::max<int64_t>(0, c - radius); i < end; ++i)
            squares += input[i] * input[i];
          output[c] = input[c] * std::pow(bias + alpha * squares, -beta);
        }
      });
  return success();
}

namespace mlir::mopt::detail {
void attachNormalizationEvaluators(MLIRContext *context) {
  attachEvaluator<LogSoftmaxOp, evaluateLogSoftmax>(context);
  attachEvaluator<L2NormalizationOp, evaluateL2Normalization>(context);
  attachEvaluator<LocalResponseNormalizationOp,
                  evaluateLocalResponseNormalization>(context);
}
} // namespace mlir::mopt::detail
