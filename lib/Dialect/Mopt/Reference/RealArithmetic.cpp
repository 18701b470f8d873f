//===- RealArithmetic.cpp - Products of real numbers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RealArithmetic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

RealActivation mopt::getRealActivation(ActivationFunction function) {
  switch (function) {
  case ActivationFunction::NONE:
    return nullptr;
  case ActivationFunction::RELU:
    return [](float x) { return std::max(0.0f, x); };
  case ActivationFunction::RELU_N1_TO_1:
    return [](float x) { return std::max(-1.0f, std::min(x, 1.0f)); };
  case ActivationFunction::RELU6:
    return [](float x) { return std::max(0.0f, std::min(x, 6.0f)); };
  case ActivationFunction::TANH:
    return [](float x) { return std::tanh(x); };
  case ActivationFunction::SIGN_BIT:
    return [](float x) { return std::signbit(x) ? 1.0f : 0.0f; };
  }
  llvm_unreachable("all functions are handled");
}

void FloatArithmetic::addProduct(const HostTensor &matrix,
                                 const Vectors &vectors,
                                 MutableArrayRef<float> sums) const {
  ArrayRef<float> weights = matrix.as<float>();
  int64_t rows = matrix.getDim(0), columns = matrix.getDim(1);
  for (int64_t v = 0; v < vectors.count; ++v)
    for (int64_t r = 0; r < rows; ++r) {
      float sum = 0.0f;
      for (int64_t c = 0; c < columns; ++c)
        sum += weights[r * columns + c] * vectors.values[v * columns + c];
      sums[v * rows + r] += sum;
    }
}

void HybridArithmetic::addProduct(const HostTensor &matrix,
                                  const Vectors &vectors,
                                  MutableArrayRef<float> sums) const {
  // uint8 is an old label for the same bytes.
  ArrayRef<int8_t> weights = matrix.as<int8_t>();
  int64_t rows = matrix.getDim(0), columns = matrix.getDim(1);
  float scale = getQuantParams(matrix.getType()).scale();
  for (auto [v, vectorScale] : llvm::enumerate(vectors.scales))
    for (int64_t r = 0; r < rows; ++r) {
      int32_t sum = 0;
      for (int64_t c = 0; c < columns; ++c)
        sum += weights[r * columns + c] * vectors.values[v * columns + c];
      sums[v * rows + r] += static_cast<float>(sum) * (vectorScale * scale);
    }
}

std::vector<float> HybridArithmetic::getReal(const HostTensor &weights) const {
  float scale = getQuantParams(weights.getType()).scale();
  std::vector<float> values;
  for (int8_t weight : weights.as<int8_t>())
    values.push_back(scale * weight);
  return values;
}

void mopt::forEachStep(const SequenceLayer &layer,
                       llvm::function_ref<void(const RecurrentStep &)> fn) {
  auto runSteps = [&](int64_t numRows, int64_t row) {
    for (int64_t i = 0; i < layer.steps; ++i) {
      int64_t t = layer.isBackward ? layer.steps - 1 - i : i;
      fn({numRows, row, layer.getSequenceRow(row, t)});
    }
  };
  if (layer.timeMajor)
    return runSteps(layer.batch, 0);
  for (int64_t row = 0; row < layer.batch; ++row)
    runSteps(1, row);
}
