//===- DifferenceSums.h - How far values are from others -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_RUNTIME_DIFFERENCESUMS_H
#define MOPT_RUNTIME_DIFFERENCESUMS_H

#include "llvm/ADT/ArrayRef.h"

namespace mlir::mopt {

/// How far values are from reference values: sums over elements, from which the
/// figures follow. Sums of doubles depend on their order: add samples in
/// theirs.
struct DifferenceSums {
  double maxAbsolute = 0;
  /// Sums of squares: of the values, the reference and the difference.
  double power = 0, signal = 0, noise = 0;
  /// Sum of the products of values and reference.
  double product = 0;
  int64_t elements = 0;

  /// The arrays have equal lengths.
  void add(llvm::ArrayRef<float> values, llvm::ArrayRef<float> reference);
  void add(const DifferenceSums &other);

  /// Signal-to-noise ratio in dB; infinite when all are equal.
  double getSNR() const;
  /// Cosine of the angle between both as vectors; 1 where both are zero, 0
  /// where one is.
  double getCosine() const;
};

} // namespace mlir::mopt

#endif // MOPT_RUNTIME_DIFFERENCESUMS_H
