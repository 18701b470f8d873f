//===- LSTMOperands.cpp - Where an LSTM keeps its parameters -----*- C++
//-*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"
#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"

#include "mopt/Dialect/Mopt/IR/QuantUtils.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

static RankedTensorType getType(UnidirectionalSequenceLSTMOp op, unsigned i) {
  return cast<RankedTensorType>(op->getOperand(i).getType());
}

LSTMDims::LSTMDims(UnidirectionalSequenceLSTMOp op) {
  RankedTensorType input = getType(op, lstm::kInput);
  bool timeMajor = op.getTimeMajor();
  batch = input.getDimSize(timeMajor ? 1 : 0);
  steps = input.getDimSize(timeMajor ? 0 : 1);
  inputs = input.getDimSize(2);
  cells = getType(op, lstm::inputWeights(LSTMGate::Output)).getDimSize(0);
  RankedTensorType recurrent =
      getType(op, lstm::recurrentWeights(LSTMGate::Output));
  // A diagonal matrix is square.
  outputs = recurrent.getDimSize(recurrent.getRank() - 1);
}

Value mopt::getLSTMOperand(UnidirectionalSequenceLSTMOp op, unsigned i) {
  if (i >= op->getNumOperands() || isa<NoneType>(op->getOperand(i).getType()))
    return {};
  return op->getOperand(i);
}

bool mopt::isCoupledLSTM(UnidirectionalSequenceLSTMOp op) {
  return !getLSTMOperand(op, lstm::inputWeights(LSTMGate::Input));
}

bool mopt::hasLSTMPeephole(UnidirectionalSequenceLSTMOp op) {
  return static_cast<bool>(
      getLSTMOperand(op, *lstm::peepholeWeights(LSTMGate::Output)));
}

bool mopt::hasLSTMLayerNorm(UnidirectionalSequenceLSTMOp op) {
  return static_cast<bool>(
      getLSTMOperand(op, lstm::layerNorm(LSTMGate::Forget)));
}

bool mopt::hasLSTMProjection(UnidirectionalSequenceLSTMOp op) {
  return static_cast<bool>(getLSTMOperand(op, lstm::kProjectionWeights));
}

std::optional<LSTMForm> mopt::getLSTMForm(UnidirectionalSequenceLSTMOp op) {
  auto storage = [&](unsigned i) {
    return getStorageElementType(getType(op, i).getElementType());
  };
  Type input = storage(lstm::kInput);
  Type weights = storage(lstm::inputWeights(LSTMGate::Output));
  if (input.isF32() && weights.isF32())
    return LSTMForm::Float;
  if (input.isF32() && weights.isInteger(8))
    return LSTMForm::Hybrid;
  if (input.isSignlessInteger(8) && weights.isSignlessInteger(8))
    return LSTMForm::Integer;
  return std::nullopt;
}

std::optional<LSTMIntermediate>
mopt::getLSTMIntermediate(UnidirectionalSequenceLSTMOp op, unsigned i) {
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

std::optional<int> mopt::getLSTMCellExponent(UnidirectionalSequenceLSTMOp op) {
  QuantParams params = getQuantParams(getType(op, lstm::kCellState));
  if (!params.isQuantized() || params.isPerAxis())
    return std::nullopt;
  float exponent = std::log2(params.scale());
  float rounded = std::round(exponent);
  if (!(std::abs(exponent - rounded) < 1e-3f))
    return std::nullopt;
  return static_cast<int>(rounded);
}
