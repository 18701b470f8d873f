//===- LayerWeights.cpp - Constants that layers read -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Conversion/MoptToKernel/LayerWeights.h"

#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"
#include "mopt/Dialect/Mopt/Reference/Interpreter.h"

using namespace mlir;
using namespace mlir::mopt;

static bool isFloatTensor(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getElementType().isF32() && type.hasStaticShape() &&
         type.getNumElements() != 0;
}

std::optional<FloatLayer> mopt::matchFloatLayer(Operation *op) {
  Value filter, bias;
  std::optional<Layer> sizes = matchLayerSizes(op, filter, bias);
  if (!sizes || !isFloatTensor(sizes->input) || !isFloatTensor(sizes->output) ||
      !isFloatTensor(filter) || !getFloatActivationRange(sizes->activation))
    return std::nullopt;
  HostTensor weights = getConstantBytes(filter);
  if (!weights)
    return std::nullopt;
  FloatLayer layer{*sizes, weights.as<float>(), {}, weights};
  layer.bias.assign(sizes->weights.outputs, 0.0f);
  if (bias && isa<RankedTensorType>(bias.getType())) {
    HostTensor values = getConstantBytes(bias);
    if (!values || !isFloatTensor(bias) ||
        values.getNumElements() != sizes->weights.outputs)
      return std::nullopt;
    llvm::copy(values.as<float>(), layer.bias.begin());
  }
  return layer;
}

std::vector<int32_t> mopt::foldZeroPoint(const Layer &layer,
                                         int32_t zeroPoint) {
  const Weights &w = layer.weights;
  std::vector<int32_t> bias = layer.bias;
  for (int64_t output = 0; output < w.outputs; ++output) {
    // Unsigned, because sums wrap.
    uint32_t sum = 0;
    for (int64_t row = 0; row < w.rows; ++row)
      for (int64_t column = 0; column < w.columns; ++column)
        for (int64_t c = 0; c < w.depth; ++c)
          sum += static_cast<uint32_t>(w.at(output, row, column, c));
    bias[output] = static_cast<int32_t>(static_cast<uint32_t>(bias[output]) -
                                        static_cast<uint32_t>(zeroPoint) * sum);
  }
  return bias;
}
