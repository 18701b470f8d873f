//===- QuantEvaluators.cpp - Between number systems -------------*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/QuantOps.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/FakeQuant.h"

#include "llvm/ADT/APFloat.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// Calls `fn(i, channel)` for every element of a tensor of `shape`; the channel
/// runs along the axis of `params`, and is 0 without one.
template <typename Fn>
static void forEachChannel(ArrayRef<int64_t> shape, const QuantParams &params,
                           Fn &&fn) {
  SmallVector<int64_t> strides(shape.size(), 0);
  if (params.isPerAxis())
    strides[params.axis] = 1;
  size_t i = 0;
  for (StridedIndex at(shape, strides); !at.done(); at.next())
    fn(i++, at.getOffset());
}

//===----------------------------------------------------------------------===//
// quantize
//===----------------------------------------------------------------------===//

/// round(x / scale) + zero point, half away from zero, the quotient in float32.
/// Clamped before it becomes an integer: beyond the range the result saturates,
/// and a NaN, which every comparison loses, becomes the lowest value.
static int32_t quantizeReal(float x, float scale, int64_t zeroPoint,
                            ClampRange<int32_t> range) {
  double value = static_cast<double>(std::round(x / scale)) +
                 static_cast<double>(zeroPoint);
  if (!(value > range.min))
    return range.min;
  return value < range.max ? static_cast<int32_t>(value) : range.max;
}

static LogicalResult quantizeFloats(QuantizeOp op, EvalContext &context) {
  const HostTensor &output = context.output();
  QuantParams out = getQuantParams(output.getType());
  ArrayRef<float> from = context.input(0).as<float>();
  Type storage = output.getStorageElementType();
  bool known =
      dispatchStorage<int8_t, uint8_t, int16_t>(storage, [&](auto zero) {
        using T = decltype(zero);
        MutableArrayRef<T> to = output.asMutable<T>();
        forEachChannel(output.getShape(), out, [&](size_t i, size_t channel) {
          to[i] = quantizeReal(from[i], out.scale(channel),
                               out.zeroPoint(channel), storageRange<T>());
        });
      });
  if (known)
    return success();
  if (!storage.isInteger(4) || storage.isUnsignedInteger())
    return emitUnsupportedTypes(op);
  // Two 4-bit values a byte, the first one in the low bits.
  MutableArrayRef<uint8_t> to = output.asMutable<uint8_t>();
  forEachChannel(output.getShape(), out, [&](size_t i, size_t channel) {
    int32_t value = quantizeReal(from[i], out.scale(channel),
                                 out.zeroPoint(channel), {-8, 7});
    uint8_t &byte = to[i / 2];
    byte = i % 2 ? (byte & 0x0F) | ((value & 0x0F) << 4)
                 : (byte & 0xF0) | (value & 0x0F);
  });
  return success();
}

/// From one quantised type to another.
static LogicalResult requantize(QuantizeOp op, EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  QuantParams in = getQuantParams(input.getType());
  QuantParams out = getQuantParams(output.getType());
  if (!in.isQuantized() || in.isPerAxis() || out.isPerAxis())
    return emitUnsupportedTypes(op);

  auto run = [&](auto fromZero, auto toZero) {
    using From = decltype(fromZero);
    using To = decltype(toZero);
    Requantizer requantizer(context.getRequantizeMode(), out.zeroPoint(),
                            storageRange<To>());
    requantizer.addRescaleFactor(in.scale(), out.scale());
    int64_t inZero = in.zeroPoint();
    for (auto [from, to] :
         llvm::zip_equal(input.as<From>(), output.asMutable<To>()))
      to = static_cast<To>(
          requantizer.apply(static_cast<int32_t>(int64_t(from) - inZero)));
  };
  bool knownResult = false;
  bool knownInput = dispatchStorage<int8_t, uint8_t, int16_t, int32_t>(
      input.getStorageElementType(), [&](auto from) {
        knownResult = dispatchStorage<int8_t, uint8_t, int16_t, int32_t>(
            output.getStorageElementType(), [&](auto to) { run(from, to); });
      });
  return knownInput && knownResult ? success() : emitUnsupportedTypes(op);
}

