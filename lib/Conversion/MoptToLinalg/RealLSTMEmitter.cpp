//===- RealLSTMEmitter.cpp - LSTMs of float32 numbers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The float and the hybrid form: what RealLSTM.cpp of the evaluator computes,
// except that float sums may be reordered.

#include "LSTMEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

class RealLSTMEmitter : public LSTMEmitter {
public:
  RealLSTMEmitter(const LSTMLayer &layer, RecurrentEmitter &emitter)
      : LSTMEmitter(layer, emitter),
        isHybrid(layer.getForm() == RecurrentForm::Hybrid) {}

private:
  void prepare(ScalarBuilder &b) override;
  void emitStep(ScalarBuilder &b, const RecurrentPosition &at) override;

  EmittedMatrix getMatrix(ScalarBuilder &b, unsigned place);
  Value emitGateValue(ScalarBuilder &b, LSTMGate gate,
                      const RecurrentPosition &at, Value i);
  void emitGate(ScalarBuilder &b, LSTMGate gate, const RecurrentPosition &at);
  void normalize(ScalarBuilder &b, LSTMGate gate);
  Value activate(ScalarBuilder &b, LSTMGate gate, Value x);
  void updateCell(ScalarBuilder &b, const RecurrentPosition &at);
  void updateOutput(ScalarBuilder &b, const RecurrentPosition &at);
  Value clip(ScalarBuilder &b, Value x, float bound);
  float getScale(unsigned place) const {
    return getQuantParams(layer.getType(place)).scale();
  }
  Value at(ScalarBuilder &b, unsigned place, ValueRange indices) {
    return load(b, getBuffer(b, place), indices);
  }

  bool isHybrid;
  /// Values of the gates, and of the hidden state before a projection.
  Value gates[4], hiddenValues;
  /// What a step multiplies matrices with.
  EmittedVector inputs, auxInputs, states, hidden;
};

} // namespace

void RealLSTMEmitter::prepare(ScalarBuilder &b) {
  for (Value &gate : gates)
    gate = allocate(b, layer.cells, b.getF32Type());
  auto prepareVector = [&](EmittedVector &vector, int64_t size) {
    vector.size = size;
    if (isHybrid)
      vector.quantized = allocate(b, size, b.getI16Type());
  };
  prepareVector(inputs, layer.inputs);
  if (layer.has(lstm::kAuxInput))
    prepareVector(auxInputs, layer.auxInputs);
  prepareVector(states, layer.outputs);
  if (!layer.hasProjection())
    return;
  hiddenValues = allocate(b, layer.cells, b.getF32Type());
  prepareVector(hidden, layer.cells);
  hidden.load = [this](ScalarBuilder &b, Value i) {
    return load(b, hiddenValues, i);
  };
}

EmittedMatrix RealLSTMEmitter::getMatrix(ScalarBuilder &b, unsigned place) {
  EmittedMatrix matrix{getBuffer(b, place), std::nullopt};
  if (isHybrid)
    matrix.scale = getScale(place);
  return matrix;
}

Value RealLSTMEmitter::emitGateValue(ScalarBuilder &b, LSTMGate gate,
                                     const RecurrentPosition &position,
                                     Value i) {
  Value value =
      layer.hasLayerNorm() ? b.f32(0.0f) : at(b, lstm::gateBias(gate), i);
  value =
      emitProduct(b, getMatrix(b, lstm::inputWeights(gate)), i, inputs, value);
  if (layer.has(lstm::kAuxInput))
    value = emitProduct(b, getMatrix(b, lstm::auxWeights(gate)), i, auxInputs,
                        value);
  unsigned recurrent = lstm::recurrentWeights(gate);
  if (layer.isDiagonal(gate))
    value = b.add(value,
                  b.mul(at(b, recurrent, i), loadOutputState(b, position, i)));
  else
    value = emitProduct(b, getMatrix(b, recurrent), i, states, value);
  std::optional<unsigned> peephole = lstm::peepholeWeights(gate);
  if (!peephole || !layer.hasPeephole())
    return value;
  Value weight = at(b, *peephole, i);
  if (isHybrid)
    weight = b.mul(b.f32(getScale(*peephole)),
                   b.toFloat(b.widen(weight, false, b.getI32Type())));
  return b.add(value, b.mul(weight, loadCellState(b, position, i)));
}

/// All values of a gate, to its buffer.
void RealLSTMEmitter::emitGate(ScalarBuilder &b, LSTMGate gate,
                               const RecurrentPosition &position) {
  bool isNormalized = layer.hasLayerNorm();
  Value buffer = gates[unsigned(gate)];
  forEach(b, layer.cells, [&](ScalarBuilder &b, Value i) {
    Value value = emitGateValue(b, gate, position, i);
    store(b, isNormalized ? value : activate(b, gate, value), buffer, i);
  });
  if (isNormalized)
    normalize(b, gate);
}

