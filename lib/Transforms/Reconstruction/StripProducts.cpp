//===- StripProducts.cpp - Products of columns -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StripProducts.h"
#include "VectorClones.h"
#include "mopt/Transforms/Reconstruction/LayerStatistics.h"

#include <algorithm>
#include <cstring>

using namespace mlir::mopt;

/// Rows whose products are summed in float32 before the sum is added to the
/// doubles: few enough for the rounding not to matter, and both strips stay in
/// the first cache.
static constexpr int64_t kRowsAtOnce = 128;
static constexpr int64_t kStrip = RowPanel::kStrip;
/// Columns of the left strip at once: their sums fill half of the registers.
static constexpr int64_t kColumnsAtOnce = 4;

using StripRow = float __attribute__((vector_size(kStrip * sizeof(float))));

MOPT_INLINE_BODY void addStripProductsBody(const float *left,
                                           const float *right, int64_t rows,
                                           double *sums, int64_t stride) {
  for (int64_t begin = 0; begin < rows; begin += kRowsAtOnce) {
    int64_t end = std::min(begin + kRowsAtOnce, rows);
    for (int64_t column = 0; column < kStrip; column += kColumnsAtOnce) {
      StripRow s0 = {}, s1 = {}, s2 = {}, s3 = {};
      for (int64_t row = begin; row < end; ++row) {
        StripRow values;
        std::memcpy(&values, right + row * kStrip, sizeof(values));
        const float *factors = left + row * kStrip + column;
        s0 += values * factors[0];
        s1 += values * factors[1];
        s2 += values * factors[2];
        s3 += values * factors[3];
      }
      double *out = sums + column * stride;
      for (int64_t i = 0; i < kStrip; ++i) {
        out[i] += s0[i];
        out[stride + i] += s1[i];
        out[2 * stride + i] += s2[i];
        out[3 * stride + i] += s3[i];
      }
    }
  }
}

MOPT_VECTOR_CLONES(addStripProducts,
                   (const float *left, const float *right, int64_t rows,
                    double *sums, int64_t stride),
                   (left, right, rows, sums, stride))
