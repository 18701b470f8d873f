//===- LSTMOperands.h - Where an LSTM keeps its parameters -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_MOPT_IR_LSTMOPERANDS_H
#define MOPT_DIALECT_MOPT_IR_LSTMOPERANDS_H

#include "mopt/Dialect/Mopt/IR/RecurrentLayers.h"

#include <array>

namespace mlir::mopt {

/// The gates in the order of their operands. `Cell` computes the candidate
/// values (by tanh), the others are logistic.
enum class LSTMGate : unsigned { Input, Forget, Cell, Output };
inline constexpr std::array<LSTMGate, 4> kLSTMGates = {
    LSTMGate::Input, LSTMGate::Forget, LSTMGate::Cell, LSTMGate::Output};

/// The places of an LSTM layer's operands, which are the operand numbers of
/// `mopt.unidirectional_sequence_lstm` and, without the auxiliary ones, of
/// `mopt.lstm`; and element numbers of `mopt.intermediates`.
namespace lstm {
inline constexpr unsigned kInput = 0;
inline constexpr unsigned kProjectionWeights = 16;
inline constexpr unsigned kProjectionBias = 17;
inline constexpr unsigned kOutputState = 18;
inline constexpr unsigned kCellState = 19;
/// The count of operands with and without the layer normalisation ones.
inline constexpr unsigned kNumOperands = 24;
inline constexpr unsigned kNumShortOperands = 20;
/// A second input with weights of its own; only layers of two directions.
inline constexpr unsigned kAuxInput = 24;
inline constexpr unsigned kNumPlaces = 29;

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
/// [cells, auxiliary inputs].
constexpr unsigned auxWeights(LSTMGate gate) { return 25 + unsigned(gate); }

/// Intermediates: the gates before normalisation, then the hidden state before
/// the projection.
inline constexpr unsigned kNumIntermediates = 5;
constexpr unsigned gateIntermediate(LSTMGate gate) { return unsigned(gate); }
inline constexpr unsigned kHiddenIntermediate = 4;
} // namespace lstm

/// Scale and zero point of an intermediate.
struct LSTMIntermediate {
  float scale;
  int64_t zeroPoint;
};

/// A layer of LSTM cells. Operands are asked for by place.
struct LSTMLayer : SequenceLayer {
  using SequenceLayer::SequenceLayer;

  /// Operand numbers by place; the op may have fewer operands.
  std::array<std::optional<unsigned>, lstm::kNumPlaces> places;
  /// Largest magnitudes, 0 = not clipped.
  float cellClip = 0.0f, projectionClip = 0.0f;
  int64_t cells = 0;

  /// Takes the sizes from the operands' types.
  void setSizes();

  /// The operand at `place`, null if it is absent or `mopt.no_value`.
  Value get(unsigned place) const;
  bool has(unsigned place) const { return bool(get(place)); }
  /// The type of the operand at `place`, which is there.
  RankedTensorType getType(unsigned place) const;
  /// The number of the operand at `place`, which the layer has a place for.
  unsigned getNumber(unsigned place) const { return *places[place]; }

  /// The parts that a layer may lack. CIFG: the input gate is 1 - forget gate.
  bool isCoupled() const;
  bool hasPeephole() const;
  bool hasLayerNorm() const;
  bool hasProjection() const;
  bool isDiagonal(LSTMGate gate) const;

  /// The form that the types make, std::nullopt if there is none.
  std::optional<RecurrentForm> getForm() const;
  /// Intermediate `i` of the op; std::nullopt if it has none.
  std::optional<LSTMIntermediate> getIntermediate(unsigned i) const;
  /// The exponent of the cell state's power-of-two scale in the integer form;
  /// std::nullopt if it is no power of two (to 0.1 % of an octave).
  std::optional<int> getCellExponent() const;
};

/// The layers of an op. Their sizes are known where the operands have the ranks
/// that the op's verifier asks for (`setSizes` is to be called).
SmallVector<LSTMLayer, 2> placeLSTMLayers(LSTMOp op);
SmallVector<LSTMLayer, 2> placeLSTMLayers(UnidirectionalSequenceLSTMOp op);
SmallVector<LSTMLayer, 2> placeLSTMLayers(BidirectionalSequenceLSTMOp op);

/// The layers of a verified op, with their sizes.
template <typename OpT>
SmallVector<LSTMLayer, 2> getLSTMLayers(OpT op) {
  SmallVector<LSTMLayer, 2> layers = placeLSTMLayers(op);
  for (LSTMLayer &layer : layers)
    layer.setSizes();
  // The columns of a merged result.
  if (layers.size() == 2 && op->getNumResults() == 1)
    layers[1].resultColumn = layers[0].outputs;
  return layers;
}

/// Exponents that the kernels compute with: 0 to 6 integer bits of 16.
inline constexpr int kMinLSTMCellExponent = -15;
inline constexpr int kMaxLSTMCellExponent = -9;

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_LSTMOPERANDS_H
