//===- IntegerLSTMEmitter.cpp - LSTMs of integers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The integer form, bit for bit what IntegerLSTM.cpp of the evaluator computes.
// logistic and tanh are tables that the evaluator's functions fill.

#include "FixedPointEmitter.h"
#include "LSTMEmitter.h"
#include "RequantizeEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/Reference/FixedPoint16.h"
#include "mopt/Dialect/Mopt/Reference/LSTM.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

static constexpr int kGateIntegerBits = 3;

namespace {

class IntegerLSTMEmitter : public LSTMEmitter {
public:
  IntegerLSTMEmitter(const LSTMLayer &layer, RecurrentEmitter &emitter)
      : LSTMEmitter(layer, emitter), constants(prepareIntegerLSTM(layer)) {}

private:
  using Load = llvm::function_ref<Value(ScalarBuilder &, Value)>;

  void prepare(ScalarBuilder &b) override;
  void emitStep(ScalarBuilder &b, const RecurrentPosition &position) override;

  Value emitProduct(ScalarBuilder &b, unsigned matrix, Value row, int64_t size,
                    Load vector, int32_t offset, Value bias);
  Value emitPeephole(ScalarBuilder &b, LSTMGate gate,
                     const RecurrentPosition &position, Value i, Value value);
  Value emitGateValue(ScalarBuilder &b, LSTMGate gate,
                      const RecurrentPosition &position, Value i);
  Value activate(ScalarBuilder &b, LSTMGate gate, Value value);
  void emitGate(ScalarBuilder &b, LSTMGate gate,
                const RecurrentPosition &position);
  void normalize(ScalarBuilder &b, LSTMGate gate);
  void emitCell(ScalarBuilder &b, const RecurrentPosition &position, Value i);
  void updateCell(ScalarBuilder &b, const RecurrentPosition &position, Value i,
                  Value input, Value forget, Value cell);
  Value computeHidden(ScalarBuilder &b, const RecurrentPosition &position,
                      Value i, Value gate);
  void updateOutput(ScalarBuilder &b, const RecurrentPosition &position);

  /// i32 of a stored value.
  Value wide(ScalarBuilder &b, Value value) {
    return b.widen(value, false, b.getI32Type());
  }
  Value at(ScalarBuilder &b, unsigned operand, ValueRange indices) {
    return wide(b, load(b, getBuffer(b, operand), indices));
  }
  /// a + b for i32, cut to what `T` holds; the sum is taken in 64 bits.
  template <typename T>
  Value addSaturating(ScalarBuilder &b, Value x, Value y) {
    Type i64 = b.getI64Type();
    Value sum = b.add(b.widen(x, false, i64), b.widen(y, false, i64));
    ClampRange<int32_t> range = {std::numeric_limits<T>::min(),
                                 std::numeric_limits<T>::max()};
    return b.narrow(b.clamp(sum, range.min, range.max), b.getI32Type());
  }
  Value clip(ScalarBuilder &b, Value value, int32_t limit) {
    return limit > 0 ? b.clamp(value, -limit, limit) : value;
  }
  Value lookUp(ScalarBuilder &b, Value table, Value x) {
    return wide(b, emitInt16LookUp(b, table, x));
  }

  IntegerLSTM constants;
  /// i16 values of the gates, where they are normalised; the i8 hidden state.
  Value gates[4], hidden;
  Value logistic, gateTanh, cellTanh;
};

} // namespace

void IntegerLSTMEmitter::prepare(ScalarBuilder &b) {
  if (layer.hasLayerNorm())
    for (Value &gate : gates)
      gate = allocate(b, layer.cells, b.getI16Type());
  hidden = allocate(b, layer.cells, b.getI8Type());
  logistic = emitInt16Table(b, logisticQ3);
  gateTanh =
      emitInt16Table(b, [](int16_t x) { return tanhQ(x, kGateIntegerBits); });
  int cellBits = 15 + constants.cellExponent;
  cellTanh =
      cellBits == kGateIntegerBits
          ? gateTanh
          : emitInt16Table(b, [&](int16_t x) { return tanhQ(x, cellBits); });
}

