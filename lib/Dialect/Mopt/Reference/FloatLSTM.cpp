//===- FloatLSTM.cpp - LSTM cells of float32 numbers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RealLSTM.h"
#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

LSTMActivation mopt::getLSTMActivation(ActivationFunction function) {
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

float mopt::logisticReal(float x) { return 1.0f / (1.0f + std::exp(-x)); }

void mopt::normalizeReal(MutableArrayRef<float> values) {
  // Keeps the quotient finite where all values are equal.
  constexpr float guard = 1e-8f;
  auto size = static_cast<float>(values.size());
  float sum = 0.0f;
  for (float value : values)
    sum += value;
  float mean = sum / size;
  float squares = 0.0f;
  for (float value : values)
    squares += (value - mean) * (value - mean);
  float inverse = 1.0f / std::sqrt(squares / size + guard);
  for (float &value : values)
    value = (value - mean) * inverse;
}

void mopt::clipReal(MutableArrayRef<float> values, float limit) {
  if (limit > 0.0f)
    for (float &value : values)
      value = std::max(std::min(limit, value), -limit);
}

namespace {

/// Matrices and vectors are float32; sums are taken in the order of the
/// columns.
struct FloatArithmetic {
  struct Vectors {
    ArrayRef<float> values;
    int64_t count;
  };

  Vectors prepare(ArrayRef<float> values, int64_t numVectors) const {
    return {values, numVectors};
  }

  void addProduct(const HostTensor &matrix, const Vectors &vectors,
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

  ArrayRef<float> getDiagonal(const HostTensor &weights) const {
    return weights.as<float>();
  }

  /// Only the hybrid form asks.
  bool asymmetric = false;
};

} // namespace

LogicalResult mopt::evaluateFloatLSTM(UnidirectionalSequenceLSTMOp op,
                                      EvalContext &context) {
  return evaluateRealLSTM<FloatArithmetic>(op, context);
}
