//===- Parameters.h - Choosing scales and zero points -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_TRANSFORMS_QUANTIZATION_PARAMETERS_H
#define MOPT_TRANSFORMS_QUANTIZATION_PARAMETERS_H

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"

#include <algorithm>
#include <cmath>

namespace mlir::mopt {

/// The largest magnitude of a quantised weight: -128 is never written, so that
/// kernels may negate weights and 16-bit products of pairs cannot overflow.
inline constexpr int64_t kWeightQMax = 127;

/// Scale and zero point of one tensor: `real = scale * (q - zeroPoint)`.
struct AffineParams {
  /// Exactly a float32, as the format stores it.
  float scale;
  int64_t zeroPoint;
};

/// Asymmetric parameters for the range [min, max], widened to contain zero, on
/// the integers [qmin, qmax]. The zero point is the nearest integer (halves
/// away from zero) to the one of the two candidates, from either end of the
/// range, that loses less precision. Ranges narrower than 1e-6 are widened to
/// that width, so that the scale is never zero or denormal. `min` and `max`
/// must be finite.
AffineParams chooseAsymmetricParams(double min, double max, int64_t qmin,
                                    int64_t qmax);

/// Scale of a symmetric range of magnitude `absMax` on [-qmax, qmax]; at least
/// 0.5e-6 / qmax.
float chooseSymmetricScale(double absMax, int64_t qmax);

/// `q = clamp(round(value / scale) + zeroPoint)`, halves away from zero, the
/// std::round, without a call where it takes most of the time. The addend is
/// the largest float below 0.5: with 0.5 what is just below it would become 1.
inline float roundHalfAway(float value) {
  // From here on floats are whole; NaN stays as it is.
  if (!(std::abs(value) < 0x1p23f))
    return value;
  return static_cast<float>(
      static_cast<int32_t>(value + std::copysign(0x1.fffffep-2f, value)));
}

/// division in float32 as in the kernels of the format.
inline int64_t quantizeValue(float value, float scale, int64_t zeroPoint,
                             int64_t qmin, int64_t qmax) {
  float scaled = roundHalfAway(value / scale);
  // Clamping before the conversion: a float beyond the integers has no
  // conversion.
  scaled = std::clamp(scaled, static_cast<float>(qmin - zeroPoint),
                      static_cast<float>(qmax - zeroPoint));
  return static_cast<int64_t>(scaled) + zeroPoint;
}

/// Parameters of an activation of `width` bits that takes values in [min, max]:
/// asymmetric ones on all of int8, or symmetric ones with zero point 0 on
/// [-32767, 32767].
AffineParams chooseActivationParams(double min, double max, unsigned width);

/// `!quant.uniform<iWidth:f32, scale:zeroPoint>` on all integers of the width.
quant::UniformQuantizedType
getActivationType(MLIRContext *context, unsigned width, AffineParams params);

/// `!quant.uniform<u8:f32, scale:zeroPoint + 128>` for int8 parameters.
quant::UniformQuantizedType getUInt8Type(quant::UniformQuantizedType int8);

/// A symmetric signed type of `width` bits: per axis along `axis`, or per
/// tensor where there is one scale.
quant::QuantizedType getSymmetricType(MLIRContext *context, unsigned width,
                                      ArrayRef<float> scales, int axis);

} // namespace mlir::mopt

#endif // MOPT_TRANSFORMS_QUANTIZATION_PARAMETERS_H
