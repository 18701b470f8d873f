//===- QuantVerifier.cpp - Quantization rules of kernels -----*- C++ -*-===//
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
#include "mopt/Dialect/Mopt/IR/HybridForms.h"

#include <cmath>

using namespace mlir;
using namespace mlir::mopt;

/// The axis exists, and `size` divides it into `count` blocks.
static LogicalResult verifyBlocks(Operation *op, const Twine &name,
                                  RankedTensorType type, int64_t axis,
                                  int64_t count, int64_t size) {
  if (axis < 0 || axis >= type.getRank())
    return op->emitOpError() << name << " is quantised along axis " << axis
                             << ", which " << type << " does not have";
  if (size < 1 || count > type.getDimSize(axis) / size ||
      count * size != type.getDimSize(axis))
    return op->emitOpError()
           << name << " has " << count << " scales along axis " << axis
           << " of size " << type.getDimSize(axis) << ", got " << type;
  return success();
}

LogicalResult mopt::detail::verifyQuantizedType(Operation *op,
                                                const Twine &name,
                                                RankedTensorType type) {
  auto element = dyn_cast<quant::QuantizedType>(type.getElementType());
  if (!element)
    return success();
  if (!element.getStorageType() ||
      !isa<quant::UniformQuantizedType, quant::UniformQuantizedPerAxisType,
           quant::UniformQuantizedSubChannelType>(element))
    return op->emitOpError()
           << name << " must have known scales and zero points, got " << type;
  unsigned width = element.getStorageTypeIntegralWidth();
  if (width > 32 || width < 2 || !llvm::isPowerOf2_32(width))
    return op->emitOpError() << name << " must be stored with 2, 4, 8, 16 or "
                             << "32 bits, got " << type;
  if (!element.getExpressedType().isF32())
    return op->emitOpError()
           << name << " must stand for float32 values, got " << type;
  for (int64_t zeroPoint : getQuantParams(type).zeroPoints)
    if (zeroPoint < element.getStorageTypeMin() ||
        zeroPoint > element.getStorageTypeMax())
      return op->emitOpError() << name << " has zero point " << zeroPoint
                               << " outside of [" << element.getStorageTypeMin()
                               << ", " << element.getStorageTypeMax() << "]";
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(element))
    return verifyBlocks(op, name, type, perAxis.getQuantizedDimension(),
                        perAxis.getScales().size(), /*size=*/1);
  auto blocks = dyn_cast<quant::UniformQuantizedSubChannelType>(element);
  if (!blocks)
    return success();
  ArrayRef<int64_t> counts = blocks.getScales().getType().getShape();
  if (static_cast<int64_t>(counts.size()) != type.getRank())
    return op->emitOpError() << name << " must have scales of rank "
                             << type.getRank() << ", got " << type;
  for (auto [axis, size] : llvm::zip_equal(blocks.getQuantizedDimensions(),
                                           blocks.getBlockSizes())) {
    bool exists = axis >= 0 && axis < type.getRank();
    if (failed(verifyBlocks(op, name, type, axis, exists ? counts[axis] : 0,
                            size)))
      return failure();
  }
  return success();
}

static LogicalResult verifyActivation(Operation *op, const Twine &name,
                                      RankedTensorType type) {
  QuantParams params = getQuantParams(type);
  if (isa<quant::UniformQuantizedSubChannelType>(type.getElementType()))
    return op->emitOpError() << name << " is an activation and must be "
                             << "quantised per tensor, got " << type;
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
  if (storage.isUnsignedInteger() && params.isPerAxis())
    return op->emitOpError() << name << " is unsigned and must be quantised "
                             << "per tensor, got " << type;
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
  // int16 results are Q0.15 numbers whatever the scale says; LiteRT demands the
  // exact one for logistic and compares rounded ones for tanh and softmax.
  double tolerance = width == 8 ? spec.int8Tolerance : 0.001;
  if (tolerance < 0.0)
    return success();
  if (std::abs(params.scales[0] - scale) <= tolerance * scale &&
      params.zeroPoint() == zeroPoint)
    return success();
  return op->emitOpError() << "output must have scale " << scale
                           << " and zero point " << zeroPoint << ", got "
                           << type;
}

bool mopt::isHybridOperand(Operation *op, const QuantSpec &spec,
                           unsigned index) {
  auto isFloat = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && type.getElementType().isF32();
  };
  if (spec.rule == ScaleRule::SameAsInput)
    return op->getNumResults() != 0 && isFloat(op->getResult(0));
  unsigned data = spec.getDataOperand();
  return spec.hybridVersion != 0 && index != data &&
         isFloat(op->getOperand(data));
}

LogicalResult mopt::detail::verifyQuantization(Operation *op,
                                               const QuantSpec &spec) {
  for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type)
      continue;
    std::string name = "operand " + std::to_string(index);
    LogicalResult result = verifyQuantizedType(op, name, type);
    if (failed(result))
      return failure();
    switch (spec.getRole(index)) {
    case OperandRole::Activation:
      if (isHybridOperand(op, spec, index))
        result = verifyWeight(op, name, type, getQuantParams(type).axis);
      // quantize and dequantize take per-axis constants too.
      else if (spec.rule != ScaleRule::Conversion)
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
  // Operators that call functions or keep state hand on what others computed.
  bool handsOn = spec.getRole(0) == OperandRole::State;
  for (Value result : op->getResults()) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    if (!type)
      continue;
    if (failed(verifyQuantizedType(op, "result", type)))
      return failure();
    if (spec.rule != ScaleRule::Conversion && !handsOn &&
        failed(verifyActivation(op, "result", type)))
      return failure();
  }
  if (spec.rule == ScaleRule::FixedOutput)
    return verifyFixedOutput(op, spec);
  return success();
}
