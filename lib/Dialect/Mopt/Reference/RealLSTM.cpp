//===- RealLSTM.cpp - LSTM cells of real numbers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The float and the hybrid form are one algorithm over two kinds of matrix
// products (RealArithmetic.h).

#include "LSTMCell.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

static float logisticReal(float x) { return 1.0f / (1.0f + std::exp(-x)); }

/// (x - mean) / sqrt(variance + 1e-8), the variance from the differences.
static void normalizeReal(MutableArrayRef<float> values) {
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

/// To [-limit, limit], if the limit is positive.
static void clipReal(MutableArrayRef<float> values, float limit) {
  if (limit > 0.0f)
    for (float &value : values)
      value = std::max(std::min(limit, value), -limit);
}

namespace {

template <typename Arithmetic>
class RealLSTM {
public:
  RealLSTM(const LSTMLayer &layer, EvalContext &context)
      : layer(layer), operands(layer, context),
        activation(getRealActivation(layer.activation)),
        arithmetic(layer.asymmetric) {}

  void step(const RecurrentStep &step) {
    numRows = step.numRows;
    outputState = step.rows(operands[lstm::kOutputState].asMutable<float>(),
                            step.stateRow, layer.outputs);
    cellState = step.rows(operands[lstm::kCellState].asMutable<float>(),
                          step.stateRow, layer.cells);
    auto prepareInput = [&](unsigned place, int64_t size) {
      return arithmetic.prepare(
          step.rows(operands[place].as<float>(), step.sequenceRow, size),
          numRows);
    };
    inputs = prepareInput(lstm::kInput, layer.inputs);
    if (layer.has(lstm::kAuxInput))
      auxInputs = prepareInput(lstm::kAuxInput, layer.auxInputs);
    states = arithmetic.prepare(outputState, numRows);
    bool isCoupled = layer.isCoupled();
    std::vector<float> forget = computeGate(LSTMGate::Forget);
    std::vector<float> take;
    if (!isCoupled)
      take = computeGate(LSTMGate::Input);
    std::vector<float> candidate = computeGate(LSTMGate::Cell);
    for (size_t i = 0; i < cellState.size(); ++i) {
      float share = isCoupled ? 1.0f - forget[i] : take[i];
      cellState[i] = forget[i] * cellState[i] + share * candidate[i];
    }
    clipReal(cellState, layer.cellClip);
    // The output gate looks at the new cell state.
    updateOutput(computeGate(LSTMGate::Output));
    storeOutputs<float>(layer, step, outputState, operands.getContext());
  }

private:
  using Vectors = typename Arithmetic::Vectors;

  std::vector<float> computeGate(LSTMGate gate) {
    bool hasLayerNorm = layer.hasLayerNorm();
    ArrayRef<float> bias = operands[lstm::gateBias(gate)].as<float>();
    // Normalisation would take a bias away again; it is added afterwards.
    std::vector<float> values =
        hasLayerNorm ? std::vector<float>(cellState.size()) : repeat(bias);
    arithmetic.addProduct(operands[lstm::inputWeights(gate)], inputs, values);
    if (layer.has(lstm::kAuxInput))
      arithmetic.addProduct(operands[lstm::auxWeights(gate)], auxInputs,
                            values);
    const HostTensor &recurrent = operands[lstm::recurrentWeights(gate)];
    if (recurrent.getRank() == 1)
      addDiagonal(recurrent.as<float>(), outputState, values);
    else
      arithmetic.addProduct(recurrent, states, values);
    std::optional<unsigned> peephole = lstm::peepholeWeights(gate);
    if (layer.hasPeephole() && peephole)
      addDiagonal(arithmetic.getReal(operands[*peephole]), cellState, values);
    if (hasLayerNorm)
      normalize(operands[lstm::layerNorm(gate)].as<float>(), bias, values);
    for (float &value : values)
      value = gate == LSTMGate::Cell ? activation(value) : logisticReal(value);
    return values;
  }

  /// `row` once for every row of the step.
  std::vector<float> repeat(ArrayRef<float> row) const {
    std::vector<float> values;
    for (int64_t i = 0; i < numRows; ++i)
      values.insert(values.end(), row.begin(), row.end());
    return values;
  }

  static void addDiagonal(ArrayRef<float> diagonal, ArrayRef<float> vectors,
                          std::vector<float> &sums) {
    for (size_t i = 0; i < sums.size(); ++i)
      sums[i] += diagonal[i % diagonal.size()] * vectors[i];
  }

  static void normalize(ArrayRef<float> coefficients, ArrayRef<float> bias,
                        std::vector<float> &values) {
    size_t cells = bias.size();
    for (size_t row = 0; row < values.size(); row += cells)
      normalizeReal(MutableArrayRef(values).slice(row, cells));
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = values[i] * coefficients[i % cells] + bias[i % cells];
  }

  void updateOutput(std::vector<float> values) {
    for (auto [value, cell] : llvm::zip_equal(values, cellState))
      value *= activation(cell);
    if (!layer.hasProjection()) {
      llvm::copy(values, outputState.begin());
      return;
    }
    std::vector<float> projected(outputState.size());
    if (layer.has(lstm::kProjectionBias))
      projected = repeat(operands[lstm::kProjectionBias].as<float>());
    arithmetic.addProduct(operands[lstm::kProjectionWeights],
                          arithmetic.prepare(values, numRows), projected);
    clipReal(projected, layer.projectionClip);
    llvm::copy(projected, outputState.begin());
  }

  const LSTMLayer &layer;
  LSTMValues operands;
  RealActivation activation;
  Arithmetic arithmetic;
  /// What the current step reads.
  Vectors inputs, auxInputs, states;
  /// The rows of the states that the current step changes.
  int64_t numRows = 0;
  MutableArrayRef<float> outputState, cellState;
};

} // namespace

template <typename Arithmetic>
static void runLayer(const LSTMLayer &layer, EvalContext &context) {
  RealLSTM<Arithmetic> cell(layer, context);
  forEachStep(layer, [&](const RecurrentStep &step) { cell.step(step); });
}

LogicalResult mopt::evaluateRealLSTM(const LSTMLayer &layer,
                                     EvalContext &context) {
  // The kernels leave it undefined.
  if (layer.activation == ActivationFunction::NONE)
    return layer.op->emitOpError()
           << "has no meaning with the activation function "
           << stringifyActivationFunction(layer.activation);
  if (layer.getForm() == RecurrentForm::Float)
    runLayer<FloatArithmetic>(layer, context);
  else
    runLayer<HybridArithmetic>(layer, context);
  return success();
}
