//===- FixedPointEmitter.h - Fixed-point functions as scalar IR -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// The functions of Reference/FixedPoint.h and FixedPoint16.h where their
// argument is known at run time only. Qm.n is a number of m integer and n
// fractional bits.

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_FIXEDPOINTEMITTER_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_FIXEDPOINTEMITTER_H

#include "RequantizeEmitter.h"

namespace mlir::mopt {

/// saturatingRoundingDoublingHighMul of two i32, as an i32.
Value emitHighMul(ScalarBuilder &b, Value x, Value y);

/// saturatingRoundingMultiplyByPOT of an i32, to the left.
Value emitShiftLeftSaturating(ScalarBuilder &b, Value x, int exponent);

/// 1 / (1 + a) for a in [0, 1), Q0.31: gemmlowp's three Newton steps.
Value emitOneOverOnePlus(ScalarBuilder &b, Value a);

/// Entry i is exp(-i * beta * scale) in Q0.31, 0 where the 8-bit softmax cuts
/// it off.
SmallVector<int32_t> getFixedExps(float beta, float scale);

/// A factor that is known at run time only: multiplier * 2^-rightShift, both
/// i32, as in Q0.31.
struct EmittedFactor {
  Value multiplier, rightShift;
};

/// getInverseSquareRoot of an i32, which counts as 1 below 1.
EmittedFactor emitInverseSquareRoot(ScalarBuilder &b, Value x);

/// multiplyByQuantizedMultiplier of an i32 by a factor without a left shift.
Value emitMultiplyByFactor(ScalarBuilder &b, Value x,
                           const EmittedFactor &factor);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_FIXEDPOINTEMITTER_H
