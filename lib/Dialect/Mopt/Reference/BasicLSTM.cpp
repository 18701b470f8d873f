//===- BasicLSTM.cpp - Basic LSTM cells -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/Reference/BasicLSTM.h"

#include "LSTMCell.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint16.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::basic_lstm;

//===----------------------------------------------------------------------===//
// Integer form
//===----------------------------------------------------------------------===//

/// Integer bits of the gates before their activation.
static constexpr int kGateBits = 3;

IntegerBasicLSTM::IntegerBasicLSTM(LSTMOp op) {
  QuantParams weights = getQuantParams(op->getOperand(kWeights).getType());
  QuantParams bias = getQuantParams(op->getOperand(kBias).getType());
  weightsZeroPoint = static_cast<int32_t>(weights.zeroPoint());
  factor = quantizeMultiplier(std::ldexp(1.0, 15 - kGateBits) * bias.scale());
}

int16_t mopt::updateBasicLSTMCell(int16_t input, int16_t candidate,
                                  int16_t forget, int16_t cell) {
  int16_t added = roundingDivideByPOT(
      saturatingRoundingDoublingHighMul(input, candidate), kBasicLSTMCellBits);
  int16_t kept = saturatingRoundingDoublingHighMul(forget, cell);
  return static_cast<int16_t>(storageRange<int16_t>().clamp(added + kept));
}

uint8_t mopt::getBasicLSTMOutput(int16_t output, int16_t cell) {
  int16_t product = saturatingRoundingDoublingHighMul(
      output, tanhQ(cell, kBasicLSTMCellBits));
  int32_t rounded = roundingDivideByPOT(product, 8);
  return static_cast<uint8_t>(128 + storageRange<int8_t>().clamp(rounded));
}

//===----------------------------------------------------------------------===//
// Both forms
//===----------------------------------------------------------------------===//

/// Puts input and last output of every row side by side.
template <typename T>
static ArrayRef<T> concatenate(const BasicLSTM &sizes, EvalContext &context) {
  auto input = context.input(kInput).as<T>();
  auto last = context.input(kLastOutput).as<T>();
  auto result = context.output(kConcatenation).asMutable<T>();
  T *out = result.data();
  for (int64_t row = 0; row < sizes.batch; ++row) {
    out = llvm::copy(input.slice(row * sizes.inputs, sizes.inputs), out);
    out = llvm::copy(last.slice(row * sizes.cells, sizes.cells), out);
  }
  return result;
}

/// Calls `fn` with the indices of a cell in the states and of its gates.
static void forEachCell(
    const BasicLSTM &sizes,
    llvm::function_ref<void(int64_t cell, const std::array<int64_t, 4> &gates)>
        fn) {
  for (int64_t i = 0; i < sizes.batch * sizes.cells; ++i) {
    int64_t first = i / sizes.cells * 4 * sizes.cells + i % sizes.cells;
    fn(i, {first, first + sizes.cells, first + 2 * sizes.cells,
           first + 3 * sizes.cells});
  }
}

static float logistic(float x) { return 1.0f / (1.0f + std::exp(-x)); }

static void evaluateFloat(const BasicLSTM &sizes, EvalContext &context) {
  ArrayRef<float> vectors = concatenate<float>(sizes, context);
  auto gates = context.output(kGates).asMutable<float>();
  ArrayRef<float> bias = context.input(kBias).as<float>();
  std::fill(gates.begin(), gates.end(), 0.0f);
  FloatArithmetic arithmetic(/*asymmetric=*/false);
  arithmetic.addProduct(context.input(kWeights),
                        arithmetic.prepare(vectors, sizes.batch), gates);
  for (auto [i, gate] : llvm::enumerate(gates))
    gate += bias[i % bias.size()];
  auto cells = context.input(kCellState).as<float>();
  auto outputs = context.output(kOutput).asMutable<float>();
  auto newCells = context.output(kNewCellState).asMutable<float>();
  forEachCell(sizes, [&](int64_t i, const std::array<int64_t, 4> &at) {
    float candidate = std::tanh(gates[at[kCellGate]]);
    newCells[i] = logistic(gates[at[kInputGate]]) * candidate +
                  logistic(gates[at[kForgetGate]]) * cells[i];
    outputs[i] = logistic(gates[at[kOutputGate]]) * std::tanh(newCells[i]);
  });
}

/// Sums are taken modulo 2^32, as in the kernels.
static void evaluateInteger(LSTMOp op, const BasicLSTM &sizes,
                            EvalContext &context) {
  IntegerBasicLSTM constants(op);
  ArrayRef<uint8_t> vectors = concatenate<uint8_t>(sizes, context);
  auto gates = context.output(kGates).asMutable<int16_t>();
  auto weights = context.input(kWeights).as<uint8_t>();
  auto bias = context.input(kBias).as<int32_t>();
  int64_t columns = sizes.inputs + sizes.cells, rows = 4 * sizes.cells;
  for (auto [i, gate] : llvm::enumerate(gates)) {
    int64_t batch = i / rows, row = i % rows;
    auto sum = static_cast<uint32_t>(bias[row]);
    for (int64_t k = 0; k < columns; ++k)
      sum += static_cast<uint32_t>(
          (vectors[batch * columns + k] - constants.inputZeroPoint) *
          (weights[row * columns + k] - constants.weightsZeroPoint));
    gate = static_cast<int16_t>(storageRange<int16_t>().clamp(
        multiplyRoundingUp(static_cast<int32_t>(sum), constants.factor)));
  }
  auto cells = context.input(kCellState).as<int16_t>();
  auto outputs = context.output(kOutput).asMutable<uint8_t>();
  auto newCells = context.output(kNewCellState).asMutable<int16_t>();
  forEachCell(sizes, [&](int64_t i, const std::array<int64_t, 4> &at) {
    newCells[i] =
        updateBasicLSTMCell(logisticQ3(gates[at[kInputGate]]),
                            tanhQ(gates[at[kCellGate]], kGateBits),
                            logisticQ3(gates[at[kForgetGate]]), cells[i]);
    outputs[i] =
        getBasicLSTMOutput(logisticQ3(gates[at[kOutputGate]]), newCells[i]);
  });
}

LogicalResult mopt::evaluateBasicLSTM(LSTMOp op, EvalContext &context) {
  BasicLSTM sizes(op);
  if (sizes.isInteger)
    evaluateInteger(op, sizes, context);
  else
    evaluateFloat(sizes, context);
  // The states take the new values once everything is read.
  auto keep = [&](unsigned result, unsigned state) {
    llvm::copy(context.output(result).getBytes(),
               context.input(state).asMutable<char>().begin());
  };
  keep(kOutput, kLastOutput);
  keep(kNewCellState, kCellState);
  return success();
}
