//===- SVDFEvaluators.cpp - Filters over time -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RealArithmetic.h"
#include "mopt/Dialect/Mopt/Reference/SVDF.h"

using namespace mlir;
using namespace mlir::mopt;

// Operand numbers.
static constexpr unsigned kInput = 0;
static constexpr unsigned kFeatureWeights = 1;
static constexpr unsigned kTimeWeights = 2;
static constexpr unsigned kBias = 3;
static constexpr unsigned kState = 4;

IntegerSVDF::IntegerSVDF(SVDFOp op) {
  QuantParams input = getQuantParams(op.getInput().getType());
  QuantParams output = getQuantParams(op.getOutput().getType());
  float state = getQuantParams(op.getState().getType()).scale();
  inputZeroPoint = static_cast<int32_t>(input.zeroPoint());
  outputZeroPoint = static_cast<int32_t>(output.zeroPoint());
  // The factors are formed in float32, from left to right.
  feature = quantizeMultiplier(
      input.scale() * getQuantParams(op.getWeightsFeature().getType()).scale() /
      state);
  time = quantizeMultiplier(
      state * getQuantParams(op.getWeightsTime().getType()).scale() /
      output.scale());
}

/// Forgets the oldest step of every filter and puts `latest`, [batch, filters],
/// behind the others.
template <typename T>
static void shiftState(const SVDFDims &dims, ArrayRef<T> latest,
                       MutableArrayRef<T> state) {
  for (int64_t i = 0; i < dims.batch * dims.filters; ++i) {
    auto memory = state.slice(i * dims.memory, dims.memory);
    std::copy(memory.begin() + 1, memory.end(), memory.begin());
    memory.back() = latest[i];
  }
}

template <typename Arithmetic>
static void evaluateReal(SVDFOp op, EvalContext &context) {
  SVDFDims dims(op);
  Arithmetic arithmetic(op.getAsymmetricQuantizeInputs());
  std::vector<float> latest(dims.batch * dims.filters);
  arithmetic.addProduct(
      context.input(kFeatureWeights),
      arithmetic.prepare(context.input(kInput).as<float>(), dims.batch),
      latest);
  auto state = context.input(kState).asMutable<float>();
  shiftState<float>(dims, latest, state);
  auto weights = arithmetic.getReal(context.input(kTimeWeights));
  RealActivation activation =
      getRealActivation(op.getFusedActivationFunction());
  auto outputs = context.output().asMutable<float>();
  for (int64_t i = 0; i < dims.batch * dims.units; ++i) {
    int64_t unit = i % dims.units;
    float total = 0.0f;
    for (int64_t r = 0; r < op.getRank(); ++r) {
      int64_t filter = unit * op.getRank() + r;
      int64_t row = i / dims.units * dims.filters + filter;
      float sum = 0.0f;
      for (int64_t m = 0; m < dims.memory; ++m)
        sum += weights[filter * dims.memory + m] * state[row * dims.memory + m];
      total += sum;
    }
    if (context.hasInput(kBias))
      total += context.input(kBias).as<float>()[unit];
    outputs[i] = activation ? activation(total) : total;
  }
}

/// Sums are taken modulo 2^32, as in the kernels.
static void evaluateInteger(SVDFOp op, EvalContext &context) {
  SVDFDims dims(op);
  IntegerSVDF constants(op);
  auto input = context.input(kInput).as<int8_t>();
  auto features = context.input(kFeatureWeights).as<int8_t>();
  std::vector<int16_t> latest(dims.batch * dims.filters);
  for (auto [i, value] : llvm::enumerate(latest)) {
    int64_t row = i / dims.filters, filter = i % dims.filters;
    uint32_t sum = 0;
    for (int64_t k = 0; k < dims.inputs; ++k)
      sum += static_cast<uint32_t>(
          features[filter * dims.inputs + k] *
          (input[row * dims.inputs + k] - constants.inputZeroPoint));
    value = static_cast<int16_t>(
        storageRange<int16_t>().clamp(multiplyByQuantizedMultiplier(
            static_cast<int32_t>(sum), constants.feature)));
  }
  auto state = context.input(kState).asMutable<int16_t>();
  shiftState<int16_t>(dims, latest, state);
  auto weights = context.input(kTimeWeights).as<int16_t>();
  auto outputs = context.output().asMutable<int8_t>();
  // The filters of a unit lie one after the other.
  int64_t terms = op.getRank() * dims.memory;
  for (int64_t i = 0; i < dims.batch * dims.units; ++i) {
    int64_t unit = i % dims.units;
    uint32_t sum = 0;
    for (int64_t k = 0; k < terms; ++k)
      sum += static_cast<uint32_t>(weights[unit * terms + k] *
                                   state[i * terms + k]);
    if (context.hasInput(kBias))
      sum += static_cast<uint32_t>(context.input(kBias).as<int32_t>()[unit]);
    int64_t value = multiplyByQuantizedMultiplier(static_cast<int32_t>(sum),
                                                  constants.time);
    value += constants.outputZeroPoint;
    outputs[i] = static_cast<int8_t>(
        std::min<int64_t>(std::max<int64_t>(value, -128), 127));
  }
}

static LogicalResult evaluateSVDF(SVDFOp op, EvalContext &context) {
  std::optional<RecurrentForm> form = getSVDFForm(op);
  if (!form)
    return emitUnsupportedTypes(op);
  switch (*form) {
  case RecurrentForm::Float:
    evaluateReal<FloatArithmetic>(op, context);
    return success();
  case RecurrentForm::Hybrid:
    evaluateReal<HybridArithmetic>(op, context);
    return success();
  case RecurrentForm::Integer:
    evaluateInteger(op, context);
    return success();
  }
  llvm_unreachable("all forms are handled");
}

namespace mlir::mopt::detail {
void attachSVDFEvaluators(MLIRContext *context) {
  attachEvaluator<SVDFOp, evaluateSVDF>(context);
}
} // namespace mlir::mopt::detail
