//===- BatchQuantize.h - Quantisation of activations at run time ----------===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// What the hybrid kernels (float activations, int8 weights) do to their input:
// every batch row gets a scale, and a zero point where it is asymmetric, from
// its own minimum and maximum.

#ifndef MOPT_DIALECT_MOPT_REFERENCE_BATCHQUANTIZE_H
#define MOPT_DIALECT_MOPT_REFERENCE_BATCHQUANTIZE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <vector>

namespace mlir::mopt {

/// Rows of int8 values with the zero point taken off (so int16), and the scale
/// of each row: real = scale * value.
struct QuantizedRows {
  std::vector<int16_t> values;
  llvm::SmallVector<float> scales;
};

enum class RowQuantization { Symmetric, Asymmetric };

/// Quantises `values` as `numRows` rows of equal length. Symmetric: scale
/// max|x| / 127, values in [-127, 127]. Asymmetric: the range of the row,
/// widened to contain 0, on [-128, 127], the zero point nudged to an integer.
/// A row of zeros has scale 1. Multiplications are by the float32 reciprocal
/// of the scale, ties go away from zero.
QuantizedRows quantizeRows(llvm::ArrayRef<float> values, int64_t numRows,
                           RowQuantization kind);

} // namespace mlir::mopt

#endif // MOPT_DIALECT_MOPT_REFERENCE_BATCHQUANTIZE_H