/// bias + sum of matrix[row] * (vector + offset).
Value IntegerLSTMEmitter::emitProduct(ScalarBuilder &b, unsigned matrix,
                                      Value row, int64_t size, Load vector,
                                      int32_t offset, Value bias) {
  return b.loop(b.index(0), b.index(size), bias,
                [&](ScalarBuilder &b, Value k, Value sum) {
                  Value x = b.add(wide(b, vector(b, k)), offset);
                  return b.add(sum, b.mul(at(b, matrix, {row, k}), x));
                });
}

Value mopt::emitMultiplyRoundingUp(ScalarBuilder &b, Value x,
                                   QuantizedMultiplier factor) {
  if (factor.shift >= 0)
    return emitMultiplyByQuantizedMultiplier(b, x, factor);
  Value high = emitRoundingDoublingHighMul(b, x, b.i32(factor.multiplier));
  Value half = b.i64(int64_t(1) << (-factor.shift - 1));
  return b.narrow(b.shiftRight(b.add(high, half), -factor.shift),
                  b.getI32Type());
}

/// value + weights * cell; see Cell::addPeephole of the evaluator.
Value IntegerLSTMEmitter::emitPeephole(ScalarBuilder &b, LSTMGate gate,
                                       const RecurrentPosition &position,
                                       Value i, Value value) {
  // The element of the step, in which one row or all of them take part.
  Value element = i;
  int64_t rows = 1;
  if (layer.timeMajor) {
    element = b.add(b.mul(position.row, layer.cells), i);
    rows = layer.batch;
  }
  Value outputs = b.index(layer.outputs);
  Value column = arith::RemSIOp::create(b, element, outputs);
  Value product = b.mul(at(b, *lstm::peepholeWeights(gate), column),
                        wide(b, loadCellState(b, position, i)));
  QuantizedMultiplier factor = constants[gate].peephole;
  Value rescaled = emitMultiplyByQuantizedMultiplier(b, product, factor);
  int64_t tail = 0;
  while (!isPeepholeTail(tail, layer.outputs))
    ++tail;
  if (factor.shift < 0 && tail > 0)
    rescaled = b.select(b.compare(Compare::LT, column, b.index(tail)),
                        emitMultiplyRoundingUp(b, product, factor), rescaled);
  Value sum = addSaturating<int16_t>(b, rescaled, value);
  Value takesPart =
      b.compare(Compare::LT, element, b.index(rows * layer.outputs));
  return b.select(takesPart, sum, value);
}

Value IntegerLSTMEmitter::emitGateValue(ScalarBuilder &b, LSTMGate gate,
                                        const RecurrentPosition &position,
                                        Value i) {
  const IntegerLSTMGate &factors = constants[gate];
  Value zero = b.i32(0);
  Value bias = layer.hasLayerNorm() ? zero : at(b, lstm::gateBias(gate), i);
  Value fromInput = emitProduct(
      b, lstm::inputWeights(gate), i, layer.inputs,
      [&](ScalarBuilder &b, Value k) { return loadInput(b, position, k); },
      -constants.inputZeroPoint, bias);
  Value value = addSaturating<int16_t>(
      b, emitMultiplyByQuantizedMultiplier(b, fromInput, factors.input), zero);
  Value fromState = emitProduct(
      b, lstm::recurrentWeights(gate), i, layer.outputs,
      [&](ScalarBuilder &b, Value k) {
        return loadOutputState(b, position, k);
      },
      -constants.stateZeroPoint, zero);
  value = addSaturating<int16_t>(
      b, emitMultiplyByQuantizedMultiplier(b, fromState, factors.recurrent),
      value);
  if (layer.hasPeephole() && lstm::peepholeWeights(gate))
    value = emitPeephole(b, gate, position, i, value);
  return value;
}

Value IntegerLSTMEmitter::activate(ScalarBuilder &b, LSTMGate gate,
                                   Value value) {
  return lookUp(b, gate == LSTMGate::Cell ? gateTanh : logistic, value);
}

