//===- RealLSTMEmitter.cpp - LSTMs of float32 numbers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The float and the hybrid form: what FloatLSTM.cpp and HybridLSTM.cpp of the
// evaluator compute, except that float sums may be reordered.

#include "HybridInput.h"
#include "LSTMEmitter.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mopt/Dialect/Mopt/IR/ElementwiseOps.h"
#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"

using namespace mlir;
using namespace mlir::mopt;

using Compare = ScalarBuilder::Compare;

namespace {

class RealLSTMEmitter : public LSTMEmitter {
public:
  RealLSTMEmitter(UnidirectionalSequenceLSTMOp op, ValueRange operands)
      : LSTMEmitter(op, operands),
        isHybrid(getLSTMForm(op) == LSTMForm::Hybrid) {}

private:
  /// A vector that matrices are multiplied with. The hybrid form keeps its
  /// quantised elements in a buffer of i16, and its scale.
  struct Vector {
    using Load = std::function<Value(ScalarBuilder &, Value)>;
    Load load;
    int64_t size;
    Value quantized, scale;
  };

  void prepare(ScalarBuilder &b) override;
  void emitStep(ScalarBuilder &b, const LSTMPosition &at) override;

  void quantize(ScalarBuilder &b, Vector &vector);
  Value emitProduct(ScalarBuilder &b, unsigned matrix, Value row,
                    const Vector &vector, Value init);
  Value emitGateValue(ScalarBuilder &b, LSTMGate gate, const LSTMPosition &at,
                      const Vector &inputs, const Vector &states, Value i);
  void emitGate(ScalarBuilder &b, LSTMGate gate, const LSTMPosition &at,
                const Vector &inputs, const Vector &states);
  void normalize(ScalarBuilder &b, LSTMGate gate);
  Value activate(ScalarBuilder &b, LSTMGate gate, Value x);
  Value emitFunction(ScalarBuilder &b, Value x);
  void updateCell(ScalarBuilder &b, const LSTMPosition &at);
  void updateOutput(ScalarBuilder &b, const LSTMPosition &at);
  Value clip(ScalarBuilder &b, Value x, const APFloat &limit);
  float getScale(unsigned i) const {
    return getQuantParams(op->getOperand(i).getType()).scale();
  }
  /// Operands of step emission; made in `prepare`, so outside of the loops.
  Value at(ScalarBuilder &b, unsigned operand, ValueRange indices) {
    return load(b, getBuffer(b, operand), indices);
  }

  bool isHybrid;
  /// Values of the gates, and of the hidden state before a projection.
  Value gates[4], hidden;
  /// i16 buffers of the hybrid form.
  Value quantizedInput, quantizedState, quantizedHidden;
};

} // namespace

void RealLSTMEmitter::prepare(ScalarBuilder &b) {
  for (unsigned i = 0; i < op->getNumOperands(); ++i)
    if (has(i) && i != lstm::kOutputState && i != lstm::kCellState)
      getBuffer(b, i);
  for (Value &gate : gates)
    gate = allocate(b, dims.cells, b.getF32Type());
  hidden = allocate(b, dims.cells, b.getF32Type());
  if (!isHybrid)
    return;
  quantizedInput = allocate(b, dims.inputs, b.getI16Type());
  quantizedState = allocate(b, dims.outputs, b.getI16Type());
  quantizedHidden = allocate(b, dims.cells, b.getI16Type());
}

/// quantizeRows of one row.
void RealLSTMEmitter::quantize(ScalarBuilder &b, Vector &vector) {
  bool asymmetric = op.getAsymmetricQuantizeInputs();
  SmallVector<Value> range = b.loop(
      b.index(0), b.index(vector.size), {b.f32(0.0f), b.f32(0.0f)},
      [&](ScalarBuilder &b, Value i, ValueRange carried) {
        Value x = vector.load(b, i);
        return SmallVector<Value>{b.min(carried[0], x), b.max(carried[1], x)};
      });
  RowFactors factors;
  if (asymmetric)
    factors = emitAsymmetricFactors(b, range[0], range[1]);
  else
    factors = emitSymmetricFactors(
        b, b.max(range[1], Value(arith::NegFOp::create(b, range[0]))));
  forEach(b, vector.size, [&](ScalarBuilder &b, Value i) {
    store(b, emitQuantized(b, vector.load(b, i), factors), vector.quantized, i);
  });
  vector.scale = factors.scale;
}

