//===- RecurrentOps.cpp - Verifiers of recurrent cells -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Dialect/Mopt/IR/RecurrentOps.h"

#include "VerifierUtils.h"
#include "mopt/Dialect/Mopt/IR/LSTMOperands.h"

using namespace mlir;
using namespace mlir::mopt;

namespace {

/// The verifier of an LSTM. The rules are those of the TFLite kernel, which
/// checks them when it allocates its tensors.
class LSTMVerifier {
public:
  explicit LSTMVerifier(UnidirectionalSequenceLSTMOp op) : op(op) {}

  LogicalResult verify() {
    if (failed(verifyPresence()) || failed(verifyShapes()) ||
        failed(verifyOptions()))
      return failure();
    switch (getLSTMForm(op).value_or(LSTMForm::Float)) {
    case LSTMForm::Float:
    case LSTMForm::Hybrid:
      return success();
    case LSTMForm::Integer:
      return verifyIntegerForm();
    }
    llvm_unreachable("all forms are handled");
  }

private:
  bool has(unsigned i) const { return bool(getLSTMOperand(op, i)); }

  /// "operand 2 (forget gate's input weights)".
  static std::string getName(unsigned i);
  LogicalResult verifyRequired(unsigned i);
  LogicalResult verifyAbsent(unsigned i, StringRef reason);
  LogicalResult verifyPresence();
  LogicalResult verifyPresence(LSTMGate gate, bool isCoupled);
  LogicalResult verifyShapes();
  LogicalResult verifyShapes(LSTMGate gate, const LSTMDims &dims);
  LogicalResult verifyOptionalShape(unsigned i, ArrayRef<int64_t> shape);
  LogicalResult verifyState(unsigned i, int64_t elements);
  LogicalResult verifyOptions();
  LogicalResult verifyElementType(unsigned i, unsigned width);
  LogicalResult verifyIntegerForm();
  LogicalResult verifyIntegerGate(LSTMGate gate);

  UnidirectionalSequenceLSTMOp op;
};

} // namespace

std::string LSTMVerifier::getName(unsigned i) {
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
    if (!part.empty())
      what = (part + " of the " + gates[unsigned(gate)] + " gate").str();
  }
  return "operand " + std::to_string(i) + " (" + what + ")";
}

LogicalResult LSTMVerifier::verifyRequired(unsigned i) {
  if (has(i))
    return success();
  return op.emitOpError() << getName(i) << " must be present";
}

LogicalResult LSTMVerifier::verifyAbsent(unsigned i, StringRef reason) {
  if (!has(i))
    return success();
  return op.emitOpError() << getName(i) << " must be absent " << reason;
}

LogicalResult LSTMVerifier::verifyPresence() {
  unsigned count = op->getNumOperands();
  if (count != lstm::kNumOperands && count != lstm::kNumShortOperands)
    return op.emitOpError() << "must have " << lstm::kNumShortOperands << " or "
                            << lstm::kNumOperands << " operands, got " << count;
  for (unsigned i : {lstm::kInput, lstm::kOutputState, lstm::kCellState})
    if (failed(verifyRequired(i)))
      return failure();
  bool isCoupled = isCoupledLSTM(op);
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
    StringRef reason = "where the input gate is coupled to the forget gate "
                       "(operand 1 is absent)";
    own.push_back(lstm::layerNorm(gate));
    for (unsigned i : own)
      if (failed(verifyAbsent(i, reason)))
        return failure();
    return success();
  }
  if (peephole && hasLSTMPeephole(op))
    own.push_back(*peephole);
  else if (peephole && failed(verifyAbsent(*peephole, "without operand 11")))
    return failure();
  if (hasLSTMLayerNorm(op))
    own.push_back(lstm::layerNorm(gate));
  else if (failed(verifyAbsent(lstm::layerNorm(gate), "without operand 21")))
    return failure();
  for (unsigned i : own)
    if (failed(verifyRequired(i)))
      return failure();
  return success();
}

LogicalResult LSTMVerifier::verifyShapes() {
  for (unsigned i : {lstm::inputWeights(LSTMGate::Output), lstm::kInput})
    if (failed(verifyRank(op, op->getOperand(i), getName(i),
                          i == lstm::kInput ? 3 : 2)))
      return failure();
  unsigned recurrent = lstm::recurrentWeights(LSTMGate::Output);
  int64_t rank = getTensorType(op->getOperand(recurrent)).getRank();
  if (rank != 1 && rank != 2)
    return op.emitOpError() << getName(recurrent) << " must have rank 1 or 2, "
                            << "got " << op->getOperand(recurrent).getType();
  LSTMDims dims(op);
  for (LSTMGate gate : kLSTMGates)
    if (failed(verifyShapes(gate, dims)))
      return failure();
  if (failed(verifyOptionalShape(lstm::kProjectionWeights,
                                 {dims.outputs, dims.cells})) ||
      failed(verifyOptionalShape(lstm::kProjectionBias, {dims.outputs})) ||
      failed(verifyState(lstm::kOutputState, dims.batch * dims.outputs)) ||
      failed(verifyState(lstm::kCellState, dims.batch * dims.cells)))
    return failure();
  if (!hasLSTMProjection(op) && dims.cells != dims.outputs)
    return op.emitOpError()
           << "has " << dims.cells << " cells and " << dims.outputs
           << " outputs, which takes a projection";
  SmallVector<int64_t> shape(getTensorType(op->getOperand(0)).getShape());
  shape.back() = dims.outputs;
  return verifyShape(op, op.getOutput(), "output", shape);
}

