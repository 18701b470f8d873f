//===- Parameters.cpp - Choosing scales and zero points -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mopt/Transforms/Quantization/Parameters.h"

#include "llvm/ADT/SmallVector.h"

using namespace mlir;
using namespace mlir::mopt;

/// A range narrower than this carries no information; the converter of the
/// format widens it to the same width.
static constexpr double kNarrowestRange = 1e-6;

AffineParams mopt::chooseAsymmetricParams(double min, double max, int64_t qmin,
                                          int64_t qmax) {
  double lo = std::min(min, 0.0);
  double hi = std::max(max, 0.0);
  if (hi - lo < kNarrowestRange) {
    lo = -kNarrowestRange / 2;
    hi = kNarrowestRange / 2;
  }
  double scale = (hi - lo) / static_cast<double>(qmax - qmin);
  double fromMin = static_cast<double>(qmin) - lo / scale;
  double fromMax = static_cast<double>(qmax) - hi / scale;
  double errorMin = std::abs(static_cast<double>(qmin)) + std::abs(lo / scale);
  double errorMax = std::abs(static_cast<double>(qmax)) + std::abs(hi / scale);
  double zeroPoint = std::round(errorMin < errorMax ? fromMin : fromMax);
  zeroPoint = std::clamp(zeroPoint, static_cast<double>(qmin),
                         static_cast<double>(qmax));
  return {static_cast<float>(scale), static_cast<int64_t>(zeroPoint)};
}

float mopt::chooseSymmetricScale(double absMax, int64_t qmax) {
  return static_cast<float>(std::max(absMax, kNarrowestRange / 2) /
                            static_cast<double>(qmax));
}

AffineParams mopt::chooseActivationParams(double min, double max,
                                          unsigned width) {
  if (width == 8)
    return chooseAsymmetricParams(min, max, -128, 127);
  return {chooseSymmetricScale(std::max(std::abs(min), std::abs(max)),
                               llvm::maxIntN(width)),
          /*zeroPoint=*/0};
}

quant::UniformQuantizedType mopt::getActivationType(MLIRContext *context,
                                                    unsigned width,
                                                    AffineParams params) {
  return quant::UniformQuantizedType::get(
      quant::QuantizationFlags::Signed, IntegerType::get(context, width),
      Float32Type::get(context), params.scale, params.zeroPoint,
      llvm::minIntN(width), llvm::maxIntN(width));
}

quant::UniformQuantizedType
mopt::getUInt8Type(quant::UniformQuantizedType int8) {
  return quant::UniformQuantizedType::get(
      /*flags=*/0, IntegerType::get(int8.getContext(), 8),
      int8.getExpressedType(), int8.getScale(), int8.getZeroPoint() + 128, 0,
      255);
}

quant::QuantizedType mopt::getSymmetricType(MLIRContext *context,
                                            unsigned width,
                                            ArrayRef<float> scales, int axis) {
  Type storage = IntegerType::get(context, width);
  Type expressed = Float32Type::get(context);
  int64_t max = llvm::maxIntN(width);
  int64_t min = llvm::minIntN(width);
  unsigned flags = quant::QuantizationFlags::Signed;
  if (axis < 0 || scales.size() == 1)
    return quant::UniformQuantizedType::get(flags, storage, expressed,
                                            scales.front(), 0, min, max);
  SmallVector<double> wide(scales.begin(), scales.end());
  SmallVector<int64_t> zeroPoints(scales.size(), 0);
  return quant::UniformQuantizedPerAxisType::get(
      flags, storage, expressed, wide, zeroPoints, axis, min, max);
}
