//===- RealLSTM.h - LSTM cells of real numbers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The float and the hybrid form are one algorithm over two kinds of matrix
// products, which `Arithmetic` supplies:
//   struct Vectors;  several vectors of equal length, ready for a product
//   Vectors prepare(ArrayRef<float> values, int64_t numVectors) const;
//   void addProduct(const HostTensor &matrix, const Vectors &vectors,
//                   MutableArrayRef<float> sums) const;
//   std::vector<float> getDiagonal(const HostTensor &weights) const;

#ifndef MOPT_LIB_DIALECT_MOPT_REFERENCE_REALLSTM_H
#define MOPT_LIB_DIALECT_MOPT_REFERENCE_REALLSTM_H

#include "LSTMCell.h"

namespace mlir::mopt {

/// The function that an LSTM applies to its cell gate and cell state; null for
/// NONE, which the kernels leave undefined.
using LSTMActivation = float (*)(float);
LSTMActivation getLSTMActivation(ActivationFunction function);

/// Steps of one row that depend on no kind of weights.
float logisticReal(float x);
/// (x - mean) / sqrt(variance + 1e-8), the variance from the differences.
void normalizeReal(MutableArrayRef<float> values);
/// To [-limit, limit], if the limit is positive.
void clipReal(MutableArrayRef<float> values, float limit);

template <typename Arithmetic>
class RealLSTM {
public:
  RealLSTM(UnidirectionalSequenceLSTMOp op, EvalContext &context,
           LSTMActivation activation)
      : context(context), dims(op), activation(activation),
        cellClip(op.getCellClip().convertToFloat()),
        projectionClip(op.getProjClip().convertToFloat()),
        isCoupled(isCoupledLSTM(op)), hasPeephole(hasLSTMPeephole(op)),
        hasLayerNorm(hasLSTMLayerNorm(op)),
        hasProjection(hasLSTMProjection(op)) {
    arithmetic.asymmetric = op.getAsymmetricQuantizeInputs();
  }

  void step(const LSTMStep &step) {
    auto rows = [&](auto elements, int64_t first, int64_t size) {
      return elements.slice(first * size, step.numRows * size);
    };
    auto input = rows(context.input(lstm::kInput).as<float>(), step.sequenceRow,
                      dims.inputs);
    numRows = step.numRows;
    outputState = rows(context.input(lstm::kOutputState).asMutable<float>(),
                       step.stateRow, dims.outputs);
    cellState = rows(context.input(lstm::kCellState).asMutable<float>(),
                     step.stateRow, dims.cells);
    auto inputs = arithmetic.prepare(input, numRows);
    auto states = arithmetic.prepare(outputState, numRows);
    std::vector<float> forget = computeGate(LSTMGate::Forget, inputs, states);
    std::vector<float> take;
    if (!isCoupled)
      take = computeGate(LSTMGate::Input, inputs, states);
    std::vector<float> candidate = computeGate(LSTMGate::Cell, inputs, states);
    for (size_t i = 0; i < cellState.size(); ++i) {
      float share = isCoupled ? 1.0f - forget[i] : take[i];
      cellState[i] = forget[i] * cellState[i] + share * candidate[i];
    }
    clipReal(cellState, cellClip);
    // The output gate looks at the new cell state.
    updateOutput(computeGate(LSTMGate::Output, inputs, states));
    llvm::copy(outputState, rows(context.output().asMutable<float>(),
                                 step.sequenceRow, dims.outputs)
                                .begin());
  }

private:
  using Vectors = typename Arithmetic::Vectors;

  std::vector<float> computeGate(LSTMGate gate, const Vectors &inputs,
                                 const Vectors &states) {
    ArrayRef<float> bias = context.input(lstm::gateBias(gate)).as<float>();
    // Normalisation would take a bias away again; it is added afterwards.
    std::vector<float> values =
        hasLayerNorm ? std::vector<float>(cellState.size()) : repeat(bias);
    arithmetic.addProduct(context.input(lstm::inputWeights(gate)), inputs,
                          values);
    const HostTensor &recurrent = context.input(lstm::recurrentWeights(gate));
    if (recurrent.getRank() == 1)
      addDiagonal(recurrent.as<float>(), outputState, values);
    else
      arithmetic.addProduct(recurrent, states, values);
    std::optional<unsigned> peephole = lstm::peepholeWeights(gate);
    if (hasPeephole && peephole)
      addDiagonal(arithmetic.getDiagonal(context.input(*peephole)), cellState,
                  values);
    if (hasLayerNorm)
      normalize(context.input(lstm::layerNorm(gate)).as<float>(), bias, values);
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
    if (!hasProjection) {
      llvm::copy(values, outputState.begin());
      return;
    }
    std::vector<float> projected(outputState.size());
    if (context.hasInput(lstm::kProjectionBias))
      projected = repeat(context.input(lstm::kProjectionBias).as<float>());
    arithmetic.addProduct(context.input(lstm::kProjectionWeights),
                          arithmetic.prepare(values, numRows), projected);
    clipReal(projected, projectionClip);
    llvm::copy(projected, outputState.begin());
  }

  EvalContext &context;
  LSTMDims dims;
  LSTMActivation activation;
  Arithmetic arithmetic;
  float cellClip, projectionClip;
  bool isCoupled, hasPeephole, hasLayerNorm, hasProjection;
  /// The rows of the states that the current step changes.
  int64_t numRows = 0;
  MutableArrayRef<float> outputState, cellState;
};

/// Runs all steps of `op`.
template <typename Arithmetic>
LogicalResult evaluateRealLSTM(UnidirectionalSequenceLSTMOp op,
                               EvalContext &context) {
  LSTMActivation activation =
      getLSTMActivation(op.getFusedActivationFunction());
  if (!activation)
    return op.emitOpError()
           << "has no meaning with the activation function "
           << stringifyActivationFunction(op.getFusedActivationFunction());
  RealLSTM<Arithmetic> cell(op, context, activation);
  forEachLSTMStep(LSTMDims(op), op.getTimeMajor(),
                  [&](const LSTMStep &step) { cell.step(step); });
  return success();
}

} // namespace mlir::mopt

#endif // MOPT_LIB_DIALECT_MOPT_REFERENCE_REALLSTM_H
