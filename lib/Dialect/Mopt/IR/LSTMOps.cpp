//===- LSTMOps.cpp - Verifiers of LSTMs -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrentVerifier.h"
#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// What the ops do not have in common.
struct LSTMRules {
  int64_t inputRank;
  bool allowsDiagonal;
  bool hasIntegerForm;
};

/// The verifier of one layer. The rules are those of the TFLite kernels, which
/// check them when they allocate their tensors. Operands are named by place.
class LSTMVerifier {
public:
  /// The layer's sizes are set while it is verified.
  LSTMVerifier(LSTMLayer &layer, const LSTMRules &rules)
      : layer(layer), op(layer.op), rules(rules) {}

  LogicalResult verify() {
    if (failed(verifyPresence()) || failed(verifyShapes()) ||
        failed(verifyOptions()))
      return failure();
    std::optional<RecurrentForm> form = layer.getForm();
    if (form == RecurrentForm::Integer && rules.hasIntegerForm)
      return verifyIntegerForm();
    if (form && form != RecurrentForm::Integer)
      return verifyRealForm();
    return op->emitOpError()
           << "has no form of these element types, got "
           << layer.get(lstm::kInput).getType() << " and "
           << layer.get(lstm::inputWeights(LSTMGate::Output)).getType();
  }

private:
  bool has(unsigned i) const { return layer.has(i); }

  /// "operand 2", and "operand 2 (forget gate's input weights)".
  std::string getNumberText(unsigned i) const {
    return "operand " + std::to_string(layer.getNumber(i));
  }
  std::string getName(unsigned i) const;
  LogicalResult verifyRequired(unsigned i);
  LogicalResult verifyAbsent(unsigned i, const Twine &reason);
  LogicalResult verifyPresence();
  LogicalResult verifyPresence(LSTMGate gate, bool isCoupled);
  LogicalResult verifyShapes();
  LogicalResult verifyShapes(LSTMGate gate);
  LogicalResult verifyOptionalShape(unsigned i, ArrayRef<int64_t> shape);
  LogicalResult verifyState(unsigned i, int64_t elements);
  LogicalResult verifyOptions();
  LogicalResult verifyElementType(unsigned i, unsigned width);
  LogicalResult verifyIntegerGate(LSTMGate gate);
  LogicalResult verifyRealForm();
  LogicalResult verifyIntegerForm();

  LSTMLayer &layer;
  Operation *op;
  LSTMRules rules;
};

} // namespace

std::string LSTMVerifier::getName(unsigned i) const {
  static constexpr StringRef gates[] = {"input", "forget", "cell", "output"};
  std::string what;
  if (i == lstm::kInput)
    what = "input";
  else if (i == lstm::kProjectionWeights)
    what = "projection weights";
  else if (i == lstm::kProjectionBias)
    what = "projection bias";
  else if (i == lstm::kOutputState)
    what = "output state";
  else if (i == lstm::kCellState)
    what = "cell state";
  for (LSTMGate gate : kLSTMGates) {
    StringRef part;
    if (i == lstm::inputWeights(gate))
      part = "input weights";
    else if (i == lstm::recurrentWeights(gate))
      part = "recurrent weights";
    else if (i == lstm::peepholeWeights(gate))
      part = "peephole weights";
    else if (i == lstm::gateBias(gate))
      part = "bias";
    else if (i == lstm::layerNorm(gate))
      part = "layer norm coefficients";
    else if (i == lstm::auxWeights(gate))
      part = "auxiliary weights";
    if (!part.empty())
      what = (part + " of the " + gates[unsigned(gate)] + " gate").str();
  }
  return getNumberText(i) + " (" + what + ")";
}

LogicalResult LSTMVerifier::verifyRequired(unsigned i) {
  if (has(i))
    return success();
  return op->emitOpError() << getName(i) << " must be present";
}

LogicalResult LSTMVerifier::verifyAbsent(unsigned i, const Twine &reason) {
  if (!has(i))
    return success();
  return op->emitOpError() << getName(i) << " must be absent " << reason;
}

LogicalResult LSTMVerifier::verifyPresence() {
  for (unsigned i : {lstm::kInput, lstm::kOutputState, lstm::kCellState})
    if (failed(verifyRequired(i)))
      return failure();
  bool isCoupled = layer.isCoupled();
  for (LSTMGate gate : kLSTMGates)
    if (failed(verifyPresence(gate, isCoupled && gate == LSTMGate::Input)))
      return failure();
  if (!has(lstm::kProjectionWeights))
    return verifyAbsent(lstm::kProjectionBias, "without projection weights");
  return success();
}