LogicalResult LSTMVerifier::verifyShapes(LSTMGate gate, const LSTMDims &dims) {
  unsigned recurrent = lstm::recurrentWeights(gate);
  Value matrix = getLSTMOperand(op, recurrent);
  bool isDiagonal = matrix && getTensorType(matrix).getRank() == 1;
  SmallVector<int64_t> recurrentShape = {dims.cells};
  if (!isDiagonal)
    recurrentShape.push_back(dims.outputs);
  if (failed(verifyOptionalShape(lstm::inputWeights(gate),
                                 {dims.cells, dims.inputs})) ||
      failed(verifyOptionalShape(recurrent, recurrentShape)) ||
      failed(verifyOptionalShape(lstm::gateBias(gate), {dims.cells})) ||
      failed(verifyOptionalShape(lstm::layerNorm(gate), {dims.cells})))
    return failure();
  if (isDiagonal && dims.outputs != dims.cells)
    return op.emitOpError()
           << getName(recurrent) << " is diagonal, but " << dims.cells
           << " cells have " << dims.outputs << " outputs";
  if (std::optional<unsigned> peephole = lstm::peepholeWeights(gate))
    return verifyOptionalShape(*peephole, {dims.cells});
  return success();
}

LogicalResult LSTMVerifier::verifyOptionalShape(unsigned i,
                                                ArrayRef<int64_t> shape) {
  if (!has(i))
    return success();
  return verifyShape(op, op->getOperand(i), getName(i), shape);
}

/// The kernels care for the number of elements only.
LogicalResult LSTMVerifier::verifyState(unsigned i, int64_t elements) {
  RankedTensorType type = getTensorType(op->getOperand(i));
  if (type.hasStaticShape() && type.getNumElements() == elements)
    return success();
  return op.emitOpError() << getName(i) << " must have " << elements
                          << " elements, got " << type;
}

LogicalResult LSTMVerifier::verifyOptions() {
  float cellClip = op.getCellClip().convertToFloat();
  float projectionClip = op.getProjClip().convertToFloat();
  if (cellClip >= 0.0f && projectionClip >= 0.0f)
    return success();
  return op.emitOpError() << "cell_clip and proj_clip must not be negative, "
                          << "got " << cellClip << " and " << projectionClip;
}

LogicalResult LSTMVerifier::verifyElementType(unsigned i, unsigned width) {
  if (!has(i))
    return success();
  RankedTensorType type = getTensorType(op->getOperand(i));
  QuantParams params = getQuantParams(type);
  Type storage = getStorageElementType(type.getElementType());
  bool isQuantisedPerTensor = params.isQuantized() && !params.isPerAxis();
  // The scale of a bias is implied by those of its weights.
  if (storage.isSignlessInteger(width) && (isQuantisedPerTensor || width == 32))
    return success();
  return op.emitOpError() << getName(i) << " must be quantised per tensor to i"
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
    if (failed(
            verifyRank(op, op->getOperand(recurrent), getName(recurrent), 2)))
      return failure();
  if (std::optional<unsigned> peephole = lstm::peepholeWeights(gate))
    if (failed(verifyElementType(*peephole, 16)))
      return failure();
  if (hasLSTMLayerNorm(op) && has(lstm::inputWeights(gate)) &&
      !getLSTMIntermediate(op, lstm::gateIntermediate(gate)))
    return op.emitOpError() << "intermediate " << lstm::gateIntermediate(gate)
                            << " must have a scale where there is layer norm";
  return success();
}

LogicalResult LSTMVerifier::verifyIntegerForm() {
  auto intermediates = op->getAttrOfType<ArrayAttr>(kIntermediatesAttr);
  unsigned count = intermediates ? intermediates.size() : 0;
  if (count != lstm::kNumIntermediates)
    return op.emitOpError()
           << "integer form must have " << lstm::kNumIntermediates
           << " elements in '" << kIntermediatesAttr << "', got " << count;
  if (!getLSTMIntermediate(op, lstm::kHiddenIntermediate))
    return op.emitOpError() << "intermediate " << lstm::kHiddenIntermediate
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
  if (failed(verifySameStorage(op, op->getOperand(lstm::kInput), "input",
                               op.getOutput(), "output")))
    return failure();
  std::optional<int> exponent = getLSTMCellExponent(op);
  if (!exponent || *exponent < kMinLSTMCellExponent ||
      *exponent > kMaxLSTMCellExponent)
    return op.emitOpError()
           << getName(lstm::kCellState) << " must have a power of two from 2^"
           << kMinLSTMCellExponent << " to 2^" << kMaxLSTMCellExponent
           << " as scale, got " << op->getOperand(lstm::kCellState).getType();
  return success();
}

LogicalResult UnidirectionalSequenceLSTMOp::verify() {
  return LSTMVerifier(*this).verify();
}

int32_t UnidirectionalSequenceLSTMOp::getMinVersion() {
  if (getDiagonalRecurrentTensors())
    return 4;
  if (getLSTMForm(*this) == LSTMForm::Hybrid)
    return getAsymmetricQuantizeInputs() ? 3 : 2;
  return 1;
}
