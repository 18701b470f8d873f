//===- RecurrentEmitter.h - Recurrent ops on buffers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// A recurrent op changes its states in place, so it is emitted on buffers:
// loops over the batch and over time, in which every row takes its steps alone.

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_RECURRENTEMITTER_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_RECURRENTEMITTER_H

#include "Lowering.h"
#include "mopt/Dialect/Mopt/IR/RecurrentLayers.h"

namespace mlir::mopt {

/// Fails, with a reason, if another op would see a state change, or a state
/// has no buffer of elements.
LogicalResult checkStates(Operation *op, ArrayRef<unsigned> states,
                          PatternRewriter &rewriter);

/// Where one row is in one step: the row of the batch, and that of the
/// sequence as it lies in memory.
struct RecurrentPosition {
  Value row, sequenceRow;
};

/// The buffers of an op, and short names for what its loops are made of.
class RecurrentEmitter {
public:
  /// `operands` and what `converter` makes of the result types are lowered.
  RecurrentEmitter(Operation *op, ValueRange operands,
                   const TypeConverter *converter)
      : op(op), converter(converter),
        operands(operands.begin(), operands.end()) {}

  /// The results, as tensors, once everything is emitted.
  SmallVector<Value> getResults(ScalarBuilder &b);

  /// Buffers are made where they are first asked for: ask outside of loops.
  /// The buffer of an operand that is read only, and one with all its elements
  /// in one dimension.
  Value getBuffer(ScalarBuilder &b, unsigned operand);
  Value getFlatBuffer(ScalarBuilder &b, unsigned operand);
  /// All elements of a state in one dimension, to be written.
  Value getFlatState(ScalarBuilder &b, unsigned operand);
  /// A result's elements in one dimension.
  Value getFlatResult(ScalarBuilder &b, unsigned result);

  static Value load(ScalarBuilder &b, Value buffer, ValueRange indices);
  static void store(ScalarBuilder &b, Value value, Value buffer,
                    ValueRange indices);
  static Value allocate(ScalarBuilder &b, int64_t size, Type elementType);
  using ForEachBody = llvm::function_ref<void(ScalarBuilder &, Value)>;
  static void forEach(ScalarBuilder &b, int64_t count, ForEachBody body);

  /// Calls `body` for every step of every row.
  using StepBody =
      llvm::function_ref<void(ScalarBuilder &, const RecurrentPosition &)>;
  static void forEachStep(ScalarBuilder &b, const SequenceLayer &layer,
                          StepBody body);
  /// Stores output `i` of a step in the layer's result, whose flat buffer is
  /// `result`.
  void storeOutput(ScalarBuilder &b, const SequenceLayer &layer,
                   const RecurrentPosition &at, Value i, Value value,
                   Value result);

private:
  Value flatten(ScalarBuilder &b, Value buffer);

  Operation *op;
  const TypeConverter *converter;
  SmallVector<Value> operands;
  DenseMap<unsigned, Value> buffers, flatBuffers, states, results, flatResults;
};

/// A vector of float32 that matrices are multiplied with. For matrices of int8
/// it has a buffer of i16 for its quantised elements.
struct EmittedVector {
  std::function<Value(ScalarBuilder &, Value)> load;
  int64_t size;
  Value quantized;
  /// Set by emitQuantization.
  Value scale;
};

/// quantizeRows of one row; nothing for a vector without a buffer.
void emitQuantization(ScalarBuilder &b, EmittedVector &vector, bool asymmetric);

/// A matrix of weights, float32, or int8 with a scale.
struct EmittedMatrix {
  Value buffer;
  std::optional<float> scale;
};

/// init + matrix[row] * vector.
Value emitProduct(ScalarBuilder &b, const EmittedMatrix &matrix, Value row,
                  const EmittedVector &vector, Value init);

/// 1 / (1 + exp(-x)).
Value emitLogistic(ScalarBuilder &b, Value x);

/// The activation function of a recurrent cell of real numbers.
Value emitRealActivation(ScalarBuilder &b, ActivationFunction function,
                         Value x);

/// The i16 buffer of a function's values for all i16, by their bit patterns.
Value emitInt16Table(ScalarBuilder &b,
                     llvm::function_ref<int16_t(int16_t)> function);
/// The function's value, an i16, for an integer that 16 bits hold.
Value emitInt16LookUp(ScalarBuilder &b, Value table, Value x);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_RECURRENTEMITTER_H