/// A gate that is coupled to another has no parameters of its own; kernels
/// tolerate peephole weights, which they do not read.
LogicalResult LSTMVerifier::verifyPresence(LSTMGate gate, bool isCoupled) {
  SmallVector<unsigned> own = {lstm::inputWeights(gate),
                               lstm::recurrentWeights(gate),
                               lstm::gateBias(gate)};
  std::optional<unsigned> peephole = lstm::peepholeWeights(gate);
  if (isCoupled) {
    std::string reason =
        "where the input gate is coupled to the forget gate (" +
        getNumberText(lstm::inputWeights(gate)) + " is absent)";
    own.push_back(lstm::layerNorm(gate));
    for (unsigned i : own)
      if (failed(verifyAbsent(i, reason)))
        return failure();
    return success();
  }
  if (peephole && layer.hasPeephole())
    own.push_back(*peephole);
  else if (peephole && has(*peephole))
    return verifyAbsent(
        *peephole,
        "without " + getNumberText(*lstm::peepholeWeights(LSTMGate::Output)));
  if (layer.hasLayerNorm())
    own.push_back(lstm::layerNorm(gate));
  else if (has(lstm::layerNorm(gate)))
    return verifyAbsent(lstm::layerNorm(gate),
                        "without " +
                            getNumberText(lstm::layerNorm(LSTMGate::Forget)));
  if (layer.has(lstm::kAuxInput))
    own.push_back(lstm::auxWeights(gate));
  for (unsigned i : own)
    if (failed(verifyRequired(i)))
      return failure();
  return success();
}

LogicalResult LSTMVerifier::verifyShapes() {
  for (unsigned i : {lstm::inputWeights(LSTMGate::Output), lstm::kInput})
    if (failed(verifyRank(op, layer.get(i), getName(i),
                          i == lstm::kInput ? rules.inputRank : 2)))
      return failure();
  unsigned recurrent = lstm::recurrentWeights(LSTMGate::Output);
  int64_t rank = getTensorType(layer.get(recurrent)).getRank();
  if (rank != 2 && !(rank == 1 && rules.allowsDiagonal))
    return op->emitOpError() << getName(recurrent) << " must have rank "
                             << (rules.allowsDiagonal ? "1 or 2" : "2")
                             << ", got " << layer.get(recurrent).getType();
  layer.setSizes();
  for (LSTMGate gate : kLSTMGates)
    if (failed(verifyShapes(gate)))
      return failure();
  if (failed(verifyOptionalShape(lstm::kProjectionWeights,
                                 {layer.outputs, layer.cells})) ||
      failed(verifyOptionalShape(lstm::kProjectionBias, {layer.outputs})) ||
      failed(verifyState(lstm::kOutputState, layer.batch * layer.outputs)) ||
      failed(verifyState(lstm::kCellState, layer.batch * layer.cells)))
    return failure();
  if (!layer.hasProjection() && layer.cells != layer.outputs)
    return op->emitOpError()
           << "has " << layer.cells << " cells and " << layer.outputs
           << " outputs, which takes a projection";
  return success();
}

LogicalResult LSTMVerifier::verifyShapes(LSTMGate gate) {
  unsigned recurrent = lstm::recurrentWeights(gate);
  bool isDiagonal = layer.isDiagonal(gate) && rules.allowsDiagonal;
  SmallVector<int64_t> recurrentShape = {layer.cells};
  if (!isDiagonal)
    recurrentShape.push_back(layer.outputs);
  if (failed(verifyOptionalShape(lstm::inputWeights(gate),
                                 {layer.cells, layer.inputs})) ||
      failed(verifyOptionalShape(recurrent, recurrentShape)) ||
      failed(verifyOptionalShape(lstm::gateBias(gate), {layer.cells})) ||
      failed(verifyOptionalShape(lstm::layerNorm(gate), {layer.cells})) ||
      failed(verifyOptionalShape(lstm::auxWeights(gate),
                                 {layer.cells, layer.auxInputs})))
    return failure();
  if (isDiagonal && layer.outputs != layer.cells)
    return op->emitOpError()
           << getName(recurrent) << " is diagonal, but " << layer.cells
           << " cells have " << layer.outputs << " outputs";
  if (std::optional<unsigned> peephole = lstm::peepholeWeights(gate))
    return verifyOptionalShape(*peephole, {layer.cells});
  return success();
}

