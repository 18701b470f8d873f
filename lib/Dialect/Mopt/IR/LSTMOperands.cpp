//===- LSTMOperands.cpp - Parameters of LSTMs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

void LSTMLayer::setSizes() {
  input = getNumber(lstm::kInput);
  if (has(lstm::kAuxInput))
    auxInput = getNumber(lstm::kAuxInput);
  setSequence(timeMajor);
  cells = getType(lstm::inputWeights(LSTMGate::Output)).getDimSize(0);
  // A diagonal matrix is square.
  outputs = getType(lstm::recurrentWeights(LSTMGate::Output)).getShape().back();
}

Value LSTMLayer::get(unsigned place) const {
  return places[place] ? getPresentOperand(op, *places[place]) : Value();
}

RankedTensorType LSTMLayer::getType(unsigned place) const {
  return cast<RankedTensorType>(get(place).getType());
}

bool LSTMLayer::isCoupled() const {
  return !has(lstm::inputWeights(LSTMGate::Input));
}

bool LSTMLayer::hasPeephole() const {
  return has(*lstm::peepholeWeights(LSTMGate::Output));
}

bool LSTMLayer::hasLayerNorm() const {
  return has(lstm::layerNorm(LSTMGate::Forget));
}

bool LSTMLayer::hasProjection() const { return has(lstm::kProjectionWeights); }

bool LSTMLayer::isDiagonal(LSTMGate gate) const {
  Value matrix = get(lstm::recurrentWeights(gate));
  return matrix && cast<RankedTensorType>(matrix.getType()).getRank() == 1;
}

std::optional<RecurrentForm> LSTMLayer::getForm() const {
  return getRecurrentForm(get(lstm::kInput),
                          get(lstm::inputWeights(LSTMGate::Output)));
}

std::optional<LSTMIntermediate> LSTMLayer::getIntermediate(unsigned i) const {
  auto intermediates = op->getAttrOfType<ArrayAttr>(kIntermediatesAttr);
  if (!intermediates || i >= intermediates.size())
    return std::nullopt;
  TypeAttr type = cast<TensorAttr>(intermediates[i]).getType();
  if (!type)
    return std::nullopt;
  QuantParams params = getQuantParams(type.getValue());
  if (!params.isQuantized() || params.isPerAxis())
    return std::nullopt;
  return LSTMIntermediate{params.scale(), params.zeroPoint()};
}

std::optional<int> LSTMLayer::getCellExponent() const {
  QuantParams params = getQuantParams(getType(lstm::kCellState));
  if (!params.isQuantized() || params.isPerAxis())
    return std::nullopt;
  return getPowerOfTwoExponent(params.scale());
}

std::optional<int> mopt::getPowerOfTwoExponent(float scale) {
  float exponent = std::log2(scale);
  float rounded = std::round(exponent);
  if (!(std::abs(exponent - rounded) < 1e-3f))
    return std::nullopt;
  return static_cast<int>(rounded);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

template <typename OpT>
static LSTMLayer makeLayer(OpT op) {
  LSTMLayer layer(op, op.getFusedActivationFunction(),
                  op.getAsymmetricQuantizeInputs());
  layer.cellClip = op.getCellClip().convertToFloat();
  layer.projectionClip = op.getProjClip().convertToFloat();
  layer.places[lstm::kInput] = 0;
  return layer;
}

template <typename OpT>
static LSTMLayer makeOnlyLayer(OpT op) {
  LSTMLayer layer = makeLayer(op);
  for (unsigned i = 0; i < lstm::kNumOperands; ++i)
    layer.places[i] = i;
  return layer;
}

SmallVector<LSTMLayer, 2> mopt::placeLSTMLayers(LSTMOp op) {
  LSTMLayer layer = makeOnlyLayer(op);
  // All rows take their only step together.
  layer.timeMajor = true;
  return {layer};
}

SmallVector<LSTMLayer, 2>
mopt::placeLSTMLayers(UnidirectionalSequenceLSTMOp op) {
  LSTMLayer layer = makeOnlyLayer(op);
  layer.timeMajor = op.getTimeMajor();
  return {layer};
}

SmallVector<LSTMLayer, 2>
mopt::placeLSTMLayers(BidirectionalSequenceLSTMOp op) {
  LSTMLayer forward = makeLayer(op);
  forward.timeMajor = op.getTimeMajor();
  LSTMLayer backward = forward;
  backward.isBackward = true;
  backward.result = op.getMergeOutputs() ? 0 : 1;
  constexpr unsigned forwardWeights = 1, backwardWeights = 18, numWeights = 17;
  constexpr unsigned forwardState = 35, backwardState = 37;
  static constexpr unsigned auxInput = 39, forwardAux = 40, backwardAux = 44;
  auto place = [](LSTMLayer &layer, unsigned weights, unsigned state) {
    for (unsigned i = 0; i < numWeights; ++i)
      layer.places[lstm::inputWeights(LSTMGate::Input) + i] = weights + i;
    layer.places[lstm::kOutputState] = state;
    layer.places[lstm::kCellState] = state + 1;
  };
  place(forward, forwardWeights, forwardState);
  place(backward, backwardWeights, backwardState);
  // Without weights the auxiliary input is the backward layer's own.
  bool hasAuxWeights =
      bool(getPresentOperand(op, forwardAux + unsigned(LSTMGate::Forget)));
  if (!hasAuxWeights) {
    if (getPresentOperand(op, auxInput))
      backward.places[lstm::kInput] = auxInput;
    return {forward, backward};
  }
  auto placeAux = [](LSTMLayer &layer, unsigned weights) {
    layer.places[lstm::kAuxInput] = auxInput;
    for (LSTMGate gate : kLSTMGates)
      layer.places[lstm::auxWeights(gate)] = weights + unsigned(gate);
  };
  placeAux(forward, forwardAux);
  placeAux(backward, backwardAux);
  return {forward, backward};
}