void RealLSTMEmitter::normalize(ScalarBuilder &b, LSTMGate gate) {
  Value buffer = gates[unsigned(gate)];
  Value size = b.f32(static_cast<float>(layer.cells));
  auto fold = [&](llvm::function_ref<Value(ScalarBuilder &, Value)> term) {
    return b.loop(b.index(0), b.index(layer.cells), b.f32(0.0f),
                  [&](ScalarBuilder &b, Value i, Value sum) {
                    return b.addReduce(sum, term(b, load(b, buffer, i)));
                  });
  };
  Value sum = fold([](ScalarBuilder &, Value x) { return x; });
  Value mean = b.div(sum, size);
  Value squares = fold([&](ScalarBuilder &b, Value x) {
    Value difference = b.sub(x, mean);
    return b.mul(difference, difference);
  });
  Value guarded = b.add(b.div(squares, size), b.f32(1e-8f));
  Value inverse = b.div(b.f32(1.0f), Value(math::SqrtOp::create(b, guarded)));
  forEach(b, layer.cells, [&](ScalarBuilder &b, Value i) {
    Value x = b.mul(b.sub(load(b, buffer, i), mean), inverse);
    x = b.add(b.mul(x, at(b, lstm::layerNorm(gate), i)),
              at(b, lstm::gateBias(gate), i));
    store(b, activate(b, gate, x), buffer, i);
  });
}

Value RealLSTMEmitter::activate(ScalarBuilder &b, LSTMGate gate, Value x) {
  return gate == LSTMGate::Cell ? emitRealActivation(b, layer.activation, x)
                                : emitLogistic(b, x);
}

Value RealLSTMEmitter::clip(ScalarBuilder &b, Value x, float bound) {
  if (bound <= 0.0f)
    return x;
  return b.max(b.min(b.f32(bound), x), b.f32(-bound));
}

void RealLSTMEmitter::updateCell(ScalarBuilder &b,
                                 const RecurrentPosition &position) {
  forEach(b, layer.cells, [&](ScalarBuilder &b, Value i) {
    auto gate = [&](LSTMGate which) {
      return load(b, gates[unsigned(which)], i);
    };
    Value forget = gate(LSTMGate::Forget);
    Value share =
        layer.isCoupled() ? b.sub(b.f32(1.0f), forget) : gate(LSTMGate::Input);
    Value cell = b.add(b.mul(forget, loadCellState(b, position, i)),
                       b.mul(share, gate(LSTMGate::Cell)));
    storeCellState(b, position, i, clip(b, cell, layer.cellClip));
  });
}

void RealLSTMEmitter::updateOutput(ScalarBuilder &b,
                                   const RecurrentPosition &position) {
  bool hasProjection = layer.hasProjection();
  forEach(b, layer.cells, [&](ScalarBuilder &b, Value i) {
    Value cell =
        emitRealActivation(b, layer.activation, loadCellState(b, position, i));
    Value value = b.mul(load(b, gates[unsigned(LSTMGate::Output)], i), cell);
    if (hasProjection)
      store(b, value, hiddenValues, i);
    else
      storeOutputState(b, position, i, value);
  });
  if (!hasProjection)
    return;
  emitQuantization(b, hidden, layer.asymmetric);
  forEach(b, layer.outputs, [&](ScalarBuilder &b, Value i) {
    Value init = layer.has(lstm::kProjectionBias)
                     ? at(b, lstm::kProjectionBias, i)
                     : b.f32(0.0f);
    Value value =
        emitProduct(b, getMatrix(b, lstm::kProjectionWeights), i, hidden, init);
    storeOutputState(b, position, i, clip(b, value, layer.projectionClip));
  });
}

void RealLSTMEmitter::emitStep(ScalarBuilder &b,
                               const RecurrentPosition &position) {
  inputs.load = [&](ScalarBuilder &b, Value i) {
    return loadInput(b, position, i);
  };
  emitQuantization(b, inputs, layer.asymmetric);
  if (layer.has(lstm::kAuxInput)) {
    auxInputs.load = [&](ScalarBuilder &b, Value i) {
      return loadAuxInput(b, position, i);
    };
    emitQuantization(b, auxInputs, layer.asymmetric);
  }
  states.load = [&](ScalarBuilder &b, Value i) {
    return loadOutputState(b, position, i);
  };
  emitQuantization(b, states, layer.asymmetric);
  for (LSTMGate gate : {LSTMGate::Input, LSTMGate::Forget, LSTMGate::Cell})
    if (gate != LSTMGate::Input || !layer.isCoupled())
      emitGate(b, gate, position);
  updateCell(b, position);
  // The output gate looks at the new cell state.
  emitGate(b, LSTMGate::Output, position);
  updateOutput(b, position);
}

std::unique_ptr<LSTMEmitter>
mopt::createRealLSTMEmitter(const LSTMLayer &layer, RecurrentEmitter &emitter) {
  return std::make_unique<RealLSTMEmitter>(layer, emitter);
}
