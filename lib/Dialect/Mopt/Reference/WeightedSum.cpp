//===- WeightedSum.cpp - Sums of products over windows -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightedSum.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

bool mopt::isSignedInteger(Type type, std::initializer_list<unsigned> widths) {
  return type.isInteger() && !type.isUnsignedInteger() &&
         llvm::is_contained(widths, type.getIntOrFloatBitWidth());
}

bool WeightedOperands::isFloat() const {
  return input.getStorageElementType().isF32() &&
         filter.getStorageElementType().isF32();
}

bool WeightedOperands::isHybrid() const {
  return input.getStorageElementType().isF32() &&
         isQuantized(filter.getType()) &&
         isSignedInteger(filter.getStorageElementType(), {2, 4, 8});
}

bool WeightedOperands::hasWideSums(ElementType biasType) const {
  if (bias)
    return bias.getStorageElementType().isInteger(64);
  return biasType != ElementType::INT32;
}

std::vector<int16_t> mopt::getCentered(const HostTensor &tensor,
                                       int64_t zeroPoint) {
  std::vector<int16_t> values(tensor.getNumElements());
  auto center = [&](auto elements) {
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<int16_t>(elements[i] - zeroPoint);
  };
  Type storage = tensor.getStorageElementType();
  if (storage.getIntOrFloatBitWidth() < 8)
    center(unpackSubByte(tensor));
  else
    dispatchStorage<int8_t, uint8_t, int16_t>(
        storage, [&](auto zero) { center(tensor.as<decltype(zero)>()); });
  return values;
}

/// The bias of every channel as `T`, 0 where there is none.
template <typename T>
static std::vector<T> getBias(const HostTensor &tensor, int64_t channels) {
  std::vector<T> bias(channels, 0);
  if (tensor)
    dispatchStorage<float, int32_t, int64_t>(
        tensor.getStorageElementType(), [&](auto zero) {
          llvm::copy(tensor.as<decltype(zero)>(), bias.begin());
        });
  return bias;
}

int32_t mopt::getZeroPoint(const QuantParams &params) {
  return params.isQuantized() ? static_cast<int32_t>(params.zeroPoint()) : 0;
}

LogicalResult mopt::checkOutputShape(Operation *op, const HostTensor &shape,
                                     const HostTensor &output) {
  SmallVector<int64_t> wanted;
  if (shape.getStorageElementType().isInteger(32))
    llvm::append_range(wanted, shape.as<int32_t>());
  if (ArrayRef<int64_t>(wanted) == output.getShape())
    return success();
  return op->emitOpError() << "has a result of shape [" << output.getShape()
                           << "] where output_shape wants [" << wanted << "]";
}

ConvDim mopt::getTransposed(ConvDim dim, Padding padding) {
  dim.transposed = true;
  dim.padding = getPaddingBefore(padding, dim.output, dim.input, dim.filter,
                                 dim.stride, dim.dilation);
  return dim;
}

//===----------------------------------------------------------------------===//
// Float
//===----------------------------------------------------------------------===//