LogicalResult LSTMVerifier::verifyOptionalShape(unsigned i,
                                                ArrayRef<int64_t> shape) {
  if (!has(i))
    return success();
  return verifyShape(op, layer.get(i), getName(i), shape);
}

/// The kernels care for the number of elements only.
LogicalResult LSTMVerifier::verifyState(unsigned i, int64_t elements) {
  RankedTensorType type = layer.getType(i);
  if (type.hasStaticShape() && type.getNumElements() == elements)
    return success();
  return op->emitOpError() << getName(i) << " must have " << elements
                           << " elements, got " << type;
}

LogicalResult LSTMVerifier::verifyOptions() {
  if (layer.cellClip >= 0.0f && layer.projectionClip >= 0.0f)
    return success();
  return op->emitOpError() << "cell_clip and proj_clip must not be negative, "
                           << "got " << layer.cellClip << " and "
                           << layer.projectionClip;
}

LogicalResult LSTMVerifier::verifyElementType(unsigned i, unsigned width) {
  if (!has(i))
    return success();
  RankedTensorType type = layer.getType(i);
  QuantParams params = getQuantParams(type);
  Type storage = getStorageElementType(type.getElementType());
  bool isQuantisedPerTensor = params.isQuantized() && !params.isPerAxis();
  // The scale of a bias is implied by those of its weights.
  if (storage.isSignlessInteger(width) && (isQuantisedPerTensor || width == 32))
    return success();
  return op->emitOpError() << getName(i) << " must be quantised per tensor to i"
                           << width << " in the integer form, got " << type;
}

LogicalResult LSTMVerifier::verifyIntegerGate(LSTMGate gate) {
  unsigned recurrent = lstm::recurrentWeights(gate);
  if (failed(verifyElementType(lstm::inputWeights(gate), 8)) ||
      failed(verifyElementType(recurrent, 8)) ||
      failed(verifyElementType(lstm::gateBias(gate), 32)) ||
      failed(verifyElementType(lstm::layerNorm(gate), 16)))
    return failure();
  if (has(recurrent))
    if (failed(verifyRank(op, layer.get(recurrent), getName(recurrent), 2)))
      return failure();
  if (std::optional<unsigned> peephole = lstm::peepholeWeights(gate))
    if (failed(verifyElementType(*peephole, 16)))
      return failure();
  if (layer.hasLayerNorm() && has(lstm::inputWeights(gate)) &&
      !layer.getIntermediate(lstm::gateIntermediate(gate)))
    return op->emitOpError() << "intermediate " << lstm::gateIntermediate(gate)
                             << " must have a scale where there is layer norm";
  return success();
}

/// The matrices and diagonals have one element type, the rest is float32.
LogicalResult LSTMVerifier::verifyRealForm() {
  SmallVector<unsigned> weights = {lstm::kProjectionWeights};
  SmallVector<unsigned> values = {lstm::kInput, lstm::kAuxInput,
                                  lstm::kProjectionBias, lstm::kOutputState,
                                  lstm::kCellState};
  for (LSTMGate gate : kLSTMGates) {
    weights.push_back(lstm::inputWeights(gate));
    weights.push_back(lstm::auxWeights(gate));
    // Diagonal recurrent weights stay float32.
    (layer.isDiagonal(gate) ? values : weights)
        .push_back(lstm::recurrentWeights(gate));
    if (std::optional<unsigned> peephole = lstm::peepholeWeights(gate))
      weights.push_back(*peephole);
    values.push_back(lstm::gateBias(gate));
    values.push_back(lstm::layerNorm(gate));
  }
  unsigned first = lstm::inputWeights(LSTMGate::Output);
  for (unsigned i : weights)
    if (has(i) &&
        (failed(verifySameStorage(op, layer.get(first), getName(first),
                                  layer.get(i), getName(i))) ||
         failed(verifyRealWeights(op, layer.get(i), getName(i)))))
      return failure();
  for (unsigned i : values)
    if (has(i) && failed(verifyFloat32(op, layer.get(i), getName(i))))
      return failure();
  return success();
}

