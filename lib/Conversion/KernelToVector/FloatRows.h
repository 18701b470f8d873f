//===- FloatRows.h - Rows and tiles of float convolutions -----*- C++ -*-===//
//
// Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MOPT_LIB_CONVERSION_KERNELTOVECTOR_FLOATROWS_H
#define MOPT_LIB_CONVERSION_KERNELTOVECTOR_FLOATROWS_H

#include "KernelEmitter.h"

namespace mlir::mopt {

/// The rows of a convolution's output, in tiles of pixels. Windows reach beyond
/// the input without a copy of it: the rows of the window that exist are the
/// bounds of a loop, and the tiles at both ends of a row, which lie at known
/// columns, leave out the columns that do not exist.
class FloatRows {
public:
  /// Neighbouring pixels of a row.
  struct Tile {
    int64_t pixels;
    /// The first one.
    Value column;
    /// Its number, if taps of the tile lie outside of the input.
    std::optional<int64_t> edge;
  };

  /// A row of the output.
  struct Row {
    /// The element of the input at which the window of the first pixel begins;
    /// it may lie before the input.
    Value in;
    /// The element of the output.
    Value out;
    /// The rows of the window that exist; null for all of them.
    Value firstTap, endTap;
  };

  /// Neighbouring columns of the window, that exist for the pixels
  /// [first, end) of a tile.
  struct Taps {
    int64_t column, count;
    int64_t first, end;
  };

  template <typename OpT>
  FloatRows(KernelEmitter &b, OpT op)
      : b(b), input(op.getInputShape()), output(op.getOutputShape()),
        kernel(op.getKernel()), strides(op.getStrides()),
        dilations(op.getDilations()), padding(op.getPadding()),
        maxPixels(op.getTile().getPixels()), channels(op.getInputShape()[3]),
        outputChannels(op.getOutputShape()[3]) {}

  /// Calls `body` for a row, in loops over all of them.
  void emitRows(function_ref<void(const Row &)> body);
  /// Calls `body` for tiles that make up a row, in loops where they are alike.
  void emitTiles(function_ref<void(const Tile &)> body);
  /// A loop over the rows of the window that exist; `body` gets the number of
  /// the row and the element at which the window of the first pixel begins in
  /// it.
  SmallVector<Value>
  loopTaps(const Row &row, ValueRange start,
           function_ref<SmallVector<Value>(Value, Value, ValueRange)> body);

  /// The columns of the window, without those that exist for no pixel.
  /// `merges`: neighbours that exist for the same pixels are one.
  SmallVector<Taps> getTaps(const Tile &tile, bool merges) const;

  /// Elements from a pixel's window to that of the next.
  int64_t getPixelStride() const { return strides[1] * channels; }
  /// Elements from one column of the window to the next.
  int64_t getTapStride() const { return dilations[1] * channels; }
  int64_t getNumColumns() const { return kernel[1]; }
  bool hasDilatedColumns() const { return dilations[1] != 1; }

private:
  bool isInside(int64_t column, int64_t tap) const {
    int64_t at = column * strides[1] - padding[1] + tap * dilations[1];
    return at >= 0 && at < input[2];
  }

  KernelEmitter &b;
  ArrayRef<int64_t> input, output, kernel, strides, dilations, padding;
  int64_t maxPixels, channels, outputChannels;
};

/// `value` within what `op` cuts it to. A NaN stays.
template <typename OpT>
Value clampFloats(KernelEmitter &b, OpT op, Value value);

/// Stores the first `count` elements of `value`, within what `op` cuts it to,
/// to the elements of `output` from `at` on, rounded if these are bfloat16. A
/// NaN stays.
template <typename OpT>
void storeFloats(KernelEmitter &b, OpT op, Value value, int64_t count,
                 Value output, Value at);

/// Floats rounded to bfloat16, to nearest even, as i16.
Value roundFloats(KernelEmitter &b, Value value);

} // namespace mlir::mopt

#endif // MOPT_LIB_CONVERSION_KERNELTOVECTOR_FLOATROWS_H
