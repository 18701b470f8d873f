//===- Requantize.h - Integer rescaling, to the last bit -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Plain numerics without MLIR IR: the two arithmetics of requantisation. Both
// are defined in docs/Numerics.md; the `fixed` one is that of the TFLite
// reference kernels (gemmlowp's fixed-point primitives, double rounding build).

#ifndef MOPT_DIALECT_MOPT_REFERENCE_REQUANTIZE_H
#define MOPT_DIALECT_MOPT_REFERENCE_REQUANTIZE_H

#include "mopt/Dialect/Mopt/IR/MoptDialect.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace mlir::mopt {

/// A real factor as `multiplier * 2^(shift - 31)`, multiplier in [2^30, 2^31),
/// or zero. A positive shift is a left shift.
struct QuantizedMultiplier {
  int32_t multiplier = 0;
  int shift = 0;
};

/// TFLite's QuantizeMultiplier: `real` rounded to 31 significant bits, half
/// away from zero. Factors below 2^-32 become zero, factors of 2^31 and more
/// saturate at the largest multiplier with shift 30.
QuantizedMultiplier quantizeMultiplier(double real);

/// round(a * b / 2^31), half up in magnitude towards +inf as gemmlowp does;
/// saturates only for a = b = INT32_MIN.
int32_t saturatingRoundingDoublingHighMul(int32_t a, int32_t b);
/// The same on 16 bits: round(a * b / 2^15).
int16_t saturatingRoundingDoublingHighMul(int16_t a, int16_t b);

/// round(x / 2^exponent), half away from zero. 0 <= exponent <= 31.
int32_t roundingDivideByPOT(int32_t x, int exponent);
/// The same on 16 bits, 0 <= exponent <= 15.
int16_t roundingDivideByPOT(int16_t x, int exponent);

/// x * 2^exponent, saturated to int32 for a positive exponent, rounded half
/// away from zero for a negative one.
int32_t saturatingRoundingMultiplyByPOT(int32_t x, int exponent);

/// x * factor for int32 accumulators: left shift, doubling high product with
/// rounding, then a rounding right shift (the "double rounding" build).
int32_t multiplyByQuantizedMultiplier(int32_t x, QuantizedMultiplier factor);

/// The largest shift of a factor for 64-bit products.
constexpr int maxProductShift = 7;

/// x * factor for int64 accumulators (int16 activations): the multiplier is
/// reduced to 16 bits and a single rounding shift follows. |x| < 2^47.
int32_t multiplyByQuantizedMultiplier(int64_t x, QuantizedMultiplier factor);

/// x * factor where factor < 1: shift <= 0. TFLite's
/// MultiplyByQuantizedMultiplierSmallerThanOneExp.
int32_t
multiplyByQuantizedMultiplierSmallerThanOneExp(int32_t x,
                                               QuantizedMultiplier factor);

/// x * factor where factor >= 1: shift >= 0. TFLite's
/// MultiplyByQuantizedMultiplierGreaterThanOne.
int32_t multiplyByQuantizedMultiplierGreaterThanOne(int32_t x,
                                                    QuantizedMultiplier factor);

/// Inclusive bounds of a result, in its own units.
template <typename T>
struct ClampRange {
  T min;
  T max;
  T clamp(T value) const { return std::min(std::max(value, min), max); }
};

/// Where `activation` cuts a float result; std::nullopt for the functions that
/// no kernel fuses (TANH, SIGN_BIT).
std::optional<ClampRange<float>>
getFloatActivationRange(ActivationFunction activation);

/// Where `activation` cuts a quantised result of the given scale and zero
/// point, within [qmin, qmax]: a bound x becomes `zp + round(x / scale)`, the
/// quotient in float32. std::nullopt as above.
std::optional<ClampRange<int32_t>>
getQuantizedActivationRange(ActivationFunction activation, float scale,
                            int32_t zeroPoint, ClampRange<int32_t> storage);

/// roundeven(value), as an integer inside `range` when `zeroPoint` is added.
/// Clamps before the conversion, so that no float overflows an integer. Ties
/// to even whatever the rounding mode of the machine is.
int32_t roundAndClamp(float value, int32_t zeroPoint,
                      ClampRange<int32_t> range);

/// How fixed mode rescales. The reference kernels do not agree on it: most use
/// the fixed-point multiplier; fully_connected multiplies in double and rounds
/// half away from zero.
enum class FixedArithmetic { Multiplier, Double };

/// Accumulator -> stored value, with the factors, zero point and clamp of one
/// op, in either mode. Build it with one factor (per tensor) or one per
/// channel, then `apply`.
class Requantizer {
public:
  Requantizer(RequantizeMode mode, int32_t zeroPoint, ClampRange<int32_t> range,
              FixedArithmetic arithmetic = FixedArithmetic::Multiplier)
      : mode(mode), arithmetic(arithmetic), zeroPoint(zeroPoint), range(range) {
  }

  /// Adds the factor of the next channel: `exact` is the real factor as TFLite
  /// forms it (double), `rounded` the one of the float mode (float32).
  void addFactor(double exact, float rounded);
  /// The factor `input * weight / output` of a product: float32 products from
  /// left to right in float mode, double in fixed mode.
  void addProductFactor(float input, float weight, float output);
  /// The same, but in fixed mode with `input * weight` rounded to float32, as
  /// the kernels that know one weight scale only do.
  void addRoundedProductFactor(float input, float weight, float output);
  /// The factor `input / output` of a rescaling.
  void addRescaleFactor(float input, float output);

  /// The stored value of accumulator `acc` in `channel`: factor, zero point,
  /// clamp. The channel is ignored when there is one factor.
  int32_t apply(int32_t acc, size_t channel = 0) const;
  int32_t apply(int64_t acc, size_t channel = 0) const;

private:
  template <typename Acc>
  int32_t applyAny(Acc acc, size_t channel) const;

  struct Factor {
    QuantizedMultiplier multiplier;
    double exact;
    float rounded;
  };

  RequantizeMode mode;
  FixedArithmetic arithmetic;
  int32_t zeroPoint;
  ClampRange<int32_t> range;
  llvm::SmallVector<Factor, 1> factors;
};

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_REQUANTIZE_H
