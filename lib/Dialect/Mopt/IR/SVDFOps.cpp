//===- SVDFOps.cpp - The verifier of SVDF -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RecurrentVerifier.h"

using namespace mlir;
using namespace mlir::mopt;

static LogicalResult verifyShapes(SVDFOp op) {
  if (failed(verifyRank(op, op.getInput(), "input", 2)) ||
      failed(verifyRank(op, op.getWeightsFeature(), "feature weights", 2)) ||
      failed(verifyRank(op, op.getWeightsTime(), "time weights", 2)))
    return failure();
  int64_t filters = getTensorType(op.getWeightsFeature()).getDimSize(0);
  if (op.getRank() < 1 || filters % op.getRank() != 0)
    return op.emitOpError() << "rank must be positive and divide the "
                            << filters << " filters, got " << op.getRank();
  SVDFDims dims(op);
  if (failed(verifyShape(op, op.getWeightsFeature(), "feature weights",
                         {dims.filters, dims.inputs})) ||
      failed(verifyShape(op, op.getWeightsTime(), "time weights",
                         {dims.filters, dims.memory})) ||
      failed(verifyShape(op, op.getState(), "state",
                         {dims.batch, dims.memory * dims.filters})))
    return failure();
  if (dims.memory < 1)
    return op.emitOpError("must remember one step at least");
  if (isPresent(op.getBias()) &&
      failed(verifyShape(op, op.getBias(), "bias", {dims.units})))
    return failure();
  return verifyShape(op, op.getOutput(), "output", {dims.batch, dims.units});
}

static LogicalResult verifyRealForm(SVDFOp op) {
  if (failed(verifySameStorage(op, op.getWeightsFeature(), "feature weights",
                               op.getWeightsTime(), "time weights")) ||
      failed(
          verifyRealWeights(op, op.getWeightsFeature(), "feature weights")) ||
      failed(verifyRealWeights(op, op.getWeightsTime(), "time weights")) ||
      failed(verifyFloat32(op, op.getState(), "state")) ||
      failed(verifyFloat32(op, op.getOutput(), "output")))
    return failure();
  if (isPresent(op.getBias()))
    return verifyFloat32(op, op.getBias(), "bias");
  return success();
}

static LogicalResult verifyInteger(SVDFOp op, Value value, StringRef name,
                                   unsigned width) {
  RankedTensorType type = getTensorType(value);
  QuantParams params = getQuantParams(type);
  // The scale of the bias is implied by the others.
  if (getStorageElementType(type.getElementType()).isSignlessInteger(width) &&
      (width == 32 || (params.isQuantized() && !params.isPerAxis())))
    return success();
  return op.emitOpError() << name << " must be quantised per tensor to i"
                          << width << " in the integer form, got " << type;
}

static LogicalResult verifyIntegerForm(SVDFOp op) {
  if (failed(verifyInteger(op, op.getInput(), "input", 8)) ||
      failed(verifyInteger(op, op.getWeightsFeature(), "feature weights", 8)) ||
      failed(verifyInteger(op, op.getWeightsTime(), "time weights", 16)) ||
      failed(verifyInteger(op, op.getState(), "state", 16)) ||
      failed(verifyInteger(op, op.getOutput(), "output", 8)))
    return failure();
  if (isPresent(op.getBias()) &&
      failed(verifyInteger(op, op.getBias(), "bias", 32)))
    return failure();
  if (op.getFusedActivationFunction() == ActivationFunction::RELU)
    return success();
  return op.emitOpError() << "must have the activation RELU in the integer "
                          << "form, got "
                          << stringifyActivationFunction(
                                 op.getFusedActivationFunction());
}

LogicalResult SVDFOp::verify() {
  if (failed(verifyShapes(*this)))
    return failure();
  std::optional<RecurrentForm> form = getSVDFForm(*this);
  if (!form)
    return emitOpError() << "must hold float32, float32 with 8-bit weights, or "
                         << "int8, got " << getInput().getType() << " and "
                         << getWeightsFeature().getType();
  return *form == RecurrentForm::Integer ? verifyIntegerForm(*this)
                                         : verifyRealForm(*this);
}

int32_t SVDFOp::getMinVersion() {
  if (getSVDFForm(*this) == RecurrentForm::Integer)
    return 3;
  Type weights = getStorageElementType(
      getTensorType(getWeightsFeature()).getElementType());
  if (!weights.isSignlessInteger(8))
    return 1;
  return getAsymmetricQuantizeInputs() ? 4 : 2;
}
