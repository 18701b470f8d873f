//===- FixedPoint.h - Functions in fixed-point and table arithmetic -------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Plain numerics of the nonlinear integer ops. Fixed-point numbers are raw
// int32 values; Qm.n has m integer and n fractional bits beside the sign. The
// algorithms are gemmlowp's (exponential by table of powers and a Taylor
// polynomial, reciprocal by Newton steps) and the lookup tables of TFLite's
// int16 kernels, which are computed here instead of being listed.

#ifndef MOPT_DIALECT_MOPT_REFERENCE_FIXEDPOINT_H
#define MOPT_DIALECT_MOPT_REFERENCE_FIXEDPOINT_H

#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <cstdint>

namespace mlir::mopt {

/// exp(x) for x <= 0: Q5.26 -> Q0.31, where 1 is INT32_MAX.
int32_t expOnNegativeQ5(int32_t x);

/// 1 / (1 + a) for a in [0, 1), Q0.31.
int32_t getOneOverOnePlus(int32_t a);

/// A number y in (1/2, 1] (Q0.31) and `bitsOverUnit` with
/// 1 / x = y * 2^-bitsOverUnit, for x > 0 with `integerBits` integer bits.
/// x has 32 bits in the kernels; what would overflow there goes on here.
int32_t getReciprocal(uint64_t x, int integerBits, int &bitsOverUnit);

/// The largest input difference whose rescaled value stays within
/// `integerBits` integer bits after a left shift of `leftShift`.
int32_t calculateInputRadius(int integerBits, int leftShift);

/// A function on int16 by 512 linear pieces: entry i is the function at the
/// left end of piece i, moved by half the error of its middle.
using Int16Table = std::array<int16_t, 513>;

/// Tabulates `function` over [inputMin, inputMax]; results in [-1, 1] become
/// [-32768, 32767]. All arithmetic in double.
Int16Table makeInt16Table(double inputMin, double inputMax,
                          llvm::function_ref<double(double)> function);

/// Looks `value` up in `table`, interpolating between entries.
int16_t lookUp(const Int16Table &table, int16_t value);

/// The logistic function at i / 24 as a 16-bit fraction of 1, entries moved by
/// half the error that interpolation makes in the middle of each interval.
const std::array<uint16_t, 256> &getSigmoidTable();

/// How an int16 input is brought to the 1 / (3 * 4096) scale of the table:
/// (x * multiplier + 2^(shift - 1)) >> shift.
struct SigmoidInput {
  int32_t multiplier;
  int shift;
};

/// The rescaling for an input scale. A scale of 2^-12 (to one part in 1400 of
/// an octave) is rescaled exactly; so is 2^-11 if `allowShift`, which tanh has
/// and logistic has not.
SigmoidInput getSigmoidInput(float scale, bool allowShift);

/// logistic and tanh of int16 values; results at scale 2^-15.
int16_t logisticInt16(int16_t value, SigmoidInput input);
int16_t tanhInt16(int16_t value, SigmoidInput input);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_FIXEDPOINT_H
