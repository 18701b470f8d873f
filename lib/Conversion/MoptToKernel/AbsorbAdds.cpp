//===- AbsorbAdds.cpp - Additions as a part of layers -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinearSum.h"
#include "mopt/Conversion/MoptToKernel/Layer.h"
#include "mopt/Dialect/Mopt/IR/ConvolutionOps.h"
#include "mopt/Dialect/Mopt/IR/QuantUtils.h"
#include "mopt/Dialect/Mopt/Reference/EvaluatorUtils.h"

using namespace mlir;
using namespace mlir::mopt;

/// Sums of two values of 9 bits stay within 32 bits by less than these factors.
static constexpr float kLargestFactor = 1 << 20;

static float getScale(Value value) {
  return getQuantParams(value.getType()).scale();
}

/// The factors of the layer's output and of the addend in float mode.
static std::array<float, 2> getRealFactors(const Layer &layer) {
  float out = getScale(layer.getWritten());
  return {getScale(layer.output) / out, getScale(layer.addend) / out};
}

/// Those of fixed mode and of their sum, as TFLite's reference kernels form
/// them for 8 bits.
static std::array<QuantizedMultiplier, 3> getFixedFactors(const Layer &layer) {
  double own = getScale(layer.output), other = getScale(layer.addend);
  double common = 2.0 * std::max(own, other);
  return {quantizeMultiplier(own / common), quantizeMultiplier(other / common),
          quantizeMultiplier(common / (double(int64_t(1) << 20) *
                                       double(getScale(layer.getWritten()))))};
}

/// True if the code of a kernel is exact for the factors.
static bool hasFactors(const Layer &layer, RequantizeMode mode) {
  if (mode == RequantizeMode::Float)
    return llvm::all_of(getRealFactors(layer),
                        [](float factor) { return factor < kLargestFactor; });
  return llvm::all_of(getFixedFactors(layer), [](QuantizedMultiplier factor) {
    return factor.shift <= 0 && factor.shift >= -31;
  });
}

/// True if `op` adds two 8-bit images of one shape.
static bool isPlainAdd(AddOp op) {
  auto isImage = [&](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    auto result = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    if (!type || !result || type.getRank() != 4 || !type.hasStaticShape() ||
        type.getShape() != result.getShape())
      return false;
    QuantParams params = getQuantParams(type);
    Type storage = getStorageElementType(type.getElementType());
    return params.isQuantized() && !params.isPerAxis() &&
           storage == getStorageElementType(result.getElementType()) &&
           storage.isInteger() && storage.getIntOrFloatBitWidth() == 8;
  };
  return op.getLhs() != op.getRhs() && isImage(op.getLhs()) &&
         isImage(op.getRhs()) && isImage(op->getResult(0)) &&
         getFloatActivationRange(op.getFusedActivationFunction());
}

void mopt::absorbAdds(MutableArrayRef<Layer> layers, RequantizeMode mode) {
  for (Layer &layer : layers) {
    if (!layer.output.hasOneUse() || isa<FullyConnectedOp>(layer.op))
      continue;
    auto add = dyn_cast<AddOp>(*layer.output.user_begin());
    if (!add || !isPlainAdd(add))
      continue;
    Value addend = add.getLhs() == layer.output ? add.getRhs() : add.getLhs();
    Operation *other = addend.getDefiningOp();
    if (other && (other->getBlock() != layer.op->getBlock() ||
                  !other->isBeforeInBlock(layer.op)))
      continue;
    layer.add = add;
    layer.addend = addend;
    if (!hasFactors(layer, mode))
      layer.add = AddOp();
  }
}

/// The sum of `layer` and its addend as a plane over their bytes, if it is one.
static std::optional<std::array<float, 3>>
findPlane(const Layer &layer, RequantizeMode mode, ClampRange<int32_t> result) {
  int32_t zeroPoint = getByteZeroPoint(layer.output);
  int32_t addendZero = kOffset + getByteZeroPoint(layer.addend);
  ClampRange<int32_t> own =
      *getQuantizedActivationRange(layer.activation, getScale(layer.output),
                                   zeroPoint, {-kOffset, kOffset - 1});
  double out = getScale(layer.getWritten());
  double xFactor = getScale(layer.output) / out;
  double yFactor = getScale(layer.addend) / out;
  ByteSum sum = {{own.min - zeroPoint, own.max - zeroPoint},
                 {0, 2 * kOffset - 1},
                 result,
                 {xFactor, yFactor, -yFactor * addendZero},
                 {}};
  auto [xReal, yReal] = getRealFactors(layer);
  auto evaluateReal = [&, xReal = xReal, yReal = yReal](int32_t x, int32_t y) {
    float left = static_cast<float>(x) * xReal;
    float right = static_cast<float>(y - addendZero) * yReal;
    return roundAndClamp(left + right, 0, result);
  };
  auto [xFixed, yFixed, both] = getFixedFactors(layer);
  auto evaluateFixed = [&, xFixed = xFixed, yFixed = yFixed,
                        both = both](int32_t x, int32_t y) {
    auto rescale = multiplyByQuantizedMultiplierSmallerThanOneExp;
    int32_t left = rescale(x * (1 << 20), xFixed);
    int32_t right = rescale((y - addendZero) * (1 << 20), yFixed);
    return rescale(left + right, both);
  };
  if (mode == RequantizeMode::Float)
    sum.evaluate = evaluateReal;
  else
    sum.evaluate = evaluateFixed;
  return findLinearSum(sum);
}

kernel::ResidualAttr mopt::makeResidual(const Layer &layer, RequantizeMode mode,
                                        const KernelTarget &target) {
  Value written = layer.getWritten();
  MLIRContext *context = layer.op->getContext();
  int32_t zeroPoint = getByteZeroPoint(written);
  AddOp add = layer.add;
  ClampRange<int32_t> range = *getQuantizedActivationRange(
      add.getFusedActivationFunction(), getScale(written), zeroPoint,
      {-kOffset, kOffset - 1});
  DenseF32ArrayAttr real;
  DenseI32ArrayAttr multipliers;
  DenseF32ArrayAttr linear;
  std::optional<std::array<float, 3>> plane;
  if (target.fuses)
    plane =
        findPlane(layer, mode, {range.min - zeroPoint, range.max - zeroPoint});
  if (plane) {
    linear = DenseF32ArrayAttr::get(context, *plane);
  } else if (mode == RequantizeMode::Float) {
    real = DenseF32ArrayAttr::get(context, getRealFactors(layer));
  } else {
    SmallVector<int32_t> factors;
    for (QuantizedMultiplier factor : getFixedFactors(layer))
      factors.append({factor.multiplier, factor.shift});
    multipliers = DenseI32ArrayAttr::get(context, factors);
  }
  return kernel::ResidualAttr::get(context, getByteZeroPoint(layer.addend),
                                   zeroPoint, range.min, range.max, real,
                                   multipliers, linear);
}
