//===- BasicLSTMEmitter.cpp - Basic LSTM cells -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What BasicLSTM.cpp of the evaluator computes, except that float sums may be
// reordered.

#include "LSTMEmitter.h"
#include "RequantizeEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/Reference/BasicLSTM.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint16.h"

using namespace mlir;
using namespace mlir::mopt;
using namespace mlir::mopt::basic_lstm;

namespace {

class BasicLSTMEmitter {
public:
  BasicLSTMEmitter(LSTMOp op, RecurrentEmitter &emitter, ScalarBuilder &b);

  void emit(ScalarBuilder &b);

private:
  void emitConcatenation(ScalarBuilder &b, Value row);
  Value emitGate(ScalarBuilder &b, Value row, Value gate);
  void emitFloatCell(ScalarBuilder &b, Value i, ArrayRef<Value> gates);
  void emitIntegerCell(ScalarBuilder &b, Value i, ArrayRef<Value> gates);

  Value load(ScalarBuilder &b, Value buffer, Value i) {
    return RecurrentEmitter::load(b, buffer, i);
  }
  void store(ScalarBuilder &b, Value value, Value buffer, Value i) {
    RecurrentEmitter::store(b, value, buffer, i);
  }

  BasicLSTM sizes;
  RecurrentEmitter &emitter;
  std::optional<IntegerBasicLSTM> integer;
  Value input, lastOutput, weights, bias, cellState;
  Value output, newCellState, concatenation, gates;
  /// Functions of the integer form.
  Value logistic, gateTanh, cellTanh;
};

} // namespace

BasicLSTMEmitter::BasicLSTMEmitter(LSTMOp op, RecurrentEmitter &emitter,
                                   ScalarBuilder &b)
    : sizes(op), emitter(emitter) {
  input = emitter.getFlatBuffer(b, kInput);
  lastOutput = emitter.getFlatState(b, kLastOutput);
  weights = emitter.getFlatBuffer(b, kWeights);
  bias = emitter.getBuffer(b, kBias);
  cellState = emitter.getFlatState(b, kCellState);
  output = emitter.getFlatResult(b, kOutput);
  newCellState = emitter.getFlatResult(b, kNewCellState);
  concatenation = emitter.getFlatResult(b, kConcatenation);
  gates = emitter.getFlatResult(b, kGates);
  if (!sizes.isInteger)
    return;
  integer.emplace(op);
  logistic = emitInt16Table(b, logisticQ3);
  gateTanh = emitInt16Table(b, [](int16_t x) { return tanhQ(x, 3); });
  cellTanh =
      emitInt16Table(b, [](int16_t x) { return tanhQ(x, kBasicLSTMCellBits); });
}

/// Input and last output of a row side by side.
void BasicLSTMEmitter::emitConcatenation(ScalarBuilder &b, Value row) {
  auto copy = [&](Value from, int64_t size, int64_t column) {
    emitter.forEach(b, size, [&](ScalarBuilder &b, Value i) {
      Value to = b.add(b.mul(row, sizes.inputs + sizes.cells), column);
      store(b, load(b, from, b.add(b.mul(row, size), i)), concatenation,
            b.add(to, i));
    });
  };
  copy(input, sizes.inputs, 0);
  copy(lastOutput, sizes.cells, sizes.inputs);
}

Value BasicLSTMEmitter::emitGate(ScalarBuilder &b, Value row, Value gate) {
  int64_t columns = sizes.inputs + sizes.cells;
  Value firstWeight = b.mul(gate, columns), firstValue = b.mul(row, columns);
  auto sumProducts = [&](Type type, Value init, auto widen) {
    return b.loop(b.index(0), b.index(columns), init,
                  [&](ScalarBuilder &b, Value k, Value sum) {
                    Value weight = load(b, weights, b.add(firstWeight, k));
                    Value x = load(b, concatenation, b.add(firstValue, k));
                    return b.addReduce(sum, widen(b, weight, x));
                  });
  };
  if (!integer) {
    Value sum = sumProducts(b.getF32Type(), b.f32(0.0f),
                            [](ScalarBuilder &b, Value weight, Value x) {
                              return b.mul(weight, x);
                            });
    return b.add(sum, load(b, bias, gate));
  }
  Type i32 = b.getI32Type();
  Value sum = sumProducts(
      i32, load(b, bias, gate), [&](ScalarBuilder &b, Value weight, Value x) {
        return b.mul(
            b.sub(b.widen(weight, true, i32), integer->weightsZeroPoint),
            b.sub(b.widen(x, true, i32), integer->inputZeroPoint));
      });
  Value value = emitMultiplyRoundingUp(b, sum, integer->factor);
  return b.narrow(b.clamp(value, -32768, 32767), b.getI16Type());
}