LogicalResult LSTMVerifier::verifyIntegerForm() {
  auto intermediates = op->getAttrOfType<ArrayAttr>(kIntermediatesAttr);
  unsigned count = intermediates ? intermediates.size() : 0;
  if (count != lstm::kNumIntermediates)
    return op->emitOpError()
           << "integer form must have " << lstm::kNumIntermediates
           << " elements in '" << kIntermediatesAttr << "', got " << count;
  if (!layer.getIntermediate(lstm::kHiddenIntermediate))
    return op->emitOpError() << "intermediate " << lstm::kHiddenIntermediate
                             << " (hidden state) must have a scale";
  for (LSTMGate gate : kLSTMGates)
    if (failed(verifyIntegerGate(gate)))
      return failure();
  if (failed(verifyElementType(lstm::kInput, 8)) ||
      failed(verifyElementType(lstm::kProjectionWeights, 8)) ||
      failed(verifyElementType(lstm::kProjectionBias, 32)) ||
      failed(verifyElementType(lstm::kOutputState, 8)) ||
      failed(verifyElementType(lstm::kCellState, 16)))
    return failure();
  if (failed(verifySameStorage(op, layer.get(lstm::kInput), "input",
                               op->getResult(0), "output")))
    return failure();
  std::optional<int> exponent = layer.getCellExponent();
  if (!exponent || *exponent < kMinLSTMCellExponent ||
      *exponent > kMaxLSTMCellExponent)
    return op->emitOpError()
           << getName(lstm::kCellState) << " must have a power of two from 2^"
           << kMinLSTMCellExponent << " to 2^" << kMaxLSTMCellExponent
           << " as scale, got " << layer.get(lstm::kCellState).getType();
  return success();
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// An op of one layer and one result.
template <typename OpT>
static LogicalResult verifyOneLayer(OpT op, const LSTMRules &rules) {
  unsigned count = op->getNumOperands();
  if (count != lstm::kNumOperands && count != lstm::kNumShortOperands)
    return op->emitOpError()
           << "must have " << lstm::kNumShortOperands << " or "
           << lstm::kNumOperands << " operands, got " << count;
  if (op->getNumResults() != 1)
    return op->emitOpError()
           << "must have 1 result, got " << op->getNumResults();
  LSTMLayer layer = placeLSTMLayers(op).front();
  if (failed(LSTMVerifier(layer, rules).verify()))
    return failure();
  SmallVector<int64_t> shape(getTensorType(op->getOperand(0)).getShape());
  shape.back() = layer.outputs;
  return verifyShape(op, op->getResult(0), "output", shape);
}

LogicalResult UnidirectionalSequenceLSTMOp::verify() {
  return verifyOneLayer(*this, {/*inputRank=*/3, /*allowsDiagonal=*/true,
                                /*hasIntegerForm=*/true});
}

LogicalResult LSTMOp::verify() {
  if (getKernelType() == LSTMKernel::BASIC)
    return verifyBasicLSTM(*this);
  return verifyOneLayer(*this, {/*inputRank=*/2, /*allowsDiagonal=*/false,
                                /*hasIntegerForm=*/true});
}

LogicalResult BidirectionalSequenceLSTMOp::verify() {
  constexpr unsigned numOperands = 48;
  if (getNumOperands() != numOperands)
    return emitOpError() << "must have " << numOperands << " operands, got "
                         << getNumOperands();
  constexpr unsigned auxInput = 39, forwardForgetAux = 41,
                     backwardForgetAux = 45;
  if (failed(verifyAuxOperands(*this, getOperand(auxInput),
                               getOperand(forwardForgetAux),
                               getOperand(backwardForgetAux))))
    return failure();
  SmallVector<LSTMLayer, 2> layers = placeLSTMLayers(*this);
  for (LSTMLayer &layer : layers)
    if (failed(LSTMVerifier(layer, {/*inputRank=*/3, /*allowsDiagonal=*/false,
                                    /*hasIntegerForm=*/false})
                   .verify()))
      return failure();
  return verifyLayerResults(*this, getMergeOutputs(), layers[0], layers[1]);
}

/// `first` is the version with int8 weights.
template <typename OpT>
static int32_t getHybridVersion(OpT op, int32_t first) {
  LSTMLayer layer = placeLSTMLayers(op).front();
  if (layer.getForm() != RecurrentForm::Hybrid)
    return 1;
  return op.getAsymmetricQuantizeInputs() ? first + 1 : first;
}

int32_t UnidirectionalSequenceLSTMOp::getMinVersion() {
  if (getDiagonalRecurrentTensors())
    return 4;
  return getHybridVersion(*this, 2);
}

int32_t LSTMOp::getMinVersion() {
  if (getKernelType() == LSTMKernel::BASIC)
    return 2;
  return getHybridVersion(*this, 3);
}

int32_t BidirectionalSequenceLSTMOp::getMinVersion() {
  return getHybridVersion(*this, 2);
}
