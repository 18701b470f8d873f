//===- HybridInput.h - Activations quantised at run time -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOLINALG_HYBRIDINPUT_H
#define MOPT_LIB_CONVERSION_MOPTTOLINALG_HYBRIDINPUT_H

#include "Lowering.h"
#include "mopt/Dialect/Mopt/Reference/BatchQuantize.h"

namespace mlir::mopt {

/// How one row is quantised: f32 scalars. No zero point: symmetric.
struct RowFactors {
  Value scale, inverse, zeroPoint;
};

/// The factors of a row whose largest magnitude is `range`.
RowFactors emitSymmetricFactors(ScalarBuilder &b, Value range);
/// The factors of a row whose values lie in [min, max], which contains 0.
RowFactors emitAsymmetricFactors(ScalarBuilder &b, Value min, Value max);
/// The quantised `x` with the zero point taken off: i16.
Value emitQuantized(ScalarBuilder &b, Value x, const RowFactors &factors);

/// The emitted form of QuantizedRows.
struct HybridInput {
  /// i16 of the input's shape: quantised values with the zero point taken off.
  Value values;
  /// f32, one scale a row.
  Value scales;
};

/// Emits quantizeRows of the float tensor `x`, whose leading dimension counts
/// the rows (rank 2 or more).
HybridInput emitHybridInput(OpBuilder &builder, Location loc, Value x,
                            RowQuantization kind);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOLINALG_HYBRIDINPUT_H