void BasicLSTMEmitter::emitFloatCell(ScalarBuilder &b, Value i,
                                     ArrayRef<Value> gates) {
  auto tanh = [&](Value x) -> Value { return math::TanhOp::create(b, x); };
  Value added =
      b.mul(emitLogistic(b, gates[kInputGate]), tanh(gates[kCellGate]));
  Value kept =
      b.mul(emitLogistic(b, gates[kForgetGate]), load(b, cellState, i));
  Value cell = b.add(added, kept);
  store(b, cell, newCellState, i);
  store(b, b.mul(emitLogistic(b, gates[kOutputGate]), tanh(cell)), output, i);
}

/// updateBasicLSTMCell and getBasicLSTMOutput.
void BasicLSTMEmitter::emitIntegerCell(ScalarBuilder &b, Value i,
                                       ArrayRef<Value> gates) {
  Type i32 = b.getI32Type();
  auto lookUp = [&](Value table, Value x) {
    return b.widen(emitInt16LookUp(b, table, x), false, i32);
  };
  // Half away from zero; the functions never reach -2^15, so that nothing
  // saturates.
  auto multiply = [&](Value x, Value y) {
    Value product = b.mul(x, y);
    Value isNegative = b.compare(ScalarBuilder::Compare::LT, product, b.i32(0));
    Value nudge = b.select(isNegative, b.i32(1 - (1 << 14)), b.i32(1 << 14));
    return b.div(b.add(product, nudge), b.i32(1 << 15));
  };
  Value added = multiply(lookUp(logistic, gates[kInputGate]),
                         lookUp(gateTanh, gates[kCellGate]));
  added = emitRoundingDivideByPOT(b, added, kBasicLSTMCellBits);
  Value kept = multiply(lookUp(logistic, gates[kForgetGate]),
                        b.widen(load(b, cellState, i), false, i32));
  Value cell = b.clamp(b.add(added, kept), -32768, 32767);
  store(b, b.narrow(cell, b.getI16Type()), newCellState, i);
  Value product =
      multiply(lookUp(logistic, gates[kOutputGate]), lookUp(cellTanh, cell));
  Value rounded = emitRoundingDivideByPOT(b, product, 8);
  Value stored = b.add(b.clamp(rounded, -128, 127), 128);
  store(b, b.narrow(stored, b.getI8Type()), output, i);
}

void BasicLSTMEmitter::emit(ScalarBuilder &b) {
  emitter.forEach(b, sizes.batch, [&](ScalarBuilder &b, Value row) {
    emitConcatenation(b, row);
    Value firstGate = b.mul(row, 4 * sizes.cells);
    emitter.forEach(b, 4 * sizes.cells, [&](ScalarBuilder &b, Value gate) {
      store(b, emitGate(b, row, gate), gates, b.add(firstGate, gate));
    });
    emitter.forEach(b, sizes.cells, [&](ScalarBuilder &b, Value cell) {
      SmallVector<Value, 4> values;
      for (int64_t gate = 0; gate < 4; ++gate)
        values.push_back(
            load(b, gates, b.add(b.add(firstGate, cell), gate * sizes.cells)));
      Value i = b.add(b.mul(row, sizes.cells), cell);
      if (integer)
        emitIntegerCell(b, i, values);
      else
        emitFloatCell(b, i, values);
      // Nothing of this row is read any more.
      store(b, load(b, output, i), lastOutput, i);
      store(b, load(b, newCellState, i), cellState, i);
    });
  });
}

void mopt::emitBasicLSTM(LSTMOp op, RecurrentEmitter &emitter,
                         ScalarBuilder &b) {
  BasicLSTMEmitter(op, emitter, b).emit(b);
}
