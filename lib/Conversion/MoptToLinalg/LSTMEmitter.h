//===- LSTMEmitter.h - Emits the steps of LSTM layers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_LSTMEMITTER_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_LSTMEMITTER_H

#include "RecurrentEmitter.h"
#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"

#include <memory>

namespace mlir::mopt {

/// Emits one form of an LSTM layer. `prepare` emits what stands before the
/// loops, `emitStep` the body: it reads the inputs and the states, and changes
/// the states. Operands are asked for by place.
class LSTMEmitter {
public:
  LSTMEmitter(const LSTMLayer &layer, RecurrentEmitter &emitter)
      : layer(layer), emitter(emitter) {}
  virtual ~LSTMEmitter() = default;

  void emit(ScalarBuilder &b);

protected:
  virtual void prepare(ScalarBuilder &b) = 0;
  virtual void emitStep(ScalarBuilder &b, const RecurrentPosition &at) = 0;

  Value getBuffer(ScalarBuilder &b, unsigned place) {
    return emitter.getBuffer(b, layer.getNumber(place));
  }

  // Short names for what the steps are made of.
  static Value load(ScalarBuilder &b, Value buffer, ValueRange indices) {
    return RecurrentEmitter::load(b, buffer, indices);
  }
  static void store(ScalarBuilder &b, Value value, Value buffer,
                    ValueRange indices) {
    RecurrentEmitter::store(b, value, buffer, indices);
  }
  static Value allocate(ScalarBuilder &b, int64_t size, Type elementType) {
    return RecurrentEmitter::allocate(b, size, elementType);
  }
  static void forEach(ScalarBuilder &b, int64_t count,
                      RecurrentEmitter::ForEachBody body) {
    RecurrentEmitter::forEach(b, count, body);
  }

  /// Element `i` of the step's input (or auxiliary input), of the row's states.
  Value loadInput(ScalarBuilder &b, const RecurrentPosition &at, Value i);
  Value loadAuxInput(ScalarBuilder &b, const RecurrentPosition &at, Value i);
  Value loadOutputState(ScalarBuilder &b, const RecurrentPosition &at, Value i);
  Value loadCellState(ScalarBuilder &b, const RecurrentPosition &at, Value i);
  void storeOutputState(ScalarBuilder &b, const RecurrentPosition &at, Value i,
                        Value value);
  void storeCellState(ScalarBuilder &b, const RecurrentPosition &at, Value i,
                      Value value);

  const LSTMLayer &layer;

private:
  RecurrentEmitter &emitter;
  Value input, auxInput, outputState, cellState, result;
};

/// For float32 and for the hybrid form. The layer has an activation function
/// other than NONE.
std::unique_ptr<LSTMEmitter> createRealLSTMEmitter(const LSTMLayer &layer,
                                                   RecurrentEmitter &emitter);
std::unique_ptr<LSTMEmitter>
createIntegerLSTMEmitter(const LSTMLayer &layer, RecurrentEmitter &emitter);

/// multiplyRoundingUp of an i32: an i32.
Value emitMultiplyRoundingUp(ScalarBuilder &b, Value x,
                             QuantizedMultiplier factor);

/// Emits `mopt.lstm` with the kernel BASIC.
void emitBasicLSTM(LSTMOp op, RecurrentEmitter &emitter, ScalarBuilder &b);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_LSTMEMITTER_H
