//===- DeviceRescale.h - Requantisation in kernels -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// What an integer sum becomes, in the same bits as the evaluator (docs/
// Numerics.md), four channels at a time. Factors are in memory, so that layers
// of equal sizes share their kernel.
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOGPU_DEVICERESCALE_H
#define MOPT_LIB_CONVERSION_MOPTTOGPU_DEVICERESCALE_H

#include "KernelBuilder.h"
#include "mopt/Dialect/Mopt/Reference/Requantize.h"

#include <vector>

namespace mlir::mopt {

enum class RescaleKind {
  /// A float32 product, rounded to even.
  Float,
  /// TFLite's multiplier: a high half that rounds, a right shift that rounds.
  Fixed,
  /// (x * multiplier + nudge) >> shift in 64 bits, the nudge one less for
  /// negative x, in constants that were checked to give what a product in
  /// double
  /// gives.
  Linear
};

/// A short word for names of kernels.
StringRef stringifyRescaleKind(RescaleKind kind);

/// Numbers of a factor in memory.
unsigned getFactorWords(RescaleKind kind);

/// x -> roundeven(f32(x) * factor).
std::vector<int32_t> makeFloatFactor(float factor);
/// x -> multiplyByQuantizedMultiplier(x, factor).
std::vector<int32_t> makeFixedFactor(QuantizedMultiplier factor);
/// x -> round(double(x) * factor), half away from zero, for x in `sums` where
/// the result is in `range`, and cut to it beyond. std::nullopt where no
/// constants were found.
std::optional<std::vector<int32_t>> makeLinearFactor(double factor,
                                                     ClampRange<int32_t> range,
                                                     ClampRange<int32_t> sums);

/// `sum` (vector<4xi32>) times a factor, cut to [low, high]; all are
/// vector<4xi32>.
Value emitRescale(KernelBuilder &b, RescaleKind kind, Value sum,
                  ValueRange factor, Value low, Value high);

/// saturatingRoundingDoublingHighMul, where not both are INT32_MIN.
Value emitHighMul(KernelBuilder &b, Value x, Value y);

/// multiplyByQuantizedMultiplier; `left` and `right` are shifts.
Value emitFixedProduct(KernelBuilder &b, Value x, Value multiplier, Value left,
                       Value right);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOGPU_DEVICERESCALE_H
