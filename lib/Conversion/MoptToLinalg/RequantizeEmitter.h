//===- RequantizeEmitter.h - Emits the arithmetic of requantisation -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The emitted counterpart of Reference/Requantize.h: the same values to the
// last bit, in forms that vectorise.

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_REQUANTIZEEMITTER_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_REQUANTIZEEMITTER_H

#include "ScalarBuilder.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// saturatingRoundingDoublingHighMul of two i32, as an i64 that holds an i32.
/// Wrong only where both are INT32_MIN, which no quantised multiplier is.
Value emitRoundingDoublingHighMul(ScalarBuilder &b, Value x, Value multiplier);

/// roundingDivideByPOT by a constant, on any signed type that has a bit of
/// headroom for the rounding term.
Value emitRoundingDivideByPOT(ScalarBuilder &b, Value x, int exponent);

/// multiplyByQuantizedMultiplier(i32, factor) by one constant factor: an i32.
Value emitMultiplyByQuantizedMultiplier(ScalarBuilder &b, Value x,
                                        QuantizedMultiplier factor);

/// roundAndClamp: an i32.
Value emitRoundAndClamp(ScalarBuilder &b, Value value, int32_t zeroPoint,
                        ClampRange<int32_t> range);

/// Mirrors Requantizer: add the factors, `prepare`, then `apply` in a body.
class RequantizeEmitter {
public:
  RequantizeEmitter(RequantizeMode mode, int32_t zeroPoint,
                    ClampRange<int32_t> range,
                    FixedArithmetic arithmetic = FixedArithmetic::Multiplier)
      : mode(mode), arithmetic(arithmetic), zeroPoint(zeroPoint), range(range) {
  }

  void addFactor(double exact, float rounded);
  void addProductFactor(float input, float weight, float output);
  /// The same, but in fixed mode with `input * weight` rounded to float32.
  void addRoundedProductFactor(float input, float weight, float output);
  void addRescaleFactor(float input, float output);

  /// Emits the constant tensors with the factors of the channels; outside of
  /// any body.
  void prepare(OpBuilder &builder, Location loc);

  /// The stored value, as an i32, of `acc` (i32, or i64 for 16-bit
  /// activations). `channel` may be null where there is one factor.
  Value apply(ScalarBuilder &b, Value acc, Value channel) const;

private:
  Value applyFixed32(ScalarBuilder &b, Value acc, Value channel) const;
  Value applyFixed64(ScalarBuilder &b, Value acc, Value channel) const;

  Value applyDouble(ScalarBuilder &b, Value acc, Value channel) const;

  RequantizeMode mode;
  FixedArithmetic arithmetic;
  int32_t zeroPoint;
  ClampRange<int32_t> range;
  SmallVector<QuantizedMultiplier, 1> fixed;
  SmallVector<float, 1> real;
  SmallVector<double, 1> exact;
  /// Tensors indexed by channel, null where one constant serves all.
  Value realTable, exactTable, multiplierTable, shiftTable;
};

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_REQUANTIZEEMITTER_H