/// init + matrix[row] * vector.
Value RealLSTMEmitter::emitProduct(ScalarBuilder &b, unsigned matrix, Value row,
                                   const Vector &vector, Value init) {
  Type type = isHybrid ? b.getI32Type() : Type(b.getF32Type());
  Value zero = b.constant(type, 0.0);
  Value sum =
      b.loop(b.index(0), b.index(vector.size), zero,
             [&](ScalarBuilder &b, Value k, Value sum) {
               Value weight = b.widen(at(b, matrix, {row, k}), false, type);
               Value x =
                   isHybrid ? b.widen(load(b, vector.quantized, k), false, type)
                            : vector.load(b, k);
               return b.addReduce(sum, b.mul(weight, x));
             });
  if (isHybrid)
    sum = b.mul(b.toFloat(sum), b.mul(vector.scale, b.f32(getScale(matrix))));
  return b.add(init, sum);
}

Value RealLSTMEmitter::emitGateValue(ScalarBuilder &b, LSTMGate gate,
                                     const LSTMPosition &position,
                                     const Vector &inputs, const Vector &states,
                                     Value i) {
  Value value =
      hasLSTMLayerNorm(op) ? b.f32(0.0f) : at(b, lstm::gateBias(gate), i);
  value = emitProduct(b, lstm::inputWeights(gate), i, inputs, value);
  unsigned recurrent = lstm::recurrentWeights(gate);
  if (cast<RankedTensorType>(op->getOperand(recurrent).getType()).getRank() ==
      1)
    value = b.add(value,
                  b.mul(at(b, recurrent, i), loadOutputState(b, position, i)));
  else
    value = emitProduct(b, recurrent, i, states, value);
  std::optional<unsigned> peephole = lstm::peepholeWeights(gate);
  if (!peephole || !hasLSTMPeephole(op))
    return value;
  Value weight = at(b, *peephole, i);
  if (isHybrid)
    weight = b.mul(b.f32(getScale(*peephole)),
                   b.toFloat(b.widen(weight, false, b.getI32Type())));
  return b.add(value, b.mul(weight, loadCellState(b, position, i)));
}

/// All values of a gate, to its buffer.
void RealLSTMEmitter::emitGate(ScalarBuilder &b, LSTMGate gate,
                               const LSTMPosition &position,
                               const Vector &inputs, const Vector &states) {
  bool isNormalized = hasLSTMLayerNorm(op);
  Value buffer = gates[unsigned(gate)];
  forEach(b, dims.cells, [&](ScalarBuilder &b, Value i) {
    Value value = emitGateValue(b, gate, position, inputs, states, i);
    store(b, isNormalized ? value : activate(b, gate, value), buffer, i);
  });
  if (isNormalized)
    normalize(b, gate);
}