static LogicalResult evaluateQuantize(QuantizeOp op, EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  if (input.getShape() != output.getShape())
    return op.emitOpError("has a result of another shape than the operand");
  if (!isQuantized(output.getType()))
    return emitUnsupportedTypes(op);
  if (input.getStorageElementType().isF32())
    return quantizeFloats(op, context);
  return requantize(op, context);
}

//===----------------------------------------------------------------------===//
// dequantize
//===----------------------------------------------------------------------===//

/// float16 and bfloat16 values are float32 values.
static void widen(const HostTensor &input, MutableArrayRef<float> to) {
  const llvm::fltSemantics &semantics =
      cast<FloatType>(input.getStorageElementType()).getFloatSemantics();
  for (auto [from, value] : llvm::zip_equal(input.as<uint16_t>(), to)) {
    llvm::APFloat number(semantics, llvm::APInt(16, from));
    bool inexact;
    number.convert(llvm::APFloat::IEEEsingle(),
                   llvm::APFloat::rmNearestTiesToEven, &inexact);
    value = number.convertToFloat();
  }
}

static LogicalResult evaluateDequantize(DequantizeOp op, EvalContext &context) {
  const HostTensor &input = context.input(0), &output = context.output();
  if (!output.getStorageElementType().isF32())
    return emitUnsupportedTypes(op);
  if (input.getShape() != output.getShape())
    return op.emitOpError("has a result of another shape than the operand");
  MutableArrayRef<float> to = output.asMutable<float>();
  Type storage = input.getStorageElementType();
  if (storage.isF16() || storage.isBF16()) {
    widen(input, to);
    return success();
  }

  QuantParams in = getQuantParams(input.getType());
  if (!in.isQuantized())
    return emitUnsupportedTypes(op);
  // The difference is exact in double, so that the product rounds once.
  auto run = [&](auto values) {
    forEachChannel(input.getShape(), in, [&](size_t i, size_t channel) {
      to[i] = static_cast<float>(
          static_cast<double>(in.scale(channel)) *
          static_cast<double>(int64_t(values[i]) - in.zeroPoint(channel)));
    });
  };
  if (storage.isSignlessInteger(4) || storage.isSignlessInteger(2)) {
    run(unpackSubByte(input));
    return success();
  }
  bool known = dispatchStorage<int8_t, uint8_t, int16_t, int32_t>(
      storage, [&](auto zero) { run(input.as<decltype(zero)>()); });
  return known ? success() : emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// fake_quant
//===----------------------------------------------------------------------===//

NudgedRange mopt::getNudgedRange(FakeQuantOp op) {
  float min = op.getMin().convertToFloat(), max = op.getMax().convertToFloat();
  float lowest = op.getNarrowRange() ? 1.0f : 0.0f;
  auto highest = static_cast<float>((1 << op.getNumBits()) - 1);
  float scale = (max - min) / (highest - lowest);
  float exact = lowest - min / scale;
  float zeroPoint = exact < lowest    ? lowest
                    : exact > highest ? highest
                                      : std::round(exact);
  return {(lowest - zeroPoint) * scale, (highest - zeroPoint) * scale, scale};
}

static LogicalResult evaluateFakeQuant(FakeQuantOp op, EvalContext &context) {
  NudgedRange range = getNudgedRange(op);
  float inverse = 1.0f / range.scale;
  for (auto [x, result] : llvm::zip_equal(
           context.input(0).as<float>(), context.output().asMutable<float>())) {
    float clamped = std::min(range.max, std::max(range.min, x));
    result =
        std::round((clamped - range.min) * inverse) * range.scale + range.min;
  }
  return success();
}

namespace mlir::mopt::detail {
void attachQuantEvaluators(MLIRContext *context) {
  attachEvaluator<FakeQuantOp, evaluateFakeQuant>(context);
  attachEvaluator<QuantizeOp, evaluateQuantize>(context);
  attachEvaluator<DequantizeOp, evaluateDequantize>(context);
}
} // namespace mlir::mopt::detail