/// A gate of a layer with normalisation, which needs all its values.
void IntegerLSTMEmitter::emitGate(ScalarBuilder &b, LSTMGate gate,
                                  const RecurrentPosition &position) {
  Value buffer = gates[unsigned(gate)];
  auto keep = [&](ScalarBuilder &b, Value value, Value i) {
    store(b, b.narrow(value, b.getI16Type()), buffer, i);
  };
  forEach(b, layer.cells, [&](ScalarBuilder &b, Value i) {
    keep(b, emitGateValue(b, gate, position, i), i);
  });
  normalize(b, gate);
  forEach(b, layer.cells, [&](ScalarBuilder &b, Value i) {
    keep(b, activate(b, gate, load(b, buffer, i)), i);
  });
}

//===----------------------------------------------------------------------===//
// Layer normalisation
//===----------------------------------------------------------------------===//

/// normalizeInteger of the gate's buffer.
void IntegerLSTMEmitter::normalize(ScalarBuilder &b, LSTMGate gate) {
  Value buffer = gates[unsigned(gate)];
  const IntegerLSTMGate &factors = constants[gate];
  Type i64 = b.getI64Type();
  SmallVector<Value> sums =
      b.loop(b.index(0), b.index(layer.cells), {b.i64(0), b.i64(0)},
             [&](ScalarBuilder &b, Value i, ValueRange carried) {
               Value x = b.widen(load(b, buffer, i), false, i64);
               return SmallVector<Value>{b.add(carried[0], x),
                                         b.add(carried[1], b.mul(x, x))};
             });
  Value mean = b.div(b.mul(sums[0], 1024), b.i64(layer.cells));
  Value variance =
      b.sub(b.mul(sums[1], (1 << 20) / layer.cells), b.mul(mean, mean));
  Value whole = b.narrow(b.div(variance, b.i64(1 << 20)), b.getI32Type());
  whole = b.select(b.compare(Compare::LT, whole, b.i32(1)),
                   b.i32(factors.varianceGuard), whole);
  EmittedFactor inverse = emitInverseSquareRoot(b, whole);
  Value mean32 = b.narrow(mean, b.getI32Type());
  QuantizedMultiplier scale = getLayerNormFactor(factors);
  forEach(b, layer.cells, [&](ScalarBuilder &b, Value i) {
    Value x = b.sub(b.mul(wide(b, load(b, buffer, i)), 1024), mean32);
    Value normalized = emitMultiplyByFactor(b, x, inverse);
    Value weighted = b.add(b.mul(normalized, at(b, lstm::layerNorm(gate), i)),
                           at(b, lstm::gateBias(gate), i));
    Value isPositive = b.compare(Compare::GT, weighted, b.i32(0));
    Value rounding = b.select(isPositive, b.i64(512), b.i64(-512));
    Value rounded = b.narrow(
        b.div(b.add(b.widen(weighted, false, i64), rounding), b.i64(1024)),
        b.getI32Type());
    Value value = addSaturating<int16_t>(
        b, emitMultiplyByQuantizedMultiplier(b, rounded, scale), b.i32(0));
    store(b, b.narrow(value, b.getI16Type()), buffer, i);
  });
}

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

/// The values of the gates are i32; of a coupled layer `input` is null.
void IntegerLSTMEmitter::updateCell(ScalarBuilder &b,
                                    const RecurrentPosition &position, Value i,
                                    Value input, Value forget, Value cell) {
  Value share = layer.isCoupled() ? b.sub(b.i32(32767), forget) : input;
  auto divide = [&](Value product, int exponent) {
    Value quotient = emitRoundingDivideByPOT(b, product, exponent);
    // As in the kernels, the quotient is stored in 16 bits.
    return wide(b, b.narrow(quotient, b.getI16Type()));
  };
  Value kept =
      divide(b.mul(forget, wide(b, loadCellState(b, position, i))), 15);
  Value added = divide(b.mul(share, cell), 30 + constants.cellExponent);
  Value sum = addSaturating<int16_t>(b, kept, added);
  sum = clip(b, sum, constants.cellClip);
  storeCellState(b, position, i, b.narrow(sum, b.getI16Type()));
}

