//===- WeightMatrix.h - Weights as a matrix -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_TRANSFORMS_SPARSITY_WEIGHTMATRIX_H
#define MOPT_LIB_TRANSFORMS_SPARSITY_WEIGHTMATRIX_H

#include "mopt/Transforms/Sparsity/Pattern.h"
#include "mopt/Transforms/Utils/LayerWeights.h"

namespace mlir::mopt {

/// The weights of a layer as the matrix that SparsityPattern describes.
class WeightMatrix {
public:
  explicit WeightMatrix(const LayerWeight &weight);

  /// Calls `visit(indices)` for every block or group of `pattern`, with the
  /// indices of its elements, in the order of rows, then of columns.
  void forEachBlock(const SparsityPattern &pattern,
                    function_ref<void(ArrayRef<int64_t> indices)> visit) const;

  int64_t getRows() const { return rows; }
  /// Indices of the elements of a row.
  SmallVector<int64_t> getRow(int64_t row) const {
    SmallVector<int64_t> indices;
    for (int64_t column = 0; column < columns; ++column)
      indices.push_back(getIndex(row, column));
    return indices;
  }

private:
  int64_t getIndex(int64_t row, int64_t column) const {
    return (column / inner * rows + row) * inner + column % inner;
  }

  int64_t rows, columns;
  /// Elements of a row that follow each other in memory.
  int64_t inner;
};

/// True where rows have more than one input channel: patterns are of those.
bool hasInputChannels(const LayerWeight &weight);

/// Magnitudes of all elements in order.
std::vector<float> getMagnitudes(const LayerWeight &weight);

} // namespace mlir::mopt

#endif // MOPT_LIB_TRANSFORMS_SPARSITY_WEIGHTMATRIX_H
