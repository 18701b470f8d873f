//===- WeightMatrix.cpp - Weights as a matrix -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightMatrix.h"

#include "mopt/Dialect/Mopt/IR/MoptInterfaces.h"

using namespace mlir;
using namespace mlir::mopt;

WeightMatrix::WeightMatrix(const LayerWeight &weight) {
  RankedTensorType type = weight.getType();
  int64_t axis = cast<WeightedOp>(weight.user).getOutputChannelAxis();
  if (axis < 0 || axis >= type.getRank())
    axis = 0;
  rows = type.getRank() ? type.getDimSize(axis) : 1;
  columns = rows ? weight.elements / rows : 0;
  inner = 1;
  if (type.getRank())
    for (int64_t size : type.getShape().drop_front(axis + 1))
      inner *= size;
}

void WeightMatrix::forEachBlock(
    const SparsityPattern &pattern,
    function_ref<void(ArrayRef<int64_t>)> visit) const {
  SmallVector<int64_t> indices;
  for (int64_t top = 0; top < rows; top += pattern.rows)
    for (int64_t left = 0; left < columns; left += pattern.columns) {
      indices.clear();
      for (int64_t row = top; row < std::min(top + pattern.rows, rows); ++row)
        for (int64_t column = left;
             column < std::min(left + pattern.columns, columns); ++column)
          indices.push_back(getIndex(row, column));
      visit(indices);
    }
}

bool mopt::hasInputChannels(const LayerWeight &weight) {
  return cast<WeightedOp>(weight.user).getInputChannelAxis() >= 0;
}

std::vector<float> mopt::getMagnitudes(const LayerWeight &weight) {
  std::vector<float> magnitudes(weight.elements);
  weight.forEachMagnitude(
      [&](int64_t index, float magnitude) { magnitudes[index] = magnitude; });
  return magnitudes;
}