void RealLSTMEmitter::normalize(ScalarBuilder &b, LSTMGate gate) {
  Value buffer = gates[unsigned(gate)];
  Value size = b.f32(static_cast<float>(dims.cells));
  auto fold = [&](llvm::function_ref<Value(ScalarBuilder &, Value)> term) {
    return b.loop(b.index(0), b.index(dims.cells), b.f32(0.0f),
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
  forEach(b, dims.cells, [&](ScalarBuilder &b, Value i) {
    Value x = b.mul(b.sub(load(b, buffer, i), mean), inverse);
    x = b.add(b.mul(x, at(b, lstm::layerNorm(gate), i)),
              at(b, lstm::gateBias(gate), i));
    store(b, activate(b, gate, x), buffer, i);
  });
}

Value RealLSTMEmitter::activate(ScalarBuilder &b, LSTMGate gate, Value x) {
  if (gate == LSTMGate::Cell)
    return emitFunction(b, x);
  Value decay = math::ExpOp::create(b, Value(arith::NegFOp::create(b, x)));
  Value one = b.f32(1.0f);
  return b.div(one, b.add(one, decay));
}

/// The function of cell gate and cell state.
Value RealLSTMEmitter::emitFunction(ScalarBuilder &b, Value x) {
  switch (op.getFusedActivationFunction()) {
  case ActivationFunction::NONE:
    break;
  case ActivationFunction::RELU:
    return b.max(b.f32(0.0f), x);
  case ActivationFunction::RELU_N1_TO_1:
    return b.max(b.f32(-1.0f), b.min(x, b.f32(1.0f)));
  case ActivationFunction::RELU6:
    return b.max(b.f32(0.0f), b.min(x, b.f32(6.0f)));
  case ActivationFunction::TANH:
    return math::TanhOp::create(b, x);
  case ActivationFunction::SIGN_BIT: {
    Value sign = math::CopySignOp::create(b, b.f32(1.0f), x);
    return b.select(b.compare(Compare::LT, sign, b.f32(0.0f)), b.f32(1.0f),
                    b.f32(0.0f));
  }
  }
  llvm_unreachable("the pattern refuses NONE");
}

Value RealLSTMEmitter::clip(ScalarBuilder &b, Value x, const APFloat &limit) {
  float bound = limit.convertToFloat();
  if (bound <= 0.0f)
    return x;
  return b.max(b.min(b.f32(bound), x), b.f32(-bound));
}

void RealLSTMEmitter::updateCell(ScalarBuilder &b,
                                 const LSTMPosition &position) {
  forEach(b, dims.cells, [&](ScalarBuilder &b, Value i) {
    auto gate = [&](LSTMGate which) {
      return load(b, gates[unsigned(which)], i);
    };
    Value forget = gate(LSTMGate::Forget);
    Value share =
        isCoupledLSTM(op) ? b.sub(b.f32(1.0f), forget) : gate(LSTMGate::Input);
    Value cell = b.add(b.mul(forget, loadCellState(b, position, i)),
                       b.mul(share, gate(LSTMGate::Cell)));
    storeCellState(b, position, i, clip(b, cell, op.getCellClip()));
  });
}

void RealLSTMEmitter::updateOutput(ScalarBuilder &b,
                                   const LSTMPosition &position) {
  bool hasProjection = hasLSTMProjection(op);
  forEach(b, dims.cells, [&](ScalarBuilder &b, Value i) {
    Value value = b.mul(load(b, gates[unsigned(LSTMGate::Output)], i),
                        emitFunction(b, loadCellState(b, position, i)));
    if (hasProjection)
      store(b, value, hidden, i);
    else
      storeOutputState(b, position, i, value);
  });
  if (!hasProjection)
    return;
  Vector vector{[&](ScalarBuilder &b, Value i) { return load(b, hidden, i); },
                dims.cells,
                quantizedHidden,
                {}};
  if (isHybrid)
    quantize(b, vector);
  forEach(b, dims.outputs, [&](ScalarBuilder &b, Value i) {
    Value init = has(lstm::kProjectionBias) ? at(b, lstm::kProjectionBias, i)
                                            : b.f32(0.0f);
    Value value = emitProduct(b, lstm::kProjectionWeights, i, vector, init);
    storeOutputState(b, position, i, clip(b, value, op.getProjClip()));
  });
}

void RealLSTMEmitter::emitStep(ScalarBuilder &b, const LSTMPosition &position) {
  Vector inputs{
      [&](ScalarBuilder &b, Value i) { return loadInput(b, position, i); },
      dims.inputs,
      quantizedInput,
      {}};
  Vector states{[&](ScalarBuilder &b, Value i) {
                  return loadOutputState(b, position, i);
                },
                dims.outputs,
                quantizedState,
                {}};
  if (isHybrid) {
    quantize(b, inputs);
    quantize(b, states);
  }
  for (LSTMGate gate : {LSTMGate::Input, LSTMGate::Forget, LSTMGate::Cell})
    if (gate != LSTMGate::Input || !isCoupledLSTM(op))
      emitGate(b, gate, position, inputs, states);
  updateCell(b, position);
  // The output gate looks at the new cell state.
  emitGate(b, LSTMGate::Output, position, inputs, states);
  updateOutput(b, position);
}

std::unique_ptr<LSTMEmitter>
mopt::createRealLSTMEmitter(UnidirectionalSequenceLSTMOp op,
                            ValueRange operands) {
  return std::make_unique<RealLSTMEmitter>(op, operands);
}