LogicalResult mopt::evaluateFloatSum(Operation *op, const Convolution &conv,
                                     ActivationFunction activation,
                                     const WeightedOperands &operands) {
  std::optional<ClampRange<float>> range = getFloatActivationRange(activation);
  if (!range)
    return emitUnsupportedActivation(op, activation);
  std::vector<float> bias = getBias<float>(operands.bias, conv.outputChannels);
  float *output = operands.output.asMutable<float>().data();
  convolve<float>(conv, operands.input.as<float>().data(),
                  operands.filter.as<float>().data(),
                  [&](float sum, int64_t, int64_t channel, int64_t index) {
                    output[index] = range->clamp(sum + bias[channel]);
                  });
  return success();
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

void mopt::addProductFactors(Requantizer &requantizer, RescaleRule rule,
                             const QuantParams &input,
                             const QuantParams &weight,
                             const QuantParams &result) {
  for (size_t i = 0; i < weight.scales.size(); ++i)
    if (rule.roundsScaleProduct)
      requantizer.addRoundedProductFactor(input.scale(), weight.scale(i),
                                          result.scale());
    else
      requantizer.addProductFactor(input.scale(), weight.scale(i),
                                   result.scale());
}

/// `Acc` is the width of accumulator and bias.
template <typename Acc, typename Out>
static LogicalResult evaluateQuantized(Operation *op, const Convolution &conv,
                                       ActivationFunction activation,
                                       RescaleRule rule,
                                       const WeightedOperands &operands) {
  QuantParams input = getQuantParams(operands.input.getType());
  QuantParams weight = getQuantParams(operands.filter.getType());
  QuantParams result = getQuantParams(operands.output.getType());
  if (!input.isQuantized() || !weight.isQuantized() || !result.isQuantized())
    return emitUnsupportedTypes(op);
  std::optional<ClampRange<int32_t>> range = getQuantizedActivationRange(
      activation, result.scale(), getZeroPoint(result), storageRange<Out>());
  if (!range)
    return emitUnsupportedActivation(op, activation);

  Requantizer requantizer(operands.mode, getZeroPoint(result), *range,
                          rule.arithmetic);
  addProductFactors(requantizer, rule, input, weight, result);
  std::vector<int16_t> values =
      getCentered(operands.input, getZeroPoint(input));
  // Per-axis weights are symmetric, so the first zero point serves for all.
  std::vector<int16_t> weights =
      getCentered(operands.filter, getZeroPoint(weight));
  std::vector<Acc> bias = getBias<Acc>(operands.bias, conv.outputChannels);
  Out *output = operands.output.asMutable<Out>().data();
  convolve<Acc>(conv, values.data(), weights.data(),
                [&](Acc sum, int64_t, int64_t channel, int64_t index) {
                  using Unsigned = std::make_unsigned_t<Acc>;
                  auto total =
                      static_cast<Acc>(Unsigned(sum) + Unsigned(bias[channel]));
                  output[index] =
                      static_cast<Out>(requantizer.apply(total, channel));
                });
  return success();
}

LogicalResult mopt::evaluateIntegerSum(Operation *op, const Convolution &conv,
                                       ActivationFunction activation,
                                       RescaleRule rule, bool wide,
                                       const WeightedOperands &operands) {
  Type input = operands.input.getStorageElementType();
  Type weight = operands.filter.getStorageElementType();
  Type output = operands.output.getStorageElementType();
  if (operands.bias &&
      !isSignedInteger(operands.bias.getStorageElementType(), {32, 64}))
    return emitUnsupportedTypes(op);
  if (input.isUnsignedInteger(8) && weight.isUnsignedInteger(8)) {
    if (output.isUnsignedInteger(8))
      return evaluateQuantized<int32_t, uint8_t>(op, conv, activation, rule,
                                                 operands);
    if (isSignedInteger(output, {16}))
      return evaluateQuantized<int32_t, int16_t>(op, conv, activation, rule,
                                                 operands);
  }
  if (isSignedInteger(input, {8}) && isSignedInteger(weight, {2, 4, 8}) &&
      isSignedInteger(output, {8}))
    return evaluateQuantized<int32_t, int8_t>(op, conv, activation, rule,
                                              operands);
  if (isSignedInteger(input, {16}) && isSignedInteger(weight, {2, 4, 8, 16}) &&
      isSignedInteger(output, {16}))
    return wide ? evaluateQuantized<int64_t, int16_t>(op, conv, activation,
                                                      rule, operands)
                : evaluateQuantized<int32_t, int16_t>(op, conv, activation,
                                                      rule, operands);
  return emitUnsupportedTypes(op);
}

//===----------------------------------------------------------------------===//
// Hybrid
//===----------------------------------------------------------------------===//

LogicalResult mopt::evaluateHybridSum(Operation *op, const Convolution &conv,
                                      ActivationFunction activation,
                                      RowQuantization rows, HybridOrder order,
                                      const WeightedOperands &operands) {
  std::optional<ClampRange<float>> range = getFloatActivationRange(activation);
  if (!range)
    return emitUnsupportedActivation(op, activation);
  QuantParams weight = getQuantParams(operands.filter.getType());
  QuantizedRows input =
      quantizeRows(operands.input.as<float>(), conv.batches, rows);
  std::vector<int16_t> weights = getCentered(operands.filter, /*zeroPoint=*/0);
  std::vector<float> bias = getBias<float>(operands.bias, conv.outputChannels);
  float *output = operands.output.asMutable<float>().data();
  if (order == HybridOrder::EveryProduct) {
    convolveWith<float>(
        conv, input.values.data(), weights.data(),
        [&](int16_t x, int16_t w, int64_t batch, int64_t channel) {
          auto product = static_cast<float>(int32_t(x) * int32_t(w));
          return product * weight.scale(channel) * input.scales[batch];
        },
        [&](float sum, int64_t, int64_t channel, int64_t index) {
          output[index] = range->clamp(sum + bias[channel]);
        });
    return success();
  }
  convolve<int32_t>(
      conv, input.values.data(), weights.data(),
      [&](int32_t sum, int64_t batch, int64_t channel, int64_t index) {
        float rowScale = input.scales[batch];
        float weightScale = weight.scale(channel);
        float value = order == HybridOrder::SumFirst
                          ? static_cast<float>(sum) * weightScale * rowScale
                          : static_cast<float>(sum) * (weightScale * rowScale);
        output[index] = range->clamp(value + bias[channel]);
      });
  return success();
}
