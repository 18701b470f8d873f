//===- FixedPoint16.h - Functions of 16-bit fixed-point numbers -*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Plain numerics of the integer LSTM: gemmlowp's functions on 16-bit
// fixed-point numbers, to the last bit. Qm.n is a number of m integer and n
// fractional bits beside the sign, held in m + n + 1 bits. (The ops logistic
// and tanh of int16 tensors are another arithmetic: interpolated tables.)

#ifndef MOPT_DIALECT_MOPT_REFERENCE_FIXEDPOINT16_H
#define MOPT_DIALECT_MOPT_REFERENCE_FIXEDPOINT16_H

#include "mopt/Dialect/Mopt/Reference/Requantize.h"

namespace mlir::mopt {

/// 1 / (1 + exp(-x)): Q3.12 -> Q0.15.
int16_t logisticQ3(int16_t x);

/// tanh(x): Qm.(15-m) -> Q0.15 with m = `integerBits`, 0 to 6.
int16_t tanhQ(int16_t x, int integerBits);

/// 1 / sqrt(x) of an integer x as a factor for multiplyByQuantizedMultiplier;
/// x below 2 counts as 1. Newton's method in Q3.28.
QuantizedMultiplier getInverseSquareRoot(int32_t x);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_FIXEDPOINT16_H
