//===- LinearSum.h - A sum of bytes in three floats -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_MOPTTOKERNEL_LINEARSUM_H
#define MOPT_LIB_CONVERSION_MOPTTOKERNEL_LINEARSUM_H

#include "mopt/Dialect/Mopt/Reference/Requantize.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <optional>

namespace mlir::mopt {

/// A function of two bytes that is a rounded sum of both times some factors.
struct ByteSum {
  /// The bytes: all numbers in these bounds.
  ClampRange<int32_t> x, y;
  /// What the function gives is cut to these bounds afterwards.
  ClampRange<int32_t> result;
  /// About what the function is before it rounds: factors of `x` and `y`, and a
  /// constant.
  std::array<double, 3> plane;
  llvm::function_ref<int32_t(int32_t x, int32_t y)> evaluate;
};

/// Floats a, b, c with roundeven(fma(x, a, fma(y, b, c))) equal to `sum` for
/// every pair of bytes, where the search finds any. Whatever roundings the
/// function makes inside, as long as it is close to a plane, there are mostly a
/// handful of pairs that tell its planes apart.
std::optional<std::array<float, 3>> findLinearSum(const ByteSum &sum);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_MOPTTOKERNEL_LINEARSUM_H
