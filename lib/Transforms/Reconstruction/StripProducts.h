//===- StripProducts.h - Products of columns -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_RECONSTRUCTION_STRIPPRODUCTS_H
#define MOPT_LIB_TRANSFORMS_RECONSTRUCTION_STRIPPRODUCTS_H

#include <cstdint>

namespace mlir::mopt {

/// `sums[i * stride + j] += sum over rows of left[row][i] * right[row][j]` for
/// two strips of a RowPanel.
void addStripProducts(const float *left, const float *right, int64_t rows,
                      double *sums, int64_t stride);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_RECONSTRUCTION_STRIPPRODUCTS_H
