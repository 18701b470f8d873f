//===- LayerConstants.cpp - Weights, biases and factors of a kernel -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerConstants.h"

#include "FixedFactors.h"
#include "Strategy.h"
#include "mopt/Conversion/MoptToKernel/KernelRewrites.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// True if no sum leaves 2^30, whatever the input.
static bool hasSmallSums(const Layer &layer) {
  const Weights &w = layer.weights;
  for (int64_t output = 0; output < w.outputs; ++output) {
    int64_t bound = std::abs(int64_t(layer.bias[output]));
    for (int64_t row = 0; row < w.rows; ++row)
      for (int64_t column = 0; column < w.columns; ++column)
        for (int64_t c = 0; c < w.depth; ++c)
          bound += 255 * std::abs(w.at(output, row, column, c));
    if (bound >= int64_t(1) << 30)
      return false;
  }
  return true;
}

bool mopt::hasFiniteFactors(const Layer &layer) {
  float input = getQuantParams(layer.input.getType()).scale();
  float output = getQuantParams(layer.output.getType()).scale();
  QuantParams filter = getQuantParams(layer.op->getOperand(1).getType());
  for (int64_t i = 0; i < layer.weights.outputs; ++i)
    if (!std::isfinite(input * filter.scale(i) / output))
      return false;
  return true;
}

SmallVector<Value> LayerConstants::makeFactors(RequantizeMode mode,
                                               bool &small) {
  float input = getQuantParams(layer.input.getType()).scale();
  float output = getQuantParams(layer.output.getType()).scale();
  QuantParams filter = getQuantParams(layer.op->getOperand(1).getType());
  std::vector<float> real;
  std::vector<double> exact;
  std::vector<QuantizedMultiplier> factors;
  for (int64_t i = 0; i < layer.weights.outputs; ++i) {
    float weight = filter.scale(i);
    real.push_back(input * weight / output);
    exact.push_back(layer.roundsScaleProduct
                        ? double(input * weight) / double(output)
                        : double(input) * double(weight) / double(output));
    factors.push_back(quantizeMultiplier(exact.back()));
  }
  auto make = [&](Type type, auto &values) {
    using T = std::decay_t<decltype(values[0])>;
    return createVectorConst<T>(
        builder, layer.op->getLoc(), type,
        packChannels<T>(ArrayRef<T>(values), tile, layer.isDepthwise));
  };
  small = true;
  if (mode == RequantizeMode::Float) {
    // A sum times less than 1 stays within 32 bits.
    small = llvm::all_of(real, [](float factor) { return factor < 1.0f; });
    return {make(builder.getF32Type(), real)};
  }
  if (layer.arithmetic == FixedArithmetic::Double) {
    small = llvm::all_of(exact, [](double factor) { return factor < 1.0; });
    return {make(builder.getF64Type(), exact)};
  }
  return makeMultipliers(factors, small);
}

SmallVector<Value>
LayerConstants::makeMultipliers(ArrayRef<QuantizedMultiplier> factors,
                                bool &small) {
  auto pack = [&](auto values) {
    using T = std::decay_t<decltype(values[0])>;
    return packChannels<T>(ArrayRef<T>(values), tile, layer.isDepthwise);
  };
  auto make = [&](const std::vector<int32_t> &values) {
    return createVectorConst<int32_t>(builder, layer.op->getLoc(),
                                      builder.getI32Type(), pack(values));
  };
  int32_t zeroPoint = getByteZeroPoint(layer.output);
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      layer.activation, getQuantParams(layer.output.getType()).scale(),
      zeroPoint, {-kOffset, kOffset - 1});
  bool isPositive = range.min >= zeroPoint;
  std::optional<FixedFactors> shortened = getSmallFactors(factors, isPositive);
  small = shortened && (isPositive || hasSmallSums(layer));
  if (small)
    return {make(shortened->multipliers),
            createVectorConst<int64_t>(
                builder, layer.op->getLoc(), builder.getI64Type(),
                partLanes(pack(shortened->nudges), layer.weights.outputs, tile,
                          layer.isDepthwise)),
            make(shortened->shifts)};
  std::vector<int32_t> multipliers, shifts;
  for (QuantizedMultiplier factor : factors) {
    multipliers.push_back(factor.multiplier);
    shifts.push_back(factor.shift);
  }
  return {make(multipliers), make(shifts)};
}

Value LayerConstants::makeWeights(SmallVectorImpl<int64_t> &repeated) {
  PackedWeights packed =
      layer.isDepthwise
          ? packDepthwiseWeights(layer.weights, tile)
          : packConvolutionWeights(layer.weights, tile, getWindowSteps(layer));
  repeated.assign(packed.repeated);
  return makeOperand(packed.values, storesBytes(packed.values));
}

bool LayerConstants::storesBytes(ArrayRef<int16_t> weights) const {
  // One pixel waits for memory; more would widen the same weights again and
  // again.
  auto isByte = [](int16_t value) { return value >= -128 && value <= 127; };
  return tile.getOperandBits() == 16 && !layer.isDepthwise &&
         layer.batches * layer.rows.output * layer.columns.output == 1 &&
         llvm::all_of(weights, isByte);
}

Value LayerConstants::makeOperand(ArrayRef<int16_t> weights, bool narrows) {
  if (tile.getOperandBits() != 8 && !narrows)
    return createVectorConst<int16_t>(builder, layer.op->getLoc(),
                                      builder.getI16Type(), weights);
  std::vector<int8_t> bytes(weights.begin(), weights.end());
  return createVectorConst<int8_t>(builder, layer.op->getLoc(),
                                   builder.getI8Type(), bytes);
}

Value LayerConstants::makeSparseWeights(const SparseTile &choice, int64_t pitch,
                                        Value &blocks) {
  SparseWeights packed = packSparseWeights(layer, choice, pitch);
  blocks = createVectorConst<int32_t>(builder, layer.op->getLoc(),
                                      builder.getI32Type(), packed.blocks);
  return makeOperand(packed.values);
}

Value LayerConstants::makeBias() {
  int32_t zeroPoint = getByteZeroPoint(layer.input);
  std::vector<int32_t> folded =
      foldZeroPoint(layer, zeroPoint + (tile.takesOffset() ? kOffset : 0));
  return createVectorConst<int32_t>(
      builder, layer.op->getLoc(), builder.getI32Type(),
      packChannels<int32_t>(folded, tile, layer.isDepthwise));
}
