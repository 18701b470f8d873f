//===- SVDFToLinalg.cpp - Filters over time -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What SVDFEvaluators.cpp of the evaluator computes, except that float sums may
// be reordered.

#include "RecurrentEmitter.h"
#include "RequantizeEmitter.h"
#include "mopt/Dialect/Mopt/Reference/SVDF.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

class SVDFEmitter {
public:
  SVDFEmitter(SVDFOp op, RecurrentEmitter &emitter, ScalarBuilder &b);

  void emit(ScalarBuilder &b);

private:
  Value emitLatest(ScalarBuilder &b, Value row, Value filter);
  void emitMemory(ScalarBuilder &b, Value row);
  Value emitOutput(ScalarBuilder &b, Value row, Value unit);

  SVDFOp op;
  SVDFDims dims;
  RecurrentEmitter &emitter;
  std::optional<IntegerSVDF> integer;
  EmittedMatrix features;
  EmittedVector vector;
  Value input, timeWeights, bias, state, result;
  std::optional<float> timeScale;
};

} // namespace

SVDFEmitter::SVDFEmitter(SVDFOp op, RecurrentEmitter &emitter, ScalarBuilder &b)
    : op(op), dims(op), emitter(emitter) {
  enum : unsigned { kInput, kFeatures, kTime, kBias, kState };
  RecurrentForm form = *getSVDFForm(op);
  input = emitter.getFlatBuffer(b, kInput);
  features.buffer = emitter.getBuffer(b, kFeatures);
  timeWeights = emitter.getFlatBuffer(b, kTime);
  if (isPresent(op.getBias()))
    bias = emitter.getBuffer(b, kBias);
  state = emitter.getFlatState(b, kState);
  result = emitter.getFlatResult(b, 0);
  vector.size = dims.inputs;
  if (form == RecurrentForm::Integer)
    integer.emplace(op);
  if (form != RecurrentForm::Hybrid)
    return;
  features.scale = getQuantParams(op.getWeightsFeature().getType()).scale();
  timeScale = getQuantParams(op.getWeightsTime().getType()).scale();
  vector.quantized = emitter.allocate(b, dims.inputs, b.getI16Type());
}

/// What a filter makes of the step: float, or an i32 in 16 bits.
Value SVDFEmitter::emitLatest(ScalarBuilder &b, Value row, Value filter) {
  if (!integer)
    return emitProduct(b, features, filter, vector, b.f32(0.0f));
  Value sum =
      b.loop(b.index(0), b.index(dims.inputs), b.i32(0),
             [&](ScalarBuilder &b, Value k, Value sum) {
               Value weight =
                   b.widen(emitter.load(b, features.buffer, {filter, k}), false,
                           b.getI32Type());
               Value x = b.widen(vector.load(b, k), false, b.getI32Type());
               x = b.sub(x, integer->inputZeroPoint);
               return b.add(sum, b.mul(weight, x));
             });
  Value value = emitMultiplyByQuantizedMultiplier(b, sum, integer->feature);
  return b.narrow(b.clamp(value, -32768, 32767), b.getI16Type());
}

/// Moves the memory of a row's filters on by a step.
void SVDFEmitter::emitMemory(ScalarBuilder &b, Value row) {
  emitter.forEach(b, dims.filters, [&](ScalarBuilder &b, Value filter) {
    Value first = b.mul(b.add(b.mul(row, dims.filters), filter), dims.memory);
    emitter.forEach(b, dims.memory - 1, [&](ScalarBuilder &b, Value m) {
      Value to = b.add(first, m);
      emitter.store(b, emitter.load(b, state, b.add(to, 1)), state, to);
    });
    emitter.store(b, emitLatest(b, row, filter), state,
                  b.add(first, dims.memory - 1));
  });
}

Value SVDFEmitter::emitOutput(ScalarBuilder &b, Value row, Value unit) {
  // The filters of a unit lie one after the other.
  int64_t terms = op.getRank() * dims.memory;
  Value firstWeight = b.mul(unit, terms);
  Value firstState = b.mul(b.add(b.mul(row, dims.units), unit), terms);
  Type type = integer ? Type(b.getI32Type()) : Type(b.getF32Type());
  Value sum = b.loop(
      b.index(0), b.index(terms), b.constant(type, 0.0),
      [&](ScalarBuilder &b, Value k, Value sum) {
        Value weight = emitter.load(b, timeWeights, b.add(firstWeight, k));
        if (timeScale)
          weight = b.mul(b.f32(*timeScale),
                         b.toFloat(b.widen(weight, false, b.getI32Type())));
        Value x = emitter.load(b, state, b.add(firstState, k));
        return b.addReduce(
            sum, b.mul(b.widen(weight, false, type), b.widen(x, false, type)));
      });
  if (bias)
    sum = b.add(sum, emitter.load(b, bias, unit));
  if (!integer)
    return emitRealActivation(b, op.getFusedActivationFunction(), sum);
  Value value = emitMultiplyByQuantizedMultiplier(b, sum, integer->time);
  // The zero point may carry the sum over 32 bits.
  value =
      b.add(b.widen(value, false, b.getI64Type()), integer->outputZeroPoint);
  return b.narrow(b.clamp(value, -128, 127), b.getI8Type());
}

void SVDFEmitter::emit(ScalarBuilder &b) {
  emitter.forEach(b, dims.batch, [&](ScalarBuilder &b, Value row) {
    Value first = b.mul(row, dims.inputs);
    vector.load = [&, first](ScalarBuilder &b, Value i) {
      return emitter.load(b, input, b.add(first, i));
    };
    emitQuantization(b, vector, op.getAsymmetricQuantizeInputs());
    emitMemory(b, row);
    emitter.forEach(b, dims.units, [&](ScalarBuilder &b, Value unit) {
      emitter.store(b, emitOutput(b, row, unit), result,
                    b.add(b.mul(row, dims.units), unit));
    });
  });
}

namespace {

struct SVDFLowering : OpConversionPattern<SVDFOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(SVDFOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)) ||
        failed(checkStates(op, {4}, rewriter)))
      return failure();
    ScalarBuilder b(op.getLoc(), rewriter);
    RecurrentEmitter emitter(op, adaptor.getOperands(), this->typeConverter);
    SVDFEmitter(op, emitter, b).emit(b);
    rewriter.replaceOp(op, emitter.getResults(b));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateSVDFToLinalg(const TypeConverter &converter, RequantizeMode mode,
                          RewritePatternSet &patterns) {
  patterns.add<SVDFLowering>(converter, patterns.getContext());
}
} // namespace mlir::mopt::detail
