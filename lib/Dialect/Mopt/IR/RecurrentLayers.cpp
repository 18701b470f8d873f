//===- RecurrentLayers.cpp - Layers of recurrent ops -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/RecurrentLayers.h"

#include "VerifierUtils.h"

using namespace mlir;
using namespace mlir::mopt;

static Type getStorage(Value value) {
  return getStorageElementType(getTensorType(value).getElementType());
}

std::optional<RecurrentForm> mopt::getRecurrentForm(Value input,
                                                    Value weights) {
  Type inputs = getStorage(input), elements = getStorage(weights);
  if (inputs.isF32() && elements.isF32())
    return RecurrentForm::Float;
  if (inputs.isF32() && elements.isInteger(8))
    return RecurrentForm::Hybrid;
  if (inputs.isSignlessInteger(8) && elements.isSignlessInteger(8))
    return RecurrentForm::Integer;
  return std::nullopt;
}

bool mopt::isHybridWeight(Value weights) {
  QuantParams params = getQuantParams(weights.getType());
  return getStorage(weights).isInteger(8) && params.isQuantized() &&
         !params.isPerAxis();
}

Value mopt::getPresentOperand(Operation *op, unsigned i) {
  if (i >= op->getNumOperands() || isa<NoneType>(op->getOperand(i).getType()))
    return {};
  return op->getOperand(i);
}

void SequenceLayer::setSequence(bool isTimeMajor) {
  RankedTensorType type = getTensorType(op->getOperand(input));
  timeMajor = isTimeMajor;
  bool isSequence = type.getRank() == 3;
  batch = type.getDimSize(isSequence && timeMajor ? 1 : 0);
  steps = isSequence ? type.getDimSize(timeMajor ? 0 : 1) : 1;
  inputs = type.getShape().back();
  if (auxInput)
    auxInputs = getTensorType(op->getOperand(*auxInput)).getShape().back();
}

template <typename OpT>
static SmallVector<RNNLayer, 2> getOnlyLayer(OpT op, bool timeMajor) {
  RNNLayer layer(op, op.getFusedActivationFunction(),
                 op.getAsymmetricQuantizeInputs());
  layer.weights = 1;
  layer.recurrentWeights = 2;
  layer.bias = 3;
  layer.state = 4;
  layer.setSequence(timeMajor);
  layer.outputs = getTensorType(op.getInputWeights()).getDimSize(0);
  return {layer};
}

SmallVector<RNNLayer, 2> mopt::getRNNLayers(RNNOp op) {
  return getOnlyLayer(op, /*timeMajor=*/false);
}

SmallVector<RNNLayer, 2> mopt::getRNNLayers(UnidirectionalSequenceRNNOp op) {
  return getOnlyLayer(op, op.getTimeMajor());
}

SmallVector<RNNLayer, 2> mopt::getRNNLayers(BidirectionalSequenceRNNOp op) {
  RNNLayer forward(op, op.getFusedActivationFunction(),
                   op.getAsymmetricQuantizeInputs());
  RNNLayer backward = forward;
  auto place = [](RNNLayer &layer, unsigned first) {
    layer.weights = first;
    layer.recurrentWeights = first + 1;
    layer.bias = first + 2;
    layer.state = first + 3;
  };
  place(forward, 1);
  place(backward, 5);
  constexpr unsigned auxInput = 9;
  if (isPresent(op.getFwAuxInputWeights())) {
    forward.auxInput = backward.auxInput = auxInput;
    forward.auxWeights = 10;
    backward.auxWeights = 11;
  } else if (isPresent(op.getAuxInput())) {
    backward.input = auxInput;
  }
  backward.isBackward = true;
  for (RNNLayer *layer : {&forward, &backward}) {
    layer->setSequence(op.getTimeMajor());
    Value weights = op->getOperand(layer->weights);
    layer->outputs = getTensorType(weights).getDimSize(0);
  }
  if (op.getMergeOutputs())
    backward.resultColumn = forward.outputs;
  else
    backward.result = 1;
  return {forward, backward};
}

SVDFDims::SVDFDims(SVDFOp op)
    : batch(getTensorType(op.getInput()).getDimSize(0)),
      inputs(getTensorType(op.getInput()).getDimSize(1)),
      filters(getTensorType(op.getWeightsFeature()).getDimSize(0)),
      memory(getTensorType(op.getWeightsTime()).getDimSize(1)),
      units(filters / op.getRank()) {}

std::optional<RecurrentForm> mopt::getSVDFForm(SVDFOp op) {
  return getRecurrentForm(op.getInput(), op.getWeightsFeature());
}
