//===- LSTMToLinalg.cpp - Ops of LSTM layers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LSTMEmitter.h"
#include "mopt/Dialect/Mopt/IR/BasicLSTM.h"
#include "mopt/Dialect/Mopt/Reference/LSTM.h"

using namespace mlir;
using namespace mlir::mopt;

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// Element `i` of row `row`.
static Value getIndex(ScalarBuilder &b, Value row, int64_t size, Value i) {
  return b.add(b.mul(row, size), i);
}

Value LSTMEmitter::loadInput(ScalarBuilder &b, const RecurrentPosition &at,
                             Value i) {
  return load(b, input, getIndex(b, at.sequenceRow, layer.inputs, i));
}

Value LSTMEmitter::loadAuxInput(ScalarBuilder &b, const RecurrentPosition &at,
                                Value i) {
  return load(b, auxInput, getIndex(b, at.sequenceRow, layer.auxInputs, i));
}

Value LSTMEmitter::loadOutputState(ScalarBuilder &b,
                                   const RecurrentPosition &at, Value i) {
  return load(b, outputState, getIndex(b, at.row, layer.outputs, i));
}

Value LSTMEmitter::loadCellState(ScalarBuilder &b, const RecurrentPosition &at,
                                 Value i) {
  return load(b, cellState, getIndex(b, at.row, layer.cells, i));
}

void LSTMEmitter::storeOutputState(ScalarBuilder &b,
                                   const RecurrentPosition &at, Value i,
                                   Value value) {
  store(b, value, outputState, getIndex(b, at.row, layer.outputs, i));
}

void LSTMEmitter::storeCellState(ScalarBuilder &b, const RecurrentPosition &at,
                                 Value i, Value value) {
  store(b, value, cellState, getIndex(b, at.row, layer.cells, i));
}

void LSTMEmitter::emit(ScalarBuilder &b) {
  auto number = [&](unsigned place) { return layer.getNumber(place); };
  input = emitter.getFlatBuffer(b, number(lstm::kInput));
  if (layer.has(lstm::kAuxInput))
    auxInput = emitter.getFlatBuffer(b, number(lstm::kAuxInput));
  outputState = emitter.getFlatState(b, number(lstm::kOutputState));
  cellState = emitter.getFlatState(b, number(lstm::kCellState));
  result = emitter.getFlatResult(b, layer.result);
  // Made here, so outside of the loops.
  for (unsigned place = 0; place < lstm::kNumPlaces; ++place)
    if (layer.has(place) && place != lstm::kOutputState &&
        place != lstm::kCellState)
      getBuffer(b, place);
  prepare(b);
  emitter.forEachStep(
      b, layer, [&](ScalarBuilder &b, const RecurrentPosition &at) {
        emitStep(b, at);
        forEach(b, layer.outputs, [&](ScalarBuilder &b, Value i) {
          emitter.storeOutput(b, layer, at, i, loadOutputState(b, at, i),
                              result);
        });
      });
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

/// Whether `layer` has a meaning.
static LogicalResult checkLayer(const LSTMLayer &layer,
                                PatternRewriter &rewriter) {
  Operation *op = layer.op;
  if (failed(checkStates(op,
                         {layer.getNumber(lstm::kOutputState),
                          layer.getNumber(lstm::kCellState)},
                         rewriter)))
    return failure();
  if (layer.getForm() == RecurrentForm::Integer) {
    if (isIntegerLSTMDefined(layer))
      return success();
    return refuse(
        op, rewriter,
        "peephole weights with more outputs than cells have no meaning");
  }
  if (layer.activation == ActivationFunction::NONE)
    return refuse(op, rewriter,
                  "an LSTM has no meaning with the activation function NONE");
  return success();
}

static bool isBasic(LSTMOp op) {
  return op.getKernelType() == LSTMKernel::BASIC;
}
static bool isBasic(Operation *) { return false; }

namespace {

template <typename OpT>
struct LSTMLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (isBasic(op))
      return failure();
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    SmallVector<LSTMLayer, 2> layers = getLSTMLayers(op);
    for (const LSTMLayer &layer : layers)
      if (failed(checkLayer(layer, rewriter)))
        return failure();
    ScalarBuilder b(op.getLoc(), rewriter);
    RecurrentEmitter emitter(op, adaptor.getOperands(), this->typeConverter);
    for (const LSTMLayer &layer : layers) {
      bool isInteger = layer.getForm() == RecurrentForm::Integer;
      (isInteger ? createIntegerLSTMEmitter(layer, emitter)
                 : createRealLSTMEmitter(layer, emitter))
          ->emit(b);
    }
    rewriter.replaceOp(op, emitter.getResults(b));
    return success();
  }
};

struct BasicLSTMLowering : OpConversionPattern<LSTMOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(LSTMOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (!isBasic(op))
      return failure();
    if (failed(checkLowerable(op, rewriter)) ||
        failed(checkStates(
            op, {basic_lstm::kLastOutput, basic_lstm::kCellState}, rewriter)))
      return failure();
    ScalarBuilder b(op.getLoc(), rewriter);
    RecurrentEmitter emitter(op, adaptor.getOperands(), this->typeConverter);
    emitBasicLSTM(op, emitter, b);
    rewriter.replaceOp(op, emitter.getResults(b));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateLSTMToLinalg(const TypeConverter &converter, RequantizeMode mode,
                          RewritePatternSet &patterns) {
  patterns.add<LSTMLowering<LSTMOp>, LSTMLowering<UnidirectionalSequenceLSTMOp>,
               LSTMLowering<BidirectionalSequenceLSTMOp>, BasicLSTMLowering>(
      converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
