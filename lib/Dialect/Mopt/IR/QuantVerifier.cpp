//===- QuantVerifier.cpp - The quantization rules that kernels enforce -----*-
//C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// These are the rules of the TFLite quantization specification that its kernels
// refuse to run without, so a model that breaks one of them is broken. The
// whole specification is the business of the pass mopt-verify-quantized.

#include "VerifierUtils.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

static LogicalResult verifyActivation(Operation *op, const Twine &name,
                                      RankedTensorType type) {
  QuantParams params = getQuantParams(type);
  if (!params.isQuantized())
    return success();
  if (params.isPerAxis())
    return op->emitOpError() << name << " is an activation and must be "
                             << "quantised per tensor, got " << type;
  unsigned width =
      getStorageElementType(type.getElementType()).getIntOrFloatBitWidth();
  if (width == 16 && params.zeroPoint() != 0)
    return op->emitOpError()
           << name << " is quantised with 16 bits and must have zero point 0, "
           << "got " << params.zeroPoint();
  return success();
}

static LogicalResult verifyWeight(Operation *op, const Twine &name,
                                  RankedTensorType type, int axis) {
  QuantParams params = getQuantParams(type);
  if (!params.isQuantized())
    return success();
  if (params.isPerAxis() && params.axis != axis)
    return op->emitOpError() << name << " must be quantised along axis " << axis
                             << ", got axis " << params.axis;
  // uint8 weights, the form before per-channel scales, are asymmetric.
  Type storage = getStorageElementType(type.getElementType());
  if (!storage.isUnsignedInteger() &&
      llvm::any_of(params.zeroPoints, [](int64_t zp) { return zp != 0; }))
    return op->emitOpError()
           << name << " is a weight and must have zero point 0, got " << type;
  return success();
}

static LogicalResult verifyBias(Operation *op, const Twine &name,
                                RankedTensorType type) {
  QuantParams params = getQuantParams(type);
  if (llvm::any_of(params.zeroPoints, [](int64_t zp) { return zp != 0; }))
    return op->emitOpError()
           << name << " is a bias and must have zero point 0, got " << type;
  return success();
}

/// The result's scale and zero point are constants of the format.
static LogicalResult verifyFixedOutput(Operation *op, const QuantSpec &spec) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  QuantParams params = getQuantParams(type);
  if (!params.isQuantized())
    return success();
  Type storage = getStorageElementType(type.getElementType());
  unsigned width = storage.getIntOrFloatBitWidth();
  if (width != 8 && width != 16)
    return success();
  double scale = width == 8 ? spec.int8Scale : spec.int16Scale;
  int64_t zeroPoint = width == 8 ? spec.int8ZeroPoint : 0;
  // The same real values, stored 128 higher.
  if (width == 8 && storage.isUnsignedInteger())
    zeroPoint += 128;
  // Kernels allow a relative error of 0.1 %.
  if (std::abs(params.scales[0] - scale) <= 0.001 * scale &&
      params.zeroPoint() == zeroPoint)
    return success();
  return op->emitOpError() << "output must have scale " << scale
                           << " and zero point " << zeroPoint << ", got "
                           << type;
}

LogicalResult mopt::detail::verifyQuantization(Operation *op,
                                               const QuantSpec &spec) {
  for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type)
      continue;
    std::string name = "operand " + std::to_string(index);
    LogicalResult result = success();
    switch (spec.getRole(index)) {
    case OperandRole::Activation:
      // quantize and dequantize take per-axis constants too.
      if (spec.rule != ScaleRule::Conversion)
        result = verifyActivation(op, name, type);
      break;
    case OperandRole::Weight:
      result = verifyWeight(op, name, type, spec.weightAxis);
      break;
    case OperandRole::Bias:
      result = verifyBias(op, name, type);
      break;
    case OperandRole::Index:
      if (isQuantized(type))
        result = op->emitOpError()
                 << name << " holds indices and must not be quantised, got "
                 << type;
      break;
    case OperandRole::State:
    case OperandRole::Other:
      break;
    }
    if (failed(result))
      return failure();
  }
  if (spec.rule != ScaleRule::Conversion)
    for (Value result : op->getResults())
      if (auto type = dyn_cast<RankedTensorType>(result.getType()))
        if (failed(verifyActivation(op, "result", type)))
          return failure();
  if (spec.rule == ScaleRule::FixedOutput)
    return verifyFixedOutput(op, spec);
  return success();
}