/// The i8 hidden state of a cell, by the output gate's value.
Value IntegerLSTMEmitter::computeHidden(ScalarBuilder &b,
                                        const RecurrentPosition &position,
                                        Value i, Value gate) {
  Value product =
      b.mul(gate, lookUp(b, cellTanh, loadCellState(b, position, i)));
  Value value = addSaturating<int8_t>(
      b, emitMultiplyByQuantizedMultiplier(b, product, constants.hidden),
      b.i32(constants.hiddenZeroPoint));
  return b.narrow(value, b.getI8Type());
}

/// All of a cell's step, but its output state, which other cells still read.
void IntegerLSTMEmitter::emitCell(ScalarBuilder &b,
                                  const RecurrentPosition &position, Value i) {
  auto gate = [&](LSTMGate which) {
    return activate(b, which, emitGateValue(b, which, position, i));
  };
  Value input = layer.isCoupled() ? Value() : gate(LSTMGate::Input);
  Value forget = gate(LSTMGate::Forget);
  Value cell = gate(LSTMGate::Cell);
  updateCell(b, position, i, input, forget, cell);
  // The output gate looks at the new cell state.
  Value output = gate(LSTMGate::Output);
  store(b, computeHidden(b, position, i, output), hidden, i);
}

void IntegerLSTMEmitter::updateOutput(ScalarBuilder &b,
                                      const RecurrentPosition &position) {
  if (!layer.hasProjection()) {
    forEach(b, layer.outputs, [&](ScalarBuilder &b, Value i) {
      storeOutputState(b, position, i, load(b, hidden, i));
    });
    return;
  }
  forEach(b, layer.outputs, [&](ScalarBuilder &b, Value i) {
    Value bias = layer.has(lstm::kProjectionBias)
                     ? at(b, lstm::kProjectionBias, i)
                     : b.i32(0);
    Value sum = emitProduct(
        b, lstm::kProjectionWeights, i, layer.cells,
        [&](ScalarBuilder &b, Value k) { return load(b, hidden, k); },
        constants.projectionOffset, bias);
    Value value = addSaturating<int8_t>(
        b, emitMultiplyByQuantizedMultiplier(b, sum, constants.projection),
        b.i32(constants.stateZeroPoint));
    value = clip(b, value, constants.projectionClip);
    storeOutputState(b, position, i, b.narrow(value, b.getI8Type()));
  });
}

void IntegerLSTMEmitter::emitStep(ScalarBuilder &b,
                                  const RecurrentPosition &position) {
  if (!layer.hasLayerNorm()) {
    forEach(b, layer.cells,
            [&](ScalarBuilder &b, Value i) { emitCell(b, position, i); });
    updateOutput(b, position);
    return;
  }
  if (!layer.isCoupled())
    emitGate(b, LSTMGate::Input, position);
  emitGate(b, LSTMGate::Forget, position);
  emitGate(b, LSTMGate::Cell, position);
  auto value = [&](ScalarBuilder &b, LSTMGate gate, Value i) {
    return wide(b, load(b, gates[unsigned(gate)], i));
  };
  forEach(b, layer.cells, [&](ScalarBuilder &b, Value i) {
    updateCell(b, position, i,
               layer.isCoupled() ? Value() : value(b, LSTMGate::Input, i),
               value(b, LSTMGate::Forget, i), value(b, LSTMGate::Cell, i));
  });
  emitGate(b, LSTMGate::Output, position);
  forEach(b, layer.cells, [&](ScalarBuilder &b, Value i) {
    Value gate = value(b, LSTMGate::Output, i);
    store(b, computeHidden(b, position, i, gate), hidden, i);
  });
  updateOutput(b, position);
}

std::unique_ptr<LSTMEmitter>
mopt::createIntegerLSTMEmitter(const LSTMLayer &layer,
                               RecurrentEmitter &emitter) {
  return std::make_unique<IntegerLSTMEmitter>(layer, emitter);
}
