//===- WeightedLowering.cpp - What convolutions and matrix products share
//-----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightedLowering.h"

using namespace mlir;
using namespace mlir::mopt;

WeightedLowering::WeightedLowering(Value inputValue, Value filterValue,
                                   Value biasValue, Value outputValue,
                                   ActivationFunction activation,
                                   RequantizeMode mode, WeightedRule rule)
    : input(inputValue), filter(filterValue), output(outputValue),
      activation(activation), mode(mode), rule(rule) {
  if (isPresent(biasValue))
    bias.emplace(biasValue);
}

LogicalResult WeightedLowering::check(Operation *op,
                                      PatternRewriter &rewriter) const {
  if (!getFloatActivationRange(activation))
    return refuse(op, rewriter, [&](Diagnostic &diag) {
      diag << "no kernel fuses " << stringifyActivationFunction(activation);
    });
  bool hasFloatEnds =
      input.isFloat32() && output.isFloat32() && (!bias || bias->isFloat32());
  if (hasFloatEnds && filter.isFloat32())
    return success();
  if (hasFloatEnds && filter.isInteger(8) && !filter.isUnsigned &&
      filter.params.isQuantized())
    return success();
  return checkIntegers(op, rewriter);
}

LogicalResult WeightedLowering::checkIntegers(Operation *op,
                                              PatternRewriter &rewriter) const {
  bool isBiasInteger = !bias || ((bias->isInteger(32) || bias->isInteger(64)) &&
                                 !bias->isUnsigned);
  bool isUnsigned8 = input.isInteger(8) && input.isUnsigned &&
                     filter.isInteger(8) && filter.isUnsigned &&
                     ((output.isInteger(8) && output.isUnsigned) ||
                      (output.isInteger(16) && !output.isUnsigned));
  bool isSigned8 = input.isInteger(8) && filter.isInteger(8) &&
                   output.isInteger(8) && !input.isUnsigned &&
                   !filter.isUnsigned && !output.isUnsigned;
  bool isSigned16 = input.isInteger(16) && output.isInteger(16) &&
                    (filter.isInteger(8) || filter.isInteger(16)) &&
                    !input.isUnsigned && !filter.isUnsigned &&
                    !output.isUnsigned;
  if (!isBiasInteger || !(isUnsigned8 || isSigned8 || isSigned16))
    return refuse(op, rewriter, [&](Diagnostic &diag) {
      diag << "no lowering for " << input.type.getElementType() << " by "
           << filter.type.getElementType() << " to "
           << output.type.getElementType();
    });
  if (!input.params.isQuantized() || input.params.isPerAxis() ||
      !output.params.isQuantized() || output.params.isPerAxis() ||
      !filter.params.isQuantized())
    return refuse(
        op, rewriter,
        "input and output need a scale per tensor, the filter any scale");
  return success();
}

Value WeightedLowering::prepare(OpBuilder &builder, Location loc, Value x) {
  if (isFloat())
    return x;
  if (isHybrid()) {
    HybridInput quantized = emitHybridInput(builder, loc, x, rule.rows);
    rowScales = quantized.scales;
    SmallVector<float> scales;
    for (size_t i = 0; i < filter.params.scales.size(); ++i)
      scales.push_back(filter.params.scale(i));
    if (filter.params.isPerAxis())
      weightScales = buildTable(builder, loc, ArrayRef<float>(scales));
    return quantized.values;
  }
  int32_t zeroPoint = output.getZeroPoint();
  requantizer.emplace(mode, zeroPoint,
                      *getQuantizedActivationRange(activation,
                                                   output.getScale(), zeroPoint,
                                                   output.getStorageRange()),
                      rule.arithmetic);
  for (size_t i = 0; i < filter.params.scales.size(); ++i) {
    float scale = filter.params.scale(i);
    if (rule.roundsScaleProduct)
      requantizer->addRoundedProductFactor(input.getScale(), scale,
                                           output.getScale());
    else
      requantizer->addProductFactor(input.getScale(), scale, output.getScale());
  }
  requantizer->prepare(builder, loc);
  return x;
}

Type WeightedLowering::getAccumulatorType(Builder &b) const {
  if (isFloat() || (isHybrid() && rule.scalesProducts))
    return b.getF32Type();
  return input.isInteger(16) && rule.wide ? b.getI64Type() : b.getI32Type();
}

Value WeightedLowering::getZero(ScalarBuilder &b) const {
  return b.constant(getAccumulatorType(b), 0);
}

Value WeightedLowering::getWeightScale(ScalarBuilder &b, Value channel) const {
  return weightScales ? b.load(weightScales, channel)
                      : b.f32(filter.params.scale());
}

Value WeightedLowering::multiply(ScalarBuilder &b, Value x, Value w,
                                 Value channel, Value batch) const {
  if (isFloat())
    return b.mul(x, w);
  // With zero points taken off 8 bits become 9. 16-bit operands are symmetric;
  // the product of two has 31 bits.
  Type i32 = b.getI32Type();
  x = b.widen(x, input.isUnsigned, i32);
  w = b.widen(w, filter.isUnsigned, i32);
  if (!isHybrid() && input.getZeroPoint() != 0)
    x = b.sub(x, input.getZeroPoint());
  if (!isHybrid() && filter.params.zeroPoint() != 0)
    w = b.sub(w, filter.params.zeroPoint());
  Value product = b.mul(x, w);
  if (isHybrid() && rule.scalesProducts)
    return b.mul(b.mul(b.toFloat(product), getWeightScale(b, channel)),
                 b.load(rowScales, batch));
  return b.widen(product, /*isUnsigned=*/false, getAccumulatorType(b));
}

Value WeightedLowering::accumulate(ScalarBuilder &b, Value acc, Value x,
                                   Value w, Value channel, Value batch) const {
  return b.addReduce(acc, multiply(b, x, w, channel, batch));
}

/// The integer `value` in the width of `type`; bits that leave are lost, as in
/// the kernels.
static Value resize(ScalarBuilder &b, Value value, Type type) {
  if (value.getType().getIntOrFloatBitWidth() > type.getIntOrFloatBitWidth())
    return b.narrow(value, type);
  return b.widen(value, /*isUnsigned=*/false, type);
}

Value WeightedLowering::finishHybrid(ScalarBuilder &b, Value acc,
                                     Value biasValue, Value channel,
                                     Value batch) const {
  Value value = acc;
  if (!rule.scalesProducts) {
    Value rowScale = b.load(rowScales, batch);
    Value weightScale = getWeightScale(b, channel);
    Value sum = b.toFloat(acc);
    value = rule.sumFirst ? b.mul(b.mul(sum, weightScale), rowScale)
                          : b.mul(sum, b.mul(weightScale, rowScale));
  }
  if (bias)
    value = b.add(value, b.load(biasValue, channel));
  return applyFloatActivation(b, value, *getFloatActivationRange(activation));
}

Value WeightedLowering::finish(ScalarBuilder &b, Value acc, Value biasValue,
                               Value channel, Value batch) const {
  if (isHybrid())
    return finishHybrid(b, acc, biasValue, channel, batch);
  if (bias) {
    Value value = b.load(biasValue, channel);
    acc = b.add(acc, isFloat() ? value : resize(b, value, acc.getType()));
  }
  if (isFloat())
    return applyFloatActivation(b, acc, *getFloatActivationRange(activation));
  Value stored = requantizer->apply(b, acc, channel);
  return b.narrow(stored,
                  b.getIntegerType(output.storage.getIntOrFloatBitWidth()));
}
