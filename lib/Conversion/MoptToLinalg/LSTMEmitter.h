//===- LSTMEmitter.h - Emits the steps of an LSTM -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// An LSTM changes its states in place, so it is emitted on buffers: loops over
// the batch and over time, in which every row takes its steps alone.

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_LSTMEMITTER_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_LSTMEMITTER_H

#include "Lowering.h"
#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"

#include <memory>

namespace mlir::mopt {

/// Where one row is in one step.
struct LSTMPosition {
  /// The row of the batch, and the two leading indices of input and output.
  Value row;
  Value sequence[2];
};

/// Emits one form of LSTM. `prepare` emits what stands before the loops,
/// `emitStep` the body: it reads the input and the states, and changes the
/// states.
class LSTMEmitter {
public:
  LSTMEmitter(UnidirectionalSequenceLSTMOp op, ValueRange operands)
      : op(op), dims(op), operands(operands.begin(), operands.end()) {}
  virtual ~LSTMEmitter() = default;

  /// Emits everything and returns the output, a tensor.
  Value emit(ScalarBuilder &b, RankedTensorType resultType);

protected:
  virtual void prepare(ScalarBuilder &b) = 0;
  virtual void emitStep(ScalarBuilder &b, const LSTMPosition &at) = 0;

  bool has(unsigned i) const { return bool(getLSTMOperand(op, i)); }
  /// The buffer of an operand, made where it is first asked for (in
  /// `prepare`).
  Value getBuffer(ScalarBuilder &b, unsigned i);

  // Short names for what the steps are made of.
  static Value load(ScalarBuilder &b, Value buffer, ValueRange indices);
  static void store(ScalarBuilder &b, Value value, Value buffer,
                    ValueRange indices);
  Value allocate(ScalarBuilder &b, int64_t size, Type elementType) const;
  using ForEachBody = llvm::function_ref<void(ScalarBuilder &, Value)>;
  static void forEach(ScalarBuilder &b, int64_t count, ForEachBody body);

  /// Element `i` of the input, of the row's states.
  Value loadInput(ScalarBuilder &b, const LSTMPosition &at, Value i);
  Value loadOutputState(ScalarBuilder &b, const LSTMPosition &at, Value i);
  Value loadCellState(ScalarBuilder &b, const LSTMPosition &at, Value i);
  void storeOutputState(ScalarBuilder &b, const LSTMPosition &at, Value i,
                        Value value);
  void storeCellState(ScalarBuilder &b, const LSTMPosition &at, Value i,
                      Value value);

  UnidirectionalSequenceLSTMOp op;
  LSTMDims dims;

private:
  Value getFlatState(ScalarBuilder &b, unsigned i);
  Value getStateIndex(ScalarBuilder &b, const LSTMPosition &at, int64_t size,
                      Value i);

  SmallVector<Value> operands;
  DenseMap<unsigned, Value> buffers;
  Value input, outputState, cellState;
};

/// For float32 and for the hybrid form. `op` has an activation function other
/// than NONE.
std::unique_ptr<LSTMEmitter>
createRealLSTMEmitter(UnidirectionalSequenceLSTMOp op, ValueRange operands);
std::unique_ptr<LSTMEmitter>
createIntegerLSTMEmitter(UnidirectionalSequenceLSTMOp op, ValueRange operands);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_LSTMEMITTER_H
