//===- RNNToLinalg.cpp - Recurrent layers without gates -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What RNNEvaluators.cpp of the evaluator computes, except that float sums may
// be reordered.

#include "RecurrentEmitter.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// Emits one layer: what stands before the loops is made by the constructor.
class LayerEmitter {
public:
  LayerEmitter(const RNNLayer &layer, RecurrentEmitter &emitter,
               ScalarBuilder &b);

  void emit(ScalarBuilder &b);

private:
  /// A matrix and the vector that a step multiplies it with.
  struct Product {
    EmittedMatrix matrix;
    Value values;
    int64_t size;
    /// The vector is the row's state; else the step's row of a sequence.
    bool isState;
    Value quantized;
  };

  void addProduct(ScalarBuilder &b, unsigned weights, Value values,
                  int64_t size, bool isState);
  void emitStep(ScalarBuilder &b, const RecurrentPosition &at);

  const RNNLayer &layer;
  RecurrentEmitter &emitter;
  SmallVector<Product, 3> products;
  Value bias, state, result;
  /// The new state, while the old one is still read.
  Value next;
};

} // namespace

LayerEmitter::LayerEmitter(const RNNLayer &layer, RecurrentEmitter &emitter,
                           ScalarBuilder &b)
    : layer(layer), emitter(emitter) {
  bias = emitter.getBuffer(b, layer.bias);
  state = emitter.getFlatState(b, layer.state);
  result = emitter.getFlatResult(b, layer.result);
  next = emitter.allocate(b, layer.outputs, b.getF32Type());
  addProduct(b, layer.weights, emitter.getFlatBuffer(b, layer.input),
             layer.inputs, /*isState=*/false);
  if (layer.auxWeights)
    addProduct(b, *layer.auxWeights, emitter.getFlatBuffer(b, *layer.auxInput),
               layer.auxInputs, /*isState=*/false);
  addProduct(b, layer.recurrentWeights, state, layer.outputs, /*isState=*/true);
}

void LayerEmitter::addProduct(ScalarBuilder &b, unsigned weights, Value values,
                              int64_t size, bool isState) {
  Product product = {{emitter.getBuffer(b, weights), std::nullopt},
                     values,
                     size,
                     isState,
                     Value()};
  Value matrix = layer.op->getOperand(weights);
  if (isHybridWeight(matrix)) {
    product.matrix.scale = getQuantParams(matrix.getType()).scale();
    product.quantized = emitter.allocate(b, size, b.getI16Type());
  }
  products.push_back(product);
}

void LayerEmitter::emitStep(ScalarBuilder &b, const RecurrentPosition &at) {
  SmallVector<EmittedVector, 3> vectors;
  for (const Product &product : products) {
    Value first =
        b.mul(product.isState ? at.row : at.sequenceRow, product.size);
    Value values = product.values;
    vectors.push_back({[=](ScalarBuilder &b, Value i) {
                         return RecurrentEmitter::load(b, values,
                                                       b.add(first, i));
                       },
                       product.size, product.quantized, Value()});
    emitQuantization(b, vectors.back(), layer.asymmetric);
  }
  emitter.forEach(b, layer.outputs, [&](ScalarBuilder &b, Value unit) {
    Value value = emitter.load(b, bias, unit);
    for (auto [product, vector] : llvm::zip_equal(products, vectors))
      value = emitProduct(b, product.matrix, unit, vector, value);
    emitter.store(b, emitRealActivation(b, layer.activation, value), next,
                  unit);
  });
  emitter.forEach(b, layer.outputs, [&](ScalarBuilder &b, Value unit) {
    Value value = emitter.load(b, next, unit);
    emitter.store(b, value, state, b.add(b.mul(at.row, layer.outputs), unit));
    emitter.storeOutput(b, layer, at, unit, value, result);
  });
}

void LayerEmitter::emit(ScalarBuilder &b) {
  emitter.forEachStep(
      b, layer,
      [&](ScalarBuilder &b, const RecurrentPosition &at) { emitStep(b, at); });
}

namespace {

template <typename OpT>
struct RNNLowering : OpConversionPattern<OpT> {
  using OpConversionPattern<OpT>::OpConversionPattern;

  LogicalResult
  matchAndRewrite(OpT op, typename OpT::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    if (failed(checkLowerable(op, rewriter)))
      return failure();
    SmallVector<RNNLayer, 2> layers = getRNNLayers(op);
    for (const RNNLayer &layer : layers)
      if (failed(checkStates(op, {layer.state}, rewriter)))
        return failure();
    ScalarBuilder b(op.getLoc(), rewriter);
    RecurrentEmitter emitter(op, adaptor.getOperands(), this->typeConverter);
    for (const RNNLayer &layer : layers)
      LayerEmitter(layer, emitter, b).emit(b);
    rewriter.replaceOp(op, emitter.getResults(b));
    return success();
  }
};

} // namespace

namespace mlir::mopt::detail {
void populateRNNToLinalg(const TypeConverter &converter, RequantizeMode mode,
                         RewritePatternSet &patterns) {
  patterns.add<RNNLowering<RNNOp>, RNNLowering<UnidirectionalSequenceRNNOp>,
               RNNLowering<BidirectionalSequenceRNNOp>>(converter,
                                                        patterns.getContext());
}
} // namespace mlir::mopt::detail
