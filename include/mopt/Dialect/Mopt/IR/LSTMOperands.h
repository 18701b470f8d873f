//===- LSTMOperands.h - Where an LSTM keeps its parameters -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_LSTMOPERANDS_H
#define MOPT_DIALECT_MOPT_IR_LSTMOPERANDS_H

#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"

#include <array>

namespace mlir::mopt {

/// The gates in the order of their operands. `Cell` computes the candidate
/// values (by tanh), the others are logistic.
enum class LSTMGate : unsigned { Input, Forget, Cell, Output };
inline constexpr std::array<LSTMGate, 4> kLSTMGates = {
    LSTMGate::Input, LSTMGate::Forget, LSTMGate::Cell, LSTMGate::Output};

/// Operand numbers of `mopt.unidirectional_sequence_lstm`, and element numbers
/// of its `mopt.intermediates`.
namespace lstm {
inline constexpr unsigned kInput = 0;
inline constexpr unsigned kProjectionWeights = 16;
inline constexpr unsigned kProjectionBias = 17;
inline constexpr unsigned kOutputState = 18;
inline constexpr unsigned kCellState = 19;
/// The count of operands with and without the layer normalisation ones.
inline constexpr unsigned kNumOperands = 24;
inline constexpr unsigned kNumShortOperands = 20;

/// [cells, inputs].
constexpr unsigned inputWeights(LSTMGate gate) { return 1 + unsigned(gate); }
/// [cells, outputs]; [cells] where the matrix is diagonal.
constexpr unsigned recurrentWeights(LSTMGate gate) {
  return 5 + unsigned(gate);
}
/// [cells], a diagonal matrix; the cell gate has none.
constexpr std::optional<unsigned> peepholeWeights(LSTMGate gate) {
  if (gate == LSTMGate::Cell)
    return std::nullopt;
  return gate == LSTMGate::Output ? 11 : 9 + unsigned(gate);
}
/// [cells].
constexpr unsigned gateBias(LSTMGate gate) { return 12 + unsigned(gate); }
/// [cells].
constexpr unsigned layerNorm(LSTMGate gate) { return 20 + unsigned(gate); }

/// Intermediates: the gates before normalisation, then the hidden state before
/// the projection.
inline constexpr unsigned kNumIntermediates = 5;
constexpr unsigned gateIntermediate(LSTMGate gate) { return unsigned(gate); }
inline constexpr unsigned kHiddenIntermediate = 4;
} // namespace lstm

/// What sizes an LSTM has, from its operands' types.
struct LSTMDims {
  explicit LSTMDims(UnidirectionalSequenceLSTMOp op);

  int64_t batch, steps, inputs, cells, outputs;
};

/// Operand `i` of `op`, null if it is absent or `mopt.no_value`.
Value getLSTMOperand(UnidirectionalSequenceLSTMOp op, unsigned i);

/// The parts that an LSTM may lack. CIFG: the input gate is 1 - forget gate.
bool isCoupledLSTM(UnidirectionalSequenceLSTMOp op);
bool hasLSTMPeephole(UnidirectionalSequenceLSTMOp op);
bool hasLSTMLayerNorm(UnidirectionalSequenceLSTMOp op);
bool hasLSTMProjection(UnidirectionalSequenceLSTMOp op);

/// The number systems that an LSTM exists in.
enum class LSTMForm {
  /// Everything is float32.
  Float,
  /// float32 with int8 weights, which uint8 tensors may hold, too.
  Hybrid,
  /// int8 activations and weights, int16 gates and cell state, int32 biases.
  Integer,
};

/// The form that the types of `op` make, std::nullopt if there is none.
std::optional<LSTMForm> getLSTMForm(UnidirectionalSequenceLSTMOp op);

/// Scale and zero point of intermediate `i`; std::nullopt if the op has none.
struct LSTMIntermediate {
  float scale;
  int64_t zeroPoint;
};
std::optional<LSTMIntermediate>
getLSTMIntermediate(UnidirectionalSequenceLSTMOp op, unsigned i);

/// The exponent of the cell state's power-of-two scale in the integer form;
/// std::nullopt if it is no power of two (to 0.1 % of an octave).
std::optional<int> getLSTMCellExponent(UnidirectionalSequenceLSTMOp op);

/// Exponents that the kernels compute with: 0 to 6 integer bits of 16.
inline constexpr int kMinLSTMCellExponent = -15;
inline constexpr int kMaxLSTMCellExponent = -9;

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_LSTMOPERANDS_H
