//===- RecurrentLayers.h - Layers of recurrent ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A recurrent op holds one layer or two, one for each direction of time. What
// reads the ops (verifiers, evaluators, lowerings) is written for layers, so
// that it serves all ops that hold them.

#ifndef MOPT_DIALECT_MOPT_IR_RECURRENTLAYERS_H
#define MOPT_DIALECT_MOPT_IR_RECURRENTLAYERS_H

#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"

namespace mlir::mopt {

/// The number systems that a recurrent op exists in.
enum class RecurrentForm {
  /// Everything is float32.
  Float,
  /// float32 with int8 weights, which uint8 tensors may hold, too.
  Hybrid,
  /// int8 activations and weights, wider states.
  Integer,
};

/// The form that the element types of an input and of its weights make,
/// std::nullopt if there is none.
std::optional<RecurrentForm> getRecurrentForm(Value input, Value weights);

/// The exponent of a scale that is a power of two (to 0.1 % of an octave).
std::optional<int> getPowerOfTwoExponent(float scale);

/// True for weights that the hybrid form can compute with: 8 bits, one scale.
bool isHybridWeight(Value weights);

/// Operand `i` of `op`, null if it is absent or `mopt.no_value`.
Value getPresentOperand(Operation *op, unsigned i);

/// Where one layer reads and writes a sequence, and in which order. Rows of a
/// sequence are counted as they lie in memory.
struct SequenceLayer {
  SequenceLayer(Operation *op, ActivationFunction activation, bool asymmetric)
      : op(op), activation(activation), asymmetric(asymmetric) {}

  /// Takes the sizes from the operand `input`, of rank 3, or 2 for a single
  /// step. `input` and `auxInput` are known.
  void setSequence(bool isTimeMajor);

  /// The row of step `step` of row `row` of the batch.
  int64_t getSequenceRow(int64_t row, int64_t step) const {
    return timeMajor ? step * batch + row : row * steps + step;
  }

  Operation *op;
  ActivationFunction activation;
  /// How the hybrid form quantises activations.
  bool asymmetric;
  bool timeMajor = false;
  /// Steps are taken from the last one to the first.
  bool isBackward = false;

  /// Operand numbers.
  unsigned input = 0;
  std::optional<unsigned> auxInput;
  /// The result, and where the layer's columns begin in it.
  unsigned result = 0;
  int64_t resultColumn = 0;

  int64_t batch = 0, steps = 1, inputs = 0, auxInputs = 0, outputs = 0;
};

/// A layer of units that see their own last outputs.
struct RNNLayer : SequenceLayer {
  using SequenceLayer::SequenceLayer;

  /// Operand numbers: [units, inputs], [units, units], [units],
  /// [units, auxiliary inputs], [batch, units].
  unsigned weights = 0, recurrentWeights = 0, bias = 0, state = 0;
  std::optional<unsigned> auxWeights;
};

/// The layers of an op, whose operands have the ranks that its verifier asks
/// for.
SmallVector<RNNLayer, 2> getRNNLayers(RNNOp op);
SmallVector<RNNLayer, 2> getRNNLayers(UnidirectionalSequenceRNNOp op);
SmallVector<RNNLayer, 2> getRNNLayers(BidirectionalSequenceRNNOp op);

/// The sizes of an SVDF, whose operands have the ranks that its verifier asks
/// for.
struct SVDFDims {
  explicit SVDFDims(SVDFOp op);

  int64_t batch, inputs, filters, memory, units;
};

/// The form of an SVDF, std::nullopt if its types have none.
std::optional<RecurrentForm> getSVDFForm(SVDFOp op);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_IR_RECURRENTLAYERS_H
