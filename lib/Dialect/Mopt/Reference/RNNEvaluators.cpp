//===- RNNEvaluators.cpp - Recurrent layers without gates -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RealArithmetic.h"

using namespace mlir;
using namespace mlir::mopt;

template <typename Arithmetic>
static void runLayer(const RNNLayer &layer, EvalContext &context) {
  Arithmetic arithmetic(layer.asymmetric);
  RealActivation activation = getRealActivation(layer.activation);
  ArrayRef<float> bias = context.input(layer.bias).as<float>();
  forEachStep(layer, [&](const RecurrentStep &step) {
    std::vector<float> values;
    for (int64_t row = 0; row < step.numRows; ++row)
      values.insert(values.end(), bias.begin(), bias.end());
    auto addInput = [&](unsigned input, unsigned weights, int64_t size) {
      auto vectors =
          step.rows(context.input(input).as<float>(), step.sequenceRow, size);
      arithmetic.addProduct(context.input(weights),
                            arithmetic.prepare(vectors, step.numRows), values);
    };
    addInput(layer.input, layer.weights, layer.inputs);
    if (layer.auxWeights)
      addInput(*layer.auxInput, *layer.auxWeights, layer.auxInputs);
    auto state = step.rows(context.input(layer.state).asMutable<float>(),
                           step.stateRow, layer.outputs);
    arithmetic.addProduct(context.input(layer.recurrentWeights),
                          arithmetic.prepare(state, step.numRows), values);
    if (activation)
      for (float &value : values)
        value = activation(value);
    llvm::copy(values, state.begin());
    storeOutputs<float>(layer, step, values, context);
  });
}

template <typename OpT>
static LogicalResult evaluateRNN(OpT op, EvalContext &context) {
  for (const RNNLayer &layer : getRNNLayers(op)) {
    // The verifier lets no third form pass.
    if (getRecurrentForm(op->getOperand(layer.input),
                         op->getOperand(layer.weights)) == RecurrentForm::Float)
      runLayer<FloatArithmetic>(layer, context);
    else
      runLayer<HybridArithmetic>(layer, context);
  }
  return success();
}

namespace mlir::mopt::detail {
void attachRNNEvaluators(MLIRContext *context) {
  attachEvaluator<RNNOp, evaluateRNN>(context);
  attachEvaluator<UnidirectionalSequenceRNNOp, evaluateRNN>(context);
  attachEvaluator<BidirectionalSequenceRNNOp, evaluateRNN>(context);
}
} // namespace mlir::mopt::detail
