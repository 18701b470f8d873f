//===- RNNOps.cpp - Verifiers of RNNs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrentVerifier.h"
#include "mopt/Dialect/Mopt/IR/RecurrentLayers.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// The verifier of one layer. The rules are those of the TFLite kernels, which
/// check them when they allocate their tensors.
class RNNVerifier {
public:
  /// `prefix` tells the layers of an op apart: "forward " or "".
  RNNVerifier(const RNNLayer &layer, StringRef prefix)
      : layer(layer), op(layer.op), prefix(prefix) {}

  LogicalResult verify() {
    return success(succeeded(verifyShapes()) && succeeded(verifyTypes()));
  }

private:
  std::string getName(StringRef what) const { return (prefix + what).str(); }
  LogicalResult verifyOperand(unsigned i, StringRef name,
                              ArrayRef<int64_t> shape) {
    return verifyShape(op, op->getOperand(i), getName(name), shape);
  }
  LogicalResult verifyShapes();
  LogicalResult verifyWeightTypes(unsigned i, StringRef name);
  LogicalResult verifyTypes();

  const RNNLayer &layer;
  Operation *op;
  StringRef prefix;
};

} // namespace

LogicalResult RNNVerifier::verifyShapes() {
  if (failed(verifyOperand(layer.weights, "input weights",
                           {layer.outputs, layer.inputs})) ||
      failed(verifyOperand(layer.recurrentWeights, "recurrent weights",
                           {layer.outputs, layer.outputs})) ||
      failed(verifyOperand(layer.bias, "bias", {layer.outputs})) ||
      failed(verifyOperand(layer.state, "hidden state",
                           {layer.batch, layer.outputs})))
    return failure();
  if (layer.auxWeights)
    return verifyOperand(*layer.auxWeights, "auxiliary weights",
                         {layer.outputs, layer.auxInputs});
  return success();
}

LogicalResult RNNVerifier::verifyWeightTypes(unsigned i, StringRef name) {
  Value first = op->getOperand(layer.weights), value = op->getOperand(i);
  if (failed(verifySameStorage(op, first, getName("input weights"), value,
                               getName(name))))
    return failure();
  return verifyRealWeights(op, value, getName(name));
}

LogicalResult RNNVerifier::verifyTypes() {
  for (auto [i, name] :
       {std::pair(layer.input, "input"), std::pair(layer.bias, "bias"),
        std::pair(layer.state, "hidden state")})
    if (failed(verifyFloat32(op, op->getOperand(i), getName(name))))
      return failure();
  if (layer.auxInput &&
      failed(verifyFloat32(op, op->getOperand(*layer.auxInput),
                           "auxiliary input")))
    return failure();
  if (failed(verifyWeightTypes(layer.weights, "input weights")) ||
      failed(verifyWeightTypes(layer.recurrentWeights, "recurrent weights")))
    return failure();
  if (layer.auxWeights)
    return verifyWeightTypes(*layer.auxWeights, "auxiliary weights");
  return success();
}

/// Ranks that the sizes are taken from; `rank` is that of the input.
template <typename OpT>
static LogicalResult verifyOneLayer(OpT op, int64_t rank) {
  if (failed(verifyRank(op, op.getInput(), "input", rank)) ||
      failed(verifyRank(op, op.getInputWeights(), "input weights", 2)))
    return failure();
  RNNLayer layer = getRNNLayers(op).front();
  if (failed(RNNVerifier(layer, "").verify()))
    return failure();
  SmallVector<int64_t> shape(getTensorType(op.getInput()).getShape());
  shape.back() = layer.outputs;
  if (failed(verifyShape(op, op.getOutput(), "output", shape)))
    return failure();
  return verifyFloat32(op, op.getOutput(), "output");
}

LogicalResult RNNOp::verify() { return verifyOneLayer(*this, /*rank=*/2); }

LogicalResult UnidirectionalSequenceRNNOp::verify() {
  return verifyOneLayer(*this, /*rank=*/3);
}

LogicalResult BidirectionalSequenceRNNOp::verify() {
  if (failed(verifyAuxOperands(*this, getAuxInput(), getFwAuxInputWeights(),
                               getBwAuxInputWeights())))
    return failure();
  if (failed(verifyRank(*this, getInput(), "input", 3)) ||
      failed(
          verifyRank(*this, getFwInputWeights(), "forward input weights", 2)) ||
      failed(
          verifyRank(*this, getBwInputWeights(), "backward input weights", 2)))
    return failure();
  SmallVector<RNNLayer, 2> layers = getRNNLayers(*this);
  if (failed(RNNVerifier(layers[0], "forward ").verify()) ||
      failed(RNNVerifier(layers[1], "backward ").verify()))
    return failure();
  return verifyLayerResults(*this, getMergeOutputs(), layers[0], layers[1]);
}

template <typename OpT>
static int32_t getVersion(OpT op, Value weights) {
  bool isHybrid = getStorageElementType(getTensorType(weights).getElementType())
                      .isSignlessInteger(8);
  if (!isHybrid)
    return 1;
  return op.getAsymmetricQuantizeInputs() ? 3 : 2;
}

int32_t RNNOp::getMinVersion() { return getVersion(*this, getInputWeights()); }

int32_t UnidirectionalSequenceRNNOp::getMinVersion() {
  return getVersion(*this, getInputWeights());
}

int32_t BidirectionalSequenceRNNOp::getMinVersion() {
  return getVersion(*this, getFwInputWeights());
}
