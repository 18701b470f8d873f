//===- DepthwiseSteps.h - The steps of one channel's window -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_DIALECT_KERNEL_IR_DEPTHWISESTEPS_H
#define MOPT_DIALECT_KERNEL_IR_DEPTHWISESTEPS_H

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace mlir::mopt::kernel {

/// How the window of a channel, of `rows` rows and `columns` columns, becomes
/// steps of an instruction of `depth` products. A step takes one column of
/// `depth` rows, a strip. A last row that is alone is a strip of which a step
/// takes `depth` columns, the last step those up to the last column, where that
/// makes fewer steps: 5x5 are 5 + 2 steps of 4, not 10.
struct DepthwiseSteps {
  int64_t rows, columns, depth;

  struct Place {
    int64_t row, column;
  };

  /// True if the last row is alone, and its steps take columns.
  bool turnsLastRow() const {
    return rows % depth == 1 && getRowSteps() < columns;
  }
  /// Strips whose steps take a column each.
  int64_t getStrips() const {
    return turnsLastRow() ? rows / depth : llvm::divideCeil(rows, depth);
  }
  /// Steps that take columns.
  int64_t getTurnedSteps() const { return turnsLastRow() ? getRowSteps() : 0; }
  int64_t getCount() const { return getStrips() * columns + getTurnedSteps(); }

  /// The strip of a step; getStrips() for that of the last row.
  int64_t getStrip(int64_t step) const {
    return std::min(step / columns, getStrips());
  }
  /// The first column that a step takes.
  int64_t getColumn(int64_t step) const {
    int64_t rest = step - getStrips() * columns;
    if (rest < 0)
      return step % columns;
    return std::max<int64_t>(std::min(rest * depth, columns - depth), 0);
  }
  /// What product `product` of step `step` takes; nothing if another one takes
  /// it or it is not in the window.
  std::optional<Place> getElement(int64_t step, int64_t product) const {
    int64_t strip = getStrip(step), column = getColumn(step);
    if (strip < getStrips()) {
      int64_t row = strip * depth + product;
      return row < rows ? std::optional(Place{row, column}) : std::nullopt;
    }
    int64_t first = (step - strip * columns) * depth;
    if (column + product < first || column + product >= columns)
      return std::nullopt;
    return Place{rows - 1, column + product};
  }

private:
  /// Steps of a row if they take columns.
  int64_t getRowSteps() const {
    return static_cast<int64_t>(llvm::divideCeil(columns, depth));
  }
};

} // namespace mlir::mopt::kernel

#endif // MOPT_DIALECT_KERNEL_IR_DEPTHWISESTEPS_H
